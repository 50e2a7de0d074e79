"""Decoding and assignment of the detector."""

import numpy as np
import torch

from arcface_training.detector import cells
from arcface_training.detector.assign import Faces, assign, candidates
from arcface_training.detector.losses import generalized_iou, loss, point_error, quality_focal
from arcface_training.detector.network import DISTANCE_SCALE

HEIGHT, WIDTH = 128, 192


def faces(boxes: list[list[float]], ignored: list[bool] | None = None) -> Faces:
    box = torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4)
    share = torch.tensor([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]])
    points = box[:, None, :2] + share * (box[:, None, 2:] - box[:, None, :2])
    flags = torch.tensor(ignored or [False] * len(boxes), dtype=torch.bool)
    return Faces(torch.zeros(len(boxes), dtype=torch.long), box, points, flags)


def perfect(truth: Faces) -> torch.Tensor:
    """Raw numbers by which every cell answers for the first face."""
    corner, stride = cells.corners(HEIGHT, WIDTH)
    scale = (DISTANCE_SCALE * stride)[:, None]
    box, points = truth.boxes[0], truth.points[0]
    offsets = ((points[None] - corner[:, None]) / scale[:, None]).flatten(1)
    distances = torch.cat([corner - box[:2], box[2:] - corner], 1) / scale
    return torch.cat([torch.zeros(len(corner), 1), distances, offsets], 1)[None]


def test_decoding_gives_back_the_box_and_the_landmarks():
    truth = faces([[40, 30, 90, 100]])
    numbers, (corner, stride) = perfect(truth), cells.corners(HEIGHT, WIDTH)
    assert torch.allclose(cells.boxes(numbers, corner, stride), truth.boxes.expand(1, len(corner), 4), atol=1e-3)
    assert torch.allclose(cells.points(numbers, corner, stride)[0, 7], truth.points[0], atol=1e-3)


def test_flattened_maps_stand_in_the_order_of_the_corners():
    maps = []
    for stride in (8, 16, 32):
        y, x = np.mgrid[:HEIGHT // stride, :WIDTH // stride] * stride
        maps.append(torch.from_numpy(np.stack([x, y] + [np.zeros_like(x)] * 13)[None]))
    corner, _ = cells.corners(HEIGHT, WIDTH)
    assert torch.equal(cells.flatten(maps)[0, :, :2].float(), corner)


def test_cells_that_answer_are_near_the_middle_and_of_the_level_that_fits():
    corner, stride = cells.corners(HEIGHT, WIDTH)
    for box, strides in (([60, 60, 76, 80], {8.0}), ([20, 10, 100, 110], {16.0}), ([0, 0, 190, 128], {16.0, 32.0})):
        truth = faces([box])
        found = assign(perfect(truth), truth, HEIGHT, WIDTH)
        assert len(found.cell) >= 1
        assert set(stride[found.cell].tolist()) <= strides
        middle = (truth.boxes[0, :2] + truth.boxes[0, 2:]) / 2
        assert ((corner[found.cell] - middle).abs() <= 1.5 * stride[found.cell][:, None]).all()


def test_every_face_gets_a_cell_even_at_the_border():
    index, allowed = candidates(torch.tensor([[-10.0, -10, 20, 20], [170, 110, 200, 140]]), HEIGHT, WIDTH)
    assert allowed.any(1).all()
    corner, _ = cells.corners(HEIGHT, WIDTH)
    assert (index >= 0).all() and (index < len(corner)).all()


def test_a_cell_answers_for_one_face_only():
    truth = faces([[40, 40, 70, 80], [44, 42, 74, 82]])
    found = assign(perfect(truth), truth, HEIGHT, WIDTH)
    assert len(set(found.cell.tolist())) == len(found.cell)


def test_ignored_faces_answer_for_nothing_and_silence_their_cells():
    truth = faces([[40, 40, 70, 80], [100, 40, 150, 100]], ignored=[False, True])
    found = assign(perfect(truth), truth, HEIGHT, WIDTH)
    corner, _ = cells.corners(HEIGHT, WIDTH)
    inside = ((corner >= torch.tensor([100.0, 40])) & (corner <= torch.tensor([150.0, 100]))).all(1)
    assert torch.equal(found.counted[0], ~inside)
    assert set(found.face.tolist()) == {0}


def test_a_scene_without_a_face_still_has_a_loss_for_its_background():
    truth = faces([])
    numbers = torch.zeros(1, len(cells.corners(HEIGHT, WIDTH)[0]), 15, requires_grad=True)
    parts = loss(numbers, truth, assign(numbers.detach(), truth, HEIGHT, WIDTH), HEIGHT, WIDTH)
    sum(parts.values()).backward()
    assert parts["score"] > 0 and parts["box"] == 0 and parts["points"] == 0
    assert (numbers.grad[..., 0] > 0).all()


def test_the_right_answer_costs_nothing_for_box_and_landmarks():
    truth = faces([[40, 30, 90, 100]])
    numbers = perfect(truth)
    parts = loss(numbers, truth, assign(numbers, truth, HEIGHT, WIDTH), HEIGHT, WIDTH)
    assert parts["box"] < 1e-4 and parts["points"] < 1e-6


def test_the_landmark_loss_is_the_distance_in_parts_of_the_eyes_and_has_no_kink_at_nothing():
    points = torch.tensor([[[30.0, 40], [70, 40], [50, 60], [35, 80], [65, 80]]])
    size = torch.tensor([100.0])
    shift = torch.tensor([3.0, 4.0])
    assert abs(point_error(points + shift, points, size).item() - 5 / 40) < 0.012
    exact = points.clone().requires_grad_()
    point_error(exact, points, size).backward()
    assert torch.equal(exact.grad, torch.zeros_like(points))


def test_a_profile_s_eyes_count_as_no_nearer_than_a_quarter_of_the_face():
    points = torch.tensor([[[30.0, 40], [31, 40], [50, 60], [35, 80], [36, 80]]])
    assert abs(point_error(points + 2.5, points, torch.tensor([100.0])).item() - 2.5 * 2**0.5 / 25) < 0.012


def test_generalized_iou_tells_far_from_farther():
    box = torch.tensor([[0.0, 0, 10, 10]])
    near, far = torch.tensor([[12.0, 0, 22, 10]]), torch.tensor([[40.0, 0, 50, 10]])
    assert torch.allclose(generalized_iou(box, box), torch.ones(1))
    assert 0 > generalized_iou(box, near) > generalized_iou(box, far) > -1


def test_quality_focal_loss_is_least_at_its_target():
    target = torch.tensor(0.8)
    at = torch.tensor([0.5, 0.8, 0.95]).logit()
    values = quality_focal(at, target.expand(3))
    assert values.argmin() == 1 and values[1] < 1e-6
