#!/usr/bin/env python3
"""What eight-bit products would change: a recogniser with its dense layers rounded as kernels would, against float32.

    pip install numpy onnx torch opencv-python-headless
    int8_error.py --images lfw/images --pairs pairsDevTrain.txt --recognizer R.onnx [--mean M.. --deviation D..]

Prints, for every scheme, the relative L2 and the least cosine of embeddings, and verification of the pairs: the accuracy at the
best threshold and the true accepts at one false one in a hundred. Image and depthwise convolutions stay float32. Weights have a
scale an output channel (and Winograd point). Inputs have one for what a position's products sum over: its window, its chunk of
1,536 features, or in Winograd's form one point of a tile, over all channels. Nothing is calibrated, and nothing depends on other positions.
"""
import argparse
import json
import os
import subprocess

import cv2
import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import helper, numpy_helper

TEMPLATE = np.array([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]])
POINTS = [0, 0.75, -0.75, 1.5, -1.5]
INPUT = np.array([
    [1.265625, 0, -2.8125, 0, 1, 0], [0, -1.6875, -2.25, 0.75, 1, 0], [0, 1.6875, -2.25, -0.75, 1, 0],
    [0, -0.84375, -0.5625, 1.5, 1, 0], [0, 0.84375, -0.5625, -1.5, 1, 0], [0, 1.265625, 0, -2.8125, 0, 1]])
OUTPUT = np.array([[p ** k for p in POINTS] + [k == 3] for k in range(4)], float)
WEIGHTS = np.array([[p ** k / np.prod([p - q for q in POINTS if q != p]) for k in range(3)] for p in POINTS] + [[0, 0, 1]])

# How 3x3 convolutions of stride 1 are rounded, and all other dense layers.
SCHEMES = {
    "fp32": (None, None), "bf16": ("winograd bf16", "bf16"), "int8, 3x3 by Winograd": ("winograd int8", "int8"),
    "int8, 3x3 direct": ("int8", "int8"), "int8, 3x3 by Winograd in bf16": ("winograd bf16", "int8"),
    "int8, a scale an image": ("image", "image")}


def rounded(x, axes, form):
    """To bfloat16, or to 127 steps either way of the largest magnitude along the axes."""
    if form == "bf16":
        return x.to(torch.bfloat16).float()
    scale = x.abs().amax(axes, keepdim=True) / 127
    return (x / torch.where(scale == 0, 1, scale)).round() * scale


def winograd(x, w, form):
    """3x3, stride 1, padding 1, by F(4x4, 3x3) with rounded points."""
    (n, channels, height, width), outputs = x.shape, w.shape[0]
    rows, columns = (height + 3) // 4, (width + 3) // 4
    tiles = F.pad(x, (1, 4 * columns - width + 1, 1, 4 * rows - height + 1)).unfold(2, 6, 4).unfold(3, 6, 4)
    b, g, a = torch.tensor(INPUT).float(), torch.tensor(WEIGHTS), torch.tensor(OUTPUT).float()
    points = torch.einsum("ik,ncyxkl,jl->ijnyxc", b, tiles, b).reshape(36, -1, channels)
    kernels = torch.einsum("ik,ockl,jl->ijco", g, w.double(), g).float().reshape(36, channels, outputs)
    products = torch.bmm(rounded(points, 2, form), rounded(kernels, 1, form)).reshape(6, 6, n, rows, columns, outputs)
    y = torch.einsum("pi,ijnyxo,qj->noypxq", a, products, a).reshape(n, outputs, 4 * rows, 4 * columns)
    return y[:, :, :height, :width]


def convolution(x, w, attributes, scheme):
    stride, pads = attributes.get("strides", [1, 1]), attributes.get("pads", [0] * 4)
    groups, kernel = attributes.get("group", 1), list(w.shape[2:])
    form = scheme[0] if kernel == [3, 3] and list(stride) == [1, 1] and list(pads) == [1] * 4 else scheme[1]
    if form is None or groups > 1 or w.shape[1] <= 4:
        return F.conv2d(x, w, None, stride, pads[:2], 1, groups)
    if form.startswith("winograd"):
        return winograd(x, w, form.split()[1])
    if form in ("bf16", "image"):
        return F.conv2d(rounded(x, (1, 2, 3), form), rounded(w, (1, 2, 3), form), None, stride, pads[:2])
    columns = rounded(F.unfold(x, kernel, padding=pads[:2], stride=stride), 1, form)
    height = (x.shape[2] + 2 * pads[0] - kernel[0]) // stride[0] + 1
    return (rounded(w.flatten(1), 1, form) @ columns).reshape(x.shape[0], w.shape[0], height, -1)


def fully_connected(x, w, scheme):
    form = scheme[1]
    if form is None:
        return x @ w.t()
    return sum(rounded(a, 1, form) @ rounded(b, 1, form).t() for a, b in zip(x.split(1536, 1), w.split(1536, 1)))


def along_channels(values, x):
    return values.reshape([1, -1] + [1] * (x.dim() - 2))


def node_value(node, inputs, scheme):
    attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    x = inputs[0] if inputs else None
    match node.op_type:
        case "Conv":
            y = convolution(x, inputs[1], attributes, scheme)
            return y + along_channels(inputs[2], y) if len(inputs) > 2 else y
        case "Gemm":
            y = fully_connected(x, inputs[1] if attributes.get("transB") else inputs[1].t(), scheme)
            return y + inputs[2] if len(inputs) > 2 else y
        case "BatchNormalization":
            scale = inputs[1] / torch.sqrt(inputs[4] + attributes.get("epsilon", 1e-5))
            return x * along_channels(scale, x) + along_channels(inputs[2] - inputs[3] * scale, x)
        case "PRelu":
            return torch.where(x < 0, x * along_channels(inputs[1].flatten(), x), x)
        case "Clip":
            low, high = (attributes.get(name, inputs[i] if len(inputs) > i else None) for i, name in [(1, "min"), (2, "max")])
            return x.clamp(float(low), float(high))
        case "Constant":
            return torch.from_numpy(np.array(numpy_helper.to_array(attributes["value"])))
        case "Relu":
            return x.clamp(min=0)
        case "Add":
            return x + inputs[1]
        case "Cast":
            return x.float()
        case "Flatten" | "Reshape":
            return x.flatten(1)
    raise SystemExit(f"operator {node.op_type} is not known here")


def embeddings(graph, crops, scheme, options):
    weights = {i.name: torch.from_numpy(np.array(numpy_helper.to_array(i))) for i in graph.initializer}
    weights = {name: w.float() if w.is_floating_point() else w for name, w in weights.items()}
    name = next(i.name for i in graph.input if i.name not in weights)
    found = []
    for start in range(0, len(crops), 32):
        batch = (crops[start:start + 32, :, :, ::-1].astype(np.float32) - np.float32(options.mean)) / np.float32(options.deviation)
        values = weights | {name: torch.from_numpy(np.ascontiguousarray(batch.transpose(0, 3, 1, 2)))}
        for node in graph.node:
            values[node.output[0]] = node_value(node, [values[i] for i in node.input if i], scheme)
        found.append(values[graph.output[0].name].numpy())
    return np.concatenate(found)


def aligned(image, points):
    """By the least-squares similarity transform of Umeyama, 1991."""
    middle, target = points.mean(0), TEMPLATE.mean(0)
    s, d = points - middle, TEMPLATE - target
    u, values, vt = np.linalg.svd(d.T @ s / 5)
    sign = np.diag([1.0, np.sign(np.linalg.det(u) * np.linalg.det(vt))])
    turn = np.trace(np.diag(values) @ sign) / (s ** 2).sum() * 5 * (u @ sign @ vt)
    return cv2.warpAffine(image, np.column_stack([turn, target - turn @ middle]), (112, 112))


def faces(options, files):
    """The crop of the largest face of each photograph in which one is found."""
    found = {}
    for start in range(0, len(files), 200):
        command = [options.arcface, "detect", "--json", "--max-faces", "1"] + files[start:start + 200]
        for answer in map(json.loads, subprocess.run(command, capture_output=True, text=True).stdout.splitlines()):
            for face in answer.get("faces", []):
                points = np.array([[p["x"], p["y"]] for p in face["landmarks"]])
                found[answer["file"]] = aligned(cv2.imread(answer["file"]), points)
    return found


def read_pairs(options):
    """Two files and whether they show one person, a line each."""
    def path(name, number):
        return os.path.join(options.images, name, f"{name}_{int(number):04d}.jpg")
    fields = [line.split() for line in open(options.pairs)]
    return [(path(f[0], f[1]), path(f[-2], f[-1]) if len(f) == 4 else path(f[0], f[2]), len(f) == 3) for f in fields if len(f) > 2]


def verification(vectors, pairs, labels):
    """The best accuracy, and the true accepts at one false accept in a hundred, in %."""
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    scores = (vectors[pairs[:, 0]] * vectors[pairs[:, 1]]).sum(1)
    strangers = np.sort(scores[~labels])
    accepts = (scores[labels] > strangers[-1 - len(strangers) // 100]).mean()
    return 100 * max(((scores >= t) == labels).mean() for t in scores), 100 * accepts


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--arcface", default=".build/release/arcface")
    parser.add_argument("--images", required=True)
    parser.add_argument("--pairs", required=True)
    parser.add_argument("--recognizer", default="Sources/CModels/models/recognizer.onnx", help="one of 112x112")
    parser.add_argument("--mean", type=float, nargs="+", default=[127.5], help="one number, or three")
    parser.add_argument("--deviation", type=float, nargs="+", default=[127.5])
    parser.add_argument("--schemes", nargs="+", choices=SCHEMES, default=list(SCHEMES))
    options = parser.parse_args()
    torch.set_grad_enabled(False)
    pairs = read_pairs(options)
    found = faces(options, sorted({file for pair in pairs for file in pair[:2]}))
    place = {file: index for index, file in enumerate(found)}
    pairs = [pair for pair in pairs if pair[0] in place and pair[1] in place]
    indices, labels = np.array([[place[a], place[b]] for a, b, _ in pairs]), np.array([same for _, _, same in pairs])
    graph, crops = onnx.load(options.recognizer).graph, np.stack(list(found.values()))
    print(f"{len(crops)} faces, {len(pairs)} pairs")
    exact = embeddings(graph, crops, SCHEMES["fp32"], options)
    for name in options.schemes:
        vectors = embeddings(graph, crops, SCHEMES[name], options) if name != "fp32" else exact
        norms = np.linalg.norm(exact, axis=1)
        errors = np.linalg.norm(vectors - exact, axis=1) / norms
        cosines = (vectors * exact).sum(1) / norms / np.linalg.norm(vectors, axis=1)
        accuracy, accepts = verification(vectors, indices, labels)
        print(f"{name}: relative L2 median {np.median(errors):.1e}, largest {errors.max():.1e}; least cosine "
              f"{cosines.min():.4f}; accuracy {accuracy:.2f} %, true accepts {accepts:.2f} %", flush=True)


if __name__ == "__main__":
    main()
