"""Trains the detector.

    python -m arcface_training.detector.train --faces FACES --store WORK/faces --out WORK/detector

Reads `labels.json` of `arcface_training.detector.label` from the output folder. Writes `checkpoint.pt` every
`--save` steps (`--resume` goes on from there: batch n and the learning rate of step n are the same in either case) and
a log line with losses and a quick validation every `--validate` steps.
"""

import argparse
import copy
import pathlib
import time

import cv2
import torch

from ..recognizer.muon import Muon
from . import batches, cells, photographs, unfold, validate
from .assign import assign
from .losses import loss
from .network import Detector, Unit
from .scenes import Composer

STATISTICS = 12  # batches that give the statistics of a network begun from an exported file


class Average:
    """The network whose weights are a running average of the trained one's."""

    def __init__(self, network: Detector, decay: float):
        self.network, self.decay, self.steps = copy.deepcopy(network).eval(), decay, 0

    @torch.no_grad()
    def update(self, network: Detector) -> None:
        self.steps += 1
        keep = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for mine, theirs in zip(self.network.state_dict().values(), network.state_dict().values()):
            if mine.is_floating_point():
                mine.lerp_(theirs, 1 - keep)


def share_of_rate(step: int, options: argparse.Namespace) -> float:
    """Rises, stays, and falls in a straight line to nothing over the last `--fall` of the steps."""
    return min(1.0, (step + 1) / options.warmup, (options.steps - step) / (options.fall * options.steps))


class Optimizers:
    """Muon for the convolutions before a normalization, AdamW for the heads, biases and normalizations."""

    def __init__(self, network: Detector, options: argparse.Namespace):
        hidden = [layer.convolution.weight for layer in network.modules() if isinstance(layer, Unit)]
        plain = [p for p in network.parameters() if p.ndim < 2]
        heads = [head.weight for head in network.heads]
        self.all = [Muon(hidden, lr=options.rate, weight_decay=options.decay), torch.optim.AdamW(
            [{"params": heads, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}],
            lr=options.small_rate, betas=(0.9, 0.98))]
        self.rates = [options.rate, options.small_rate]

    def step(self, share: float) -> None:
        for optimizer, rate in zip(self.all, self.rates):
            for group in optimizer.param_groups:
                group["lr"] = rate * share
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

    def state(self) -> list[dict]:
        return [optimizer.state_dict() for optimizer in self.all]

    def load(self, states: list[dict]) -> None:
        for optimizer, state in zip(self.all, states):
            optimizer.load_state_dict(state)


def train_step(network, optimizers: Optimizers, share: float, batch: batches.Batch,
               device: str) -> dict[str, torch.Tensor]:
    height, width = batch.images.shape[2:]
    faces = type(batch.faces)(*(part.to(device) for part in vars(batch.faces).values()))
    with torch.autocast(device, torch.bfloat16):
        maps = network(batches.normalized(batch.images.to(device)))
    numbers = cells.flatten([m.float() for m in maps])
    parts = loss(numbers, faces, assign(numbers.detach(), faces, height, width), height, width)
    sum(parts.values()).backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 10.0)
    optimizers.step(share)
    return {name: part.detach() for name, part in parts.items()}


def save(path: pathlib.Path, step: int, network, average: Average, optimizers: Optimizers) -> None:
    fresh = path.with_suffix(".new")
    torch.save({"step": step, "network": network.state_dict(), "average": average.network.state_dict(),
                "averaged": average.steps, "optimizers": optimizers.state()}, fresh)
    fresh.replace(path)


def begin(path: pathlib.Path, network: Detector, average: Average, drawn: batches.Batches) -> None:
    """Weights of another run: a checkpoint's, or an exported file's, normalized by some batches."""
    device = next(network.parameters()).device
    if path.suffix == ".onnx":
        unfold.start(network, path, (batches.normalized(batch.images.to(device)) for batch in drawn))
        average.network.load_state_dict(network.state_dict())
        return
    state = torch.load(path, map_location=device)
    network.load_state_dict(state["network"])
    average.network.load_state_dict(state["average"])


def ready(network: Detector, keep_statistics: bool) -> None:
    """Training mode; the normalizations may stay what they are in the exported file."""
    network.train()
    for layer in network.modules() if keep_statistics else ():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.eval()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faces", type=pathlib.Path, required=True, help="folder with lfw/ and utkface/")
    parser.add_argument("--store", type=pathlib.Path, required=True, help="what `prepare` wrote")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--steps", type=int, default=15000)
    parser.add_argument("--rate", type=float, default=0.02, help="of Muon")
    parser.add_argument("--small-rate", type=float, default=1e-3, help="of AdamW")
    parser.add_argument("--decay", type=float, default=0.05)
    parser.add_argument("--fall", type=float, default=0.9, help="share of the steps")
    parser.add_argument("--warmup", type=int, default=100)
    parser.add_argument("--average", type=float, default=0.998)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--validate", type=int, default=500)
    parser.add_argument("--save", type=int, default=500)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--start", type=pathlib.Path, help="a checkpoint or an exported .onnx to begin with")
    parser.add_argument("--gentle", type=float, default=0.25, help="share of the steps, the last, with gentle scenes")
    parser.add_argument("--keep-statistics", action="store_true", help="leave the normalizations' statistics alone")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    cv2.setNumThreads(1)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    labels = options.out / "labels.json"
    composer = Composer(*photographs.load(options.faces, options.store, labels, validation=False))
    unseen = photographs.load(options.faces, options.store, labels, validation=True)
    checks = {"photographs": validate.whole_photographs(unseen[0], 300),
              "scenes": validate.composed(Composer(*unseen), 150)}
    network = Detector().to(device, memory_format=torch.channels_last)
    average, optimizers, first = Average(network, options.average), Optimizers(network, options), 0
    checkpoint = options.out / "checkpoint.pt"
    if options.resume and checkpoint.exists():
        state = torch.load(checkpoint, map_location=device)
        network.load_state_dict(state["network"])
        average.network.load_state_dict(state["average"])
        optimizers.load(state["optimizers"])
        average.steps, first = state["averaged"], state["step"]
    elif options.start:
        begin(options.start, network, average, batches.Batches(composer, options.seed, 0, STATISTICS))
    drawn = batches.Batches(composer, options.seed, first, options.steps, (1 - options.gentle) * options.steps)
    sums: dict[str, float] = {}
    start, done, faces = time.monotonic(), 0, 0
    for step, batch in enumerate(batches.loader(drawn), first):
        ready(network, options.keep_statistics)
        share = share_of_rate(step, options)
        for name, value in train_step(network, optimizers, share, batch, device).items():
            sums[name] = sums.get(name, 0.0) + float(value)
        average.update(network)
        done, faces = done + 1, faces + int((~batch.faces.ignored).sum())
        if (step + 1) % options.validate == 0 or step + 1 == options.steps:
            seconds = (time.monotonic() - start) / done
            parts = " ".join(f"{name} {total / done:.4f}" for name, total in sums.items())
            print(f"step {step + 1} rate x{share:.2f} {parts} "
                  f"faces {faces / done:.0f}/step {1000 * seconds:.0f} ms/step", flush=True)
            held = average.network.cpu() if device == "cpu" else copy.deepcopy(average.network).cpu()
            for name, scenes in checks.items():
                print(f"  {name}: {validate.validate(held, scenes)}", flush=True)
            sums, start, done, faces = {}, time.monotonic(), 0, 0
        if (step + 1) % options.save == 0 or step + 1 == options.steps:
            save(checkpoint, step + 1, network, average, optimizers)


if __name__ == "__main__":
    main()
