# SPDX-License-Identifier: Apache-2.0
"""Models that are not the package's own, on images in folders. Skipped without torchvision (python3-torchvision)."""
import pytest
import torch
from support import has_sluice, st

from sluice_train.data import load

models = pytest.importorskip("torchvision.models")
image = pytest.importorskip("PIL.Image")


@pytest.fixture(name="folder", scope="module")
def folder_of_images(tmp_path_factory):
    """Two classes of PNG files, 32 x 32."""
    root = tmp_path_factory.mktemp("images")
    random = torch.Generator().manual_seed(11)
    for part, count in (("train", 24), ("test", 8)):
        for kind, level in (("dark", 0), ("light", 120)):
            (root / part / kind).mkdir(parents=True)
            for k in range(count):
                pixels = torch.randint(0, 120, (32, 32, 3), generator=random) + level
                image.fromarray(pixels.byte().numpy()).save(root / part / kind / f"{k:03}.png")
    return root


@pytest.mark.skipif(not has_sluice(), reason="build/sluice is not built")
@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v2"])
@pytest.mark.parametrize("gates", [False, True])
def test_a_model_of_torchvision_is_gated_trained_and_exported(name, gates, folder, tmp_path):
    torch.manual_seed(2)
    data, test = load("images", str(folder), "train"), load("images", str(folder), "test")
    model = getattr(models, name)(num_classes=2)
    if gates:
        gated, _ = st.gate_(model, st.ChannelGating(block=4))
        assert len(gated) == {"resnet18": 19, "mobilenet_v2": 32}[name]
    st.quantise_(model, input=st.Bytes(data.scale, data.zero_point))
    rows = st.train(model, data, 1, batch=16, say=lambda text: None)
    assert rows[0]["loss"] > 0
    st.settle(model, data, batch=16, count=2)
    file = str(tmp_path / "net.onnx")
    assert st.export(model, file, data.shape) is False
    assert st.check(file, test, model, count=4)["values_differ"] == 0
