#!/usr/bin/env python3
"""By how much a precision changes the embeddings of photographs, against float32: relative L2 and cosine.

    precision_error.py --arcface .build/release/arcface --images lfw/images [--recognizer R.onnx] [--count 300]
"""
import argparse
import glob
import json
import math
import statistics
import subprocess


def embeddings(options, files, precision):
    """The embedding of each face found, by file and place."""
    command = [options.arcface, "embed", "--json", "--precision", precision]
    if options.recognizer:
        command += ["--recognizer", options.recognizer]
    found = {}
    for start in range(0, len(files), 100):
        lines = subprocess.run(command + files[start:start + 100], capture_output=True, text=True).stdout.splitlines()
        for answer in map(json.loads, lines):
            for place, face in enumerate(answer.get("faces", [])):
                found[answer["file"], place] = face["embedding"]
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--arcface", default=".build/release/arcface")
    parser.add_argument("--images", required=True, help="a folder of folders of photographs, one a person")
    parser.add_argument("--recognizer")
    parser.add_argument("--count", type=int, default=300)
    options = parser.parse_args()
    files = sorted(glob.glob(f"{options.images}/*/*.jpg"))
    files = files[::max(1, len(files) // options.count)][:options.count]
    exact = embeddings(options, files, "fp32")
    for precision in ["fp16-weights", "bf16", "int8"]:
        errors, cosines = [], []
        for key, vector in embeddings(options, files, precision).items():
            other = exact[key]
            errors.append(math.dist(vector, other) / math.hypot(*other))
            cosines.append(sum(a * b for a, b in zip(vector, other)) / math.hypot(*vector) / math.hypot(*other))
        print(f"{precision}: {len(errors)} faces, relative L2 median {statistics.median(errors):.1e}, largest "
              f"{max(errors):.1e}; least cosine {min(cosines):.6f}")


if __name__ == "__main__":
    main()
