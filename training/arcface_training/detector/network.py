"""The network: plain 3x3 convolutions down to strides 8, 16 and 32, a small top-down path, one anchor a cell.

About a thousand million multiplications at 640x640. Nothing is depthwise: a 3x3 convolution is what both PyTorch and
the service (by Winograd) run near the processor's peak.
"""

import torch
from torch import nn
from torch.nn import functional

STRIDES = (8, 16, 32)
#: A cell's numbers: score, four distances, five landmarks.
FIELDS = (1, 4, 10)
#: Output of the last convolution times this: distances and landmarks in units of the stride start small.
DISTANCE_SCALE = 2.0


class Unit(nn.Module):
    """Convolution, BatchNormalization, ReLU (or none, before a residual sum)."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1, kernel: int = 3, relu: bool = True):
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        self.normalization = nn.BatchNorm2d(outputs, momentum=0.03)
        self.relu = relu

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.normalization(self.convolution(x))
        return functional.relu(x, inplace=True) if self.relu else x

    def folded(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Weight and bias of the convolution that does the same with the running statistics."""
        norm = self.normalization
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        return self.convolution.weight * scale[:, None, None, None], norm.bias - norm.running_mean * scale


class Residual(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.first = Unit(channels, channels)
        self.second = Unit(channels, channels, relu=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.relu(x + self.second(self.first(x)))


class Detector(nn.Module):
    """`forward` gives three maps (batch, 15, height / stride, width / stride), scores as logits."""

    def __init__(self, half: int = 16, quarter: int = 24, fine: int = 40, middle: int = 56, coarse: int = 64):
        super().__init__()
        self.stem = nn.Sequential(Unit(3, half, 2), Unit(half, quarter, 2), Unit(quarter, quarter))
        self.fine = nn.Sequential(Unit(quarter, fine, 2), Residual(fine))
        self.middle = nn.Sequential(Unit(fine, middle, 2), Residual(middle), Residual(middle))
        self.coarse = nn.Sequential(Unit(middle, coarse, 2), Residual(coarse), Residual(coarse))
        self.down_middle = Unit(coarse, middle, kernel=1, relu=False)  # what comes down the top-down path
        self.down_fine = Unit(middle, fine, kernel=1, relu=False)
        widths = (fine, middle, coarse)
        self.outputs = nn.ModuleList(Unit(width, width) for width in widths)
        self.heads = nn.ModuleList(nn.Conv2d(width, sum(FIELDS), 3, padding=1) for width in widths)
        for head in self.heads:
            nn.init.normal_(head.weight, std=0.01)
            nn.init.zeros_(head.bias)
            with torch.no_grad():
                head.bias[0] = -4.5  # nearly every cell is background
                head.bias[1:5] = 2.5 / DISTANCE_SCALE

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        fine = self.fine(self.stem(x))
        middle = self.middle(fine)
        coarse = self.coarse(middle)
        middle = functional.relu(middle + functional.interpolate(self.down_middle(coarse), scale_factor=2.0))
        fine = functional.relu(fine + functional.interpolate(self.down_fine(middle), scale_factor=2.0))
        maps = []
        for level, unit, head in zip((fine, middle, coarse), self.outputs, self.heads):
            features = unit(level)
            with torch.autocast(features.device.type, enabled=False):  # bfloat16 is too coarse for positions
                maps.append(head(features.float()))
        return maps


def multiplications(network: Detector, size: int = 640) -> int:
    """Multiply-accumulates of the convolutions at `size` x `size`."""
    total, hooks = 0, []

    def count(layer: nn.Conv2d, inputs, output) -> None:
        nonlocal total
        total += layer.weight.numel() * output.shape[2] * output.shape[3]

    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            hooks.append(layer.register_forward_hook(count))
    with torch.no_grad():
        network.eval()(torch.zeros(1, 3, size, size))
    for hook in hooks:
        hook.remove()
    return total
