# SPDX-License-Identifier: Apache-2.0
"""The package as pip builds it."""
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib import metadata

import pytest


def pyproject(root):
    with open(os.path.join(root, "verif", "train", "pyproject.toml")) as f:
        return f.read()


def test_it_has_the_version_of_the_program(root):
    with open(os.path.join(root, "CMakeLists.txt")) as f:
        version = re.search(r"project\(sluice VERSION (\S+)", f.read())[1]
    assert f'\nversion = "{version}"' in pyproject(root)


def test_installed_packages_are_what_it_depends_on(root):
    """A release of pip that finds these would install others beside them."""
    packaging = pytest.importorskip("packaging.requirements")
    listed = re.search(r"\ndependencies = \[(.*)\]", pyproject(root))[1]
    for text in re.findall(r'"([^"]+)"', listed):
        need = packaging.Requirement(text)
        assert need.specifier.contains(metadata.version(need.name), prereleases=True), text


def test_it_installs_from_a_wheel(root, tmp_path):
    """Built without a network, by what is installed; the modules of the wheel are those of the tree, and it
    imports."""
    for need in ("pip", "setuptools", "wheel"):
        if importlib.util.find_spec(need) is None:
            pytest.skip(f"needs {need}")
    source = tmp_path / "train"
    shutil.copytree(os.path.join(root, "verif", "train"), source,
                    ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run(pip + ["wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path),
                          str(source)], check=True)
    wheel, = tmp_path.glob("sluice_train-*.whl")
    with zipfile.ZipFile(wheel) as f:
        names = f.namelist()
    modules = {f"sluice_train/{n}" for n in os.listdir(source / "sluice_train") if n.endswith(".py")}
    assert {n for n in names if n.endswith(".py")} == modules
    assert any(n.endswith("dist-info/LICENSE") for n in names)
    subprocess.run(pip + ["install", "--no-index", "--no-deps", "--target", str(tmp_path / "site"), str(wheel)],
                   check=True)
    says = subprocess.run([sys.executable, "-c", "import sluice_train.data as d; print(d.__file__)"], check=True,
                          text=True, capture_output=True, cwd=tmp_path,
                          env={**os.environ, "PYTHONPATH": str(tmp_path / "site")})
    assert says.stdout.startswith(str(tmp_path / "site"))
