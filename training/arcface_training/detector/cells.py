"""Cells and what their fifteen numbers mean: score, distances to the sides, offsets of the landmarks.

A cell stands at its upper left corner (column * stride, row * stride); distances are in units of the stride. That is
SCRFD's convention with one anchor a cell.
"""

import numpy as np
import torch

from ..teachers import non_maximum_suppression
from .network import DISTANCE_SCALE, STRIDES


def corners(height: int, width: int, device="cpu") -> tuple[torch.Tensor, torch.Tensor]:
    """Corners (n, 2) as x, y and strides (n) of all cells of an input, level by level, row by row."""
    points, strides = [], []
    for stride in STRIDES:
        y, x = torch.meshgrid(torch.arange(height // stride), torch.arange(width // stride), indexing="ij")
        points.append(torch.stack([x, y], -1).reshape(-1, 2).float() * stride)
        strides.append(torch.full((len(points[-1]),), float(stride)))
    return torch.cat(points).to(device), torch.cat(strides).to(device)


def flatten(maps: list[torch.Tensor]) -> torch.Tensor:
    """The three maps as (batch, cells, 15), in the order of `corners`."""
    return torch.cat([m.permute(0, 2, 3, 1).flatten(1, 2) for m in maps], 1)


def boxes(numbers: torch.Tensor, corner: torch.Tensor, stride: torch.Tensor) -> torch.Tensor:
    """Boxes (..., 4) in pixels of raw numbers (..., 15) at cells (..., 2)."""
    distance = numbers[..., 1:5] * (DISTANCE_SCALE * stride)[..., None]
    return torch.cat([corner - distance[..., :2], corner + distance[..., 2:]], -1)


def points(numbers: torch.Tensor, corner: torch.Tensor, stride: torch.Tensor) -> torch.Tensor:
    """Landmarks (..., 5, 2) in pixels."""
    offset = (numbers[..., 5:] * (DISTANCE_SCALE * stride)[..., None]).unflatten(-1, (5, 2))
    return corner[..., None, :] + offset


def faces(maps: list[torch.Tensor], minimum_score: float, maximum_overlap: float = 0.4):
    """For each picture of the batch: boxes (n, 4), scores (n), landmarks (n, 5, 2) as arrays."""
    stride = STRIDES[0]
    corner, strides = corners(maps[0].shape[2] * stride, maps[0].shape[3] * stride, maps[0].device)
    found = []
    for numbers in flatten(maps):
        scores = numbers[:, 0].sigmoid()
        sure = scores >= minimum_score
        box = boxes(numbers[sure], corner[sure], strides[sure]).numpy()
        score = scores[sure].numpy()
        keep = np.array(non_maximum_suppression(box, score, maximum_overlap), int)
        found.append((box[keep], score[keep], points(numbers[sure], corner[sure], strides[sure]).numpy()[keep]))
    return found
