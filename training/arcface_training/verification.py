"""Verification figures on embeddings of labelled faces."""

import dataclasses

import numpy as np

PAIRS_A_PERSON = 10  # or a few much-photographed people would decide the figure


@dataclasses.dataclass
class Scores:
    genuine: np.ndarray  # sorted cosines of two photographs of one person
    impostor: np.ndarray  # sorted cosines of photographs of different people

    def rates(self, threshold: float) -> tuple[float, float]:
        """Share of genuine and of impostor pairs at or over the threshold."""
        genuine = 1 - np.searchsorted(self.genuine, threshold, "left") / len(self.genuine)
        impostor = 1 - np.searchsorted(self.impostor, threshold, "left") / len(self.impostor)
        return float(genuine), float(impostor)

    def accuracy(self, threshold: float) -> float:
        """As if there were as many impostor pairs as genuine ones."""
        genuine, impostor = self.rates(threshold)
        return (genuine + 1 - impostor) / 2

    def best(self) -> tuple[float, float]:
        """Accuracy and the threshold that reaches it."""
        candidates = np.linspace(-0.2, 0.9, 1101)
        accuracies = [self.accuracy(t) for t in candidates]
        top = np.flatnonzero(np.isclose(accuracies, max(accuracies)))
        middle = int(top[len(top) // 2])
        return float(accuracies[middle]), float(candidates[middle])

    def strictest(self, cost: float) -> float:
        """The highest threshold at which the accuracy is at most `cost` below the best."""
        best, threshold = self.best()
        candidates = np.arange(threshold, 0.9, 0.001)
        return float(max(t for t in candidates if self.accuracy(t) >= best - cost))

    def threshold(self, false_match_rate: float) -> float:
        """The lowest threshold that at most this share of the impostor pairs reaches."""
        allowed = int(false_match_rate * len(self.impostor))
        return float(np.nextafter(self.impostor[len(self.impostor) - 1 - allowed], 2))


def scores(embeddings: np.ndarray, people: list[str], seed: int = 1) -> Scores:
    """`embeddings` of unit length; all impostor pairs, up to PAIRS_A_PERSON genuine ones of each person."""
    random = np.random.default_rng(seed)
    people = np.array(people)
    similarity = embeddings @ embeddings.T
    upper = np.triu(np.ones_like(similarity, bool), 1)
    same = people[:, None] == people[None, :]
    genuine = []
    for person in np.unique(people):
        rows = np.flatnonzero(people == person)
        pairs = [(a, b) for i, a in enumerate(rows) for b in rows[i + 1:]]
        if len(pairs) > PAIRS_A_PERSON:
            pairs = [pairs[i] for i in sorted(random.choice(len(pairs), PAIRS_A_PERSON, replace=False))]
        genuine += [similarity[a, b] for a, b in pairs]
    return Scores(np.sort(np.array(genuine)), np.sort(similarity[upper & ~same]))
