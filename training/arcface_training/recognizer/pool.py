"""Makes labelled pictures ahead of the training, shard by shard, and reads them back.

    python -m arcface_training.recognizer.pool --faces WORK/faces --teacher MODEL.onnx --out WORK/pool --shards 40

A shard depends on the seed and its number alone, so shards may be made by several processes, again, or later; training
waits for those it needs. Labelling once and using every picture some times spares half of the teacher's work.
"""

import argparse
import os
import pathlib
import time

import cv2
import numpy as np

from .. import dataset, teachers
from . import augment

SHARD = 6144


def paths(folder: pathlib.Path, shard: int) -> tuple[pathlib.Path, pathlib.Path]:
    return folder / f"{shard:04d}.images.npy", folder / f"{shard:04d}.labels.npy"


def make(
    store: dataset.FaceStore, teacher: teachers.Recognizer, seed: int, shard: int, strength: augment.Strength
):
    random = np.random.default_rng([seed, shard])
    rows = store.training()
    images = np.empty((SHARD, augment.SIDE, augment.SIDE, 3), np.uint8)
    for i in range(SHARD):
        images[i] = augment.picture(store.crops, rows, random, strength)
    return images, teacher(images).astype(np.float32)


def write(folder: pathlib.Path, shard: int, images: np.ndarray, labels: np.ndarray) -> None:
    """Labels last and by renaming: a shard with labels is whole."""
    for path, values in zip(paths(folder, shard), (images, labels)):
        part = path.with_suffix(".part")
        with open(part, "wb") as file:
            np.save(file, values)
        os.replace(part, path)


def read(folder: pathlib.Path, shard: int) -> tuple[np.ndarray, np.ndarray]:
    """A shard's images (BGR) and labels; waits until it is there."""
    images, labels = paths(folder, shard)
    while not labels.exists():
        time.sleep(1)
    return np.load(images), np.load(labels)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faces", type=pathlib.Path, required=True, help="what prepare wrote")
    parser.add_argument("--teacher", type=pathlib.Path, required=True, help="mobilefacenet_112x112.onnx")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--shards", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--gentle", action="store_true", help="for the last part of the training")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    store = dataset.FaceStore(options.faces)
    store.crops = np.array(store.crops)
    teacher = teachers.Recognizer(options.teacher, options.threads)
    strength = augment.GENTLE if options.gentle else augment.STRONG
    for shard in range(options.first, options.shards):
        if paths(options.out, shard)[1].exists():
            continue
        start = time.monotonic()
        write(options.out, shard, *make(store, teacher, options.seed, shard, strength))
        print(f"shard {shard}: {SHARD / (time.monotonic() - start):.0f} pictures a second", flush=True)


if __name__ == "__main__":
    main()
