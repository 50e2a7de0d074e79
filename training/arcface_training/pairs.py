"""Writes pairs of the validation people's photographs for `arcface evaluate`.

    python -m arcface_training.pairs --faces FACES --out pairs.txt
    arcface evaluate --images FACES/lfw/images --pairs pairs.txt

As many pairs of different people as of one person; of a much-photographed person no more than ten.
"""

import argparse
import itertools
import pathlib
import random

from . import dataset
from .verification import PAIRS_A_PERSON


def lines(lfw: pathlib.Path, seed: int) -> list[str]:
    """In the format of LFW's own files: the number of pairs of each kind, then the pairs."""
    numbers: dict[str, list[int]] = {}
    for person, file in dataset.lfw_photographs(lfw):
        if dataset.is_validation_person(person):
            numbers.setdefault(person, []).append(int(file.stem[-4:]))
    chance = random.Random(seed)
    same = []
    for person in sorted(numbers):
        pairs = list(itertools.combinations(sorted(numbers[person]), 2))
        chance.shuffle(pairs)
        same += [f"{person}\t{a}\t{b}" for a, b in pairs[:PAIRS_A_PERSON]]
    different = []
    for _ in same:
        a, b = chance.sample(sorted(numbers), 2)
        different.append(f"{a}\t{chance.choice(numbers[a])}\t{b}\t{chance.choice(numbers[b])}")
    return [str(len(same)), *same, *different]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faces", type=pathlib.Path, required=True, help="folder with lfw/")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.out.write_text("\n".join(lines(options.faces / "lfw", options.seed)) + "\n")


if __name__ == "__main__":
    main()
