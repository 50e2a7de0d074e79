"""Finds every face of LFW and UTKFace with the teacher detector and stores them aligned.

    python -m arcface_training.prepare --faces FACES --models MODELS --out WORK/faces
"""

import argparse
import json
import multiprocessing
import pathlib

import cv2
import numpy as np

from . import dataset, teachers

DETECTOR_SIZE = 320
UTKFACE_BORDER = 50  # a UTKFace picture is all face; a detector sees only what has surroundings

detector: teachers.Detector


def start(path: pathlib.Path) -> None:
    global detector
    cv2.setNumThreads(1)
    detector = teachers.Detector(path, DETECTOR_SIZE)


def subject_of(boxes: np.ndarray, width: int, height: int) -> int:
    """The large face near the middle: area minus twice the squared distance from the middle."""
    sides = boxes[:, 2:] - boxes[:, :2]
    offset = (boxes[:, :2] + boxes[:, 2:]) / 2 - [width / 2, height / 2]
    return int(np.argmax(sides.prod(1) - 2 * (offset**2).sum(1)))


def find(job):
    root, file, person, border = job
    image = cv2.imread(str(root / file))
    height, width = image.shape[:2]
    seen = cv2.copyMakeBorder(image, border, border, border, border, cv2.BORDER_CONSTANT) if border else image
    boxes, scores, points = detector(seen)
    boxes, points = boxes - border, points - border
    faces, crops = [], []
    subject = subject_of(boxes, width, height) if len(boxes) else -1
    for i, (box, score, landmarks) in enumerate(zip(boxes, scores, points)):
        faces.append(
            {"file": file, "person": person if i == subject else "",
             "validation": bool(person) and dataset.is_validation_person(person), "subject": i == subject,
             "score": round(float(score), 4), "box": [round(float(v), 2) for v in box],
             "landmarks": [[round(float(v), 2) for v in point] for point in landmarks]})
        matrix = teachers.similarity(landmarks.astype(float), teachers.TEMPLATE + dataset.STORED_MARGIN)
        side = (dataset.STORED_SIZE,) * 2
        crops.append(cv2.warpAffine(image, matrix, side, borderMode=cv2.BORDER_REPLICATE))
    return file, [width, height], faces, crops


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faces", type=pathlib.Path, required=True, help="folder with lfw/ and utkface/")
    parser.add_argument("--models", type=pathlib.Path, required=True, help="folder with detection/")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    jobs = [(options.faces, str(file.relative_to(options.faces)), person, 0)
            for person, file in dataset.lfw_photographs(options.faces / "lfw")]
    jobs += [(options.faces, str(file.relative_to(options.faces)), "", UTKFACE_BORDER)
             for file in dataset.utkface_photographs(options.faces / "utkface")]
    photographs, faces, crops = {}, [], []
    path = options.models / "detection" / "scrfd_2.5g_bnkps.onnx"
    with multiprocessing.Pool(options.workers, start, (path,)) as pool:
        for file, size, found, cut in pool.imap(find, jobs, chunksize=16):
            photographs[file] = size
            for face, crop in zip(found, cut):
                faces.append(face)
                crops.append(crop)
            if len(photographs) % 1000 == 0:
                print(f"{len(photographs)} photographs, {len(faces)} faces", flush=True)
    options.out.mkdir(parents=True, exist_ok=True)
    np.save(options.out / "crops.npy", np.stack(crops))
    (options.out / "faces.json").write_text(json.dumps({"photographs": photographs, "faces": faces}))


if __name__ == "__main__":
    main()
