"""The recogniser's network, its augmentation, its optimiser and its file."""

import numpy as np
import onnx
import pytest
import torch

from arcface_training import verification
from arcface_training.recognizer import augment, export, muon, train
from arcface_training.recognizer.network import Recognizer


def test_exported_file_answers_as_the_network_does(tmp_path):
    torch.manual_seed(0)
    network = Recognizer(channels=(8, 8, 16, 16), blocks=(1, 1, 1, 1))
    network(torch.randn(8, 3, 112, 112))  # statistics other than the initial ones
    network.eval()
    onnx.save(export.graph(network), tmp_path / "r.onnx")
    crops = np.random.default_rng(0).integers(0, 256, (3, 112, 112, 3)).astype(np.uint8)
    with torch.no_grad():
        expected = network(train.planes(crops, torch.device("cpu"))).numpy()
    found = export.Exported(tmp_path / "r.onnx").raw(crops)
    assert np.abs(found - expected).max() < 5e-3 * np.abs(expected).max()


def test_exported_file_keeps_every_batch_normalization():
    network = Recognizer().eval()
    kinds = [node.op_type for node in export.graph(network).graph.node]
    expected = sum(isinstance(m, (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d)) for m in network.modules())
    assert kinds.count("BatchNormalization") == expected


def test_pictures_depend_on_the_seed_alone():
    crops = np.random.default_rng(5).integers(0, 256, (4, 160, 160, 3)).astype(np.uint8)
    make = lambda seed: [augment.picture(crops, np.arange(4), np.random.default_rng(seed)) for _ in range(1)][0]
    assert np.array_equal(make(3), make(3))
    assert not np.array_equal(make(3), make(4))
    assert make(3).shape == (112, 112, 3) and make(3).dtype == np.uint8


def test_geometry_keeps_the_face_near_the_middle():
    random = np.random.default_rng(0)
    moved = [augment.geometry(random) @ [80, 80, 1] for _ in range(500)]
    assert np.abs(np.mean(moved, 0) - 56).max() < 1
    assert np.abs(np.array(moved) - 56).max() < 30


@pytest.mark.parametrize("shape", [(8, 40), (40, 8), (16, 16)])
def test_muon_makes_updates_nearly_orthogonal(shape):
    torch.manual_seed(0)
    values = torch.linalg.svdvals(muon.orthogonalised(torch.randn(shape)))
    assert values.max() < 1.3 and values.min() > 0.3


def test_shard_order_brings_new_shards_one_after_another():
    order = train.shard_order(5, 30, seed=1)
    firsts = [order.index(shard) for shard in range(5)]
    assert firsts == sorted(firsts)
    assert order == train.shard_order(5, 30, seed=1)
    assert set(order) == set(range(5))


def test_rate_rises_stays_and_falls_to_nothing():
    assert train.rate_at(0, 0.4) < 0.05
    assert train.rate_at(0.3, 0.4) == 1
    assert train.rate_at(0.8, 0.4) == pytest.approx(0.5)
    assert train.rate_at(1, 0.4) == 0


def test_verification_figures_of_separable_people_are_perfect():
    embeddings = np.repeat(np.eye(4, dtype=np.float32), 3, 0)
    found = verification.scores(embeddings, [str(i // 3) for i in range(12)])
    assert found.best()[0] == 1
    assert len(found.genuine) == 12 and len(found.impostor) == 54


def test_threshold_of_a_false_match_rate_admits_no_more_than_it():
    random = np.random.default_rng(0)
    found = verification.Scores(np.sort(random.normal(0.6, 0.1, 100)), np.sort(random.normal(0, 0.1, 10000)))
    for rate in (1e-2, 1e-3):
        assert found.rates(found.threshold(rate))[1] == pytest.approx(rate, rel=0.01)


def test_strictest_threshold_costs_no_more_than_allowed():
    random = np.random.default_rng(0)
    found = verification.Scores(np.sort(random.normal(0.6, 0.15, 1000)), np.sort(random.normal(0, 0.1, 10000)))
    best, threshold = found.best()
    strict = found.strictest(0.004)
    assert strict >= threshold and found.accuracy(strict) >= best - 0.004
    assert found.accuracy(strict + 0.02) < best - 0.004
