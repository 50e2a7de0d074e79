"""A network begun from an exported file says what the file says, and its normalizations are in order."""

import copy

import numpy as np
import onnxruntime
import pytest
import torch

from arcface_training.detector import cells, export, train, unfold
from arcface_training.detector.network import Detector, Unit


@pytest.fixture(scope="module")
def images() -> list[torch.Tensor]:
    chance = torch.Generator().manual_seed(3)
    return [torch.randn(2, 3, 96, 96, generator=chance) for _ in range(3)]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    torch.manual_seed(5)
    network = Detector()
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.running_mean.normal_(0, 0.3)
            layer.running_var.uniform_(0.5, 2)
            torch.nn.init.uniform_(layer.weight, -1.3, 1.3)
            torch.nn.init.normal_(layer.bias, 0, 0.2)
    path = tmp_path_factory.mktemp("unfold") / "detector.onnx"
    path.write_bytes(export.model(network.eval()).SerializeToString())
    return path


@pytest.fixture(scope="module")
def begun(file, images) -> Detector:
    network = Detector()
    unfold.start(network, file, images)
    return network


def test_a_network_begun_from_a_file_answers_as_the_file(begun, file):
    image = torch.randn(1, 3, 96, 160, generator=torch.Generator().manual_seed(1))
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    outputs = session.run(None, {"input": image.numpy()})
    with torch.no_grad():
        numbers = cells.flatten(begun.eval()(image))[0]
    score, box, points = (np.concatenate(outputs[i:i + 3]) for i in (0, 3, 6))
    assert np.abs(score[:, 0] - numbers[:, 0].sigmoid().numpy()).max() < 1e-4
    corner, stride = torch.zeros(len(numbers), 2), torch.ones(len(numbers))
    assert np.abs(box * [-1, -1, 1, 1] - cells.boxes(numbers, corner, stride).numpy()).max() < 1e-3
    assert np.abs(points - cells.points(numbers, corner, stride).flatten(1).numpy()).max() < 1e-3


def test_training_mode_gives_nearly_the_same_on_the_pictures_of_the_statistics(begun, images):
    together = torch.cat(images)
    with torch.no_grad():
        held = cells.flatten(begun.eval()(together))
        fresh = cells.flatten(begun.train()(together))
    assert (held - fresh).abs().max() < 0.02 * held.abs().max()


def test_every_filter_has_the_norm_of_a_fresh_one(begun):
    fresh = Detector()
    for mine, new in zip(begun.modules(), fresh.modules()):
        if isinstance(mine, Unit):
            norms = mine.convolution.weight.flatten(1).norm(dim=1)
            assert torch.allclose(norms, torch.full_like(norms, unfold.FILTER_NORM), rtol=1e-4)
            assert abs(new.convolution.weight.flatten(1).norm(dim=1).mean() - unfold.FILTER_NORM) < 0.05


def test_a_file_of_another_network_is_refused(tmp_path):
    path = tmp_path / "other.onnx"
    path.write_bytes(export.model(Detector(half=8).eval()).SerializeToString())
    with pytest.raises(SystemExit, match=r"a convolution of \(8, 3, 3, 3\)"):
        unfold.fill(Detector(), path)


def test_kept_statistics_do_not_move_in_training(begun, images):
    network = copy.deepcopy(begun)

    def moved(keep: bool) -> bool:
        train.ready(network, keep_statistics=keep)
        network(images[0])
        return any(not torch.equal(value, begun.state_dict()[name]) for name, value in network.state_dict().items())

    assert not moved(keep=True)
    assert moved(keep=False)
