"""The photographs, the validation split, and the stored aligned faces that training starts from."""

import dataclasses
import hashlib
import json
import pathlib

import numpy as np

#: One LFW person in ten is kept out of every training, by name, so that the split is the same everywhere.
VALIDATION_SHARE = 10

#: Stored faces are 160x160: ArcFace's 112x112 alignment with 24 pixels of surroundings on every side, so that
#: augmentation can shift, turn and scale without inventing a border.
STORED_SIZE = 160
STORED_MARGIN = 24


def is_validation_person(name: str) -> bool:
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:4], "big") % VALIDATION_SHARE == 0


def lfw_photographs(root: pathlib.Path) -> list[tuple[str, pathlib.Path]]:
    """Every (person, photograph) of `root/images/PERSON/*.jpg`, sorted."""
    folders = sorted(p for p in (root / "images").iterdir() if p.is_dir())
    return [(folder.name, file) for folder in folders for file in sorted(folder.glob("*.jpg"))]


def utkface_photographs(root: pathlib.Path) -> list[pathlib.Path]:
    return sorted(root.rglob("*.jpg"))


@dataclasses.dataclass(frozen=True)
class Face:
    """A face that the teacher detector found: pixels of the photograph named by `file`."""

    file: str  # relative to the faces folder
    person: str  # "" where nobody knows
    validation: bool
    subject: bool  # the person the photograph is named after, rather than somebody behind
    score: float
    box: list[float]  # left, top, right, bottom
    landmarks: list[list[float]]

    @property
    def size(self) -> tuple[float, float]:
        return self.box[2] - self.box[0], self.box[3] - self.box[1]


class FaceStore:
    """`faces.json` (one record a photograph and face) and `crops.npy` (uint8 BGR, one row a record)."""

    def __init__(self, folder: pathlib.Path):
        document = json.loads((folder / "faces.json").read_text())
        self.photographs: dict[str, list[int]] = document["photographs"]  # file -> [width, height]
        self.faces = [Face(**record) for record in document["faces"]]
        self.crops = np.load(folder / "crops.npy", mmap_mode="r")
        if len(self.crops) != len(self.faces):
            raise ValueError(f"{folder}: {len(self.faces)} faces but {len(self.crops)} crops")

    def training(self, smallest: float = 40) -> np.ndarray:
        """Rows of the faces that a recogniser may be trained on, `smallest` pixels wide and high or more."""
        return np.array([i for i, face in enumerate(self.faces)
                         if not face.validation and min(face.size) >= smallest])

    def validation_subjects(self) -> np.ndarray:
        """Rows of the named faces of the validation people."""
        return np.array([i for i, face in enumerate(self.faces) if face.validation and face.subject])
