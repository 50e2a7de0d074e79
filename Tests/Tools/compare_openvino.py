#!/usr/bin/env python3
"""`arcface bench` and OpenVINO in turn on one network, a process each with the same threads: how many times as fast.

    pip install openvino numpy
    compare_openvino.py --arcface .build/release/arcface MODEL.onnx --shape 1x3x112x112 [--threads 1] [--precision bf16]

OpenVINO runs one stream with the hint for latency, and rounds to bfloat16 only where that is asked for. Each side's figure is
its median run; the ratio is the median over the rounds of OpenVINO's over ours.
"""
import argparse
import json
import statistics
import subprocess
import sys
import time

PRECISIONS = {"fp32": "f32", "bf16": "bf16"}


def openvino_median(options):
    """Milliseconds of a run, after five that are not counted."""
    import numpy
    import openvino

    shape = [int(side) for side in options.shape.split("x")]
    core = openvino.Core()
    model = core.read_model(options.model)
    model.reshape({model.inputs[0]: shape})
    compiled = core.compile_model(model, "CPU", {
        "INFERENCE_NUM_THREADS": options.threads,
        "NUM_STREAMS": 1,
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": PRECISIONS[options.precision],
    })
    request = compiled.create_infer_request()
    noise = numpy.random.default_rng(1).standard_normal(shape).astype(numpy.float32)
    request.set_input_tensor(openvino.Tensor(noise))
    for _ in range(5):
        request.infer()
    times, end = [], time.perf_counter() + options.seconds
    while time.perf_counter() < end or len(times) < 5:
        started = time.perf_counter()
        request.infer()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1e3


def arcface_median(options):
    command = [
        options.arcface, "bench", options.model, "--shape", options.shape, "--threads", str(options.threads),
        "--seconds", str(options.seconds), "--precision", options.precision, "--json",
    ]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["median_ms"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--arcface", default=".build/release/arcface")
    parser.add_argument("--shape", required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.4)
    parser.add_argument("--precision", choices=PRECISIONS, default="fp32")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(openvino_median(options))
        return
    ours, theirs = [], []
    for _ in range(options.rounds):
        ours.append(arcface_median(options))
        child = subprocess.run([sys.executable, *sys.argv, "--child"], capture_output=True, text=True, check=True)
        theirs.append(float(child.stdout.split()[-1]))
    ratios = [other / own for own, other in zip(ours, theirs)]
    print(
        f"{options.model} {options.shape}, {options.threads} threads, {options.precision}: arcface "
        f"{statistics.median(ours):.2f} ms, OpenVINO {statistics.median(theirs):.2f} ms, ratio "
        f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
