"""What a detector and a recogniser make of the pictures of nobody.

    python -m arcface_training.nobody.check --examples ../docs/examples --detector D --recognizer R
        [--anchors 1] [--size 640] [--detector-deviation 127.5] [--mean 127.5 --deviation 127.5]
"""

import argparse
import pathlib

import cv2
import numpy as np

from .. import teachers

DOMINANT_DEGREES = 75


class Detector(teachers.Detector):
    """SCRFD's output convention, with the figures of another network's input."""

    def __init__(self, path: pathlib.Path, size: int, anchors: int, deviation: float):
        super().__init__(path, size, anchors=anchors)
        self.deviation = deviation

    def __call__(self, image: np.ndarray, minimum_score: float = 0.5, maximum_overlap: float = 0.4):
        inner, factor = self.session, np.float32(128 / self.deviation)

        class Scaled:
            @staticmethod
            def run(names, feeds):
                return inner.run(names, {name: planes * factor for name, planes in feeds.items()})

        self.session = Scaled
        try:
            return super().__call__(image, minimum_score, maximum_overlap)
        finally:
            self.session = inner


def embed(session, image: np.ndarray, landmarks: np.ndarray, mean: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    matrix = teachers.similarity(landmarks.astype(float), teachers.TEMPLATE)
    crop = cv2.warpAffine(image, matrix, (112, 112))[:, :, ::-1].astype(np.float32)
    planes = ((crop - mean) / deviation).transpose(2, 0, 1)[None].astype(np.float32)
    vector = session.run(None, {session.get_inputs()[0].name: np.ascontiguousarray(planes)})[0][0]
    return vector / np.linalg.norm(vector)


def table(names: list[str], embeddings: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Mean cosines of every two names, the lowest genuine and the highest impostor cosine. A picture is not
    compared with itself."""
    labels = np.array(names)
    cosines = embeddings @ embeddings.T
    apart = ~np.eye(len(labels), dtype=bool)
    same = labels[:, None] == labels[None, :]
    unique = sorted(set(names))
    means = np.array([[cosines[(labels[:, None] == a) & (labels[None, :] == b) & apart].mean() for b in unique]
                      for a in unique])
    return means, float(cosines[same & apart].min()), float(cosines[~same].max())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=pathlib.Path, required=True)
    parser.add_argument("--detector", type=pathlib.Path, required=True)
    parser.add_argument("--recognizer", type=pathlib.Path, required=True)
    parser.add_argument("--anchors", type=int, default=1)
    parser.add_argument("--size", type=int, default=640)
    parser.add_argument("--detector-deviation", type=float, default=127.5)
    parser.add_argument("--mean", type=float, nargs="+", default=[127.5], help="one figure or red, green, blue")
    parser.add_argument("--deviation", type=float, nargs="+", default=[127.5])
    options = parser.parse_args()
    detector = Detector(options.detector, options.size, options.anchors, options.detector_deviation)
    session = teachers.session(options.recognizer)
    mean, deviation = np.array(options.mean, np.float32), np.array(options.deviation, np.float32)
    people, embeddings, filed = [], [], {}
    for path in sorted(options.examples.rglob("*.jpg")):
        image = cv2.imread(str(path))
        _, scores, landmarks = detector(image)
        name = path.relative_to(options.examples)
        print(f"{name}: {len(scores)} faces, scores {' '.join(f'{score:.2f}' for score in scores)}")
        if len(scores) == 0 or len(name.parts) != 3:
            continue
        vector = embed(session, image, landmarks[0], mean, deviation)
        if name.parts[0] == "people":
            people.append(name.parts[1])
            embeddings.append(vector)
        else:
            filed[str(name)] = vector
    means, lowest, highest = table(people, np.array(embeddings))
    unique = sorted(set(people))
    print("\n" + " " * 8 + " ".join(f"{name:>6}" for name in unique))
    for name, row in zip(unique, means):
        print(f"{name:>7} " + " ".join(f"{value:6.2f}" for value in row))
    print(f"lowest cosine of two pictures of one: {lowest:.3f}; highest of different ones: {highest:.3f}")
    if filed:
        anna = np.mean([e for n, e in zip(people, embeddings) if n == "anna"], 0)
        print(f"\nmisfiled: angle to the mean of people/anna ({DOMINANT_DEGREES} degrees set aside)")
        for name, vector in filed.items():
            angle = np.degrees(np.arccos(np.clip(vector @ anna / np.linalg.norm(anna), -1, 1)))
            print(f"{name}: {angle:.0f}{'  set aside' if angle >= DOMINANT_DEGREES else ''}")


if __name__ == "__main__":
    main()
