"""Pictures that the exported detector is measured on, made the same every time from the validation photographs."""

import cv2
import numpy as np

from . import photographs
from .geometry import move_boxes, move_points, similarity
from .photographs import Photograph
from .scenes import Scene

INPUT = 640
#: Shorter side of the face's box in pixels.
SIZES = (10, 12, 16, 20, 24, 32, 48, 64, 96, 128, 200, 300, 500, 1000)
#: How much of the picture's side a close-up's face takes (longer side of its box).
SHARES = (0.5, 0.6, 0.7, 0.8, 0.9)
ANGLES = (-45, -30, -15, 15, 30, 45)
SMALLEST_FREE = 64


def spread(items: list, count: int) -> list:
    """`count` of the items, evenly spaced."""
    return [items[i * len(items) // count] for i in range(min(count, len(items)))]


def subject(photograph: Photograph) -> int | None:
    """The sure face nearest to the middle, which LFW's photographs are named after."""
    sure = np.flatnonzero(photograph.sure)
    if not len(sure):
        return None
    middle = (photograph.boxes[sure, :2] + photograph.boxes[sure, 2:]) / 2
    return int(sure[np.square(middle - [photograph.width / 2, photograph.height / 2]).sum(1).argmin()])


def only(photograph: Photograph, face: int, image: np.ndarray, matrix: np.ndarray) -> Scene:
    """A picture in which `face` counts and the photograph's other faces do not matter."""
    others = np.arange(len(photograph.boxes)) != face
    return Scene(image, move_boxes(photograph.boxes.astype(float), matrix),
                 move_points(photograph.points.astype(float), matrix), others)


def scaled(photograph: Photograph, face: int, size: float) -> Scene:
    """The photograph resized so that the face's shorter side has `size` pixels."""
    box = photograph.boxes[face]
    ratio = size / (box[2:] - box[:2]).min()
    shape = tuple(max(1, round(side * ratio)) for side in (photograph.width, photograph.height))
    way = cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR
    image = cv2.resize(photographs.pixels(photograph.path), shape, interpolation=way)
    matrix = np.array([[shape[0] / photograph.width, 0, 0], [0, shape[1] / photograph.height, 0]], float)
    return only(photograph, face, image, matrix)


def of_size(chosen: list[tuple[Photograph, int]], size: float) -> list[Scene]:
    """Faces of one size: sheets of 640x640 full of photographs, or single photographs that are larger than half of
    that (padded with black to 640x640 if smaller, so that nothing is enlarged again)."""
    whole: list[Scene] = []
    sheet, x, y, row = Sheet(), 0, 0, 0
    for photograph, face in chosen:
        scene = scaled(photograph, face, size)
        height, width = scene.image.shape[:2]
        if max(width, height) > INPUT:
            whole.append(scene)
            continue
        if x + width > INPUT:
            x, y, row = 0, y + row, 0
        if y + height > INPUT:
            whole.append(sheet.scene())
            sheet, x, y, row = Sheet(), 0, 0, 0
        sheet.put(scene, x, y)
        x, row = x + width, max(row, height)
    return whole + ([sheet.scene()] if sheet.parts else [])


class Sheet:
    def __init__(self):
        self.image, self.parts = np.zeros((INPUT, INPUT, 3), np.uint8), []

    def put(self, scene: Scene, x: int, y: int) -> None:
        height, width = scene.image.shape[:2]
        self.image[y:y + height, x:x + width] = scene.image
        self.parts.append((scene.boxes + [x, y, x, y], scene.points + [x, y], scene.ignored))

    def scene(self) -> Scene:
        return Scene(self.image, *(np.concatenate(part) for part in zip(*self.parts)))


def close_up(photograph: Photograph, face: int, share: float) -> Scene:
    """A square cut so that the face takes `share` of its side; what lies outside the photograph repeats its edge."""
    box = photograph.boxes[face]
    side = (box[2:] - box[:2]).max() / share
    middle = (box[:2] + box[2:]) / 2
    return turned(photograph, face, 0, INPUT / side, middle, INPUT)


def turned(photograph: Photograph, face: int, degrees: float, scale: float = 1.0, middle=None,
           size: int | None = None) -> Scene:
    size = size or photograph.width
    middle = np.array([photograph.width, photograph.height]) / 2 if middle is None else middle
    matrix = similarity(scale, np.radians(degrees), False, middle, (size / 2, size / 2))
    centred = matrix.copy()
    centred[:, 2] += centred[:, :2] @ [0.5, 0.5] - 0.5
    image = cv2.warpAffine(photographs.pixels(photograph.path), centred, (size, size),
                           borderMode=cv2.BORDER_REPLICATE)
    return only(photograph, face, image, matrix)


def whole(photograph: Photograph, smallest: float) -> Scene:
    """The photograph itself; faces that the teacher is not sure of or that are too small do not count."""
    small = (photograph.boxes[:, 2:] - photograph.boxes[:, :2]).min(1, initial=np.inf) < smallest
    return Scene(photographs.pixels(photograph.path), photograph.boxes, photograph.points, ~photograph.sure | small)


def named(photograph: Photograph, smallest: float) -> Scene:
    """The same, but only the face of the person that the photograph is named after counts."""
    scene, face = whole(photograph, smallest), subject(photograph)
    others = np.arange(len(photograph.boxes)) != (-1 if face is None else face)
    return Scene(scene.image, scene.boxes, scene.points, scene.ignored | others)


def face_free(lfw: list[Photograph], count: int) -> list[np.ndarray]:
    """The largest strip of a photograph beside all faces that the teacher even suspects."""
    strips = []
    for photograph in lfw:
        free = [r for r in photograph.free_rectangles() if min(r[2] - r[0], r[3] - r[1]) >= SMALLEST_FREE]
        if free:
            largest = max(free, key=lambda r: (r[2] - r[0]) * (r[3] - r[1]))
            strips.append((photograph, largest))
    return [photographs.pixels(p.path)[top:bottom, left:right]
            for p, (left, top, right, bottom) in spread(strips, count)]
