"""Scenes: the labels stay on the faces, whatever is done to the picture."""

import cv2
import numpy as np
import pytest

from arcface_training.detector import augment, batches, geometry, photographs, probes, scenes
from arcface_training.detector.photographs import Photograph

SIDE = 250
BOX = [90.0, 60.0, 170.0, 180.0]
POINTS = [[110.5, 105.5], [150.5, 106.5], [130.5, 130.5], [115.5, 150.5], [146.5, 151.5]]  # middles of pixels
COLORS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 255, 255)]


@pytest.fixture
def photograph(tmp_path) -> Photograph:
    """A drawn face: a dot of its own colour at each landmark."""
    image = np.full((SIDE, SIDE, 3), 90, np.uint8)
    for point, color in zip(POINTS, COLORS):
        cv2.circle(image, (int(point[0]), int(point[1])), 7, color, -1)
    path = tmp_path / "face.png"
    cv2.imwrite(str(path), image)
    return photographs.photograph(path, [SIDE, SIDE], [{"score": 0.9, "box": BOX, "landmarks": POINTS}])


def dots(image: np.ndarray) -> list[np.ndarray]:
    """Where the dots' middles are, in pixel edges."""
    found = []
    for color in COLORS:
        mask = np.abs(image.astype(int) - color).max(2) < 60
        y, x = np.nonzero(mask)
        found.append(np.array([x.mean() + 0.5, y.mean() + 0.5]))
    return found


def drawing(photograph: Photograph, size: int = 320) -> scenes.Drawing:
    return scenes.Drawing(scenes.Composer([photograph], [photograph]), size, np.random.default_rng(3))


def test_gentle_scenes_lean_less(photograph):
    def lean(mix: scenes.Mix) -> float:
        composer = scenes.Composer([photograph], [photograph])
        draw = scenes.Drawing(composer, 64, np.random.default_rng(5), mix)
        return float(np.mean([abs(draw.angle()) for _ in range(2000)]))

    assert lean(scenes.GENTLE) < 0.85 * lean(scenes.USUAL)


def test_unspoilt_scenes_keep_their_pixels():
    image = np.random.default_rng(1).integers(0, 256, (32, 32, 3)).astype(np.uint8)
    rng = np.random.default_rng(2)
    assert all(np.array_equal(augment.scene(image, rng, 0.0), image) for _ in range(50))
    assert any(not np.array_equal(augment.scene(image, rng), image) for _ in range(50))


@pytest.mark.parametrize("degrees", [-45, -10, 0, 30])
@pytest.mark.parametrize("scale", [0.45, 1.0, 1.7])
@pytest.mark.parametrize("mirrored", [False, True])
def test_landmarks_stay_on_the_dots(photograph, degrees, scale, mirrored, monkeypatch):
    monkeypatch.setattr(scenes.augment, "photograph", lambda image, rng, share: image)
    monkeypatch.setattr(scenes.augment, "scene", lambda image, rng, amount: image)
    draw = drawing(photograph)
    matrix = geometry.similarity(scale, np.radians(degrees), mirrored, (130, 128), (160, 160))
    draw.paste(photograph, (0, 0, SIDE, SIDE), matrix)
    scene = draw.finished()
    assert len(scene.boxes) == 1 and not scene.ignored[0]
    seen = dots(scene.image)
    for index, point in enumerate(scene.points[0]):
        drawn = seen[geometry.MIRRORED[index]] if mirrored else seen[index]
        assert np.linalg.norm(drawn - point) < 0.4
    left_eye, right_eye = scene.points[0][:2]
    assert left_eye[0] < right_eye[0]
    assert (scene.points[0] > scene.boxes[0, :2]).all() and (scene.points[0] < scene.boxes[0, 2:]).all()


def test_a_turned_box_is_the_box_around_the_turned_ellipse():
    box = np.array([[-30.0, -50, 30, 50]])
    matrix = geometry.similarity(1.0, np.radians(90), False, (0, 0), (0, 0))
    assert np.allclose(geometry.move_boxes(box, matrix), [[-50, -30, 50, 30]])
    angles = np.linspace(0, 2 * np.pi, 721)
    ellipse = np.stack([30 * np.cos(angles), 50 * np.sin(angles)], 1)
    turned = geometry.similarity(2.0, np.radians(33), False, (0, 0), (7, 9))
    around = ellipse @ turned[:, :2].T + turned[:, 2]
    assert np.allclose(geometry.move_boxes(box, turned)[0], [*around.min(0), *around.max(0)], atol=0.02)


def test_a_face_that_is_cut_in_half_is_ignored_and_one_outside_is_gone(photograph):
    for shift, state in ((0, [False]), (-130, [True]), (-400, [])):
        draw = drawing(photograph)
        matrix = geometry.similarity(1.0, 0, False, (0, 0), (shift, 0))
        draw.paste(photograph, (0, 0, SIDE, SIDE), matrix)
        assert draw.finished().ignored.tolist() == state


def test_the_letterbox_hides_the_faces_below_it(photograph):
    draw = drawing(photograph)
    draw.paste(photograph, (0, 0, SIDE, SIDE), geometry.similarity(1.0, 0, False, (0, 0), (0, 70)))
    draw.cover((0, 190, 320, 320))
    assert draw.finished().ignored.tolist() == [True]


def test_what_the_teacher_doubts_is_ignored_and_its_noise_is_dropped(tmp_path):
    records = [{"score": score, "box": BOX, "landmarks": POINTS} for score in (0.9, 0.3, 0.07)]
    made = photographs.photograph(tmp_path / "none.png", [SIDE, SIDE], records)
    assert made.sure.tolist() == [True, False]


def test_background_is_cut_beside_the_faces(photograph):
    for left, top, right, bottom in photograph.free_rectangles():
        assert right <= BOX[0] or left >= BOX[2] or bottom <= BOX[1] or top >= BOX[3]
    assert photograph.free_rectangles()


def test_the_same_step_gives_the_same_batch_and_every_layout_works(photograph):
    source = batches.Batches(scenes.Composer([photograph], [photograph]), seed=5, first=0, end=9, gentle=5)
    for step in range(7):
        first, again = source.batch(step), source.batch(step)
        assert (first.images == again.images).all()
        for one, other in zip(vars(first.faces).values(), vars(again.faces).values()):
            assert (one == other).all()
        assert first.images.shape[1] == 3 and first.images.shape[2] % 32 == 0
        assert first.faces.picture.tolist() == sorted(first.faces.picture.tolist())
        assert max(first.faces.picture.tolist(), default=0) < len(first.images)
    assert (source.batch(0).images.shape != source.batch(1).images.shape
            or (source.batch(0).images != source.batch(1).images).any())


def test_probes_have_the_size_that_they_say(photograph):
    for size in (20, 300):
        (scene, *_) = probes.of_size([(photograph, 0)], size)
        box = scene.boxes[0]
        assert abs((box[2:] - box[:2]).min() - size) < 1
    close = probes.close_up(photograph, 0, 0.8)
    box = close.boxes[0]
    assert abs((box[2:] - box[:2]).max() - 0.8 * probes.INPUT) < 1


def test_a_face_that_its_photograph_cuts_off_counts_where_the_teacher_was_sure(photograph, tmp_path):
    box = [200.0, 60.0, 300.0, 180.0]  # half of it lies beyond the photograph's right border
    points = [[point[0] + 110, point[1]] for point in POINTS]
    cut = photographs.photograph(photograph.path, [SIDE, SIDE], [{"score": 0.8, "box": box, "landmarks": points}])
    draw = drawing(photograph)
    draw.paste(cut, (0, 0, SIDE, SIDE), geometry.similarity(1.0, 0, False, (0, 0), (0, 0)))
    assert draw.finished().ignored.tolist() == [False]
    draw.cover((200, 60, 250, 150))
    assert draw.finished().ignored.tolist() == [True]
