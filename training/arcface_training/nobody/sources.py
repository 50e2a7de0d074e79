"""The aligned UTKFace photographs: what their names say, and which of them are fit for an average."""

import dataclasses
import pathlib

import cv2
import numpy as np

from .. import dataset
from . import averaging


@dataclasses.dataclass(frozen=True)
class Source:
    """One photograph with the face that it is cut around."""

    path: pathlib.Path
    age: int
    sex: int  # 0 male, 1 female
    origin: int
    score: float
    landmarks: np.ndarray
    embedding: np.ndarray
    bridge: float  # averaging.bridge: high where glasses are worn


def parse(name: str) -> tuple[int, int, int] | None:
    """(age, sex, origin) of `age_sex_origin_time.jpg.chip.jpg`; None where the name has another shape."""
    parts = name.split("_")
    if len(parts) != 4 or not all(part.isdigit() for part in parts[:3]):
        return None
    age, sex, origin = map(int, parts[:3])
    return (age, sex, origin) if sex in (0, 1) and origin <= 4 else None


def is_frontal(landmarks: np.ndarray) -> bool:
    """The nose is within 16 % of the eye distance of the middle between the eyes, along the eyes."""
    eyes = landmarks[1] - landmarks[0]
    offset = landmarks[2] - (landmarks[0] + landmarks[1]) / 2
    return abs(offset @ eyes) / (eyes @ eyes) < 0.16


def is_fit(image: np.ndarray) -> bool:
    """In colour, sharp, and without the black wedges that a turned photograph has at its corners."""
    middle = image[50:150, 50:150]
    colour = cv2.cvtColor(middle, cv2.COLOR_BGR2LAB).reshape(-1, 3).mean(0)
    edges = cv2.Laplacian(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.CV_32F)[50:150, 50:150]
    coloured = abs(colour[1] - colour[2]) < 25 and max(colour[1:]) > 131
    return bool(coloured and edges.std() > 4 and (image.max(2) < 6).mean() < 0.03)


def load(faces: pathlib.Path, store: dataset.FaceStore, recognizer, minimum_score: float = 0.6) -> list[Source]:
    """Every fit photograph, with the teacher's embedding of its face."""
    found = []
    for row, face in enumerate(store.faces):
        meaning = parse(pathlib.Path(face.file).name) if face.file.startswith("utkface/") else None
        landmarks = np.array(face.landmarks)
        if meaning is None or not face.subject or face.score < minimum_score or not is_frontal(landmarks):
            continue
        image = cv2.imread(str(faces / face.file))
        if not is_fit(image):
            continue
        bridge = averaging.bridge(averaging.aligned(image, landmarks))
        low, high = dataset.STORED_MARGIN, dataset.STORED_SIZE - dataset.STORED_MARGIN
        crop = np.asarray(store.crops[row])[low:high, low:high]
        embedding = recognizer(crop[None])[0]
        found.append(Source(faces / face.file, *meaning, face.score, landmarks, embedding, bridge))
    return found
