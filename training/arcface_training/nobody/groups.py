"""Which faces are averaged together.

The average of any hundred faces is the same pleasant face. So a group holds the faces that are nearest to one
direction of the embedding space, away from the mean of all; of several such groups each nobody gets the one that lies
apart from the other nobodies. A group is dealt out into disjoint parts, and every picture is the average of one part.
"""

import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True)
class Group:
    members: np.ndarray  # indices into the pool, nearest first
    direction: np.ndarray  # unit, relative to the mean of all


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def candidates(pool: np.ndarray, mean: np.ndarray, size: int, count: int, seed: int) -> list[Group]:
    """`count` groups of the `size` faces nearest to a direction, which starts at a face and moves to their mean."""
    if len(pool) < size:
        raise ValueError(f"a pool of {len(pool)} faces is too small for a group of {size}")
    relative = unit(pool - mean)
    found = []
    for start in np.random.default_rng(seed).permutation(len(pool))[:count]:
        direction = relative[start]
        for _ in range(3):
            members = np.argsort(-(relative @ direction), kind="stable")[:size]
            direction = unit(relative[members].mean(0))
        found.append(Group(members, direction))
    return found


def various(options: list[Group], count: int) -> list[Group]:
    """`count` of the options: the first, then always the one least like those taken."""
    taken, directions = [0], np.array([option.direction for option in options])
    while len(taken) < min(count, len(options)):
        nearest = (directions @ directions[taken].T).max(1)
        nearest[taken] = np.inf
        taken.append(int(np.argmin(nearest)))
    return [options[i] for i in taken]


def choose(choices: list[np.ndarray], starts: int = 200, seed: int = 0) -> list[int]:
    """One row of every array of unit vectors, so that their greatest cosine is least. From many seeded starts, each in
    turn takes what is best against the others, until nothing changes."""
    random = np.random.default_rng(seed)
    best, least = [0] * len(choices), np.inf
    for _ in range(starts):
        chosen = [int(random.integers(len(rows))) for rows in choices]
        for _ in range(20):
            before = list(chosen)
            for i, rows in enumerate(choices):
                others = np.array([choices[j][chosen[j]] for j in range(len(choices)) if j != i])
                cosines = rows @ others.T
                chosen[i] = int(np.argmin(np.sort(cosines, 1)[:, -2:] @ [0.3, 1.0]))
            if chosen == before:
                break
        picked = np.array([rows[k] for rows, k in zip(choices, chosen)])
        greatest = float((picked @ picked.T - 2 * np.eye(len(picked))).max())
        if greatest < least:
            best, least = chosen, greatest
    return best


def deal(members: np.ndarray, parts: int) -> list[np.ndarray]:
    """Disjoint parts of equal size: the nearest face to the first, the next to the second, and so on round."""
    size = len(members) // parts
    return [np.asarray(members)[i:size * parts:parts] for i in range(parts)]
