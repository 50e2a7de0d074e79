#!/usr/bin/env python3
"""From exec to `listening`, and how much of it the loading of both models takes: medians over some starts.

    start.py --arcface .build/release/arcface [--detector D.onnx] [--recognizer R.onnx] [--runs 10]

Each start has a new data folder, so the making of the database is in the figure. One start before warms the page cache.
"""
import argparse
import json
import statistics
import subprocess
import tempfile
import time


def start(options):
    """Milliseconds until the service listens, and until its models were loaded."""
    with tempfile.TemporaryDirectory() as data:
        command = [options.arcface, "serve", "--port", "0", "--data", data]
        for name in ("detector", "recognizer"):
            if getattr(options, name):
                command += [f"--{name}", getattr(options, name)]
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if not process.stdout.readline().startswith("listening"):
            raise SystemExit(f"the service did not start: {process.communicate()[1]}")
        ready = (time.perf_counter() - started) * 1e3
        process.terminate()
        events = [json.loads(line) for line in process.communicate()[1].splitlines()]
    return ready, next(event["duration_ms"] for event in events if event["event"] == "models_loaded")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arcface", default=".build/release/arcface")
    parser.add_argument("--detector")
    parser.add_argument("--recognizer")
    parser.add_argument("--runs", type=int, default=10)
    options = parser.parse_args()
    start(options)
    for name, times in zip(("listening", "models loaded"), zip(*[start(options) for _ in range(options.runs)])):
        print(f"{name}: median {statistics.median(times):.0f} ms ({min(times):.0f} to {max(times):.0f})")


main()
