"""From photographs to the averages of everybody in the table."""

import dataclasses

import cv2
import numpy as np

from .. import teachers
from . import averaging, groups
from .people import PART, Nobody
from .sources import Source

SHAPE, COLOUR = 1.2, 0.8  # of the difference, see averaging.exaggerate
LOOKALIKES = 12.0  # a cosine of 0.4 more weighs a hundred times as much
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


def options(found: list[Source], nobody: Nobody, mean: np.ndarray, seed: int) -> list[groups.Group]:
    vectors = np.array([source.embedding for source in found])
    return groups.various(groups.candidates(vectors, mean, nobody.parts * PART, TRIED, seed), OPTIONS)


def search(sources: list[Source], people: tuple[Nobody, ...], recognizer, seed: int, say=print) -> list[int]:
    """The group of each nobody such that the teacher tells their averages apart best."""
    mean = np.mean([source.embedding for source in sources], 0)
    trials = []
    for nobody in people:
        found = pool(sources, nobody)
        trials.append([averaging.averages(read([found[i] for i in option.members[:PART]]), [np.arange(PART)])[0]
                       for option in options(found, nobody, mean, seed)])
        say(f"{nobody.name}: {len(found)} faces, {len(trials[-1])} groups tried")
    drawn = iter(averaging.exaggerate([[face] for faces in trials for face in faces], SHAPE, COLOUR))
    return groups.choose([np.array([embedding(next(drawn)[0], recognizer) for _ in faces]) for faces in trials],
                         seed=seed)


def likeness(averages: list[list[np.ndarray]], recognizer) -> np.ndarray:
    """How much each person weighs in what another one is moved away from: more, the more alike they are."""
    seen = np.array([embedding(np.mean(faces, 0), recognizer) for faces in averages])
    weights = np.exp(LOOKALIKES * (seen @ seen.T))
    np.fill_diagonal(weights, 0)
    return weights


def assemble(sources: list[Source], people: tuple[Nobody, ...], recognizer, seed: int, say=print) -> list[Member]:
    """The averages of everybody's parts, exaggerated."""
    mean = np.mean([source.embedding for source in sources], 0)
    averages, files = [], []
    for nobody in people:
        found = pool(sources, nobody)
        members = [found[i] for i in options(found, nobody, mean, seed)[nobody.group].members]
        parts = groups.deal(np.arange(len(members)), nobody.parts)
        averages.append(averaging.averages(read(members), parts))
        files.append([[members[i].path.name for i in part] for part in parts])
        say(f"{nobody.name}: {nobody.parts} times {PART} of {len(found)} faces")
    drawn = averaging.exaggerate(averages, SHAPE, COLOUR, likeness(averages, recognizer))
    return [Member(nobody, [averaging.sharpen(face) for face in faces], names)
            for nobody, faces, names in zip(people, drawn, files)]
