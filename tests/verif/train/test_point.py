# SPDX-License-Identifier: Apache-2.0
"""`python3 -m sluice_train point`: one network of a study, from a description to a file."""
import json
import os
import subprocess
import sys

import numpy
import pytest
from support import ROOT, has_sluice

POINT = {"network": "resnet20", "epochs": 1, "float_epochs": 1, "seed": 3, "check": 20,
         "gates": {"kind": "channels", "partitions": 4, "block": 4, "share": 0.2}}


@pytest.fixture(name="cifar")
def small_cifar(tmp_path):
    """CIFAR-10's binary form, of a few random images."""
    random = numpy.random.default_rng(7)
    for name, count in [(f"data_batch_{k}.bin", 60) for k in range(1, 6)] + [("test_batch.bin", 40)]:
        records = random.integers(0, 256, (count, 3073), dtype=numpy.uint8)
        records[:, 0] = random.integers(0, 10, count)
        (tmp_path / name).write_bytes(records.tobytes())
    return tmp_path


def run(point, folder):
    (folder / "point.json").write_text(json.dumps(point))
    environment = {**os.environ, "PYTHONPATH": os.path.join(ROOT, "verif", "train"), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-B", "-m", "sluice_train", "point", "point.json", "-o", "net.onnx"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not has_sluice(), reason="build/sluice is not built")
def test_a_point_leaves_a_network_and_its_figures(cifar):
    point = {**POINT, "data": {"kind": "cifar10", "path": str(cifar)}, "start": "shared"}
    done = run(point, cifar)
    assert done.returncode == 0, done.stderr
    figures = json.loads((cifar / "net.onnx.json").read_text())
    assert json.loads(done.stdout) == figures
    assert figures["golden"]["images"] == 20 and figures["golden"]["values_differ"] == 0
    assert numpy.load(cifar / figures["images"]).shape == (40, 3, 32, 32)
    assert "seed 3" in done.stderr and "'layer1.0.conv1'" in done.stderr
    # The float network is there; the point's own training is done
    again = run(point, cifar)
    assert again.returncode == 0 and "epoch 1" not in again.stderr
    assert (cifar / "shared" / "resnet20-3-1.pt").exists()


def test_a_point_that_says_too_much_or_too_little_is_refused(cifar):
    data = {"kind": "cifar10", "path": str(cifar)}
    for point, message in [({**POINT, "epoch": 3}, "unknown 'epoch'; there are network, data"),
                           ({**POINT, "gates": {"kind": "channels", "bloc": 4}}, "unknown 'bloc'"),
                           (POINT, "'data' is missing"),
                           ({**POINT, "data": {"kind": "cifar10", "path": "nowhere"}}, "nowhere"),
                           ({**POINT, "data": data, "network": "alexnet"}, "alexnet")]:
        done = run(point, cifar)
        assert done.returncode == 1 and done.stderr.startswith("error: ") and message in done.stderr, done.stderr
        assert not (cifar / "net.onnx").exists()
