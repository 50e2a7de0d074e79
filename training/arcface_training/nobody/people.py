"""Who nobody is: the groups, and how their portraits are painted."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Look:
    """Colours are red, green, blue. `long_hair` falls to the shoulders; `hairline` is in pixels above the eyes."""

    hair: tuple[int, int, int]
    clothes: tuple[int, int, int]
    long_hair: bool
    hairline: float


@dataclasses.dataclass(frozen=True)
class Nobody:
    name: str
    sex: int
    ages: tuple[int, int]  # both inclusive
    origin: int
    parts: int  # disjoint parts of PART faces
    group: int  # which of the groups tried: found by `make --search`, and kept
    look: Look
    glasses: float = 0.08  # faces with a sharper edge across the bridge of the nose are left out


PEOPLE = (
    Nobody("anna", 1, (18, 45), 0, 6, 6, Look((104, 74, 50), (92, 112, 140), True, 84)),
    Nobody("ben", 0, (14, 70), 2, 2, 5, Look((38, 32, 30), (120, 128, 132), False, 80), 0.12),
    Nobody("clara", 1, (18, 40), 2, 3, 6, Look((40, 32, 30), (168, 140, 132), True, 82)),
    Nobody("david", 0, (52, 80), 0, 3, 6, Look((150, 144, 138), (70, 84, 104), False, 92)),
    Nobody("emma", 1, (18, 45), 3, 3, 0, Look((42, 30, 26), (138, 78, 72), True, 84)),
    Nobody("frank", 0, (18, 42), 0, 3, 2, Look((82, 62, 46), (88, 108, 92), False, 80)),
    Nobody("grace", 1, (55, 85), 0, 3, 7, Look((190, 180, 166), (112, 96, 122), True, 86)),
    Nobody("henry", 0, (16, 75), 1, 2, 0, Look((36, 32, 32), (128, 116, 96), False, 84), 0.12),
)

#: Photographs an average.
PART = 24
