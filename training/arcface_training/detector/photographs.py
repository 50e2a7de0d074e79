"""What scenes are made from: photographs with the teacher's faces, and rectangles free of any face.

Coordinates are those of pixel edges: the first pixel spans 0 to 1.
"""

import dataclasses
import functools
import json
import pathlib

import cv2
import numpy as np

from .. import dataset

SURE = 0.5  # teacher's score of a face to train on
SUSPECTED = 0.15  # below SURE the region is ignored, below this it is background: the teacher's own noise floor
BACKGROUND_MARGIN = 0.2  # of the box, kept free around a face when background is cut out
SMALLEST_BACKGROUND = 48
VALIDATION_UTKFACE = 20  # one UTKFace photograph in so many is kept for validation


@dataclasses.dataclass(frozen=True)
class Photograph:
    path: str
    width: int
    height: int
    boxes: np.ndarray  # (n, 4): left, top, right, bottom
    points: np.ndarray  # (n, 5, 2)
    scores: np.ndarray  # (n)

    @property
    def sure(self) -> np.ndarray:
        return self.scores >= SURE

    def free_rectangles(self) -> list[tuple[int, int, int, int]]:
        """The strips left of, right of, above and below all faces, where they are wide enough."""
        left, top, right, bottom = 0, 0, self.width, self.height
        if not len(self.boxes):
            return [(left, top, right, bottom)]
        margin = BACKGROUND_MARGIN * (self.boxes[:, 2:] - self.boxes[:, :2])
        x0, y0 = (self.boxes[:, :2] - margin).min(0)
        x1, y1 = (self.boxes[:, 2:] + margin).max(0)
        strips = [(left, top, int(x0), bottom), (int(np.ceil(x1)), top, right, bottom),
                  (left, top, right, int(y0)), (left, int(np.ceil(y1)), right, bottom)]
        return [s for s in strips if min(s[2] - s[0], s[3] - s[1]) >= SMALLEST_BACKGROUND]


@functools.lru_cache(maxsize=None)
def pixels(path: str) -> np.ndarray:
    """The decoded BGR photograph, kept: some 3 GB for all of LFW and UTKFace."""
    image = cv2.imread(path)
    if image is None:
        raise ValueError(f"{path} is no image")
    return image


def photograph(path: pathlib.Path, size: list[int], faces: list[dict]) -> Photograph:
    faces = [face for face in faces if face["score"] >= SUSPECTED]
    return Photograph(
        str(path), *size, np.array([face["box"] for face in faces], np.float32).reshape(-1, 4),
        np.array([face["landmarks"] for face in faces], np.float32).reshape(-1, 5, 2),
        np.array([face["score"] for face in faces], np.float32))


def load(root: pathlib.Path, store: pathlib.Path, labels: pathlib.Path, validation: bool):
    """LFW's photographs with the teacher's faces at 640 (`labels`), and UTKFace's with those at 320 (`store`).

    Only the validation people's photographs, or only the others. UTKFace has no names; one photograph in
    `VALIDATION_UTKFACE` counts as validation.
    """
    lfw = [photograph(root / file, [250, 250], record["faces"])
           for file, record in json.loads(labels.read_text()).items() if record["validation"] == validation]
    document = json.loads((store / "faces.json").read_text())
    chips: dict[str, list[dict]] = {}
    for face in document["faces"]:
        if face["file"].startswith("utkface/"):
            chips.setdefault(face["file"], []).append(face)
    utkface = [photograph(root / file, document["photographs"][file], faces)
               for i, (file, faces) in enumerate(sorted(chips.items()))
               if (i % VALIDATION_UTKFACE == 0) == validation]
    return lfw, utkface
