"""The loss of a batch: score, box and landmarks."""

import torch
from torch.nn import functional

from . import cells
from .assign import Assignment, Faces, intersection_over_union

SCORE_WEIGHT, BOX_WEIGHT, POINT_WEIGHT = 2.0, 2.0, 12.0
POINT_SOFTNESS = 0.01  # of the distance of the eyes: far below it an error counts by its square
NARROWEST_EYES = 0.25  # of the face's size; a profile's eyes may be as near as nothing
SHARP_FACE = 80.0  # pixels; landmarks of smaller faces count less: they can't be placed as well


def quality_focal(logits: torch.Tensor, quality: torch.Tensor) -> torch.Tensor:
    """Cross entropy against a target in 0...1, weighted by the squared error (Li et al., Generalized Focal Loss)."""
    error = (logits.sigmoid() - quality).square()
    return error * functional.binary_cross_entropy_with_logits(logits, quality, reduction="none")


def generalized_iou(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """1 for equal boxes, down to -1 for boxes far apart (Rezatofighi et al., 2019)."""
    hull = (torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])).clamp(min=0).prod(-1)
    overlap = intersection_over_union(a, b)
    area = [(box[..., 2:] - box[..., :2]).clamp(min=0).prod(-1) for box in (a, b)]
    union = (area[0] + area[1]) / (1 + overlap)
    return overlap - (hull - union) / hull.clamp(min=1e-6)


def score_target(overlap: torch.Tensor) -> torch.Tensor:
    """Half for being a face at all, the rest for the fit: a tiny face never fits well and is a face all the same."""
    return 0.5 + 0.5 * overlap.clamp(0, 1)


def point_error(answers: torch.Tensor, points: torch.Tensor, size: torch.Tensor) -> torch.Tensor:
    """What `evaluate` measures, made smooth at nothing: the mean distance of the points by that of the eyes.

    A distance and not its square, which the few faces that no one places well would rule.
    """
    eyes = torch.maximum((points[:, 0] - points[:, 1]).square().sum(-1).sqrt(), NARROWEST_EYES * size)
    squares = ((answers - points) / eyes[:, None, None]).square().sum(-1)
    return ((squares + POINT_SOFTNESS**2).sqrt() - POINT_SOFTNESS).mean(1)


def loss(numbers: torch.Tensor, faces: Faces, found: Assignment, height: int, width: int) -> dict[str, torch.Tensor]:
    """The three parts, each already weighted and divided by the number of answering cells."""
    corner, stride = cells.corners(height, width, numbers.device)
    target = torch.zeros(numbers.shape[:2], device=numbers.device)
    target[found.picture, found.cell] = score_target(found.overlap)
    counted = found.counted.clone()
    counted[found.picture, found.cell] = True
    count = max(1, len(found.cell))
    score = quality_focal(numbers[..., 0], target)[counted].sum() / count
    answers, at, step = numbers[found.picture, found.cell], corner[found.cell], stride[found.cell]
    box, points = faces.boxes[found.face], faces.points[found.face]
    overlap = generalized_iou(cells.boxes(answers, at, step), box)
    size = (box[:, 2:] - box[:, :2]).prod(1).sqrt()
    away = point_error(cells.points(answers, at, step), points, size)
    # The cell in the middle is the one that answers in the end, so that its landmarks count most.
    off = (((box[:, :2] + box[:, 2:]) / 2 - at) / step[:, None]).square().sum(1)
    weight = (size / SHARP_FACE).clamp(0.15, 1.0) / (1 + off)
    away = (away * weight).sum() / weight.sum().clamp(min=0.1)
    box_part = BOX_WEIGHT * (1 - overlap).sum() / count
    return {"score": SCORE_WEIGHT * score, "box": box_part, "points": POINT_WEIGHT * away}
