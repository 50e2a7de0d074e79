"""Averages of aligned faces that stay sharp, and what makes an average look like somebody."""

import pathlib

import cv2
import numpy as np

from .. import teachers

#: Averages are made at UTKFace's own size: 80 pixels between the eyes.
SIDE = 280
EYE_DISTANCE = 80.0
EYES = (140.0, 118.0)
_SCALE = EYE_DISTANCE / (teachers.TEMPLATE[1, 0] - teachers.TEMPLATE[0, 0])
TARGET = (teachers.TEMPLATE - teachers.TEMPLATE[:2].mean(0)) * _SCALE + EYES


def aligned(image: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    matrix = teachers.similarity(landmarks, TARGET)
    return cv2.warpAffine(image, matrix, (SIDE, SIDE), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def read(path: pathlib.Path, landmarks: np.ndarray) -> np.ndarray:
    return aligned(cv2.imread(str(path)), landmarks)


def _grid(side: int) -> tuple[np.ndarray, np.ndarray]:
    line = np.arange(side, dtype=np.float32)
    return np.meshgrid(line, line)


def moved(image: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """`image` read at every pixel's place plus `flow`."""
    x, y = _grid(flow.shape[0])
    return cv2.remap(image, x + flow[..., 0], y + flow[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def inverse(flow: np.ndarray) -> np.ndarray:
    back = np.zeros_like(flow)
    for _ in range(15):
        back = -moved(flow, back)
    return back


def _grey(image: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(np.clip(image, 0, 255).astype(np.uint8), cv2.COLOR_BGR2GRAY).astype(np.float32)


def _relief(image: np.ndarray) -> np.ndarray:
    """Grey values less their surroundings and over the contrast there: dark and light skin become comparable."""
    grey = _grey(image)
    difference = grey - cv2.GaussianBlur(grey, (0, 0), 24)
    contrast = np.sqrt(cv2.GaussianBlur(difference**2, (0, 0), 36)) + 3
    return np.clip(127.5 + 50 * difference / contrast, 0, 255).astype(np.uint8)


def _inside(width: float, height: float, rim: float, fall: float) -> np.ndarray:
    """1 within an ellipse about the face, falling to 0 at `rim` times its size over `fall` of it."""
    x, y = _grid(SIDE)
    distance = np.hypot((x - EYES[0]) / width, (y - EYES[1] - 30) / height)
    return np.clip((rim - distance) / fall, 0, 1)[..., None].astype(np.float32)


#: Where photographs have something in common to be aligned by, and where different people's averages have.
HEAD = _inside(100, 125, 1.15, 0.3)
FEATURES = _inside(86, 102, 1.0, 0.26)


def _flow(reference: np.ndarray, relief: np.ndarray, smoothing: float, mask: np.ndarray) -> np.ndarray:
    """Where the pixels of one relief lie in another; smooth, at most 25 pixels, nothing outside the mask."""
    search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    flow = search.calc(reference, relief, None)
    return np.clip(cv2.GaussianBlur(flow, (0, 0), smoothing), -25, 25) * mask


def agree(images: list[np.ndarray], smoothings: tuple[float, ...], mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The images moved onto their mean shape, and the flows that did it: each round aligns them with the mean of
    the last and takes away the mean flow, so that the shape is nobody's."""
    reliefs = [_relief(image) for image in images]
    current = np.stack(images).astype(np.float32)
    flows = np.zeros(current.shape[:3] + (2,), np.float32)
    for smoothing in smoothings:
        mean = _relief(current.mean(0))
        flows = np.stack([_flow(mean, relief, smoothing, mask) for relief in reliefs])
        flows -= flows.mean(0)
        current = np.stack([moved(image.astype(np.float32), flow) for image, flow in zip(images, flows)])
    return current, flows


def averages(images: list[np.ndarray], parts: list[np.ndarray]) -> list[np.ndarray]:
    """The mean of every part, all in the shape of the whole group."""
    settled, _ = agree(images, (18.0, 12.0, 8.0), HEAD)
    return [settled[part].mean(0) for part in parts]


def exaggerate(people: list[list[np.ndarray]], shape: float, colour: float,
               likeness: np.ndarray | None = None) -> list[list[np.ndarray]]:
    """Averages of different groups resemble each other more than people do. Every one is moved away from the mean of
    the others, in shape (by the flow) and in colour, by these shares of its own difference. `likeness` (n, n) says how
    much each other one weighs in that mean: those that it could be taken for should weigh most."""
    settled, flows = agree([np.mean(pictures, 0) for pictures in people], (24.0, 18.0, 14.0), FEATURES)
    weights = np.ones((len(people),) * 2) if likeness is None else likeness
    weights = weights / weights.sum(1, keepdims=True)
    result = []
    for pictures, flow, row in zip(people, flows, weights):
        away = flow - np.tensordot(row, flows, 1).astype(np.float32)
        other = np.tensordot(row, settled, 1).astype(np.float32)
        back = inverse(flow + np.clip(shape * away, -8, 8))
        drawn = []
        for picture in pictures:
            plain = moved(picture, flow)
            drawn.append(np.clip(moved(plain + FEATURES * np.clip(colour * (plain - other), -40, 40), back), 0, 255))
        result.append(drawn)
    return result


def sharpen(image: np.ndarray, amount: float = 0.5) -> np.ndarray:
    return np.clip(image + amount * (image - cv2.GaussianBlur(image, (0, 0), 2.0)), 0, 255)


def bridge(face: np.ndarray) -> float:
    """How sharp a horizontal edge crosses the bridge of the nose in an aligned face: high where glasses do."""
    x, y = (int(v) for v in EYES)
    patch = cv2.GaussianBlur(_grey(face), (0, 0), 1.5)[y - 22:y + 26, x - 9:x + 10]
    rows = np.median(patch, 1)
    return float(np.abs(rows[4:] - rows[:-4]).max() / (patch.mean() + 60))
