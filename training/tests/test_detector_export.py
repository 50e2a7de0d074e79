"""The exported file says what the network says."""

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from arcface_training.detector import cells, export
from arcface_training.detector.network import DISTANCE_SCALE, Detector, multiplications
from arcface_training.teachers import Detector as Runner


@pytest.fixture(scope="module")
def network() -> Detector:
    """Random weights, and statistics that folding must not lose."""
    torch.manual_seed(4)
    network = Detector().eval()
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.running_mean.normal_(0, 0.3)
            layer.running_var.uniform_(0.5, 2)
            torch.nn.init.uniform_(layer.weight, 0.7, 1.3)
            torch.nn.init.normal_(layer.bias, 0, 0.2)
    return network


@pytest.fixture(scope="module")
def file(network, tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "detector.onnx"
    path.write_bytes(export.model(network).SerializeToString())
    return path


@pytest.mark.parametrize("height, width", [(64, 64), (96, 160), (320, 320)])
def test_the_file_answers_as_the_network_at_any_size(network, file, height, width):
    image = torch.randn(1, 3, height, width, generator=torch.Generator().manual_seed(1))
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    outputs = session.run(None, {"input": image.numpy()})
    with torch.no_grad():
        numbers = cells.flatten(network(image))[0].numpy()
    assert [o.shape[1] for o in outputs] == [1] * 3 + [4] * 3 + [10] * 3
    score, box, points = (np.concatenate(outputs[i:i + 3]) for i in (0, 3, 6))
    assert np.abs(score[:, 0] - 1 / (1 + np.exp(-numbers[:, 0]))).max() < 1e-4
    assert np.abs(box - DISTANCE_SCALE * numbers[:, 1:5]).max() < 2e-3
    assert np.abs(points - DISTANCE_SCALE * numbers[:, 5:]).max() < 2e-3


def test_the_service_s_decoder_and_the_training_s_agree(network, file):
    image = np.random.default_rng(2).integers(0, 256, (320, 320, 3)).astype(np.uint8)
    planes = torch.from_numpy((image[:, :, ::-1].astype(np.float32) - 127.5) / 128).permute(2, 0, 1)[None]
    with torch.no_grad():
        maps = network(planes.contiguous())
        lowest = float(cells.flatten(maps)[..., 0].sigmoid().flatten().topk(20).values[-1]) - 1e-6
    boxes, scores, points = cells.faces(maps, lowest)[0]
    theirs = Runner(file, 320, anchors=1)(image, minimum_score=lowest)
    assert len(boxes) and len(boxes) == len(theirs[0])
    for mine, other in zip((boxes, scores, points), theirs):
        assert np.abs(np.sort(mine, 0) - np.sort(other, 0)).max() < 0.1


def test_the_file_is_small_and_cheap(network, file):
    assert file.stat().st_size <= 1_000_000
    assert multiplications(network) <= 1_000_000_000


def test_weights_are_half_and_the_operators_few(file):
    model = onnx.load(file)
    assert all(i.data_type == onnx.TensorProto.FLOAT16 for i in model.graph.initializer if i.name.startswith("weight"))
    assert {node.op_type for node in model.graph.node} == {
        "Add", "Cast", "Conv", "Relu", "Reshape", "Resize", "Sigmoid", "Split", "Transpose"}
