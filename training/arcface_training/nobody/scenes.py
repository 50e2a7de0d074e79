"""Which pictures are made, and how everybody stands in them."""

import dataclasses

from .portrait import Pose

WALLS = {  # red, green, blue
    "grey": (172, 177, 181), "sand": (200, 191, 178), "blue": (150, 168, 186), "green": (168, 180, 164),
    "white": (222, 222, 218), "rose": (196, 178, 176),
}


@dataclasses.dataclass(frozen=True)
class Appearance:
    name: str
    part: int
    pose: Pose


@dataclasses.dataclass(frozen=True)
class Scene:
    """A picture at `path` below the folder of examples."""

    path: str
    size: tuple[int, int]
    wall: str
    people: tuple[Appearance, ...]


#: Size, wall and pose of a person's first, second, ... portrait.
PORTRAITS = (
    ((480, 480), "grey", Pose((240, 218), 88)),
    ((480, 480), "sand", Pose((246, 226), 82, -4.0, 0.94)),
    ((480, 360), "blue", Pose((232, 170), 64, 5.0, 1.04)),
    ((480, 480), "white", Pose((236, 214), 92, 2.0, 1.02)),
)

#: The same person again, for the misfiled set: other walls, sizes and angles.
OTHERS = (
    ((480, 480), "green", Pose((236, 222), 84, 3.0, 0.97)),
    ((480, 480), "rose", Pose((246, 216), 90, -2.0, 1.03)),
    ((480, 360), "sand", Pose((250, 172), 66, -5.0, 1.0)),
    ((480, 480), "blue", Pose((240, 228), 80, 1.0, 0.93)),
    ((480, 480), "white", Pose((230, 218), 86, 4.0, 1.0)),
    ((480, 360), "grey", Pose((240, 168), 68, -3.0, 1.05)),
)

#: Pictures and disjoint parts of everybody. A third picture of somebody with two parts shows the first part again.
COUNTS = {"anna": (4, 6), "ben": (3, 2), "clara": (3, 3), "david": (3, 3), "emma": (3, 3), "frank": (3, 3),
          "grace": (3, 3), "henry": (3, 2)}

#: The folder of anna with two pictures that somebody filed wrongly.
MISFILED = (("anna", 0), ("anna", 1), ("anna", 2), ("henry", 1), ("anna", 3), ("anna", 4), ("ben", 1), ("anna", 5))

GROUP = Scene("group.jpg", (640, 360), "grey", (
    Appearance("ben", 1, Pose((236, 156), 43, 1.0)),
    Appearance("henry", 1, Pose((402, 152), 44, -1.5)),
    Appearance("clara", 2, Pose((94, 178), 43, -2.0)),
    Appearance("grace", 1, Pose((550, 180), 43, 2.0)),
))

#: The input of the self-test: written without loss.
SELF_TEST = Scene("self-test.png", (320, 320), "grey", (Appearance("emma", 0, Pose((160, 146), 60)),))

EMPTY = Scene("empty.jpg", (480, 360), "sand", ())


def scenes() -> list[Scene]:
    found = []
    for name, (pictures, parts) in COUNTS.items():
        for i, (size, wall, pose) in enumerate(PORTRAITS[:pictures]):
            found.append(Scene(f"people/{name}/{i + 1}.jpg", size, wall, (Appearance(name, i % parts, pose),)))
    for i, (name, part) in enumerate(MISFILED):
        size, wall, pose = OTHERS[i % len(OTHERS)]
        found.append(Scene(f"misfiled/anna/{i + 1}.jpg", size, wall, (Appearance(name, part, pose),)))
    return found + [GROUP, EMPTY]
