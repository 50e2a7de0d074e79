"""Writes the trained detector as ONNX: BatchNormalization folded, float16 weights behind Cast nodes, free input size.

    python -m arcface_training.detector.export --checkpoint WORK/detector/checkpoint.pt --out WORK/export/detector.onnx

The graph is written node by node, so that it holds nothing but Conv, Relu, Add, Resize, Transpose, Reshape, Split,
Sigmoid and Cast, and no shape arithmetic: any input of 1 x 3 x height x width with sides that are multiples of 32.
"""

import argparse
import pathlib

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from .network import DISTANCE_SCALE, FIELDS, STRIDES, Detector, Residual, Unit

OPSET = 13
KINDS = ("score", "bbox", "kps")


class Graph:
    """Nodes and initializers in the making; every method returns the name of its output."""

    def __init__(self):
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self.count = 0

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}_{self.count}"

    def constant(self, array: np.ndarray, kind: str) -> str:
        name = self.name(kind)
        self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def node(self, kind: str, inputs: list[str], outputs: list[str] | None = None, **attributes) -> str:
        outputs = outputs or [self.name(kind.lower())]
        self.nodes.append(helper.make_node(kind, inputs, outputs, name=outputs[0], **attributes))
        return outputs[0]

    def convolution(self, x: str, weight: torch.Tensor, bias: torch.Tensor, stride: int) -> str:
        kernel = weight.shape[2]
        half = self.constant(weight.detach().numpy().astype(np.float16), "weight")
        full = self.node("Cast", [half], to=TensorProto.FLOAT)
        inputs = [x, full, self.constant(bias.detach().numpy().astype(np.float32), "bias")]
        return self.node("Conv", inputs, kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[kernel // 2] * 4)

    def unit(self, x: str, unit: Unit) -> str:
        x = self.convolution(x, *unit.folded(), unit.convolution.stride[0])
        return self.node("Relu", [x]) if unit.relu else x

    def layers(self, x: str, layers: torch.nn.Sequential) -> str:
        for layer in layers:
            if isinstance(layer, Residual):
                x = self.node("Relu", [self.node("Add", [x, self.unit(self.unit(x, layer.first), layer.second)])])
            else:
                x = self.unit(x, layer)
        return x

    def merged(self, fine: str, coarse: str) -> str:
        """The finer features plus the coarser ones at twice their size, each cell repeated."""
        scales = self.constant(np.array([1, 1, 2, 2], np.float32), "scales")
        doubled = self.node("Resize", [coarse, "", scales], mode="nearest",
                            coordinate_transformation_mode="asymmetric", nearest_mode="floor")
        return self.node("Relu", [self.node("Add", [fine, doubled])])

    def head(self, x: str, head: torch.nn.Conv2d, stride: int) -> None:
        """One convolution to fifteen channels, then rows of cells, then score, box and landmarks apart."""
        scale = torch.tensor([1.0] + [DISTANCE_SCALE] * (FIELDS[1] + FIELDS[2]))
        maps = self.convolution(x, head.weight * scale[:, None, None, None], head.bias * scale, 1)
        rows = self.node("Transpose", [maps], perm=[0, 2, 3, 1])
        rows = self.node("Reshape", [rows, self.constant(np.array([-1, sum(FIELDS)], np.int64), "shape")])
        logit = self.name("logit")
        lengths = self.constant(np.array(FIELDS, np.int64), "lengths")
        self.node("Split", [rows, lengths], [logit] + [f"{kind}_{stride}" for kind in KINDS[1:]], axis=1)
        self.node("Sigmoid", [logit], [f"{KINDS[0]}_{stride}"])


def model(network: Detector) -> onnx.ModelProto:
    graph = Graph()
    fine = graph.layers(graph.layers("input", network.stem), network.fine)
    middle = graph.layers(fine, network.middle)
    coarse = graph.layers(middle, network.coarse)
    middle = graph.merged(middle, graph.unit(coarse, network.down_middle))
    fine = graph.merged(fine, graph.unit(middle, network.down_fine))
    for level, unit, head, stride in zip((fine, middle, coarse), network.outputs, network.heads, STRIDES):
        graph.head(graph.unit(level, unit), head, stride)
    image = helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, "height", "width"])
    outputs = [helper.make_tensor_value_info(f"{kind}_{stride}", TensorProto.FLOAT, [f"cells_{stride}", columns])
               for kind, columns in zip(KINDS, FIELDS) for stride in STRIDES]
    whole = helper.make_graph(graph.nodes, "detector", [image], outputs, graph.initializers)
    made = helper.make_model(whole, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8,
                             producer_name="arcface_training")
    onnx.checker.check_model(made, full_check=True)
    return made


def trained(checkpoint: pathlib.Path) -> Detector:
    """The network with the averaged weights of a checkpoint."""
    network = Detector()
    network.load_state_dict(torch.load(checkpoint, map_location="cpu")["average"])
    return network.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    fresh = options.out.with_suffix(".new")
    fresh.write_bytes(model(trained(options.checkpoint)).SerializeToString())
    fresh.replace(options.out)
    print(f"{options.out}: {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
