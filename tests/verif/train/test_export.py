# SPDX-License-Identifier: Apache-2.0
"""Exported files against the golden model of the program, and against the model itself."""
import numpy
import onnx
import pytest
import torch
from support import BYTES, Data, branches, has_sluice, st
from torch import nn

from sluice_train.integer import codes_of, fold, run

needs_sluice = pytest.mark.skipif(not has_sluice(), reason="build/sluice is not built")
SHAPE = (3, 12, 12)


class Transformed(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(16)
        self.group = nn.Conv2d(16, 16, 3, padding=1, groups=4, bias=False)
        self.mix = st.Hadamard(16)
        self.group_norm = nn.BatchNorm2d(16)
        self.last = nn.Linear(16, 4)

    def forward(self, x):
        x = torch.relu(self.norm(self.first(x)))
        x = torch.relu(self.group_norm(self.mix(self.group(x))))
        return self.last(x.mean((2, 3)))


def made(kind):
    """A model that runs, untrained but for its statistics, and its data."""
    torch.manual_seed(4)
    model, input = branches(), BYTES
    weights = activations = 8
    split = None
    if kind == "blocks":
        st.gate_(model, st.ChannelGating(block=4), skip=["short*"])
    elif kind == "outputs":
        st.gate_(model, st.ChannelGating(partitions=2), skip=["stem*"])
    elif kind == "first":
        st.gate_(model, st.ChannelGating(groups=False), skip=["short*"])
    elif kind == "planes":
        st.gate_(model, st.PrecisionGating(block=4), skip=["stem.0", "short*"])
        weights = 4
    elif kind == "split":
        weights, activations, split = 4, 4, st.Split(0.1)
    elif kind == "circulant":
        st.circulant_(model, st.Circulant(4))
    elif kind == "real":
        input = None
    elif kind == "hadamard":
        model = Transformed()
    skip = ["last"] if kind == "hadamard" else ["stem.0", "last"]
    st.quantise_(model, weights, activations, skip=skip, input=input, split=split)
    data = Data(64)
    st.settle(model, data, batch=32, count=2)
    return model, data


KINDS = ["plain", "blocks", "outputs", "first", "planes", "split", "circulant", "real", "hadamard"]


@needs_sluice
@pytest.mark.parametrize("kind", KINDS)
def test_the_golden_model_gives_what_the_integers_give(kind, tmp_path):
    model, data = made(kind)
    file = str(tmp_path / "net.onnx")
    real = st.export(model, file, SHAPE)
    assert real == (kind == "real")
    found = st.check(file, data, model, count=24, real_input=real)
    assert found["values_differ"] == 0, found


@pytest.mark.parametrize("kind", KINDS)
def test_integers_stay_close_to_the_model(kind):
    model, data = made(kind)
    network = fold(model)
    x = data.real(0, 64)
    values, gates = run(network, codes_of(network, x))
    out = network.maps[network.output]
    ours, wanted = values[network.output].flatten(1) * out.step, model(x)
    # A gate that turns, or a code that rounds the other way, moves an answer
    assert (ours - wanted).abs().median() <= 2 * out.step
    assert bool(gates) == (kind in ("blocks", "outputs", "first", "planes"))


def test_a_channel_without_variance_gives_its_beta():
    model = nn.Sequential(nn.Conv2d(3, 2, 1, bias=False), nn.BatchNorm2d(2))
    model[0].weight.data[0] = 0
    model[1].bias.data.copy_(torch.tensor([0.75, -0.25]))
    st.quantise_(model, input=BYTES)
    data = Data(32)
    st.settle(model, data, batch=16, count=2)
    model[0].norm.running_var[0] = 1e-12
    network = fold(model)
    values, _ = run(network, codes_of(network, data.real(0, 4)))
    out = network.maps[network.output]
    assert (values[network.output][:, 0] - 0.75 / out.step).abs().max() <= 1


def test_a_file_has_standard_operators_and_codes_alone(tmp_path):
    model, _ = made("planes")
    st.export(model, str(tmp_path / "net.onnx"), SHAPE, title="named")
    graph = onnx.load(str(tmp_path / "net.onnx"))
    onnx.checker.check_model(graph)
    assert graph.graph.name == "named" and {n.domain for n in graph.opset_import} == {""}
    assert {"BitShift", "ConvInteger", "QLinearConv", "Concat"} <= {node.op_type for node in graph.graph.node}
    assert not (tmp_path / "net.onnx.new").exists()


@needs_sluice
def test_cycles_are_those_of_estimate(tmp_path):
    model, data = made("blocks")
    config = tmp_path / "edge.yaml"
    from support import ROOT
    config.write_text(open(f"{ROOT}/configs/edge.yaml").read())
    row = st.Cycles(str(config), images=2)(model, data)
    assert 1000 < row["cycles"] and row["cycles"] != row["cycles without gates"]
    with pytest.raises(RuntimeError, match="sluice estimate"):
        st.Cycles(str(tmp_path / "missing.yaml"))(model, data)


def test_a_model_without_codes_is_refused(tmp_path):
    with pytest.raises(ValueError, match="call quantise_ first"):
        st.export(branches(), str(tmp_path / "net.onnx"), SHAPE)
    model = branches()
    st.quantise_(model, input=BYTES)
    with pytest.raises(ValueError, match="nothing has been quantised yet"):
        st.export(model, str(tmp_path / "net.onnx"), SHAPE)
    assert not list(tmp_path.iterdir())
