"""Turns stored 160x160 faces into varied 112x112 training pictures.

Nothing here needs to keep a face's identity: the teacher labels whatever it is shown. Variety is the point, and mixes
of two faces are people whom no data set has.
"""

import dataclasses

import cv2
import numpy as np

from ..dataset import STORED_MARGIN, STORED_SIZE

SIDE = 112
CENTRE = STORED_SIZE / 2


@dataclasses.dataclass(frozen=True)
class Strength:
    """How often a picture is changed in the ways that ordinary photographs are not."""

    wide: float  # turned, scaled and shifted beyond a detector's error
    mixed: float
    resampled: float
    blurred: float
    compressed: float
    occluded: float


STRONG = Strength(wide=0.2, mixed=0.4, resampled=0.2, blurred=0.15, compressed=0.2, occluded=0.1)
#: For the last part of the training: nearer to what the service will see.
GENTLE = Strength(wide=0.05, mixed=0.2, resampled=0.1, blurred=0.05, compressed=0.15, occluded=0.03)


def geometry(random: np.random.Generator, strength: Strength = STRONG) -> np.ndarray:
    """A 2x3 matrix from the stored face to the crop: mostly what a detector's landmarks leave of error, at times more."""
    wide = random.random() < strength.wide
    angle = np.deg2rad(random.normal(0, 12 if wide else 3.5))
    scale = np.exp(random.normal(0, 0.10 if wide else 0.04))
    shift = random.normal(0, 5 if wide else 1.8, 2)
    stretch = np.exp(random.normal(0, 0.05)) if random.random() < 0.4 else 1.0
    shear = random.normal(0, 0.05) if random.random() < 0.3 else 0.0
    cosine, sine = np.cos(angle), np.sin(angle)
    linear = scale * np.array([[cosine, -sine], [sine, cosine]]) @ np.array([[stretch, shear], [0, 1 / stretch]])
    if random.random() < 0.5:
        linear = linear @ np.diag([-1.0, 1.0])
    offset = np.array([CENTRE - STORED_MARGIN] * 2) + shift - linear @ [CENTRE, CENTRE]
    return np.column_stack([linear, offset])


def cut(face: np.ndarray, random: np.random.Generator, strength: Strength = STRONG) -> np.ndarray:
    return cv2.warpAffine(
        face, geometry(random, strength), (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def mixed(first: np.ndarray, second: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Two cut faces as one: blended evenly, or joined along a soft line through the middle of the face."""
    if random.random() < 0.6:
        share = np.float32(random.uniform(0.3, 0.7))
        return cv2.addWeighted(first, float(share), second, float(1 - share), 0)
    angle, width = random.uniform(0, 2 * np.pi), random.uniform(6, 25)
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) - SIDE / 2
    distance = x * np.cos(angle) + y * np.sin(angle) + random.normal(0, 8)
    mask = (1 / (1 + np.exp(-distance / width * 4))).astype(np.float32)[:, :, None]
    return (first * mask + second * (1 - mask)).astype(np.uint8)


def colour(image: np.ndarray, random: np.random.Generator) -> np.ndarray:
    values = image.astype(np.float32)
    if random.random() < 0.6:
        values = (values - 127.5) * np.exp(random.normal(0, 0.2)) + 127.5 + random.normal(0, 18)
    if random.random() < 0.3:
        values = values * np.exp(random.normal(0, 0.08, 3)).astype(np.float32)
    if random.random() < 0.3:
        grey = values @ np.array([0.114, 0.587, 0.299], np.float32)
        keep = 0.0 if random.random() < 0.3 else random.uniform(0.2, 1.4)
        values = grey[:, :, None] + (values - grey[:, :, None]) * np.float32(keep)
    values = np.clip(values, 0, 255)
    if random.random() < 0.3:
        values = 255 * (values / 255) ** np.float32(np.exp(random.normal(0, 0.3)))
    if random.random() < 0.1:
        values = values + random.normal(0, random.uniform(2, 10), values.shape).astype(np.float32)
    return np.clip(values, 0, 255).astype(np.uint8)


def degraded(image: np.ndarray, random: np.random.Generator, strength: Strength = STRONG) -> np.ndarray:
    """Few pixels, blur and JPEG, as cameras and uploads leave them."""
    if random.random() < strength.resampled:
        side = int(random.uniform(28, 90))
        small = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
        image = cv2.resize(small, (SIDE, SIDE), interpolation=int(random.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC])))
    elif random.random() < strength.blurred:
        if random.random() < 0.5:
            image = cv2.GaussianBlur(image, (0, 0), random.uniform(0.5, 2))
        else:
            length = int(random.integers(3, 8))
            kernel = np.eye(length, dtype=np.float32) / length
            image = cv2.filter2D(image, -1, np.rot90(kernel, int(random.integers(4))))
    if random.random() < strength.compressed:
        _, bytes = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(random.uniform(25, 92))])
        image = cv2.imdecode(bytes, cv2.IMREAD_COLOR)
    return image


def occluded(image: np.ndarray, random: np.random.Generator) -> np.ndarray:
    width, height = (int(v) for v in random.uniform(12, 55, 2))
    left, top = (int(v) for v in random.uniform(-10, SIDE - 15, 2))
    region = image[max(0, top):top + height, max(0, left):left + width]
    if region.size:
        image = image.copy()
        fill = random.integers(0, 256, 3) if random.random() < 0.6 else random.integers(0, 256, region.shape)
        image[max(0, top):top + height, max(0, left):left + width] = fill
    return image


def picture(
    crops: np.ndarray, rows: np.ndarray, random: np.random.Generator, strength: Strength = STRONG
) -> np.ndarray:
    """One training picture (112, 112, 3) uint8 BGR from the stored faces `crops[rows]`."""
    image = cut(crops[random.choice(rows)], random, strength)
    if random.random() < strength.mixed:
        image = mixed(image, cut(crops[random.choice(rows)], random, strength), random)
    image = degraded(colour(image, random), random, strength)
    return occluded(image, random) if random.random() < strength.occluded else image
