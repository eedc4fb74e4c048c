# SPDX-License-Identifier: Apache-2.0
"""`gate_`, `quantise_` and `circulant_` on models as users have them."""
import copy

import pytest
import torch
from support import BYTES, Data, branches, st
from torch import nn

from sluice_train.graphs import fuse
from sluice_train.gates import gate_loss, gates_of
from sluice_train.techniques import Split, circulant, hadamard_matrix


def test_fusing_changes_no_value():
    data, model = Data(), branches().eval()
    x = data.real(0, 8)
    wanted = model(x)
    fuse(model)
    assert torch.allclose(model(x), wanted, atol=1e-5)


def test_a_normalisation_that_stands_alone_scales_channels():
    model = nn.Sequential(nn.BatchNorm2d(3), nn.ReLU(), nn.Conv2d(3, 4, 1)).eval()
    model[0].running_mean.copy_(torch.tensor([0.5, -1.0, 2.0]))
    model[0].weight.data.copy_(torch.tensor([1.5, -0.5, 2.0]))
    x = Data().real(0, 4)
    wanted = model(x)
    fuse(model)
    assert model[0].groups == 3 and torch.allclose(model(x), wanted, atol=1e-5)


def test_a_changed_model_is_still_the_model():
    model = branches()
    kind = type(model)
    st.gate_(model, st.ChannelGating(), skip=["stem*", "short*"])
    st.quantise_(model, input=BYTES)
    other = copy.deepcopy(model)
    st.settle(model, Data(), count=1)
    assert type(model) is kind
    other.load_state_dict(model.state_dict())
    x = Data().real(0, 4)
    assert torch.equal(other.eval()(x), model(x))
    assert other.gated[0] is not model.gated[0]


def test_gates_go_where_they_fit():
    gated, others = st.gate_(branches(), st.ChannelGating(partitions=4, block=4), skip=["short.*"])
    assert gated == ["gated.0", "down.0", "mixed.0"]
    assert others["stem.0"] == "3 input channels are no multiple of 4 partitions"
    assert others["short.0"] == "it is skipped"
    assert others["depthwise.0"] == "it has groups or a transform"
    assert others["wide"] == "no BatchNorm follows it"


def test_patterns_that_fit_nothing_are_mistakes():
    with pytest.raises(ValueError, match="no layer is called 'conv9'; there are stem.0"):
        st.gate_(branches(), st.ChannelGating(), skip=["conv9"])
    with pytest.raises(ValueError, match="no layer is called 'fc'"):
        st.quantise_(branches(), skip=["fc"])


def test_an_open_gate_gives_the_whole_sum_and_a_closed_one_the_base():
    model = branches()
    st.gate_(model, st.ChannelGating(partitions=4, block=4), skip=["down*", "mixed*", "short*"])
    layer = model.gated[0].eval()
    x = torch.randn(2, 16, 5, 5)
    layer.gate.level.data.fill_(-100)
    whole = layer.normalised(layer.sums(x, layer.weight), layer.norm, layer.gamma, layer.beta)
    assert torch.allclose(layer(x), whole, atol=1e-5) and layer.gate.share == 1
    layer.gate.level.data.fill_(100)
    part = nn.functional.conv2d(x[:, 4:8], layer.weight[4:8, 4:8], padding=1)
    closed = layer(x)
    assert layer.gate.share == 0
    gate = layer.gate
    wanted = gate.norm(nn.functional.pad(part, (0, 0, 0, 0, 4, 8)))[:, 4:8]
    wanted = wanted * (gate.gamma + 1e-3)[4:8].view(1, -1, 1, 1) + gate.beta[4:8].view(1, -1, 1, 1)
    assert torch.allclose(closed[:, 4:8], wanted, atol=1e-4)


def test_the_backward_pass_is_as_sparse():
    model = branches()
    st.gate_(model, st.ChannelGating(), skip=["down*", "mixed*", "short*"])
    layer = model.gated[0]
    layer.gate.level.data.fill_(100)      # all closed: the sigmoid has no slope there either
    layer(torch.randn(2, 16, 5, 5)).sum().backward()
    on_base = torch.zeros(16, 16, dtype=torch.bool)
    for k in range(4):
        on_base[4 * k:4 * k + 4, 4 * k:4 * k + 4] = True
    moved = layer.weight.grad.abs().amax((2, 3)) > 0
    assert not moved[~on_base].any()


def test_the_loss_pulls_to_the_target():
    model, data = branches(), Data()
    st.gate_(model, st.ChannelGating(share=0.4, weight=20), skip=["down*", "mixed*", "short*"])
    st.train(model, data, 30, rate=0.02, batch=64, say=lambda text: None)
    model(data.real(0, 256))
    assert abs(st.open_shares(model)["gated.0"] - 0.4) < 0.12
    model = branches()
    st.gate_(model, st.ChannelGating(gtarget=2.0, gtarget_weight=0.5), skip=["down*", "mixed*", "short*"])
    layer = gates_of(model)[0][1]
    layer.gate.level.data.fill_(1.0)
    assert gate_loss(model).item() == pytest.approx(0.5 * 16 * 1.0)


def test_maps_have_the_bits_of_their_readers():
    model = branches()
    st.quantise_(model, weights=4, activations=4, skip=["stem.0", "last"], input=BYTES)
    bits = {name: part.bits for name, part in model.quantisers.items()}
    assert bits["x"] == 8 and bits["stem_2"] == 4
    assert bits["down_0"] == 8      # in front of an addition
    assert model.last.weight_bits == 8 and model.dense.weight_bits == 4
    assert model.dense.source.bits == 4 and model.last.source.bits == 8


def test_concatenated_maps_share_a_step():
    model = branches()
    st.quantise_(model, input=BYTES)
    assert model.wide.source in (model.quantisers["relu"], model.quantisers["mixed_2"])
    assert model.quantisers["relu"] is model.quantisers["mixed_2"]


def test_what_the_accelerator_has_not_is_named():
    class Odd(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 1)

        def forward(self, x):
            return torch.sin(self.conv(x))
    with pytest.raises(ValueError, match="sin: the accelerator has no sin"):
        st.quantise_(Odd())
    with pytest.raises(ValueError, match="padding must be numbers"):
        st.quantise_(nn.Sequential(nn.Conv2d(3, 4, 3, padding="same")))


def test_precision_gates_need_narrow_weights_and_unsigned_maps():
    model = branches()
    st.gate_(model, st.PrecisionGating(), skip=["stem.0", "down*", "mixed*", "short*"])
    with pytest.raises(ValueError, match="weights of at most 4 bits, not 8"):
        st.quantise_(model, weights=8, input=BYTES)
    model = branches()
    st.gate_(model, st.PrecisionGating(), skip=["gated*", "down*", "mixed*", "short*"])
    with pytest.raises(ValueError, match="its input is signed"):
        st.quantise_(model, weights=4, input=BYTES)


def test_circulant_weights_are_the_nearest():
    w = torch.randn(8, 12, 3, 3)
    c = circulant(w, 4)
    for o in range(8):
        for i in range(12):
            same = [(o // 4 * 4 + a, i // 4 * 4 + (i + a - o) % 4) for a in range(4)]
            assert torch.allclose(c[o, i], torch.stack([w[a, b] for a, b in same]).mean(0), atol=1e-6)
    model = branches()
    made, others = st.circulant_(model, st.Circulant(4), skip=["gated*"])
    assert "mixed.0" in made and "dense" in made and "stem.0" not in made and others["gated.0"] == "it is skipped"
    st.quantise_(model, input=BYTES)
    codes, _ = model.mixed[0].codes()
    assert torch.equal(codes[0, 0], codes[1, 1]) and torch.equal(codes[0, 1], codes[3, 0])


def test_split_channels_have_twice_the_range():
    w = torch.full((4, 8, 1, 1), 0.1)
    w[2, 5], w[1, 3] = 4.0, 1.0
    assert Split(0.25).ranges(w, 15).tolist() == [1, 1, 1, 1, 1, 4, 1, 1]
    assert Split(0.5).ranges(w, 15).tolist() == [1, 1, 1, 2, 1, 8, 1, 1]
    model = branches()
    st.quantise_(model, weights=4, activations=4, split=Split(0.1), skip=["stem.0", "last"], input=BYTES)
    codes, _ = model.gated[0].codes()
    ranges = model.gated[0].ranges
    assert sorted(ranges.tolist())[-1] >= 2 and ranges.sum() > 16
    assert codes.abs().amax((0, 2, 3)).max() <= 8 * ranges.max()
    assert (codes.abs().amax((0, 2, 3)) <= 8 * ranges).all()


def test_hadamard_transforms_twice_are_the_channels():
    matrix = hadamard_matrix(16)
    assert torch.equal(matrix @ matrix, 16 * torch.eye(16))
    x = torch.randn(2, 32, 3, 3)
    part = st.Hadamard(16)
    assert torch.allclose(part(part(x)), 16 * x, atol=1e-4)
    with pytest.raises(ValueError, match="4, 8, 16, 32 or 64"):
        st.Hadamard(12)
