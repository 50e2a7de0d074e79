"""Writes the manifest beside the exported detector: conventions, provenance, measured figures, golden faces.

    python -m arcface_training.detector.manifest --model WORK/export/detector.onnx --report WORK/detector/report.json \\
        --self-test WORK/export/self-test.png --training "9000 steps, seed 1"

The golden faces are ONNX Runtime's on the self-test's picture at detector size 320. Without that picture the manifest
has none.
"""

import argparse
import json
import pathlib

import cv2

from .. import teachers

SELF_TEST_SIZE = 320
OVERLAP = 0.4

PROVENANCE = {
    "data": "9,282 UTKFace and 8,168 LFW photographs composed into scenes; a tenth of LFW's people kept for "
            "validation. Both collections are published for research; the people in them were not asked.",
    "teacher": "scrfd_2.5g_bnkps (InsightFace), which drew all boxes and landmarks; its weights are published for "
               "non-commercial research only",
    "commercial_use": "Not cleared. The weights were trained on research photographs with labels of a network that is "
                      "licensed for non-commercial research. Whoever wants to use them commercially must clear that "
                      "with the owners or train anew on data and labels of their own (training/).",
}
LICENCE = "weights for research only, see provenance"


def golden(model: pathlib.Path, picture: pathlib.Path, score: float) -> list[dict]:
    image = cv2.imread(str(picture))
    if image is None:
        raise SystemExit(f"{picture} is no image")
    boxes, scores, points = teachers.Detector(model, SELF_TEST_SIZE, anchors=1)(image, score, OVERLAP)
    if not len(boxes):
        raise SystemExit(f"{model} finds no face in {picture}")
    order = ((boxes[:, 2:] - boxes[:, :2]).prod(1)).argsort()[::-1]
    return [{"box": [round(float(v), 3) for v in (*boxes[i, :2], *(boxes[i, 2:] - boxes[i, :2]))],
             "score": round(float(scores[i]), 5),
             "landmarks": [[round(float(v), 3) for v in point] for point in points[i]]} for i in order]


def metrics(report: dict) -> dict:
    """The figures of `evaluate` that say most, flat."""
    score = str(report["minimum_score"])
    every, named = report["all_by_score"][score], report["named_by_score"][score]
    own, half = (report["group_picture"][name] for name in ("own size", "half size"))
    return {
        "named_faces": named["faces"], "named_faces_found": named["found"],
        "named_faces_landmark_error": named["landmark_error"],
        "all_faces": every["faces"], "all_faces_found": every["found"],
        "all_faces_landmark_error": every["landmark_error"],
        "false_faces_in_50_face_free_crops": report["face_free"][score],
        "group_picture_faces": own["faces"], "group_picture_found": round(own["found"] * own["faces"]),
        "group_picture_found_at_half_size": round(half["found"] * half["faces"]),
        "group_picture_false": own["false"],
        "found_at_20_pixels": report["by_size"]["20 px"]["found"],
        "found_at_1000_pixels": report["by_size"]["1000 px"]["found"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--report", type=pathlib.Path, help="what `evaluate` wrote; without it no figures")
    parser.add_argument("--self-test", type=pathlib.Path, help="a picture with a face")
    parser.add_argument("--training", required=True, help="one line on the run that made the file")
    parser.add_argument("--name", default="arcface-detector-1")
    options = parser.parse_args()
    report = json.loads(options.report.read_text()) if options.report else {"minimum_score": 0.5}
    manifest = {
        "kind": "detector", "name": options.name, "color_order": "rgb",
        "mean": [127.5] * 3, "deviation": [128] * 3,
        "minimum_score": report["minimum_score"], "maximum_overlap": OVERLAP,
        "licence": LICENCE, "source": "training/arcface_training/detector",
        "prior_art": "SCRFD (Guo et al., ICLR 2022): output convention; YOLOX (Ge et al., 2021): assignment",
        "provenance": {**PROVENANCE, "training": options.training}}
    if options.report:
        manifest["metrics"] = metrics(report)
    if options.self_test:
        manifest["self_test"] = {"faces": golden(options.model, options.self_test, report["minimum_score"])}
    path = options.model.with_name(options.model.name + ".json")
    path.write_text(json.dumps(manifest, indent=2) + "\n")
    print(path)


if __name__ == "__main__":
    main()
