"""Makes the pictures of nobody and the self-test's pictures.

    python -m arcface_training.nobody.make --photographs FACES --faces WORK/faces --models MODELS \\
        --out ../docs/examples --self-test ../Sources/CModels/models
"""

import argparse
import json
import pathlib

import cv2
import numpy as np

from .. import dataset, teachers
from . import cast, people, portrait, scenes, sources

QUALITY = 90
GRAIN = 1.0  # grey levels of noise in a photograph


def layers(members: list[cast.Member], seed: int) -> dict[tuple[str, int], portrait.Layer]:
    return {(member.nobody.name, part): portrait.layer(face, member.nobody.look, seed + i)
            for i, member in enumerate(members) for part, face in enumerate(member.faces)}


def compose(scene: scenes.Scene, drawn: dict[tuple[str, int], portrait.Layer]) -> np.ndarray:
    """The picture without grain, blue first."""
    picture = portrait.background(*scene.size, scenes.WALLS[scene.wall])
    for someone in scene.people:
        picture = portrait.place(picture, drawn[someone.name, someone.part], someone.pose)
    return picture


def as_bytes(picture: np.ndarray) -> np.ndarray:
    return np.clip(np.round(picture), 0, 255).astype(np.uint8)


def with_grain(picture: np.ndarray, random: np.random.Generator) -> np.ndarray:
    grain = cv2.GaussianBlur(random.standard_normal(picture.shape[:2]).astype(np.float32), (0, 0), 0.7)
    return picture + (GRAIN / grain.std() * grain)[..., None]


def write_examples(folder: pathlib.Path, drawn: dict[tuple[str, int], portrait.Layer], seed: int) -> None:
    random = np.random.default_rng(seed)
    for scene in scenes.scenes():
        path = folder / scene.path
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = as_bytes(with_grain(compose(scene, drawn), random))
        if not cv2.imwrite(str(path), picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY]):
            raise OSError(f"{path} can't be written")


def write_self_test(folder: pathlib.Path, drawn: dict[tuple[str, int], portrait.Layer], detector) -> None:
    """The portrait, and its face aligned by the teacher's landmarks."""
    folder.mkdir(parents=True, exist_ok=True)
    picture = as_bytes(compose(scenes.SELF_TEST, drawn))
    _, found, landmarks = detector(picture)
    if len(found) != 1:
        raise ValueError(f"{len(found)} faces in the self-test's picture instead of one")
    matrix = teachers.similarity(landmarks[0].astype(float), teachers.TEMPLATE)
    face = cv2.warpAffine(picture, matrix, (112, 112), flags=cv2.INTER_LINEAR)
    for name, image in ((scenes.SELF_TEST.path, picture), ("self-test-face.png", face)):
        if not cv2.imwrite(str(folder / name), image, [cv2.IMWRITE_PNG_COMPRESSION, 9]):
            raise OSError(f"{folder / name} can't be written")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photographs", type=pathlib.Path, required=True, help="folder with utkface/")
    parser.add_argument("--faces", type=pathlib.Path, required=True, help="what arcface_training.prepare wrote")
    parser.add_argument("--models", type=pathlib.Path, required=True, help="folder with detection/, recognition/")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--self-test", type=pathlib.Path, help="folder for self-test.png and self-test-face.png")
    parser.add_argument("--list", type=pathlib.Path, help="JSON file for the names of the photographs averaged")
    parser.add_argument("--search", action="store_true", help="only print which group suits each nobody best")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    recognizer = teachers.Recognizer(options.models / "recognition" / "mobilefacenet_112x112.onnx")
    detector = teachers.Detector(options.models / "detection" / "scrfd_2.5g_bnkps.onnx", 320)
    found = sources.load(options.photographs, dataset.FaceStore(options.faces), recognizer)
    print(f"{len(found)} photographs are fit", flush=True)
    if options.search:
        print(cast.search(found, people.PEOPLE, recognizer, options.seed))
        return
    members = cast.assemble(found, people.PEOPLE, recognizer, options.seed, say=lambda line: print(line, flush=True))
    drawn = layers(members, options.seed)
    write_examples(options.out, drawn, options.seed)
    if options.self_test:
        write_self_test(options.self_test, drawn, detector)
    if options.list:
        options.list.write_text(json.dumps({m.nobody.name: m.files for m in members}, indent=1))


if __name__ == "__main__":
    main()
