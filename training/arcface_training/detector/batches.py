"""Batches of scenes from a process of their own. Batch n is the same whenever and however often it is drawn."""

import dataclasses

import cv2
import numpy as np
import torch

from .assign import Faces
from .scenes import GENTLE, USUAL, Composer, Scene

#: Side of a batch's scenes and how often; all batches have about the same number of pixels.
SIZES = {192: 0.15, 256: 0.35, 320: 0.3, 448: 0.08, 640: 0.12}
PIXELS = 8 * 320 * 320


@dataclasses.dataclass
class Batch:
    images: torch.Tensor  # (n, 3, size, size) uint8 RGB, channels last
    faces: Faces


def collate(scenes: list[Scene]) -> Batch:
    images = torch.from_numpy(np.stack([scene.image[:, :, ::-1] for scene in scenes])).permute(0, 3, 1, 2)
    picture = np.concatenate([np.full(len(scene.boxes), i) for i, scene in enumerate(scenes)])
    arrays = [np.concatenate(part) for part in zip(*((s.boxes, s.points, s.ignored) for s in scenes))]
    return Batch(images, Faces(torch.from_numpy(picture), *(torch.from_numpy(array) for array in arrays)))


def normalized(images: torch.Tensor) -> torch.Tensor:
    return images.float().sub_(127.5).div_(128).contiguous(memory_format=torch.channels_last)


class Batches(torch.utils.data.IterableDataset):
    """Batches `first` to `end`; the last of a run, from `gentle` on, are nearer to ordinary photographs."""

    def __init__(self, composer: Composer, seed: int, first: int, end: int, gentle: float = float("inf")):
        self.composer, self.seed, self.first, self.end, self.gentle = composer, seed, first, end, gentle

    def __iter__(self):
        cv2.setNumThreads(1)
        for step in range(self.first, self.end):
            yield self.batch(step)

    def batch(self, step: int) -> Batch:
        rng = np.random.default_rng((self.seed, step))
        size = int(rng.choice(list(SIZES), p=list(SIZES.values())))
        mix = GENTLE if step >= self.gentle else USUAL
        return collate([self.composer.scene(size, rng, mix) for _ in range(PIXELS // size**2)])


def loader(batches: Batches) -> torch.utils.data.DataLoader:
    """One worker; the main process only computes."""
    return torch.utils.data.DataLoader(batches, batch_size=None, num_workers=1, prefetch_factor=4)
