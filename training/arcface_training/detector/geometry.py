"""Where faces go when a photograph is turned, scaled, mirrored and moved. Coordinates are those of pixel edges."""

import numpy as np

MIRRORED = [1, 0, 2, 4, 3]  # the landmarks of a mirrored face


def similarity(scale: float, angle: float, mirrored: bool, source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The 2x3 matrix that turns, scales and perhaps mirrors, and puts `source` onto `target` (pixel edges)."""
    cosine, sine = np.cos(angle) * scale, np.sin(angle) * scale
    linear = np.array([[cosine, -sine], [sine, cosine]])
    if mirrored:
        linear = linear @ np.diag([-1.0, 1.0])
    return np.column_stack([linear, np.asarray(target) - linear @ np.asarray(source)])


def move_boxes(boxes: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Boxes around the moved ellipses that fill the boxes: a head turns as an ellipse, not as a rectangle."""
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2 @ matrix[:, :2].T + matrix[:, 2]
    half = (boxes[:, 2:] - boxes[:, :2]) / 2
    reach = np.sqrt(half**2 @ (matrix[:, :2].T ** 2))
    return np.concatenate([middle - reach, middle + reach], 1)


def move_points(points: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    moved = points @ matrix[:, :2].T + matrix[:, 2]
    return moved[:, MIRRORED] if np.linalg.det(matrix[:, :2]) < 0 else moved


def areas(boxes: np.ndarray) -> np.ndarray:
    return np.maximum(0, boxes[:, 2:] - boxes[:, :2]).prod(1)


def intersection(boxes: np.ndarray, region: np.ndarray) -> np.ndarray:
    return np.concatenate([np.maximum(boxes[:, :2], region[:2]), np.minimum(boxes[:, 2:], region[2:])], 1)


def moved_rectangle(width: float, height: float, matrix: np.ndarray) -> np.ndarray:
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]]) @ matrix[:, :2].T + matrix[:, 2]
    return np.concatenate([corners.min(0), corners.max(0)])


def whole_pixels(box: np.ndarray, clip: np.ndarray) -> np.ndarray:
    low, high = np.floor(box[:2]), np.ceil(box[2:])
    return np.concatenate([np.maximum(low, clip[:2]), np.minimum(high, clip[2:])]).astype(int)
