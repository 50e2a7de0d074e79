"""Measures an exported detector against the teacher on the validation people's photographs, by ONNX Runtime.

    python -m arcface_training.detector.evaluate --model WORK/export/detector.onnx --faces FACES --store WORK/faces \\
        --labels WORK/detector/labels.json --models MODELS --group-picture IMAGES/t1.jpg --out WORK/detector/report.json

The rules. A face that counts is one of the teacher's (scrfd_2.5g_bnkps at 640, score 0.5 or more) whose box is at least
20 pixels wide and high; the one nearest to the middle is the face of the person that the photograph is named after. It
is found if a box overlaps the teacher's by 0.5 or more (intersection over union). The landmark error is the mean
distance of the five points from the teacher's, over the distance of the teacher's eyes. A detection is false if it
overlaps no box that the teacher gives 0.15 or more by 0.3. Everything runs at detector size 640.
"""

import argparse
import json
import pathlib
import time

import cv2
import numpy as np

from .. import teachers
from . import photographs, probes
from .validate import Tally

SMALLEST = 20
SCORES = (0.3, 0.4, 0.5, 0.6, 0.7)


class Measured:
    """A detector's answers on scenes, kept down to a low score, so that any threshold can be looked at."""

    def __init__(self, detector: teachers.Detector, scenes: list):
        self.scenes = scenes
        self.answers = [detector(scene.image, minimum_score=min(SCORES)) for scene in scenes]

    def tally(self, score: float, scenes: list | None = None) -> Tally:
        """`scenes`: the same pictures, with other faces that count."""
        tally = Tally()
        for scene, (boxes, scores, points) in zip(scenes or self.scenes, self.answers):
            tally.add(scene, boxes[scores >= score], points[scores >= score])
        return tally


def figures(tally: Tally, pictures: int) -> dict:
    return {"faces": tally.faces, "found": round(tally.found / max(1, tally.faces), 4),
            "landmark_error": round(float(np.mean(tally.errors)), 4) if tally.errors else None,
            "false": tally.false, "pictures": pictures}


def measure(detector, scenes: list, score: float) -> dict:
    return figures(Measured(detector, scenes).tally(score), len(scenes))


def group_picture(detector, teacher, path: pathlib.Path, score: float) -> dict:
    """The teacher's faces at the picture's own size, looked for at that and at half of it."""
    picture = cv2.imread(str(path))
    boxes, _, points = teacher(picture)
    results = {}
    for name, ratio in (("own size", 1.0), ("half size", 0.5)):
        shape = (round(picture.shape[1] * ratio), round(picture.shape[0] * ratio))
        image = cv2.resize(picture, shape, interpolation=cv2.INTER_AREA) if ratio < 1 else picture
        scene = probes.Scene(image, boxes * ratio, points * ratio, np.zeros(len(boxes), bool))
        results[name] = measure(detector, [scene], score)
    return results


def false_on(detector, crops: list[np.ndarray], score: float) -> int:
    return sum(len(detector(crop, minimum_score=score)[0]) for crop in crops)


def milliseconds(paths: list[pathlib.Path], rounds: int = 30) -> dict[str, float]:
    """One thread at 640x640, the best of `rounds` runs in turn, so that a busy machine hits all alike."""
    sessions = {path.name: teachers.session(path) for path in paths}
    image = np.random.default_rng(1).standard_normal((1, 3, probes.INPUT, probes.INPUT)).astype(np.float32)
    best = dict.fromkeys(sessions, float("inf"))
    for _ in range(rounds):
        for name, session in sessions.items():
            start = time.perf_counter()
            session.run(None, {session.get_inputs()[0].name: image})
            best[name] = min(best[name], 1000 * (time.perf_counter() - start))
    return {name: round(value, 1) for name, value in best.items()}


def table(title: str, rows: dict) -> None:
    print(f"\n| {title} | faces | found | landmark error | false | pictures |\n|---|---|---|---|---|---|")
    for name, row in rows.items():
        error = f"{100 * row['landmark_error']:.2f} %" if row["landmark_error"] is not None else "-"
        print(f"| {name} | {row['faces']} | {100 * row['found']:.2f} % | {error} | {row['false']} | "
              f"{row['pictures']} |")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--anchors", type=int, default=1, help="a cell; 2 to measure a teacher by the same rules")
    parser.add_argument("--faces", type=pathlib.Path, required=True, help="folder with lfw/ and utkface/")
    parser.add_argument("--store", type=pathlib.Path, required=True, help="what `prepare` wrote")
    parser.add_argument("--labels", type=pathlib.Path, required=True, help="what `label` wrote")
    parser.add_argument("--models", type=pathlib.Path, required=True, help="folder with detection/")
    parser.add_argument("--group-picture", type=pathlib.Path, required=True, help="a picture of several faces")
    parser.add_argument("--score", type=float, default=0.5, help="from which a face is reported")
    parser.add_argument("--count", type=int, default=300, help="photographs for the tables of sizes and angles")
    parser.add_argument("--out", type=pathlib.Path, help="the figures as JSON")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    detection = options.models / "detection"
    detector = teachers.Detector(options.model, probes.INPUT, anchors=options.anchors)
    teacher = teachers.Detector(detection / "scrfd_2.5g_bnkps.onnx", probes.INPUT)
    lfw, _ = photographs.load(options.faces, options.store, options.labels, validation=True)
    score, report = options.score, {"minimum_score": options.score, "bytes": options.model.stat().st_size}
    measured = Measured(detector, [probes.whole(p, SMALLEST) for p in lfw])
    report["all_by_score"] = {str(s): figures(measured.tally(s), len(lfw)) for s in sorted({*SCORES, score})}
    table("all faces, by score", report["all_by_score"])
    named = [probes.named(p, SMALLEST) for p in lfw]
    report["named_by_score"] = {str(s): figures(measured.tally(s, named), len(lfw)) for s in sorted({*SCORES, score})}
    table("the named person's face, by score", report["named_by_score"])
    report["group_picture"] = group_picture(detector, teacher, options.group_picture, score)
    table("group picture", report["group_picture"])
    crops = probes.face_free(lfw, 50)
    report["face_free"] = {str(s): false_on(detector, crops, s) for s in sorted({*SCORES, score})}
    print(f"\nfalse faces in {len(crops)} face-free crops, by score: {report['face_free']}")
    subjects = [(p, probes.subject(p)) for p in lfw if probes.subject(p) is not None]
    few = probes.spread(subjects, options.count)
    report["by_size"] = {f"{size} px": measure(detector, probes.of_size(subjects if size <= 48 else few, size), score)
                         for size in probes.SIZES}
    table("shorter side of the face", report["by_size"])
    report["by_share"] = {f"{share:.0%}": measure(detector, [probes.close_up(*s, share) for s in few], score)
                          for share in probes.SHARES}
    table("close-up: face's share of the picture", report["by_share"])
    report["by_angle"] = {f"{angle}°": measure(detector, [probes.turned(*s, angle) for s in few], score)
                          for angle in probes.ANGLES}
    table("turned by", report["by_angle"])
    others = [detection / "scrfd_500m_bnkps.onnx", detection / "scrfd_2.5g_bnkps.onnx"]
    report["milliseconds_640"] = milliseconds([options.model, *others])
    print(f"\nONNX Runtime, one thread, 640x640, milliseconds: {report['milliseconds_640']}")
    if options.out:
        options.out.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
