# SPDX-License-Identifier: Apache-2.0
"""Networks of sluice_train: sizes, names, starting weights."""
import pytest
import torch
import torch.fx

from sluice_train import networks
from sluice_train.networks import by_name, counts

# Parameters and products, as the docstrings say
SIZES = {"resnet20": (272474, 40813184), "resnet18_32": (11173962, 555422720), "mobilenet_v1": (823722, 12167168),
         "ds_cnn": (23180, 2656768)}


@pytest.mark.parametrize("name", networks.NETWORKS)
def test_sizes_are_those_of_the_docstring(name):
    assert counts(by_name(name)) == SIZES[name]
    for size in SIZES[name]:
        assert f"{size:,}" in networks.NETWORKS[name].__doc__


def test_sizes_are_the_published_ones():
    """MobileNetV1 in its paper: 4.2 million parameters, 569 million products; MLPerf Tiny's form of a quarter:
    7.5."""
    assert counts(by_name("mobilenet_v1", width=1, classes=1000, size=224)) == (4231976, 568740352)
    assert counts(by_name("mobilenet_v1", width=0.25, classes=2, size=96)) == (213586, 7489664)


@pytest.mark.parametrize("name", networks.NETWORKS)
def test_fx_traces_to_the_same_values(name):
    torch.manual_seed(3)
    net = by_name(name).eval()
    x = torch.randn(2, *net.input_shape)
    with torch.no_grad():
        assert torch.equal(torch.fx.symbolic_trace(net)(x), net(x))


@pytest.mark.parametrize("name", networks.NETWORKS)
def test_any_number_of_classes(name):
    net = by_name(name, classes=7).eval()
    assert net(torch.zeros(2, *net.input_shape)).shape == (2, 7)


def test_one_channel_in():
    net = by_name("resnet20", channels=1).eval()
    assert net(torch.zeros(1, 1, 28, 28)).shape == (1, 10)


def expected_resnet20():
    """Names and shapes of the weights that need a gradient."""
    shapes = {"conv1.weight": (16, 3, 3, 3), "fc.weight": (10, 64), "fc.bias": (10,)}
    norms = [("bn1", 16)]
    inputs = 16
    for layer, width in (("layer1", 16), ("layer2", 32), ("layer3", 64)):
        for block in range(3):
            at = f"{layer}.{block}."
            shapes[at + "conv1.weight"], shapes[at + "conv2.weight"] = (width, inputs, 3, 3), (width, width, 3, 3)
            norms += [(at + "bn1", width), (at + "bn2", width)]
            if inputs != width:
                shapes[at + "shortcut.0.weight"] = (width, inputs, 1, 1)
                norms.append((at + "shortcut.1", width))
            inputs = width
    for norm, width in norms:
        shapes[norm + ".weight"] = shapes[norm + ".bias"] = (width,)
    return shapes


def test_names_of_resnet20_are_stable():
    found = {name: tuple(p.shape) for name, p in by_name("resnet20").named_parameters()}
    assert found == expected_resnet20()


def test_names_of_the_others_are_stable():
    keys = by_name("mobilenet_v1").state_dict().keys()
    assert {"conv1.weight", "bn1.weight", "blocks.0.depthwise.weight", "blocks.12.bn1.bias",
            "blocks.12.pointwise.weight", "blocks.12.bn2.running_var", "fc.weight"} <= keys
    assert "blocks.3.pointwise.weight" in by_name("ds_cnn").state_dict()
    assert "layer4.1.conv2.weight" in by_name("resnet18_32").state_dict()


def test_weights_begin_as_in_the_papers():
    torch.manual_seed(1)
    weight = by_name("resnet20").layer3[1].conv1.weight
    assert weight.std().item() == pytest.approx((2 / (64 * 9)) ** 0.5, rel=0.03)
    net = by_name("mobilenet_v1")
    assert net.blocks[12].pointwise.weight.abs().max() <= 0.18
    assert net.blocks[12].pointwise.weight.std().item() == pytest.approx(0.09 * 0.88, rel=0.02)
    weight = by_name("ds_cnn").blocks[0].pointwise.weight
    assert weight.std().item() == pytest.approx((2 / 128) ** 0.5, rel=0.05)


def test_it_learns():
    torch.manual_seed(1)
    net = by_name("ds_cnn", classes=4)
    x, y = torch.randn(16, *net.input_shape), torch.arange(16) % 4
    step = torch.optim.SGD(net.parameters(), 0.1, momentum=0.9)
    losses = []
    for _ in range(12):
        loss = torch.nn.functional.cross_entropy(net(x), y)
        step.zero_grad()
        loss.backward()
        step.step()
        losses.append(loss.item())
    assert losses[-1] < 0.3 * losses[0]


def test_names_may_have_hyphens():
    assert by_name("ds-cnn").input_shape == (1, 49, 10)


def test_a_wrong_name_lists_the_others():
    with pytest.raises(ValueError, match="no network 'resnet21'; there are resnet20, resnet18_32, mobilenet_v1, "):
        by_name("resnet21")
