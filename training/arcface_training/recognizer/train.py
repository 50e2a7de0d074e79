"""Distils the default recogniser from the teacher's labels.

    python -m arcface_training.recognizer.train --faces WORK/faces --pool WORK/pool --teacher MODEL.onnx \
        --out WORK/recognizer --samples 400000

The rate is constant after a short rise and falls to zero over the last `--decay` share of the samples, so that a run
can be lengthened: `--resume` with more samples goes on from the last checkpoint before the fall. Evaluates, and keeps
as `best.pt`, an exponential average of the weights.
"""

import argparse
import copy
import json
import pathlib
import time

import numpy as np
import torch

from .. import dataset, losses, verification
from . import pool
from .muon import Muon
from .network import Recognizer


def planes(images: np.ndarray, device: torch.device) -> torch.Tensor:
    """uint8 BGR (n, 112, 112, 3) to the network's RGB input, channels last in memory."""
    values = torch.from_numpy(np.ascontiguousarray(images[..., ::-1])).to(device).permute(0, 3, 1, 2)
    return ((values.float() - 127.5) / 127.5).contiguous(memory_format=torch.channels_last)


def shard_order(shards: int, chunks: int, seed: int) -> list[int]:
    """Which shard each chunk of training reads: a new one every other time, an old one between; all known, by chance."""
    random = np.random.default_rng(seed)
    order, known = [], 0
    for chunk in range(chunks):
        if known < shards and (chunk % 2 == 0 or known < 2):
            order.append(known)
            known += 1
        else:
            order.append(int(random.integers(known)))
    return order


def batches(folder: pathlib.Path, order: list[int], start: int, size: int, seed: int):
    """Endless-looking stream of (images, labels) from the chunk numbered `start`; every chunk shuffled by its number."""
    for chunk in range(start, len(order)):
        images, labels = pool.read(folder, order[chunk])
        random = np.random.default_rng([seed, chunk])
        rows = random.permutation(len(images))
        for first in range(0, len(rows) - size + 1, size):
            pick = rows[first:first + size]
            yield chunk, images[pick], labels[pick]


@torch.no_grad()
def embeddings(network: torch.nn.Module, crops: np.ndarray, device: torch.device) -> np.ndarray:
    network.eval()
    rows = []
    for start in range(0, len(crops), 64):
        with torch.autocast(device.type, torch.bfloat16):
            rows.append(network(planes(crops[start:start + 64], device)).float().cpu().numpy())
    values = np.concatenate(rows)
    return values / np.linalg.norm(values, axis=1, keepdims=True)


class Validation:
    """The validation people's photographs, aligned by the teacher detector."""

    def __init__(self, store: dataset.FaceStore):
        rows = store.validation_subjects()
        margin = dataset.STORED_MARGIN
        self.people = [store.faces[row].person for row in rows]
        self.crops = np.array(store.crops[rows][:, margin:-margin, margin:-margin])

    def __call__(self, network, device) -> dict[str, float]:
        found = verification.scores(embeddings(network, self.crops, device), self.people)
        accuracy, threshold = found.best()
        strict = found.threshold(1e-3)
        return {"accuracy": round(accuracy, 5), "threshold": round(threshold, 4),
                "tmr@1e-3": round(found.rates(strict)[0], 4)}


class Average:
    """An exponential average of weights and statistics; young, it forgets faster."""

    def __init__(self, network: torch.nn.Module, decay: float):
        self.network, self.decay, self.updates = copy.deepcopy(network).eval(), decay, 0

    @torch.no_grad()
    def update(self, network: torch.nn.Module) -> None:
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        for mine, theirs in zip(self.network.state_dict().values(), network.state_dict().values()):
            if mine.dtype.is_floating_point:
                mine.lerp_(theirs, 1 - decay)
            else:
                mine.copy_(theirs)


def optimizers(network: Recognizer, rate: float, small_rate: float):
    """Muon for the convolutions of the body, AdamW for all else."""
    matrices = [p for name, p in network.body.named_parameters() if p.ndim == 4]
    chosen = {id(p) for p in matrices}
    flat = [p for p in network.parameters() if id(p) not in chosen and p.ndim < 2]
    rest = [p for p in network.parameters() if id(p) not in chosen and p.ndim >= 2]
    return [Muon(matrices, lr=rate), torch.optim.AdamW(
        [{"params": rest, "weight_decay": 0.02}, {"params": flat, "weight_decay": 0.0}], lr=small_rate, betas=(0.9, 0.98))]


def rate_at(done: float, decay: float) -> float:
    """Share of the full rate after a share `done` of the samples."""
    return min(1.0, done / 0.02 + 0.02, max(0.0, (1 - done) / decay))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faces", type=pathlib.Path, required=True)
    parser.add_argument("--pool", type=pathlib.Path, required=True)
    parser.add_argument("--shards", type=int, default=60, help="of the pool")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--samples", type=int, default=400_000)
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--rate", type=float, default=0.02)
    parser.add_argument("--small-rate", type=float, default=2e-3)
    parser.add_argument("--decay", type=float, default=0.4)
    parser.add_argument("--pairwise", type=float, default=3.0, help="weight of the similarities within a batch")
    parser.add_argument("--average", type=float, default=0.995)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=20_000, help="samples between validations")
    parser.add_argument("--compile", action="store_true", help="by TorchInductor: about 1.4 times faster on a CPU")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--start", type=pathlib.Path, help="weights to start from, as best.pt")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    options.out.mkdir(parents=True, exist_ok=True)
    log = open(options.out / "train.log", "a" if options.resume else "w", buffering=1)

    def say(record: dict) -> None:
        line = json.dumps(record)
        log.write(line + "\n")
        print(line, flush=True)

    validation = Validation(dataset.FaceStore(options.faces))
    network = Recognizer().to(device, memory_format=torch.channels_last)
    if options.start:
        network.load_state_dict(torch.load(options.start, map_location=device))
    average = Average(network, options.average)
    steps = optimizers(network, options.rate, options.small_rate)
    full = [[group["lr"] for group in step.param_groups] for step in steps]
    samples, chunk, best = 0, 0, 0.0
    checkpoint = options.out / "checkpoint.pt"
    if options.resume:
        state = torch.load(checkpoint, weights_only=False)
        network.load_state_dict(state["network"])
        average.network.load_state_dict(state["average"])
        average.updates, samples, chunk, best = state["updates"], state["samples"], state["chunk"] + 1, state["best"]
        for step, saved in zip(steps, state["optimizers"]):
            step.load_state_dict(saved)
    say({"options": {k: str(v) for k, v in vars(options).items() if not isinstance(v, pathlib.Path)},
         "parameters": sum(p.numel() for p in network.parameters()), "samples": samples})
    order = shard_order(options.shards, options.samples // pool.SHARD + 2, options.seed)
    student = torch.compile(network) if options.compile else network
    next_validation, falling, current = samples + options.every, False, chunk
    sums, count, start, since = np.zeros(2), 0, time.monotonic(), samples
    for chunk, images, labels in batches(options.pool, order, chunk, options.batch, options.seed):
        done = samples / options.samples
        if done >= 1:
            break
        falling = falling or done > 1 - options.decay
        if chunk != current and not falling:
            current = chunk
            torch.save({"network": network.state_dict(), "average": average.network.state_dict(), "best": best,
                        "optimizers": [s.state_dict() for s in steps], "updates": average.updates,
                        "samples": samples, "chunk": chunk - 1}, checkpoint)
        for step, rates in zip(steps, full):
            for group, rate in zip(step.param_groups, rates):
                group["lr"] = rate * rate_at(done, options.decay)
        network.train()
        with torch.autocast(device.type, torch.bfloat16):
            output = student(planes(images, device))
        direct, pairwise = losses.distillation(output.float(), torch.from_numpy(labels).to(device))
        for step in steps:
            step.zero_grad(set_to_none=True)
        (direct + options.pairwise * pairwise).backward()
        for step in steps:
            step.step()
        average.update(network)
        samples, count = samples + len(images), count + 1
        sums += [direct.item(), pairwise.item()]
        if samples >= next_validation or samples >= options.samples:
            next_validation += options.every
            figures = validation(average.network, device)
            say({"samples": samples, "direct": round(sums[0] / count, 4), "pairwise": round(sums[1] / count, 5),
                 **figures, "per_second": round((samples - since) / (time.monotonic() - start), 1),
                 "rate": round(rate_at(done, options.decay), 3)})
            if figures["accuracy"] >= best:
                best = figures["accuracy"]
                torch.save(average.network.state_dict(), options.out / "best.pt")
            torch.save(average.network.state_dict(), options.out / "last.pt")
            sums, count, start, since = np.zeros(2), 0, time.monotonic(), samples


if __name__ == "__main__":
    main()
