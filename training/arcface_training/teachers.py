"""The pretrained networks that label the data, run by ONNX Runtime."""

import pathlib

import cv2
import numpy as np
import onnxruntime as ort

TEMPLATE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
)
IMAGENET_MEAN = np.array([123.675, 116.28, 103.53], np.float32)
IMAGENET_DEVIATION = np.array([58.395, 57.12, 57.375], np.float32)


def session(path: pathlib.Path, threads: int = 1) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def non_maximum_suppression(boxes: np.ndarray, scores: np.ndarray, limit: float) -> list[int]:
    order, keep = np.argsort(-scores, kind="stable"), []
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    while len(order):
        first, rest = order[0], order[1:]
        keep.append(int(first))
        low = np.maximum(boxes[first, :2], boxes[rest, :2])
        high = np.minimum(boxes[first, 2:], boxes[rest, 2:])
        shared = np.maximum(0, high - low).prod(1)
        order = rest[shared / (area[first] + area[rest] - shared) <= limit]
    return keep


class Detector:
    """A network of SCRFD's output convention: nine outputs, `anchors` a cell at strides 8, 16 and 32, boxes and
    landmarks as distances from the cell's corner in units of the stride; RGB, (x - 127.5) / 128."""

    def __init__(self, path: pathlib.Path, size: int, threads: int = 1, anchors: int = 2):
        self.session, self.size, self.anchors = session(path, threads), size, anchors
        self.input = self.session.get_inputs()[0].name

    def __call__(self, image: np.ndarray, minimum_score: float = 0.5, maximum_overlap: float = 0.4):
        """Boxes (n, 4), scores (n) and landmarks (n, 5, 2) in pixels of a BGR image."""
        height, width = image.shape[:2]
        ratio = min(self.size / height, self.size / width)
        rows, columns = round(height * ratio), round(width * ratio)
        canvas = np.zeros((self.size, self.size, 3), np.uint8)
        canvas[:rows, :columns] = cv2.resize(image, (columns, rows))
        planes = (canvas[:, :, ::-1].astype(np.float32) - 127.5) / 128
        outputs = self.session.run(None, {self.input: np.ascontiguousarray(planes.transpose(2, 0, 1)[None])})
        boxes, scores, landmarks = self.decode(outputs, minimum_score)
        keep = non_maximum_suppression(boxes, scores, maximum_overlap)
        return boxes[keep] / ratio, scores[keep], landmarks[keep] / ratio

    def decode(self, outputs: list[np.ndarray], minimum_score: float):
        found = []
        for level, stride in enumerate((8, 16, 32)):
            cells = self.size // stride
            grid = np.stack(np.meshgrid(np.arange(cells), np.arange(cells)), -1).reshape(-1, 2)
            corner = np.repeat(grid, self.anchors, 0).astype(np.float32) * stride
            score = outputs[level].reshape(-1)
            box = outputs[3 + level].reshape(-1, 4) * stride
            points = outputs[6 + level].reshape(-1, 5, 2) * stride
            sure = score >= minimum_score
            corner, box = corner[sure], box[sure]
            found.append(
                (np.concatenate([corner - box[:, :2], corner + box[:, 2:]], 1), score[sure],
                 corner[:, None] + points[sure])
            )
        return (np.concatenate(part) for part in zip(*found))


class Recognizer:
    """`mobilefacenet_112x112.onnx`: RGB with ImageNet's figures, 128 numbers."""

    def __init__(self, path: pathlib.Path, threads: int = 1):
        self.session = session(path, threads)
        self.input = self.session.get_inputs()[0].name

    def __call__(self, crops: np.ndarray) -> np.ndarray:
        """Unit embeddings (n, 128) of BGR crops (n, 112, 112, 3), one by one: the file's batch is fixed."""
        rows = []
        for crop in crops:
            planes = ((crop[:, :, ::-1] - IMAGENET_MEAN) / IMAGENET_DEVIATION).transpose(2, 0, 1)[None]
            rows.append(self.session.run(None, {self.input: np.ascontiguousarray(planes)})[0])
        embeddings = np.concatenate(rows)
        return embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)


def similarity(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The least-squares similarity transform (Umeyama 1991) of points (n, 2) as a 2x3 matrix."""
    source_mean, target_mean = source.mean(0), target.mean(0)
    s, t = source - source_mean, target - target_mean
    u, values, vt = np.linalg.svd(t.T @ s / len(source))
    sign = np.diag([1.0, np.sign(np.linalg.det(u) * np.linalg.det(vt))])
    rotation = u @ sign @ vt
    scale = np.trace(np.diag(values) @ sign) / (s**2).sum() * len(source)
    return np.column_stack([scale * rotation, target_mean - scale * rotation @ source_mean])
