#!/usr/bin/env python3
"""Runs the backend node tests of the `onnx` package through `arcface run`.

    pip install onnx numpy
    Tests/Tools/onnx_backend.py [--arcface .build/release/arcface] [--filter TEXT] [--verbose]

Taken are the tests whose every node is an operator that the engine supports. A test passes when all outputs have
the expected shape, type and values (the test's own tolerances); it is refused when the engine declines the model,
and then the reason is listed; anything else is a failure, and the exit status is 1.
"""

import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.backend.test.loader import load_model_tests

OPERATORS = set(
    """Abs Add And ArgMax ArgMin AveragePool BatchNormalization Cast Ceil Celu Clip Concat Constant ConstantOfShape Conv
    ConvInteger ConvTranspose Cos CumSum DepthToSpace DequantizeLinear Div Dropout DynamicQuantizeLinear Einsum Elu Equal Erf Exp Expand Flatten
    Floor Gather GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalMaxPool Greater GreaterOrEqual GroupNormalization HardSigmoid HardSwish Identity
    InstanceNormalization LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax LpNormalization MatMul MatMulInteger
    Max MaxPool Mean Min Mish Mod Mul Neg Not Or PRelu Pad Pow QLinearConv QLinearMatMul QuantizeLinear RMSNormalization Range
    Reciprocal ReduceL1 ReduceL2 ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu
    Reshape Resize Round ScatterND Selu Shape Sigmoid Sign Sin Size Slice Softmax Softplus Softsign
    SpaceToDepth Split Sqrt Squeeze Sub Sum Swish Tanh ThresholdedRelu Tile TopK Transpose Trilu
    Unsqueeze Upsample Where Xor""".split()
)

SUFFIXES = {
    "float32": "f32", "float64": "f64", "float16": "f16", "int64": "i64", "int32": "i32", "int8": "i8",
    "uint8": "u8", "bool": "bool",
}


def load(case):
    """The case's model and data sets, from memory or from its folder."""
    if case.model is not None:
        return case.model, case.data_sets
    model = onnx.load(os.path.join(case.model_dir, "model.onnx"))
    sets = []
    for folder in sorted(os.listdir(case.model_dir)):
        if folder.startswith("test_data_set_"):
            root = os.path.join(case.model_dir, folder)
            sets.append(tuple(values(root, kind) for kind in ("input", "output")))
    return model, sets


def values(root, kind):
    """The tensors `kind_0.pb`, `kind_1.pb`, ... of a folder."""
    result = []
    while os.path.exists(path := os.path.join(root, f"{kind}_{len(result)}.pb")):
        tensor = onnx.TensorProto()
        with open(path, "rb") as file:
            tensor.ParseFromString(file.read())
        result.append(numpy_helper.to_array(tensor))
    return result


def plain(tensors):
    """The tensors as arrays; some cases hold them as messages."""
    return [numpy_helper.to_array(value) if isinstance(value, onnx.TensorProto) else value for value in tensors]


def command(arcface, folder, model, inputs):
    """The command line that runs the model on the inputs, written to `folder`."""
    path = os.path.join(folder, "model.onnx")
    onnx.save(model, path)
    line = [arcface, "run", path, "--output-dir", os.path.join(folder, "out")]
    initializers = {tensor.name for tensor in model.graph.initializer}
    names = [value.name for value in model.graph.input if value.name not in initializers]
    for index, (name, array) in enumerate(zip(names, inputs)):
        file = os.path.join(folder, f"input{index}.raw")
        with open(file, "wb") as stream:
            stream.write(np.ascontiguousarray(array).tobytes())
        shape = "x".join(map(str, array.shape)) or "scalar"
        line += ["--input", f"{name}={file}", "--shape", f"{name}={shape}"]
    return line


def compare(case, folder, model, expected):
    """What is wrong with the outputs, or nothing."""
    with open(os.path.join(folder, "out", "shapes.json"), encoding="utf-8") as file:
        shapes = json.load(file)
    for value, want in zip(model.graph.output, expected):
        want = np.asarray(want)
        if tuple(shapes[value.name]) != want.shape:
            return f"{value.name}: shape {shapes[value.name]} instead of {list(want.shape)}"
        file = os.path.join(folder, "out", value.name.replace("/", "_") + "." + SUFFIXES[str(want.dtype)])
        if not os.path.exists(file):
            return f"{value.name}: there is no {os.path.basename(file)}"
        got = np.fromfile(file, want.dtype).reshape(want.shape)
        try:
            if np.issubdtype(want.dtype, np.floating):
                np.testing.assert_allclose(got, want, rtol=case.rtol, atol=case.atol)
            else:
                np.testing.assert_array_equal(got, want)
        except AssertionError as error:
            return f"{value.name}: {error}"
    return None


def run(case, arcface):
    """("passed" | "failed" | "refused", detail)"""
    model, sets = load(case)
    for inputs, outputs in sets:
        with tempfile.TemporaryDirectory() as folder:
            inputs, outputs = plain(inputs), plain(outputs)
            if not all(isinstance(value, np.ndarray) or np.isscalar(value) for value in inputs):
                inputs = []  # A sequence or an optional: refused by the model's declaration already.
            line = command(arcface, folder, model, [np.asarray(value) for value in inputs])
            result = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)
            if result.returncode == 1:
                return "refused", result.stderr.strip()
            if result.returncode != 0:
                return "failed", f"exit status {result.returncode}: {result.stderr[-2000:]}"
            if wrong := compare(case, folder, model, outputs):
                return "failed", wrong
    return "passed", ""


def reason(detail):
    """A refusal without the names that differ from test to test."""
    text = detail.removeprefix("arcface: ").splitlines()[-1] if detail else "no reason given"
    return re.sub(r'"[^"]*"', '"..."', re.sub(r'node "[^"]*" ', "", text))


def main():
    parser = argparse.ArgumentParser(description="onnx backend node tests through arcface run")
    parser.add_argument("--arcface", default=".build/release/arcface")
    parser.add_argument("--filter", default="", help="only tests whose name contains this")
    parser.add_argument("--verbose", action="store_true", help="every test with its result")
    arguments = parser.parse_args()

    results = collections.defaultdict(list)
    for case in load_model_tests(kind="node"):
        if arguments.filter not in case.name:
            continue
        model, _ = load(case)
        used = {node.op_type for node in model.graph.node}
        if not used or not used <= OPERATORS or any(node.domain not in ("", "ai.onnx") for node in model.graph.node):
            continue
        result, detail = run(case, arguments.arcface)
        results[result].append((case.name, detail))
        if arguments.verbose or result == "failed":
            print(f"{result:8}{case.name} {detail}")

    reasons = collections.defaultdict(list)
    for name, detail in results["refused"]:
        reasons[reason(detail)].append(name)
    for text, names in sorted(reasons.items(), key=lambda item: -len(item[1])):
        print(f"refused {len(names)}: {text}")
        print("    " + " ".join(names[:6]) + (" ..." if len(names) > 6 else ""))
    print(f"{len(results['passed'])} passed, {len(results['failed'])} failed, {len(results['refused'])} refused")
    return 1 if results["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
