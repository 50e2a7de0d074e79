"""Which cells answer for which face.

Around a face's middle, the 3x3 nearest cells of each level whose range of sizes the face falls into are candidates.
As in SimOTA (YOLOX, 2021), the best of them by the network's present prediction are taken, more the better it already
fits; unlike there, being near the middle counts too, so that the first steps have something to hold on to.
"""

import dataclasses

import torch

from . import cells
from .network import STRIDES

#: Smallest and largest face (square root of the box's area, pixels) of each level; they overlap.
RANGES = ((0.0, 56.0), (32.0, 160.0), (96.0, float("inf")))
RADIUS = 1.5  # strides


@dataclasses.dataclass
class Faces:
    """All faces of a batch, flat."""

    picture: torch.Tensor  # (f) index into the batch
    boxes: torch.Tensor  # (f, 4)
    points: torch.Tensor  # (f, 5, 2)
    ignored: torch.Tensor  # (f) bool


@dataclasses.dataclass
class Assignment:
    picture: torch.Tensor  # (p)
    cell: torch.Tensor  # (p)
    face: torch.Tensor  # (p) index into Faces
    overlap: torch.Tensor  # (p) IoU of prediction and face
    counted: torch.Tensor  # (batch, cells) bool: False where an ignored face makes the cell's truth unknown


def intersection_over_union(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Of boxes (..., 4), pair by pair."""
    shared = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(min=0).prod(-1)
    area = [(box[..., 2:] - box[..., :2]).clamp(min=0).prod(-1) for box in (a, b)]
    return shared / (area[0] + area[1] - shared).clamp(min=1e-6)


def candidates(boxes: torch.Tensor, height: int, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Cells (f, 27) that may answer for each face, and which of them do exist and fit the face's size."""
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    size = (boxes[:, 2:] - boxes[:, :2]).clamp(min=0).prod(1).sqrt()
    step = torch.arange(3, device=boxes.device)
    indices, allowed, first = [], [], 0
    for stride, (smallest, largest) in zip(STRIDES, RANGES):
        rows, columns = height // stride, width // stride
        low = torch.ceil(middle / stride - RADIUS).long()
        x, y = low[:, 0, None, None] + step[None, None, :], low[:, 1, None, None] + step[None, :, None]
        fits = ((size >= smallest) & (size < largest))[:, None, None]
        exists = (x >= 0) & (x < columns) & (y >= 0) & (y < rows)
        indices.append((first + y.clamp(0, rows - 1) * columns + x.clamp(0, columns - 1)).flatten(1))
        allowed.append((fits & exists).flatten(1))
        first += rows * columns
    return torch.cat(indices, 1), torch.cat(allowed, 1)


@torch.no_grad()
def assign(numbers: torch.Tensor, faces: Faces, height: int, width: int) -> Assignment:
    """`numbers` (batch, cells, 15) are the network's present, raw answers."""
    corner, stride = cells.corners(height, width, numbers.device)
    counted = not_ignored(corner, faces, len(numbers))
    wanted = torch.nonzero(~faces.ignored).flatten()
    box, picture = faces.boxes[wanted], faces.picture[wanted]
    index, allowed = candidates(box, height, width)
    answers = numbers[picture[:, None], index]
    overlap = intersection_over_union(cells.boxes(answers, corner[index], stride[index]), box[:, None])
    away = ((corner[index] - (box[:, None, :2] + box[:, None, 2:]) / 2) / stride[index][..., None]).square().sum(-1)
    surprise = torch.nn.functional.softplus(-answers[..., 0])
    cost = surprise - 3 * torch.log(overlap.clamp(min=1e-4)) + away
    cost = torch.where(allowed, cost, torch.inf)
    count = torch.where(allowed, overlap, 0).topk(9, 1).values.sum(1).round().clamp(min=1)
    order = cost.argsort(1)
    rank = torch.empty_like(order).scatter_(1, order, torch.arange(cost.shape[1], device=cost.device).expand_as(order))
    chosen, column = torch.nonzero((rank < count[:, None]) & allowed, as_tuple=True)
    where, price = picture[chosen] * len(corner) + index[chosen, column], cost[chosen, column]
    cheapest = torch.full((counted.numel(),), torch.inf, device=cost.device).scatter_reduce(0, where, price, "amin")
    best = price <= cheapest[where]  # a cell that two faces want goes to the better one
    chosen, column, where = chosen[best], column[best], where[best]
    return Assignment(where // len(corner), where % len(corner), wanted[chosen], overlap[chosen, column], counted)


def not_ignored(corner: torch.Tensor, faces: Faces, pictures: int) -> torch.Tensor:
    counted = torch.ones(pictures, len(corner), dtype=torch.bool, device=corner.device)
    for picture, box in zip(faces.picture[faces.ignored].tolist(), faces.boxes[faces.ignored]):
        counted[picture] &= ~((corner >= box[:2]) & (corner <= box[2:])).all(1)
    return counted
