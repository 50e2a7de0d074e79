"""The additive angular margin loss: its shape, its gradient and its sub-centers."""

import math

import pytest
import torch

from arcface_training import losses


@pytest.mark.parametrize("margin", [0.1, 0.3, 0.5])
def test_margin_adds_the_angle_up_to_pi_minus_margin(margin):
    angle = torch.linspace(0.01, math.pi - margin - 0.01, 500, dtype=torch.float64)
    assert torch.allclose(losses.with_angular_margin(angle.cos(), margin), (angle + margin).cos(), atol=1e-9)


@pytest.mark.parametrize("margin", [0.1, 0.3, 0.5, 0.8])
def test_margin_falls_monotonically_over_all_angles(margin):
    angle = torch.linspace(1e-4, math.pi - 1e-4, 5000, dtype=torch.float64)
    values = losses.with_angular_margin(angle.cos(), margin)
    assert (values.diff() < 0).all()
    assert (values <= angle.cos()).all()


def test_no_margin_is_the_cosine():
    cosine = torch.linspace(-0.99, 0.99, 100, dtype=torch.float64)
    assert torch.allclose(losses.with_angular_margin(cosine, 0.0), cosine)


@pytest.mark.parametrize("sub_centers", [1, 3])
def test_gradient_agrees_with_finite_differences(sub_centers):
    torch.manual_seed(1)
    loss = losses.ArcFace(6, 4, margin=0.5, scale=8, sub_centers=sub_centers).double()
    torch.nn.init.normal_(loss.weight)
    embeddings = torch.randn(5, 6, dtype=torch.float64, requires_grad=True)
    labels = torch.tensor([0, 1, 2, 3, 0])
    parameters = (embeddings, loss.weight)

    def value(e, w):
        return torch.func.functional_call(loss, {"weight": w}, (e, labels))

    assert torch.autograd.gradcheck(value, parameters, eps=1e-6, atol=1e-5)


def test_loss_equals_the_closed_form_of_one_sample():
    loss = losses.ArcFace(2, 2, margin=0.5, scale=4).double()
    with torch.no_grad():
        loss.weight.copy_(torch.tensor([[1.0, 0.0], [0.0, 1.0]]))
    angle = 0.3
    embedding = torch.tensor([[2 * math.cos(angle), 2 * math.sin(angle)]], dtype=torch.float64)
    own, other = 4 * math.cos(angle + 0.5), 4 * math.sin(angle)
    expected = -own + math.log(math.exp(own) + math.exp(other))
    assert loss(embedding, torch.tensor([0])).item() == pytest.approx(expected, abs=1e-9)


def test_the_nearest_sub_center_stands_for_its_class():
    loss = losses.ArcFace(2, 1, sub_centers=3)
    with torch.no_grad():
        loss.weight.copy_(torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]))
    assert loss.cosines(torch.tensor([[0.0, 5.0]])).item() == pytest.approx(1)


def test_only_the_nearest_sub_center_is_moved():
    loss = losses.ArcFace(2, 2, sub_centers=2)
    with torch.no_grad():
        loss.weight.copy_(torch.tensor([[1.0, 0.1], [-1.0, 0.1], [0.1, 1.0], [0.1, -1.0]]))
    loss(torch.tensor([[1.0, 0.4]]), torch.tensor([0])).backward()
    moved = loss.weight.grad.abs().sum(1) > 0
    assert moved.tolist() == [True, False, True, False]


def test_distillation_of_the_teachers_own_answers_is_zero():
    teacher = torch.nn.functional.normalize(torch.randn(8, 16))
    direct, pairwise = losses.distillation(3 * teacher, teacher)
    assert direct.item() == pytest.approx(0, abs=1e-6) and pairwise.item() == pytest.approx(0, abs=1e-6)
