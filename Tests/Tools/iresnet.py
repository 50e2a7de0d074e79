#!/usr/bin/env python3
"""Writes an IResNet of InsightFace's layout with seeded random weights: for speed and memory, not for faces.

    pip install numpy onnx
    iresnet.py 50 iresnet50.onnx        # 18, 34, 50, 100 or 200 layers

Batches of aligned 112x112 faces to 512 numbers, as InsightFace exports them (`w600k_r50`, `glintr100`): normalisations behind
a convolution are folded into it, those before one stand for themselves. Weights have the variance that keeps
values near one through ReLU-like networks (He et al. 2015), the branch that is added at each block a tenth of that, so that even
200 layers stay in the range of float32.
"""
import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 14, 3), 100: (3, 13, 30, 3), 200: (6, 26, 60, 6)}
WIDTHS = (64, 128, 256, 512)


class Network:
    """Nodes and weights in the order they are added; every method returns the name of its output."""

    def __init__(self, seed):
        self.random = numpy.random.default_rng(seed)
        self.nodes, self.weights = [], []

    def weight(self, values):
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(values.astype(numpy.float32), name))
        return name

    def node(self, operator, inputs, **attributes):
        name = f"{operator.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        return name

    def convolution(self, value, inputs, outputs, side, stride=1, gain=1.0):
        deviation = gain * numpy.sqrt(2 / (inputs * side * side))
        kernel = self.weight(self.random.normal(0, deviation, (outputs, inputs, side, side)))
        bias = self.weight(self.random.normal(0, 0.01, outputs))
        return self.node(
            "Conv", [value, kernel, bias], kernel_shape=[side, side], strides=[stride, stride], pads=[side // 2] * 4)

    def normalisation(self, value, channels):
        parts = [
            self.random.uniform(0.8, 1.2, channels), self.random.normal(0, 0.1, channels),
            self.random.normal(0, 0.1, channels), self.random.uniform(0.8, 1.2, channels),
        ]
        return self.node("BatchNormalization", [value, *map(self.weight, parts)], epsilon=2e-5)

    def prelu(self, value, channels):
        return self.node("PRelu", [value, self.weight(self.random.uniform(0, 0.3, (channels, 1, 1)))])

    def block(self, value, inputs, outputs, stride):
        branch = self.normalisation(value, inputs)
        branch = self.prelu(self.convolution(branch, inputs, outputs, 3), outputs)
        branch = self.convolution(branch, outputs, outputs, 3, stride, gain=0.1)
        if stride != 1:
            value = self.convolution(value, inputs, outputs, 1, stride)
        return self.node("Add", [branch, value])


def iresnet(layers):
    network = Network(seed=layers)
    value, channels = network.prelu(network.convolution("data", 3, 64, 3), 64), 64
    for width, blocks in zip(WIDTHS, BLOCKS[layers]):
        for index in range(blocks):
            value = network.block(value, channels, width, stride=2 if index == 0 else 1)
            channels = width
    value = network.node("Flatten", [network.normalisation(value, channels)])
    places = channels * 7 * 7
    matrix = network.weight(network.random.normal(0, numpy.sqrt(1 / places), (512, places)))
    value = network.node("Gemm", [value, matrix, network.weight(numpy.zeros(512))], transB=1)
    value = network.normalisation(value, 512)
    graph = helper.make_graph(
        network.nodes, f"iresnet{layers}",
        [helper.make_tensor_value_info("data", TensorProto.FLOAT, ["batch", 3, 112, 112])],
        [helper.make_tensor_value_info(value, TensorProto.FLOAT, ["batch", 512])], network.weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def main():
    if len(sys.argv) != 3 or not sys.argv[1].isdigit() or int(sys.argv[1]) not in BLOCKS:
        sys.exit(__doc__)
    model = iresnet(int(sys.argv[1]))
    onnx.checker.check_model(model)
    onnx.save(model, sys.argv[2])


if __name__ == "__main__":
    main()
