# SPDX-License-Identifier: Apache-2.0
"""The tutorial runs, with few images, and the notebook is the same."""
import os
import subprocess
import sys

import pytest
from support import ROOT, has_sluice

sys.path.insert(0, os.path.join(ROOT, "verif", "train"))
import notebook  # noqa: E402

FASHION = "/usr/share/datasets/fashion-mnist"
PAGE = os.path.join(ROOT, "docs", "01_start", "tutorial.md")

# A part of the data, and what the tutorial prints last
FEW = """
from sluice_train import data as _data
_all = _data.fashion_mnist
def _few(part):
    return _all(part).subset(512)
"""


def page():
    with open(PAGE) as file:
        return file.read()


def test_the_notebook_is_the_page():
    with open(PAGE.replace(".md", ".ipynb")) as file:
        assert file.read() == notebook.notebook(page())


@pytest.mark.skipif(not has_sluice(), reason="build/sluice is not built")
@pytest.mark.skipif(not os.path.isdir(FASHION), reason="needs dataset-fashion-mnist")
def test_the_code_runs(tmp_path):
    code = "\n".join(notebook.python_blocks(page()))
    few = code.replace('fashion_mnist("train"), fashion_mnist("test")', '_few("train"), _few("test")')
    few = few.replace("configs/edge.yaml", os.path.join(ROOT, "configs", "edge.yaml"))
    assert few.count("_few") == 2
    environment = {**os.environ, "PYTHONPATH": os.path.join(ROOT, "verif", "train"), "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-B", "-c", FEW + few], cwd=tmp_path, env=environment, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "'values_differ': 0" in done.stdout
    assert "['conv2.0', 'conv3.0', 'conv4.0']" in done.stdout
    assert sorted(os.listdir(tmp_path)) == ["clothes.onnx", "clothes_test"]
