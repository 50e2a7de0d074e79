"""Writes ONNX graphs node by node, with float16 initializers that a Cast widens at load.

By hand rather than by torch's exporter, which folds the BatchNormalization nodes away.
"""

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

OPSET = 13


class Graph:
    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def constant(self, name: str, values: torch.Tensor | np.ndarray, half: bool = False) -> str:
        """An initializer; `half` stores it as float16 and gives the name of its float32."""
        array = values.detach().float().cpu().numpy() if isinstance(values, torch.Tensor) else values
        if not half:
            self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
            return name
        self.initializers.append(numpy_helper.from_array(array.astype(np.float16), name + ".f16"))
        self.nodes.append(helper.make_node("Cast", [name + ".f16"], [name], name + ".cast", to=TensorProto.FLOAT))
        return name

    def node(self, operator: str, inputs: list[str], output: str, **attributes) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], output, **attributes))
        return output

    def convolution(self, name: str, layer: nn.Conv2d, x: str) -> str:
        inputs = [x, self.constant(name + ".weight", layer.weight, half=True)]
        if layer.bias is not None:
            inputs.append(self.constant(name + ".bias", layer.bias))
        return self.node(
            "Conv", inputs, name, kernel_shape=list(layer.kernel_size), strides=list(layer.stride),
            pads=list(layer.padding) * 2, dilations=list(layer.dilation), group=layer.groups)

    def normalisation(self, name: str, layer: nn.BatchNorm2d | nn.BatchNorm1d, x: str) -> str:
        parts = {"weight": layer.weight, "bias": layer.bias, "mean": layer.running_mean, "var": layer.running_var}
        inputs = [self.constant(f"{name}.{part}", values) for part, values in parts.items()]
        return self.node("BatchNormalization", [x, *inputs], name, epsilon=layer.eps)

    def prelu(self, name: str, layer: nn.PReLU, x: str) -> str:
        return self.node("PRelu", [x, self.constant(name + ".slope", layer.weight.view(-1, 1, 1))], name)

    def model(self, name: str, inputs, outputs, note: str) -> onnx.ModelProto:
        """`inputs` and `outputs`: (name, shape) of float32 values, a string in a shape being a free dimension."""
        value = lambda pair: helper.make_tensor_value_info(pair[0], TensorProto.FLOAT, pair[1])
        graph = helper.make_graph(
            self.nodes, name, [value(i) for i in inputs], [value(o) for o in outputs], self.initializers)
        model = helper.make_model(
            graph, producer_name="arcface training", doc_string=note, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = 8
        onnx.checker.check_model(model, full_check=True)
        return model
