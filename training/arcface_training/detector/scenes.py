"""Scenes composed on the fly: photographs at many scales, turned, cut, side by side, and what has no face at all."""

import dataclasses

import cv2
import numpy as np

from . import augment, photographs
from .geometry import areas, intersection, move_boxes, move_points, moved_rectangle, similarity, whole_pixels
from .photographs import Photograph
from .pixels import plain_picture, warp

SMALLEST_FACE = 8.0  # pixels of the scene; smaller ones are ignored
VISIBLE = 0.6  # share of the box that must be seen; less is ignored
UNSEEN = 0.1  # less than this is no face at all


@dataclasses.dataclass
class Scene:
    image: np.ndarray  # (size, size, 3) uint8 BGR
    boxes: np.ndarray  # (n, 4)
    points: np.ndarray  # (n, 5, 2)
    ignored: np.ndarray  # (n) bool


@dataclasses.dataclass(frozen=True)
class Mix:
    """How often scenes have what."""

    layouts: tuple[float, float, float, float]  # one photograph, sheet, scatter, no face
    strongly_turned: float  # share of the photographs; the others lean a little
    mirrored: float  # not half: the teacher's answer to a mirrored face is not the mirror of its answer
    recoloured: float  # share of the photographs
    spoilt: float  # of the usual shares of blurred, noisy and compressed scenes


USUAL = Mix((0.66, 0.13, 0.16, 0.05), strongly_turned=0.3, mirrored=0.25, recoloured=0.6, spoilt=1)
#: Nearer to photographs as people take them, for the end of a run.
GENTLE = Mix((0.8, 0.08, 0.09, 0.03), strongly_turned=0.15, mirrored=0.15, recoloured=0.3, spoilt=0.5)


class Composer:
    """Draws scenes; all chance comes from the generator that `scene` is given."""

    def __init__(self, lfw: list[Photograph], utkface: list[Photograph]):
        self.lfw = [p for p in lfw if p.sure.any()]
        self.utkface = [p for p in utkface if p.sure.any()]
        self.free = [(p, r) for p in lfw for r in p.free_rectangles()]

    def scene(self, size: int, rng: np.random.Generator, mix: Mix = USUAL) -> Scene:
        draw = Drawing(self, size, rng, mix)
        layout = rng.choice([draw.whole, draw.sheet, draw.scatter, draw.nothing], p=mix.layouts)
        layout()
        if rng.random() < 0.15:
            draw.letterbox()
        return draw.finished()


class Drawing:
    """One scene in the making."""

    def __init__(self, composer: Composer, size: int, rng: np.random.Generator, mix: Mix = USUAL):
        self.composer, self.size, self.rng, self.mix = composer, size, rng, mix
        self.image = np.zeros((size, size, 3), np.uint8)
        self.boxes, self.points = np.zeros((0, 4)), np.zeros((0, 5, 2))
        self.ignored, self.seen, self.whole_areas = np.zeros(0, bool), np.zeros(0), np.zeros(0)

    # Layouts

    def whole(self) -> None:
        """One photograph fills the scene."""
        rng, size = self.rng, self.size
        source = self.pick(chip_share=0.12)
        side = min(source.width, source.height)
        zoom = size / side * np.exp(rng.uniform(0, 0.8) if rng.random() < 0.5 else abs(rng.normal(0, 0.1)))
        if rng.random() < 0.25:  # smaller than the scene: its edge goes on as it is
            zoom = size / side * np.exp(-rng.uniform(0, 0.8))
            self.background(plain=0.7)
        angle = self.angle()
        turned = zoom * (abs(np.cos(angle)) + abs(np.sin(angle))) if rng.random() < 0.5 else zoom
        face = self.face_of(source)
        middle = np.array([source.width, source.height]) / 2
        room = max(0.0, turned * side - size) / 2
        target = size / 2 + rng.uniform(-1, 1, 2) * max(room, 0.12 * size)
        matrix = similarity(turned, angle, rng.random() < self.mix.mirrored, middle, target)
        if rng.random() < 0.7 and not self.inside(source.boxes[face], matrix):
            aim = self.random_place(source.boxes[face], matrix)
            matrix[:, 2] += aim
        borders = [cv2.BORDER_REPLICATE, cv2.BORDER_CONSTANT, cv2.BORDER_TRANSPARENT]
        border = borders[rng.choice(3, p=[0.5, 0.25, 0.25])]
        self.paste(source, (0, 0, source.width, source.height), matrix, border=border)

    def sheet(self) -> None:
        """Photographs side by side without a gap."""
        rng, size = self.rng, self.size
        most = max(2, size // 40)
        columns, rows = (int(np.exp(rng.uniform(np.log(1.6), np.log(most + 1)))) for _ in range(2))
        rows = max(1, rows if rng.random() < 0.5 else columns)
        edges_x, edges_y = self.cuts(columns), self.cuts(rows)
        for top, bottom in zip(edges_y, edges_y[1:]):
            for left, right in zip(edges_x, edges_x[1:]):
                self.tile(np.array([left, top, right, bottom]))

    def scatter(self) -> None:
        """Faces with more or less of their surroundings on a background."""
        rng = self.rng
        self.background()
        for _ in range(int(np.exp(rng.uniform(0, np.log(13))))):
            self.sticker()

    def nothing(self) -> None:
        """Background, with more background pasted on it: an edge is no sign of a face."""
        self.background()
        for _ in range(int(self.rng.integers(0, 6))):
            self.free_sticker()

    def letterbox(self) -> None:
        """What the detector sees of a picture that is not square: the rest is black."""
        keep = int(self.size * self.rng.uniform(0.55, 0.98))
        region = (0, keep, self.size, self.size) if self.rng.random() < 0.6 else (keep, 0, self.size, self.size)
        self.image[region[1]:region[3], region[0]:region[2]] = 0
        self.cover(region)

    # Parts

    def pick(self, chip_share: float) -> Photograph:
        pool = self.composer.utkface if self.rng.random() < chip_share else self.composer.lfw
        return pool[self.rng.integers(len(pool))]

    def angle(self) -> float:
        degrees = self.rng.uniform(-45, 45) if self.rng.random() < self.mix.strongly_turned else self.rng.normal(0, 8)
        return np.radians(np.clip(degrees, -45, 45))

    def face_of(self, source: Photograph) -> int:
        return int(self.rng.choice(np.flatnonzero(source.sure)))

    def cuts(self, parts: int) -> np.ndarray:
        steps = self.rng.uniform(0.8, 1.25, parts) if self.rng.random() < 0.5 else np.ones(parts)
        return np.round(np.concatenate([[0], np.cumsum(steps) / steps.sum()]) * self.size).astype(int)

    def inside(self, box: np.ndarray, matrix: np.ndarray) -> bool:
        moved = move_boxes(box[None].astype(float), matrix)[0]
        return bool((moved[:2] >= 0).all() and (moved[2:] <= self.size).all())

    def random_place(self, box: np.ndarray, matrix: np.ndarray) -> np.ndarray:
        """The shift that takes a face into the scene, perhaps touching its border."""
        moved = move_boxes(box[None].astype(float), matrix)[0]
        sides = moved[2:] - moved[:2]
        low, high = -0.2 * sides, self.size - 0.8 * sides
        return self.rng.uniform(np.minimum(low, high), np.maximum(low, high)) - moved[:2]

    def tile(self, region: np.ndarray) -> None:
        rng = self.rng
        if rng.random() < 0.15:
            self.free_patch(region)
            return
        source = self.pick(chip_share=0.2)
        sides = region[2:] - region[:2]
        whole = np.array([source.width, source.height])
        if rng.random() < 0.6:
            scale, middle = (sides / whole).max() * rng.uniform(1, 1.25), whole / 2
        else:
            box = source.boxes[self.face_of(source)]
            scale = sides.min() * rng.uniform(0.45, 1.05) / (box[2:] - box[:2]).max()
            middle = (box[:2] + box[2:]) / 2
        target = (region[:2] + region[2:]) / 2 + rng.uniform(-0.1, 0.1, 2) * sides
        matrix = similarity(scale, self.angle(), rng.random() < self.mix.mirrored, middle, target)
        self.paste(source, (0, 0, source.width, source.height), matrix, clip=region, border=cv2.BORDER_REPLICATE)

    def sticker(self) -> None:
        """One face with random margins at a random place and any size."""
        rng = self.rng
        if rng.random() < 0.15:
            self.free_sticker()
            return
        source = self.pick(chip_share=0.25)
        box = source.boxes[self.face_of(source)]
        sides = box[2:] - box[:2]
        wanted = np.exp(rng.uniform(np.log(9), np.log(0.8 * self.size)))
        if rng.random() < 0.35:
            wanted = np.exp(rng.uniform(np.log(9), np.log(50)))
        middle = (box[:2] + box[2:]) / 2
        matrix = similarity(wanted / sides.max(), self.angle(), rng.random() < self.mix.mirrored, middle, (0, 0))
        matrix[:, 2] += self.random_place(box, matrix)
        margins = rng.uniform(0.02, 1.0, 4) * np.tile(sides, 2)
        part = np.concatenate([np.maximum(0, box[:2] - margins[:2]),
                               np.minimum([source.width, source.height], box[2:] + margins[2:])]).astype(int)
        if self.covers_seen(move_boxes(part[None].astype(float), matrix)[0]):
            return
        feather = rng.uniform(0, 0.12) * wanted if rng.random() < 0.6 else 0.0
        self.paste(source, tuple(part), matrix, feather=feather)

    def covers_seen(self, region: np.ndarray) -> bool:
        """Whether pasting there would hide much of a face that is already in the scene."""
        if not len(self.boxes):
            return False
        low, high = np.maximum(self.boxes[:, :2], region[:2]), np.minimum(self.boxes[:, 2:], region[2:])
        return bool((np.maximum(0, high - low).prod(1) > 0.15 * areas(self.boxes)).any())

    def free_sticker(self) -> None:
        sides = np.exp(self.rng.uniform(np.log(12), np.log(0.7 * self.size), 2))
        corner = self.rng.uniform(-0.2, 0.9, 2) * self.size
        region = np.clip(np.concatenate([corner, corner + sides]), 0, self.size).astype(int)
        if (region[2:] - region[:2]).min() >= 8 and not self.covers_seen(region):
            self.free_patch(region)

    def background(self, plain: float = 0.25) -> None:
        if self.rng.random() < plain:
            self.image[:] = plain_picture(self.size, self.rng)
        else:
            self.free_patch(np.array([0, 0, self.size, self.size]))

    def free_patch(self, region: np.ndarray) -> None:
        """Fills a region with a part of a photograph in which the teacher suspects no face."""
        rng = self.rng
        source, (left, top, right, bottom) = self.composer.free[rng.integers(len(self.composer.free))]
        sides = np.array([right - left, bottom - top])
        part = np.maximum(24, sides * rng.uniform(0.4, 1, 2)).astype(int)
        corner = [left, top] + (rng.random(2) * (sides - part)).astype(int)
        pixels = photographs.pixels(source.path)[corner[1]:corner[1] + part[1], corner[0]:corner[0] + part[0]]
        if rng.random() < 0.5:
            pixels = pixels[:, ::-1]
        if rng.random() < 0.15:
            pixels = pixels[::-1]
        width, height = (int(v) for v in region[2:] - region[:2])
        if rng.random() < 0.5:  # keep the shape: cut the part to the region's
            ratio = max(width / pixels.shape[1], height / pixels.shape[0])
            pixels = pixels[:max(1, int(height / ratio)), :max(1, int(width / ratio))]
        pixels = augment.photograph(pixels, rng, self.mix.recoloured)
        pixels = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_LINEAR)
        self.image[region[1]:region[3], region[0]:region[2]] = pixels

    def paste(self, source: Photograph, part, matrix, clip=None, border=cv2.BORDER_TRANSPARENT,
              feather: float = 0.0) -> None:
        """Draws `part` of a photograph where `matrix` takes it, within `clip`, and notes its faces."""
        left, top, right, bottom = part
        pixels = photographs.pixels(source.path)[top:bottom, left:right]
        pixels = augment.photograph(pixels, self.rng, self.mix.recoloured)
        clip = np.array([0, 0, self.size, self.size]) if clip is None else clip
        place = matrix.copy()
        place[:, 2] += place[:, :2] @ [left, top]
        region = clip
        if border == cv2.BORDER_TRANSPARENT:
            region = whole_pixels(moved_rectangle(right - left, bottom - top, place), clip)
            if (region[2:] - region[:2]).min() < 2:
                return
        self.cover(region if border != cv2.BORDER_TRANSPARENT else ())
        warp(pixels, place, self.image, region, border, feather, self.rng)
        self.note(source, np.array(part), matrix, clip)

    # Bookkeeping

    def note(self, source: Photograph, part: np.ndarray, matrix: np.ndarray, clip: np.ndarray) -> None:
        if not len(source.boxes):
            return
        # What the photograph itself cuts off does not count: the teacher was sure without it.
        inside = areas(intersection(source.boxes, np.array([0, 0, source.width, source.height])))
        kept = np.maximum(0.05, inside / areas(source.boxes))
        boxes = move_boxes(source.boxes.astype(float), matrix)
        whole = areas(boxes) * kept
        shown = areas(intersection(source.boxes, part)) / np.maximum(inside, 1)
        shown = shown * np.minimum(1, areas(intersection(boxes, clip)) / whole)
        self.boxes = np.concatenate([self.boxes, boxes])
        self.points = np.concatenate([self.points, move_points(source.points.astype(float), matrix)])
        self.ignored = np.concatenate([self.ignored, ~source.sure])
        self.seen = np.concatenate([self.seen, shown])
        self.whole_areas = np.concatenate([self.whole_areas, whole])

    def cover(self, region) -> None:
        """Something opaque was drawn over `region`."""
        if len(region) and len(self.boxes):
            self.seen = self.seen - areas(intersection(self.boxes, np.array(region))) / self.whole_areas

    def finished(self) -> Scene:
        present = self.seen > UNSEEN
        small = (self.boxes[:, 2:] - self.boxes[:, :2]).min(1, initial=np.inf) < SMALLEST_FACE
        ignored = (self.ignored | (self.seen < VISIBLE) | small)[present]
        return Scene(augment.scene(self.image, self.rng, self.mix.spoilt), self.boxes[present].astype(np.float32),
                     self.points[present].astype(np.float32), ignored)
