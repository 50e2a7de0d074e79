"""From photographs to the averages of everybody in the table."""

import dataclasses

import cv2
import numpy as np

from .. import teachers
from . import averaging, groups
from .people import PART, Nobody
from .sources import Source

SHAPE, COLOUR = 0.8, 0.5
OPTIONS = 8  # groups that are tried for each nobody
TRIED = 60  # groups they are taken from


@dataclasses.dataclass(frozen=True)
class Member:
    """A nobody with the averages of its parts, and the file names behind each."""

    nobody: Nobody
    faces: list[np.ndarray]
    files: list[list[str]]


def pool(sources: list[Source], nobody: Nobody) -> list[Source]:
    return [s for s in sources
            if s.sex == nobody.sex and s.origin == nobody.origin and nobody.ages[0] <= s.age <= nobody.ages[1]
            and s.bridge < nobody.glasses]


def read(sources: list[Source]) -> list[np.ndarray]:
    return [averaging.read(source.path, source.landmarks) for source in sources]


def embedding(face: np.ndarray, recognizer) -> np.ndarray:
    """The teacher's view of an average, aligned by where its landmarks were put."""
    matrix = teachers.similarity(averaging.TARGET, teachers.TEMPLATE)
    blurred = cv2.GaussianBlur(np.clip(face, 0, 255).astype(np.uint8), (0, 0), 0.8)
    return recognizer(cv2.warpAffine(blurred, matrix, (112, 112))[None])[0]


def assemble(sources: list[Source], people: tuple[Nobody, ...], recognizer, seed: int, say=print) -> list[Member]:
    """Tries several groups for each nobody, takes those whose averages the teacher tells apart best, and averages
    their parts."""
    mean = np.mean([source.embedding for source in sources], 0)
    options, pools, trials = [], [], []
    for nobody in people:
        found = pool(sources, nobody)
        vectors = np.array([source.embedding for source in found])
        each = groups.candidates(vectors, mean, nobody.parts * PART, TRIED, seed)
        options.append(groups.various(each, OPTIONS))
        pools.append(found)
        trials.append([averaging.averages(read([found[i] for i in option.members[:PART]]), [np.arange(PART)])[0]
                       for option in options[-1]])
        say(f"{nobody.name}: {len(found)} faces, {len(trials[-1])} groups tried")
    drawn = iter(averaging.exaggerate([[face] for faces in trials for face in faces], SHAPE, COLOUR))
    seen = [np.array([embedding(next(drawn)[0], recognizer) for _ in faces]) for faces in trials]
    chosen = groups.choose(seen, seed=seed)
    say("chosen: " + ", ".join(f"{nobody.name} {k}" for nobody, k in zip(people, chosen)))
    averages, files = [], []
    for nobody, found, some, k in zip(people, pools, options, chosen):
        members = [found[i] for i in some[k].members]
        parts = groups.deal(np.arange(len(members)), nobody.parts)
        averages.append(averaging.averages(read(members), parts))
        files.append([[members[i].path.name for i in part] for part in parts])
    drawn = averaging.exaggerate(averages, SHAPE, COLOUR)
    return [Member(nobody, [averaging.sharpen(face) for face in faces], names)
            for nobody, faces, names in zip(people, drawn, files)]
