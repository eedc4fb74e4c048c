# SPDX-License-Identifier: Apache-2.0
"""Tests run on the package as it lies in the tree, with one thread, as several programs of tests run at once."""
import os
import sys

import pytest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "verif", "train"))

import torch  # noqa: E402

torch.set_num_threads(1)


@pytest.fixture
def root():
    """The top folder of the repository."""
    return ROOT


@pytest.fixture
def sluice(root):
    """The path of the program; without one the test is skipped."""
    program = os.environ.get("SLUICE_PROGRAM", os.path.join(root, "build", "sluice"))
    if not os.access(program, os.X_OK):
        pytest.skip(f"{program} is not built")
    return program
