"""The default recogniser: a small residual network of plain 3x3 convolutions.

Plain convolutions rather than depthwise ones: they train twice as fast on a CPU and suit Winograd kernels. Every
convolution is followed by its BatchNormalization, so that all of them fold at inference, while the file keeps them:
inversion (ArcFace, TPAMI 2022, section 3.3) needs their statistics.
"""

import torch
from torch import nn

EMBEDDING = 128
CHANNELS = (32, 64, 128, 192)
BLOCKS = (1, 2, 2, 2)


def convolution(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs, eps=1e-5)
    )


class Block(nn.Module):
    """conv - BN - PReLU - conv - BN, plus the shortcut, PReLU."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.first = convolution(inputs, outputs, stride)
        self.activation = nn.PReLU(outputs)
        self.second = convolution(outputs, outputs)
        self.shortcut = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs, eps=1e-5)
            )
        self.output = nn.PReLU(outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.output(self.second(self.activation(self.first(x))) + self.shortcut(x))


class Recognizer(nn.Module):
    """(n, 3, 112, 112) RGB, (x - 127.5) / 127.5, to (n, 128); not normalised."""

    def __init__(self, channels: tuple[int, ...] = CHANNELS, blocks: tuple[int, ...] = BLOCKS):
        super().__init__()
        self.stem = nn.Sequential(convolution(3, channels[0], stride=2), nn.PReLU(channels[0]))
        layers, inputs = [], channels[0]
        for stage, (outputs, count) in enumerate(zip(channels, blocks)):
            for index in range(count):
                layers.append(Block(inputs, outputs, 2 if index == 0 and stage > 0 else 1))
                inputs = outputs
        self.body = nn.Sequential(*layers)
        self.embedding = nn.Linear(inputs * 7 * 7, EMBEDDING, bias=False)
        self.normalise = nn.BatchNorm1d(EMBEDDING, eps=1e-5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.normalise(self.embedding(self.body(self.stem(x)).flatten(1)))
