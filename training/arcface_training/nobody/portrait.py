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


FACE = [(52, -96), (66, -70), (74, -40), (78, -10), (78, 20), (75, 50), (68, 75), (57, 97), (44, 115), (28, 129), (0, 136)]


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


def _paint(canvas: np.ndarray, cover: np.ndarray, mask: np.ndarray, colour) -> None:
    canvas += mask[..., None] * (np.asarray(colour, np.float32) - canvas)  # multiplied by the cover
    cover += mask * (1 - cover)


def layer(face: np.ndarray, look: Look, seed: int) -> Layer:
    """`face` is an average (280x280, blue first); the strands of the hair follow the seed."""
    x = np.arange(SIDE, dtype=np.float32)[None, :] - EYES[0]
    y = np.arange(SIDE, dtype=np.float32)[:, None] - EYES[1]
    skin = _skin(face)
    hair = np.array(look.hair[::-1], np.float32)
    clothes = np.array(look.clothes[::-1], np.float32)
    canvas = np.zeros((SIDE, SIDE, 3), np.float32)
    cover = np.zeros((SIDE, SIDE), np.float32)
    shine = np.exp(-(((y + 100 + 0.0012 * x * x) / 26) ** 2))
    strands = hair * (1 + 0.16 * _strands(seed) + 0.22 * shine)[..., None] * np.clip(1 - (y - 40) / 900, 0.6, 1)[..., None]

    if look.long_hair:
        back = _curve([(0, -143), (44, -136), (76, -114), (94, -74), (102, -20), (105, 50), (108, 105), (106, 150), (96, 182), (74, 204)])
        _paint(canvas, cover, _mask(back, 3.5), strands * 0.82)
    shoulders = _curve([(40, 152), (62, 164), (116, 182), (164, 202), (192, 240), (208, 320), (214, 480)])
    folds = 1 + 0.10 * np.exp(-((x / 90) ** 2)) - 0.12 * np.clip(np.abs(x) / 200, 0, 1) ** 2
    neck = _curve([(58, 60), (56, 110), (54, 135), (58, 155), (70, 170), (84, 178)])
    shade = 0.74 + 0.18 * np.clip((y - 128) / 50, 0, 1) - 0.12 * np.clip(np.abs(x) / 60, 0, 1) ** 2
    _paint(canvas, cover, _mask(shoulders, 2.5), clothes * folds[..., None])
    throat = np.minimum(_ellipse((0, 150), (60, 42), 2), np.maximum(_mask(shoulders, 2), _mask(neck, 2.5)))
    _paint(canvas, cover, np.maximum(_mask(neck, 2.5) * np.clip((172 - y) / 6, 0, 1), throat), skin * shade[..., None])
    if not look.long_hair:
        for side in (-1, 1):
            _paint(canvas, cover, _ellipse((side * 80, 14), (12, 27), 2.5), skin * 0.82)
        short = _curve([(0, -143), (42, -137), (70, -118), (84, -90), (87, -50), (84, -14), (77, 2)])
        _paint(canvas, cover, _mask(short, 3), strands)

    placed = np.zeros((SIDE, SIDE, 3), np.float32)
    top, left = (int(EYES[1] - averaging.EYES[1]), int(EYES[0] - averaging.EYES[0]))
    placed[top:top + averaging.SIDE, left:left + averaging.SIDE] = face
    # Photographs end above the brows: from there up the forehead goes over into the colour of the skin.
    above = np.clip((-48 - y) / 16, 0, 1)[..., None]
    forehead = face[int(averaging.EYES[1]) - 50:int(averaging.EYES[1]) - 42, 115:165].reshape(-1, 3).mean(0)
    placed += above * (forehead * (1 - 0.10 * np.clip(np.abs(x) / 70, 0, 1) ** 2)[..., None] - placed)
    _paint(canvas, cover, _mask(_curve(FACE), 4.5), placed)

    line = look.hairline
    fringe = np.maximum(_mask(_curve([(0, -144), (42, -137), (72, -116), (87, -88), (89, -60), (86, -40)]), 3)
                        - _ellipse((0, 10), (70 if look.long_hair else 74, 10 + line), 5 if look.long_hair else 6), 0)
    _paint(canvas, cover, np.clip(fringe, 0, 1), strands)
    if look.long_hair:
        locks = np.maximum(_mask(back, 3.5) - _ellipse((0, 30), (76, 118), 6), 0) * np.clip((150 - y) / 60, 0, 1)
        _paint(canvas, cover, np.clip(locks, 0, 1) * np.clip((np.abs(x) - 34) / 24, 0, 1), strands)
    return Layer(canvas, cover)


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
