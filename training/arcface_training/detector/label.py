"""Labels the LFW photographs with the teacher detector at 640 and down to a low score.

    python -m arcface_training.detector.label --faces FACES --models MODELS --out WORK/detector/labels.json

`prepare` keeps what the teacher is sure of at 320. A detector must also know where *no* face is, so that everything
the teacher has even a faint suspicion of is kept here: sure faces are trained on, doubtful ones are ignored, and only
what is free of both counts as background.
"""

import argparse
import json
import multiprocessing
import pathlib

import cv2

from .. import dataset, teachers

DETECTOR_SIZE = 640
LOWEST_SCORE = 0.05

detector: teachers.Detector


def start(path: pathlib.Path) -> None:
    global detector
    cv2.setNumThreads(1)
    detector = teachers.Detector(path, DETECTOR_SIZE)


def find(job: tuple[pathlib.Path, str, str]) -> tuple[str, dict]:
    root, person, file = job
    boxes, scores, points = detector(cv2.imread(str(root / file)), minimum_score=LOWEST_SCORE)
    faces = [{"score": round(float(score), 4), "box": [round(float(v), 2) for v in box],
              "landmarks": [[round(float(v), 2) for v in point] for point in landmarks]}
             for box, score, landmarks in zip(boxes, scores, points)]
    return file, {"validation": dataset.is_validation_person(person), "faces": faces}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faces", type=pathlib.Path, required=True, help="folder with lfw/")
    parser.add_argument("--models", type=pathlib.Path, required=True, help="folder with detection/")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    jobs = [(options.faces, person, str(file.relative_to(options.faces)))
            for person, file in dataset.lfw_photographs(options.faces / "lfw")]
    labels = {}
    path = options.models / "detection" / "scrfd_2.5g_bnkps.onnx"
    with multiprocessing.Pool(options.workers, start, (path,)) as pool:
        for file, record in pool.imap(find, jobs, chunksize=16):
            labels[file] = record
            if len(labels) % 1000 == 0:
                print(f"{len(labels)} photographs", flush=True)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(labels))


if __name__ == "__main__":
    main()
