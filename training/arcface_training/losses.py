"""Losses on embeddings: the additive angular margin (ArcFace, TPAMI 2022) and what distillation adds."""

import math

import torch
from torch import nn
from torch.nn import functional


def with_angular_margin(cosine: torch.Tensor, margin: float) -> torch.Tensor:
    """cos(theta + margin) for theta up to pi - margin, past which it would rise again; there a straight line goes on
    downwards, so that the result falls monotonically over the whole of 0...pi (equation 3 and its implementation note)."""
    sine = torch.sqrt((1 - cosine * cosine).clamp_min(1e-12))
    shifted = cosine * math.cos(margin) - sine * math.sin(margin)
    beyond = cosine - math.sin(math.pi - margin) * margin
    return torch.where(cosine > math.cos(math.pi - margin), shifted, beyond)


class ArcFace(nn.Module):
    """Softmax over cosines to class centers with an additive angular margin on the true class; with `sub_centers` > 1
    the nearest of K centers stands for its class (sub-center ArcFace, section 3.2)."""

    def __init__(self, dimension: int, classes: int, margin: float = 0.5, scale: float = 64, sub_centers: int = 1):
        super().__init__()
        self.margin, self.scale, self.sub_centers = margin, scale, sub_centers
        self.weight = nn.Parameter(torch.empty(classes * sub_centers, dimension))
        nn.init.normal_(self.weight, std=0.01)

    def cosines(self, embeddings: torch.Tensor) -> torch.Tensor:
        """(n, classes): to the nearest sub-center of each class."""
        cosine = functional.linear(functional.normalize(embeddings), functional.normalize(self.weight))
        return cosine.view(len(embeddings), -1, self.sub_centers).amax(2)

    def forward(self, embeddings: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        cosine = self.cosines(embeddings)
        rows = torch.arange(len(labels), device=labels.device)
        own = with_angular_margin(cosine[rows, labels], self.margin)
        logits = cosine.index_put((rows, labels), own)
        return functional.cross_entropy(self.scale * logits, labels)


def distillation(student: torch.Tensor, teacher: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean 1 - cosine to the teacher's embeddings, and the mean squared error of all similarities within the batch: the
    second is what verification thresholds feel."""
    student = functional.normalize(student)
    direct = (1 - (student * teacher).sum(1)).mean()
    difference = student @ student.T - teacher @ teacher.T
    count = len(student)
    return direct, difference.square().sum() / (count * (count - 1))
