"""Writes recognizer.onnx and its manifest from a checkpoint, measured on the validation people.

    python -m arcface_training.recognizer.export --weights WORK/recognizer/best.pt --faces WORK/faces \
        --teacher MODEL.onnx --self-test self-test-face.png --out Sources/CModels/models
"""

import argparse
import json
import pathlib

import cv2
import numpy as np
import onnx
import onnxruntime as ort
import torch

from .. import dataset, teachers, verification
from ..onnxfile import Graph
from .network import EMBEDDING, Block, Recognizer
from .train import Validation

NAME = "arcface-recognizer-1"

#: The shipped threshold is as strict as this much accuracy allows: most users fear a false match more than a miss.
SHIPPED_COST = 0.004


def graph(network: Recognizer) -> onnx.ModelProto:
    """The network as it stands, BatchNormalization nodes and all; any batch size."""
    g = Graph()
    x = g.convolution("stem.conv", network.stem[0][0], "input")
    x = g.normalisation("stem.bn", network.stem[0][1], x)
    x = g.prelu("stem.prelu", network.stem[1], x)
    for index, block in enumerate(network.body):
        x = residual(g, f"block{index}", block, x)
    x = g.node("Flatten", [x], "flat", axis=1)
    weight = g.constant("projection.weight", network.embedding.weight, half=True)
    x = g.node("Gemm", [x, weight], "projection", transB=1)
    g.normalisation("embedding", network.normalise, x)
    return g.model(
        "recognizer", [("input", ["batch", 3, 112, 112])], [("embedding", ["batch", EMBEDDING])],
        "face recogniser, 112x112 RGB, (x - 127.5) / 127.5; see training/README.md")


def residual(g: Graph, name: str, block: Block, x: str) -> str:
    y = g.convolution(f"{name}.conv1", block.first[0], x)
    y = g.normalisation(f"{name}.bn1", block.first[1], y)
    y = g.prelu(f"{name}.prelu1", block.activation, y)
    y = g.convolution(f"{name}.conv2", block.second[0], y)
    y = g.normalisation(f"{name}.bn2", block.second[1], y)
    if isinstance(block.shortcut, torch.nn.Sequential):
        x = g.convolution(f"{name}.shortcut", block.shortcut[0], x)
        x = g.normalisation(f"{name}.shortcut.bn", block.shortcut[1], x)
    y = g.node("Add", [y, x], f"{name}.sum")
    return g.prelu(f"{name}.prelu2", block.output, y)


class Exported:
    """The written file, by ONNX Runtime."""

    def __init__(self, path: pathlib.Path):
        self.session = teachers.session(path, 2)

    def raw(self, crops: np.ndarray) -> np.ndarray:
        planes = (crops[..., ::-1].astype(np.float32) - 127.5) / 127.5
        return self.session.run(None, {"input": np.ascontiguousarray(planes.transpose(0, 3, 1, 2))})[0]

    def __call__(self, crops: np.ndarray) -> np.ndarray:
        rows = np.concatenate([self.raw(crops[i:i + 32]) for i in range(0, len(crops), 32)])
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def measured(embed, validation: Validation) -> verification.Scores:
    return verification.scores(embed(validation.crops), validation.people)


def manifest(student: verification.Scores, teacher: verification.Scores, people: int, golden: np.ndarray) -> dict:
    accuracy, best = student.best()
    rates = []
    for false_matches in (1e-2, 1e-3, 1e-4):
        threshold = round(student.threshold(false_matches) + 5e-5, 4)
        rates.append({"fmr": false_matches, "threshold": threshold, "tmr": round(student.rates(threshold)[0], 4)})
    shipped = round(student.strictest(SHIPPED_COST), 4)
    return {
        "kind": "recognizer", "name": NAME, "input_width": 112, "input_height": 112, "color_order": "rgb",
        "mean": [127.5] * 3, "deviation": [127.5] * 3, "threshold": shipped,
        "licence": "as this repository's code; trained on research data, see provenance",
        "source": "training/ of this repository",
        "prior_art": "Deng et al., ArcFace: Additive Angular Margin Loss for Deep Face Recognition, TPAMI 2022",
        "provenance": {
            "data": "Labeled Faces in the Wild (development training set, one person in ten kept out) and UTKFace, "
            "and mixes of their faces",
            "teacher": "MobileFaceNet trained with ArcFace on MS-Celeb-1M (foamliu/MobileFaceNet, Apache-2.0), distilled",
            "commercial_use": "LFW and UTKFace are published for non-commercial research and the teacher goes back "
            "to MS-Celeb-1M, which its publisher withdrew: use it to try, to teach and for research; for a commercial "
            "service bring a model whose training data you have the rights to",
            "training": "training/README.md, log in training/logs/recognizer.log",
        },
        "thresholds": rates,
        "metrics": {
            "validation_people": people, "genuine_pairs": len(student.genuine), "impostor_pairs": len(student.impostor),
            "accuracy_best_threshold": round(accuracy, 4), "best_threshold": round(best, 3),
            "accuracy_shipped_threshold": round(student.accuracy(shipped), 4),
            "false_match_rate_shipped_threshold": round(student.rates(shipped)[1], 5),
            "teacher_accuracy": round(teacher.best()[0], 4),
        },
        "self_test": {"embedding": [round(float(v), 6) for v in golden]},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=pathlib.Path, required=True)
    parser.add_argument("--faces", type=pathlib.Path, required=True)
    parser.add_argument("--teacher", type=pathlib.Path, required=True)
    parser.add_argument("--self-test", type=pathlib.Path, required=True, help="aligned 112x112 picture")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    network = Recognizer()
    network.load_state_dict(torch.load(options.weights, map_location="cpu"))
    network.eval()
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "recognizer.onnx"
    onnx.save(graph(network), path)
    exported = Exported(path)
    probe = np.random.default_rng(0).integers(0, 256, (2, 112, 112, 3)).astype(np.uint8)
    with torch.no_grad():
        planes = torch.from_numpy((probe[..., ::-1].astype(np.float32) - 127.5) / 127.5).permute(0, 3, 1, 2)
        error = np.abs(network(planes).numpy() - exported.raw(probe)).max()
    print(f"largest difference from torch (float16 storage): {error:.2e}")
    validation = Validation(dataset.FaceStore(options.faces))
    student = measured(exported, validation)
    teacher = measured(teachers.Recognizer(options.teacher, 2), validation)
    golden = exported(cv2.imread(str(options.self_test))[None])[0]
    document = manifest(student, teacher, len(set(validation.people)), golden)
    path.with_suffix(".onnx.json").write_text(json.dumps(document, indent=2) + "\n")
    print(json.dumps({k: document[k] for k in ("threshold", "thresholds", "metrics")}, indent=1))
    print(f"{path}: {path.stat().st_size} bytes, onnxruntime {ort.__version__}")


if __name__ == "__main__":
    main()
