"""Puts the average of a group, which ends at forehead and chin, onto a painted head and shoulders."""

import dataclasses

import cv2
import numpy as np

from . import averaging
from .people import Look

#: A portrait layer, with the point between the eyes at EYES and 80 pixels from eye to eye.
SIDE = 720
EYES = (360, 300)


@dataclasses.dataclass(frozen=True)
class Layer:
    """A person without a background: how much of each pixel is covered, and colours (SIDE, SIDE, 3), blue first,
    multiplied by that."""

    colour: np.ndarray
    cover: np.ndarray


@dataclasses.dataclass(frozen=True)
class Pose:
    """Where a layer lies in a picture."""

    eyes: tuple[float, float]
    eye_distance: float
    degrees: float = 0.0
    light: float = 1.0


def _curve(points: list[tuple[float, float]]) -> np.ndarray:
    """A closed outline through half the points: (half width, height below the eyes), mirrored, rounded."""
    half = np.array(points, float)
    heights = np.linspace(half[0, 1], half[-1, 1], 240)
    widths = np.interp(heights, half[:, 1], half[:, 0])
    kernel = np.hanning(25) / np.hanning(25).sum()
    widths = np.convolve(np.pad(widths, 12, mode="edge"), kernel, "valid")
    right, left = np.column_stack([widths, heights]), np.column_stack([-widths, heights])
    return np.concatenate([right, left[::-1]]) + EYES


def _mask(outline: np.ndarray, blur: float) -> np.ndarray:
    mask = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillPoly(mask, [np.round(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return cv2.GaussianBlur(mask.astype(np.float32) / 255, (0, 0), blur)


def _ellipse(centre: tuple[float, float], radii: tuple[float, float], blur: float) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 360, endpoint=False)
    outline = np.column_stack([np.cos(angle) * radii[0], np.sin(angle) * radii[1]]) + centre + np.array(EYES)
    return _mask(outline, blur)


FACE = [(52, -96), (66, -70), (74, -40), (78, -10), (78, 20), (75, 50), (68, 75), (57, 97), (44, 115), (28, 129),
        (0, 136)]


def _skin(face: np.ndarray) -> np.ndarray:
    """The colour of the cheeks."""
    x, y = (int(v) for v in averaging.EYES)
    cheeks = np.concatenate([face[y + 35:y + 60, x - 48:x - 28], face[y + 35:y + 60, x + 28:x + 48]])
    return np.median(cheeks.reshape(-1, 3), 0)


def _strands(seed: int) -> np.ndarray:
    """Noise drawn out along the hair: about -1...1."""
    noise = np.random.default_rng(seed).standard_normal((SIDE, SIDE)).astype(np.float32)
    drawn = cv2.GaussianBlur(noise, (0, 0), sigmaX=1.6, sigmaY=26)
    return np.clip(drawn / (2.5 * drawn.std()), -1, 1)


X = np.arange(SIDE, dtype=np.float32)[None, :] - EYES[0]
Y = np.arange(SIDE, dtype=np.float32)[:, None] - EYES[1]


class _Canvas:
    def __init__(self):
        self.colour = np.zeros((SIDE, SIDE, 3), np.float32)  # multiplied by the cover
        self.cover = np.zeros((SIDE, SIDE), np.float32)

    def paint(self, mask: np.ndarray, colour) -> None:
        self.colour += mask[..., None] * (np.asarray(colour, np.float32) - self.colour)
        self.cover += mask * (1 - self.cover)


def _body(canvas: _Canvas, skin: np.ndarray, clothes: np.ndarray) -> None:
    """Shoulders, and a neck in the shade of the chin."""
    shoulders = _curve([(40, 152), (62, 164), (116, 182), (164, 202), (192, 240), (208, 320), (214, 480)])
    folds = 1 + 0.10 * np.exp(-((X / 90) ** 2)) - 0.12 * np.clip(np.abs(X) / 200, 0, 1) ** 2
    canvas.paint(_mask(shoulders, 2.5), clothes * folds[..., None])
    neck = _curve([(58, 60), (56, 110), (54, 135), (58, 155), (70, 170), (84, 178)])
    shade = 0.74 + 0.18 * np.clip((Y - 128) / 50, 0, 1) - 0.12 * np.clip(np.abs(X) / 60, 0, 1) ** 2
    collar = np.minimum(_ellipse((0, 150), (60, 42), 2), np.maximum(_mask(shoulders, 2), _mask(neck, 2.5)))
    throat = np.maximum(_mask(neck, 2.5) * np.clip((172 - Y) / 6, 0, 1), collar)
    canvas.paint(throat, skin * shade[..., None])


def _face(canvas: _Canvas, face: np.ndarray) -> None:
    placed = np.zeros((SIDE, SIDE, 3), np.float32)
    left, top = (int(whole - part) for whole, part in zip(EYES, averaging.EYES))
    placed[top:top + averaging.SIDE, left:left + averaging.SIDE] = face
    # Photographs end above the brows: from there up the forehead goes over into the colour of its last rows.
    brow = int(averaging.EYES[1])
    forehead = face[brow - 50:brow - 42, 115:165].reshape(-1, 3).mean(0)
    rounded = 1 - 0.10 * np.clip(np.abs(X) / 70, 0, 1) ** 2
    placed += np.clip((-48 - Y) / 16, 0, 1)[..., None] * (forehead * rounded[..., None] - placed)
    canvas.paint(_mask(_curve(FACE), 4.5), placed)


LONG_HAIR = [(0, -143), (44, -136), (76, -114), (94, -74), (102, -20), (105, 50), (108, 105), (106, 150), (96, 182),
             (74, 204)]
SHORT_HAIR = [(0, -143), (42, -137), (70, -118), (84, -90), (87, -50), (84, -14), (77, 2)]
FRINGE = [(0, -144), (42, -137), (72, -116), (87, -88), (89, -60), (86, -40)]


def _fringe(canvas: _Canvas, look: Look, strands: np.ndarray) -> None:
    """Hair over the forehead down to the hairline, and over the temples where it is long."""
    open_face = _ellipse((0, 10), (70 if look.long_hair else 74, 10 + look.hairline), 5.5)
    canvas.paint(np.clip(_mask(_curve(FRINGE), 3) - open_face, 0, 1), strands)
    if look.long_hair:
        locks = np.clip(_mask(_curve(LONG_HAIR), 3.5) - _ellipse((0, 30), (76, 118), 6), 0, 1)
        canvas.paint(locks * np.clip((150 - Y) / 60, 0, 1) * np.clip((np.abs(X) - 34) / 24, 0, 1), strands)


def layer(face: np.ndarray, look: Look, seed: int) -> Layer:
    """`face` is an average (280x280, blue first); the strands of the hair follow the seed."""
    skin, hair, clothes = _skin(face), np.array(look.hair[::-1]), np.array(look.clothes[::-1])
    shine = np.exp(-(((Y + 100 + 0.0012 * X * X) / 26) ** 2))
    dusk = np.clip(1 - (Y - 40) / 900, 0.6, 1)
    strands = hair * ((1 + 0.16 * _strands(seed) + 0.22 * shine) * dusk)[..., None]
    canvas = _Canvas()
    if look.long_hair:
        canvas.paint(_mask(_curve(LONG_HAIR), 3.5), strands * 0.82)
    _body(canvas, skin, clothes)
    if not look.long_hair:
        for side in (-1, 1):
            canvas.paint(_ellipse((side * 80, 14), (12, 27), 2.5), skin * 0.82)
        canvas.paint(_mask(_curve(SHORT_HAIR), 3), strands)
    _face(canvas, face)
    _fringe(canvas, look, strands)
    return Layer(canvas.colour, canvas.cover)


def background(width: int, height: int, colour: tuple[int, int, int]) -> np.ndarray:
    """A wall: one colour (red, green, blue), a little lighter in the upper middle."""
    x = (np.arange(width, dtype=np.float32)[None, :] - width / 2) / max(width, height)
    y = (np.arange(height, dtype=np.float32)[:, None] - height * 0.4) / max(width, height)
    light = 1.06 - 0.35 * (x * x + y * y)
    return np.clip(np.array(colour[::-1], np.float32) * light[..., None], 0, 255)


def place(picture: np.ndarray, person: Layer, pose: Pose) -> np.ndarray:
    """`picture` with the person on it."""
    height, width = picture.shape[:2]
    scale = pose.eye_distance / averaging.EYE_DISTANCE
    matrix = cv2.getRotationMatrix2D(EYES, pose.degrees, scale)
    matrix[:, 2] += np.array(pose.eyes) - EYES
    colour, cover = person.colour * pose.light, person.cover
    if scale < 1:  # or strands and edges flicker
        blur = 0.45 * np.sqrt(1 / scale**2 - 1)
        colour, cover = cv2.GaussianBlur(colour, (0, 0), blur), cv2.GaussianBlur(cover, (0, 0), blur)
    colour = cv2.warpAffine(colour, matrix, (width, height), flags=cv2.INTER_LINEAR)
    cover = cv2.warpAffine(cover, matrix, (width, height), flags=cv2.INTER_LINEAR)
    return np.clip(picture * (1 - cover[..., None]) + colour, 0, 255)
