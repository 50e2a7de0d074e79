"""A quick look at a network during training: small, fixed, on the validation people's photographs only.

The figures that count are those of `evaluate`, taken from the exported file.
"""

import cv2
import numpy as np
import torch

from . import batches, cells, photographs
from .network import Detector
from .scenes import Composer, Scene

SIZE = 320
SCORE = 0.5
EYES = slice(0, 2)


def whole_photographs(lfw: list[photographs.Photograph], count: int) -> list[Scene]:
    """Photographs scaled to fill the input, evenly picked."""
    scenes = []
    for photograph in lfw[::max(1, len(lfw) // count)][:count]:
        ratio = SIZE / max(photograph.width, photograph.height)
        image = cv2.resize(photographs.pixels(photograph.path), (SIZE, SIZE))
        scenes.append(Scene(image, photograph.boxes * ratio, photograph.points * ratio, ~photograph.sure))
    return scenes


def composed(composer: Composer, count: int) -> list[Scene]:
    return [composer.scene(SIZE, np.random.default_rng((0xFACE, i))) for i in range(count)]


def overlaps(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """IoU of every pair, (n, m)."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    shared = np.maximum(0, high - low).prod(-1)
    area = [(b[:, 2:] - b[:, :2]).prod(1) for b in (boxes, others)]
    return shared / (area[0][:, None] + area[1][None] - shared)


class Tally:
    """Counts what was found of what there is, and what was found beside."""

    def __init__(self):
        self.faces = self.found = self.false = 0
        self.errors: list[float] = []

    def add(self, scene: Scene, boxes: np.ndarray, points: np.ndarray) -> None:
        overlap = overlaps(scene.boxes, boxes)
        self.false += int((overlap.max(0, initial=0) < 0.3).sum()) if len(scene.boxes) else len(boxes)
        for i in np.flatnonzero(~scene.ignored):
            self.faces += 1
            if not len(boxes) or overlap[i].max() < 0.5:
                continue
            self.found += 1
            truth, answer = scene.points[i], points[overlap[i].argmax()]
            eyes = np.linalg.norm(np.subtract(*truth[EYES]))
            self.errors.append(float(np.linalg.norm(answer - truth, axis=1).mean() / max(eyes, 1)))

    def line(self, pictures: int) -> str:
        error = 100 * np.mean(self.errors) if self.errors else float("nan")
        return (f"found {100 * self.found / max(1, self.faces):.2f} % of {self.faces}, "
                f"landmarks {error:.2f} %, false {self.false} in {pictures}")


@torch.no_grad()
def validate(network: Detector, scenes: list[Scene], batch: int = 16) -> str:
    network.eval()
    tally = Tally()
    for start in range(0, len(scenes), batch):
        part = scenes[start:start + batch]
        maps = network(batches.normalized(batches.collate(part).images))
        for scene, (boxes, _, points) in zip(part, cells.faces(maps, SCORE)):
            tally.add(scene, boxes, points)
    return tally.line(len(scenes))
