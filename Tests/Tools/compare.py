#!/usr/bin/env python3
"""`arcface bench` and a peer in turn on one network, a process each with the same threads: how many times as fast.

    pip install numpy onnxruntime openvino
    compare.py MODEL.onnx --shape 1x3x112x112 [--peer openvino] [--threads 1] [--precision bf16] [--check]

Each side's figure is its median run; the ratio is the median over the rounds of the peer's over ours, above 1 is faster than
the peer. Both warm up for a second and run in turn, so that the ratio holds while the machine's speed drifts.
ONNX Runtime always computes in float32, whatever is asked of us. OpenVINO runs one stream with the hint for
latency, and rounds to bfloat16 only where that is asked for. `--check` states first how far the outputs are from ONNX
Runtime's for one seeded input.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time


def shape_of(options):
    return [int(side) for side in options.shape.split("x")]


def seeded_input(options):
    import numpy

    return numpy.random.default_rng(1).uniform(-1, 1, shape_of(options)).astype(numpy.float32)


def onnxruntime_session(options):
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads, settings.inter_op_num_threads = options.threads, 1
    return onnxruntime.InferenceSession(options.model, settings, providers=["CPUExecutionProvider"])


def onnxruntime_run(options):
    session = onnxruntime_session(options)
    feed = {session.get_inputs()[0].name: seeded_input(options)}
    return lambda: session.run(None, feed)


def openvino_run(options):
    import openvino

    core = openvino.Core()
    model = core.read_model(options.model)
    model.reshape({model.inputs[0]: shape_of(options)})
    compiled = core.compile_model(model, "CPU", {
        "INFERENCE_NUM_THREADS": options.threads,
        "NUM_STREAMS": 1,
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "bf16" if options.precision == "bf16" else "f32",
    })
    request = compiled.create_infer_request()
    request.set_input_tensor(openvino.Tensor(seeded_input(options)))
    return request.infer


PEERS = {"onnxruntime": ("ONNX Runtime", onnxruntime_run), "openvino": ("OpenVINO", openvino_run)}


def peer_median(options):
    """Milliseconds of the peer's median run, after a second that isn't counted."""
    run = PEERS[options.peer][1](options)
    end = time.perf_counter() + 1
    while time.perf_counter() < end:
        run()
    times, end = [], time.perf_counter() + options.seconds
    while time.perf_counter() < end or len(times) < 3:
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1e3


def arcface(options, *arguments):
    command = [options.arcface, *arguments]
    answer = subprocess.run(command, capture_output=True, text=True)
    if answer.returncode != 0:
        sys.exit(f"{' '.join(command)}: {answer.stderr.strip()}")
    return answer.stdout


def arcface_median(options):
    return json.loads(arcface(
        options, "bench", options.model, "--shape", options.shape, "--threads", str(options.threads),
        "--seconds", str(options.seconds), "--precision", options.precision, "--json"))["median_ms"]


def check(options):
    """States each output's relative L2 error and greatest error over its greatest value."""
    import numpy

    session = onnxruntime_session(options)
    name, given = session.get_inputs()[0].name, seeded_input(options)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "input.f32")
        given.tofile(path)
        arcface(
            options, "run", options.model, "--input", f"{name}={path}", "--shape", f"{name}={options.shape}",
            "--precision", options.precision, "--output-dir", folder)
        for output, wanted in zip(session.get_outputs(), session.run(None, {name: given})):
            got = numpy.fromfile(os.path.join(folder, output.name.replace("/", "_") + ".f32"), numpy.float32)
            if got.size != wanted.size:
                sys.exit(f"{output.name}: {got.size} values, ONNX Runtime has {wanted.size}")
            error = got.astype(numpy.float64) - wanted.ravel()
            relative = numpy.linalg.norm(error) / max(numpy.linalg.norm(wanted), 1e-30)
            greatest = numpy.abs(error).max() / max(numpy.abs(wanted).max(), 1e-30)
            print(f"  {output.name}: relative L2 {relative:.1e}, greatest error over greatest value {greatest:.1e}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--arcface", default=".build/release/arcface")
    parser.add_argument("--peer", choices=PEERS, default="onnxruntime")
    parser.add_argument("--shape", required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.4)
    parser.add_argument("--precision", choices=["fp32", "fp16-weights", "bf16", "int8"], default="fp32")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(peer_median(options))
        return
    if options.check:
        check(options)
    ours, theirs = [], []
    for _ in range(options.rounds):
        ours.append(arcface_median(options))
        child = subprocess.run([sys.executable, *sys.argv, "--child"], stdout=subprocess.PIPE, text=True, check=True)
        theirs.append(float(child.stdout.split()[-1]))
    ratios = [other / own for own, other in zip(ours, theirs)]
    print(
        f"{os.path.basename(options.model)} {options.shape}, {options.threads} thread(s), {options.precision}: "
        f"arcface {statistics.median(ours):.2f} ms, {PEERS[options.peer][0]} {statistics.median(theirs):.2f} ms, "
        f"ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}), {options.rounds} rounds")


if __name__ == "__main__":
    main()
