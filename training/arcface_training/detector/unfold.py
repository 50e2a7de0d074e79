"""The other way round than `export`: a trainable network from an exported file, which has no BatchNormalization left.

What a folded convolution says does not depend on how it is split into a convolution without bias and a normalization.
It is split so that training can go on: the statistics are those of the given pictures, and every filter has the norm
that fresh ones have, so that a learning rate means what it means in a run from nothing.
"""

import pathlib
from collections.abc import Iterable

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from .network import DISTANCE_SCALE, FIELDS, Detector, Residual, Unit

FILTER_NORM = 3**-0.5  # of PyTorch's initial convolutions, whatever their size


def convolutions(path: pathlib.Path) -> list[tuple[np.ndarray, np.ndarray]]:
    """Weight and bias of every convolution of an exported file, in the order of its nodes."""
    graph = onnx.load(path).graph
    arrays = {i.name: numpy_helper.to_array(i).astype(np.float32) for i in graph.initializer}
    full = {node.output[0]: arrays[node.input[0]] for node in graph.node if node.op_type == "Cast"}
    return [(full[node.input[1]], arrays[node.input[2]]) for node in graph.node if node.op_type == "Conv"]


def layers(network: Detector) -> list[Unit | torch.nn.Conv2d]:
    """The network's convolutions in the order in which `export.model` writes them."""
    units = []
    for layer in (*network.stem, *network.fine, *network.middle, *network.coarse):
        units += [layer.first, layer.second] if isinstance(layer, Residual) else [layer]
    units += [network.down_middle, network.down_fine]
    return units + [part for pair in zip(network.outputs, network.heads) for part in pair]


@torch.no_grad()
def fill(network: Detector, path: pathlib.Path) -> None:
    """Puts the file's weights into the network; a normalization only adds the bias."""
    held = convolutions(path)
    if len(held) != len(layers(network)):
        raise SystemExit(f"{path} has {len(held)} convolutions, the network {len(layers(network))}")
    scale = torch.tensor([1.0] + [DISTANCE_SCALE] * (FIELDS[1] + FIELDS[2]))
    for layer, (weight, bias) in zip(layers(network), held):
        weight, bias = (torch.from_numpy(array) for array in (weight, bias))
        unit = isinstance(layer, Unit)
        target = (layer.convolution if unit else layer).weight
        if weight.shape != target.shape:
            raise SystemExit(f"{path}: a convolution of {tuple(weight.shape)}, the network has {tuple(target.shape)}")
        if unit:
            target.copy_(weight)
            norm = layer.normalization
            norm.weight.fill_(1)
            norm.bias.copy_(bias)
            norm.running_mean.fill_(0)
            norm.running_var.fill_(1 - norm.eps)
        else:
            target.copy_(weight / scale[:, None, None, None])
            layer.bias.copy_(bias / scale)


@torch.no_grad()
def normalize(network: Detector, batches: Iterable[torch.Tensor]) -> None:
    """Splits the folded convolutions by their statistics on `batches` of normalized pictures."""
    moments: dict[Unit, list[torch.Tensor]] = {}

    def collect(unit: Unit):
        def hook(layer, inputs, output: torch.Tensor) -> None:
            moments.setdefault(unit, []).append(
                torch.stack([output.mean((0, 2, 3)), output.square().mean((0, 2, 3))]))
        return hook

    units = [layer for layer in layers(network) if isinstance(layer, Unit)]
    hooks = [unit.convolution.register_forward_hook(collect(unit)) for unit in units]
    network.eval()
    for images in batches:
        network(images)
    for hook in hooks:
        hook.remove()
    for unit in units:
        mean, square = torch.stack(moments[unit]).mean(0)
        weight, norm = unit.convolution.weight, unit.normalization
        size = weight.flatten(1).norm(dim=1).clamp(min=1e-6) / FILTER_NORM
        variance = (square - mean.square()).clamp(min=0)
        norm.bias.add_(mean)
        weight.div_(size[:, None, None, None])
        norm.running_mean.copy_(mean / size)
        norm.running_var.copy_(variance / size.square())
        norm.weight.copy_(size * torch.sqrt(norm.running_var + norm.eps))


def start(network: Detector, path: pathlib.Path, batches: Iterable[torch.Tensor]) -> None:
    """A network that says what the exported file says, and can be trained on."""
    fill(network, path)
    normalize(network, batches)
