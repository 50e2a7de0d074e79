"""Pictures of nobody: whom they average, and that they come out the same each time."""

import cv2
import numpy as np
import pytest

from arcface_training.nobody import averaging, cast, check, groups, make, people, portrait, scenes, sources


def cloud(count: int, seed: int) -> np.ndarray:
    return groups.unit(np.random.default_rng(seed).standard_normal((count, 16)))


@pytest.fixture(autouse=True)
def one_thread():
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(before)


def drawn_face(seed: int) -> np.ndarray:
    """A 200x200 drawing in which eyes, nose and mouth stand where UTKFace has them, give or take."""
    random = np.random.default_rng(seed)
    image = np.full((200, 200, 3), random.integers(60, 200, 3), np.uint8)
    cv2.ellipse(image, (100, 100), (65, 90), 0, 0, 360, (140, 160, 200), -1)
    for x, y in landmarks_of(seed):
        cv2.circle(image, (round(x), round(y)), 7, (40, 30, 60), -1)
    return cv2.GaussianBlur(image, (0, 0), 1.5)


def landmarks_of(seed: int) -> np.ndarray:
    base = np.array([[60, 58], [140, 58], [100, 102], [64, 136], [136, 136]], float)
    return base + np.random.default_rng(seed + 1000).normal(0, 3, (5, 2))


def test_a_name_gives_age_sex_and_origin():
    assert sources.parse("26_1_3_20170104222823975.jpg.chip.jpg") == (26, 1, 3)


@pytest.mark.parametrize("name", ["61_1_2017.jpg.chip.jpg", "a_1_0_1.jpg", "20_2_0_1.jpg", "20_1_7_1.jpg"])
def test_a_name_that_lacks_something_is_left_out(name):
    assert sources.parse(name) is None


def test_a_turned_head_is_not_frontal():
    points = landmarks_of(1)
    assert sources.is_frontal(points)
    points[2, 0] += 20
    assert not sources.is_frontal(points)


def test_a_grey_or_blurred_photograph_is_not_fit():
    picture = np.random.default_rng(0).normal((120, 130, 190), 12, (200, 200, 3)).clip(0, 255).astype(np.uint8)
    assert sources.is_fit(picture)
    assert not sources.is_fit(cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR))
    assert not sources.is_fit(cv2.GaussianBlur(picture, (0, 0), 8))


def test_every_nobody_has_two_disjoint_groups_of_two_dozen_or_more():
    assert people.PART >= 24
    assert all(nobody.parts >= 2 for nobody in people.PEOPLE)


def test_parts_are_disjoint_and_of_one_size():
    parts = groups.deal(np.arange(100, 175), 3)
    assert [len(part) for part in parts] == [25, 25, 25]
    assert len(np.unique(np.concatenate(parts))) == 75


def test_parts_of_an_uneven_group_leave_the_farthest_out():
    assert [part.tolist() for part in groups.deal(np.arange(8), 3)] == [[0, 3], [1, 4], [2, 5]]


def test_a_group_holds_the_faces_nearest_to_its_direction():
    pool = cloud(200, 1)
    mean = np.full(16, 0.05)
    for group in groups.candidates(pool, mean, 24, 5, 7):
        assert len(np.unique(group.members)) == 24
        nearness = groups.unit(pool - mean) @ group.direction
        outside = np.setdiff1d(np.arange(200), group.members)
        # The direction moves to the mean of its members once more after they were picked.
        assert nearness[group.members].mean() > nearness[outside].mean() + 0.3


def test_the_same_seed_gives_the_same_groups_and_another_one_others():
    pool, mean = cloud(120, 2), np.zeros(16)
    first, second = (groups.candidates(pool, mean, 24, 4, 3) for _ in range(2))
    assert all(np.array_equal(a.members, b.members) for a, b in zip(first, second))
    other = groups.candidates(pool, mean, 24, 4, 4)
    assert any(not np.array_equal(a.members, b.members) for a, b in zip(first, other))


def test_too_small_a_pool_is_refused():
    with pytest.raises(ValueError, match="a pool of 20 faces"):
        groups.candidates(cloud(20, 1), np.zeros(16), 24, 3, 1)


def test_the_choice_is_the_one_that_lies_farthest_apart():
    options = [cloud(5, seed) for seed in range(3)]
    chosen = groups.choose(options, seed=1)

    def greatest(picks):
        rows = np.array([rows[k] for rows, k in zip(options, picks)])
        return (rows @ rows.T - 2 * np.eye(3)).max()

    every = [greatest((a, b, c)) for a in range(5) for b in range(5) for c in range(5)]
    assert greatest(chosen) == pytest.approx(min(every))


def test_aligned_landmarks_lie_on_the_target():
    for seed in range(3):
        points = landmarks_of(seed)
        matrix = averaging.teachers.similarity(points, averaging.TARGET)
        moved = points @ matrix[:, :2].T + matrix[:, 2]
        assert np.abs(moved - averaging.TARGET).max() < 15
        assert averaging.aligned(drawn_face(seed), points).shape == (averaging.SIDE, averaging.SIDE, 3)


def test_an_inverse_flow_undoes_a_flow():
    y, x = np.mgrid[:280, :280].astype(np.float32)
    flow = np.stack([6 * np.sin(y / 60), 5 * np.cos(x / 50)], -1).astype(np.float32)
    picture = np.stack([x, y, x + y], -1).astype(np.float32)
    back = averaging.moved(averaging.moved(picture, flow), averaging.inverse(flow))
    assert np.abs(back - picture)[30:-30, 30:-30].max() < 0.5


def test_averages_are_sharper_when_the_faces_are_moved_onto_each_other():
    images = [averaging.aligned(drawn_face(seed), landmarks_of(seed)) for seed in range(12)]
    average = averaging.averages(images, [np.arange(12)])[0]
    plain = np.mean(images, 0)

    def detail(picture):
        return cv2.Laplacian(picture.astype(np.float32), cv2.CV_32F)[60:240, 60:220].std()

    assert detail(average) > 1.1 * detail(plain)


def test_averages_and_portraits_are_the_same_each_time():
    images = [averaging.aligned(drawn_face(seed), landmarks_of(seed)) for seed in range(6)]
    results = []
    for _ in range(2):
        first = averaging.averages(images, groups.deal(np.arange(6), 2))
        second = [face[:, ::-1] for face in first]
        exaggerated = averaging.exaggerate([first, second], 0.8, 0.5)
        results.append(portrait.layer(exaggerated[0][0], people.PEOPLE[0].look, 3))
    assert np.array_equal(results[0].colour, results[1].colour)
    assert np.array_equal(results[0].cover, results[1].cover)


def test_no_exaggeration_leaves_a_picture_nearly_as_it_was():
    images = [cv2.GaussianBlur(averaging.aligned(drawn_face(s), landmarks_of(s)), (0, 0), 2).astype(np.float32)
              for s in range(3)]
    same = averaging.exaggerate([[image] for image in images], 0, 0)
    difference = [np.abs(a[0] - b)[40:240, 40:240].mean() for a, b in zip(same, images)]
    assert max(difference) < 2


def test_exaggeration_moves_colours_away_from_the_lookalike():
    shades = [100.0, 110.0, 200.0]
    flat = [[np.full((averaging.SIDE, averaging.SIDE, 3), shade, np.float32)] for shade in shades]
    likeness = np.array([[0, 1, 0], [1, 0, 0], [0, 1, 0]], float)
    eyes = tuple(int(v) for v in averaging.EYES[::-1])
    drawn = [faces[0][eyes][0] for faces in averaging.exaggerate(flat, 0, 0.5, likeness)]
    assert drawn == pytest.approx([95, 115, 240])


def test_likeness_weighs_the_lookalike_most_and_never_oneself():
    vectors = iter(groups.unit(np.array([[1, 0.1], [1, 0.3], [0, 1]], float)))
    weights = cast.likeness([[np.zeros((averaging.SIDE, averaging.SIDE, 3), np.float32)]] * 3,
                            lambda crops: next(vectors)[None])
    assert (np.diag(weights) == 0).all() and weights[0, 1] > weights[0, 2]


def test_an_edge_across_the_bridge_of_the_nose_counts_as_glasses():
    bare = np.full((averaging.SIDE, averaging.SIDE, 3), 150, np.uint8)
    worn = bare.copy()
    cv2.line(worn, (100, 118), (180, 118), (40, 40, 40), 4)
    assert averaging.bridge(bare) < min(nobody.glasses for nobody in people.PEOPLE)
    assert averaging.bridge(worn) > max(nobody.glasses for nobody in people.PEOPLE)


def test_a_layer_covers_the_face_and_not_the_corners():
    face = np.full((averaging.SIDE, averaging.SIDE, 3), 150, np.float32)
    for nobody in people.PEOPLE[:2]:
        layer = portrait.layer(face, nobody.look, 1)
        assert layer.cover[portrait.EYES[1], portrait.EYES[0]] > 0.99
        assert layer.cover[5, 5] < 1e-3 and layer.cover.max() <= 1.0001
        assert (layer.colour.max(2) <= 255 * layer.cover + 1).all()


def test_an_empty_scene_is_its_wall():
    picture = make.compose(scenes.EMPTY, {})
    assert picture.shape == (360, 480, 3)
    assert np.array_equal(picture, portrait.background(480, 360, scenes.WALLS["sand"]))


def test_scenes_name_people_and_parts_that_exist_and_no_path_twice():
    parts = {nobody.name: nobody.parts for nobody in people.PEOPLE}
    everything = scenes.scenes() + [scenes.SELF_TEST]
    assert len({scene.path for scene in everything}) == len(everything)
    for scene in everything:
        assert all(someone.part < parts[someone.name] for someone in scene.people)


def test_the_misfiled_folder_has_a_majority_of_its_owner():
    names = [name for name, _ in scenes.MISFILED]
    assert names.count("anna") >= 6 and 1 <= len(names) - names.count("anna") <= 2


def test_the_table_of_cosines_leaves_out_a_picture_with_itself():
    vectors = np.array([[1, 0], [0.6, 0.8], [0, 1], [-0.6, 0.8]], float)
    means, lowest, highest = check.table(["a", "a", "b", "b"], vectors)
    assert means[0, 0] == pytest.approx(0.6) and means[1, 1] == pytest.approx(0.8)
    assert lowest == pytest.approx(0.6) and highest == pytest.approx(0.8)


def test_a_pool_keeps_to_sex_ages_origin_and_glasses():
    nobody = people.Nobody("x", 1, (20, 30), 2, 2, 0, people.PEOPLE[0].look, 0.1)

    def source(age, sex, origin, bridge):
        return sources.Source(None, age, sex, origin, 0.9, np.zeros((5, 2)), np.zeros(128), bridge)

    fit = [source(20, 1, 2, 0.05), source(30, 1, 2, 0.0)]
    unfit = [source(19, 1, 2, 0), source(31, 1, 2, 0), source(25, 0, 2, 0), source(25, 1, 0, 0), source(25, 1, 2, 0.2)]
    assert cast.pool(fit + unfit, nobody) == fit
