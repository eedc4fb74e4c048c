# SPDX-License-Identifier: Apache-2.0
"""Folders and archives of PNG and JPEG files; these need PIL, but for the messages."""
import builtins
import os
import subprocess
import sys
import tarfile
import types

import numpy
import pytest
import torch

from sluice_train import pictures
from sluice_train.data import FASHION_MNIST, DataError, fashion_mnist, image_folder, load

try:
    from PIL import Image
except ImportError:
    Image = None
needs_pil = pytest.mark.skipif(Image is None, reason="needs PIL, Debian's package python3-pil")
CIFAR10_JPEG = os.path.join("..", "shared", "data", "cifar10_jpeg.tar.xz")


def write(path, array):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path)


def noise(seed, *shape):
    return numpy.random.default_rng(seed).integers(0, 256, shape, numpy.uint8)


@pytest.fixture
def folder(tmp_path):
    """train/ with three cats and two dogs, test/ with one dog and one emu; RGB, 5 x 4."""
    places = ["train/cat/0.png", "train/cat/1.png", "train/cat/2.PNG", "train/dog/7.png", "train/dog/8.png",
              "test/dog/0.png", "test/emu/0.png"]
    for k, place in enumerate(places):
        write(tmp_path / "zoo" / place, noise(k, 5, 4, 3))
    (tmp_path / "zoo" / "train" / "cat" / "notes.txt").write_text("no picture")
    (tmp_path / "zoo" / "train" / "cat" / "._0.png").write_text("no picture either")
    return tmp_path / "zoo"


def packed(folder, name, around=""):
    archive = str(folder.parent / name)
    with tarfile.open(archive, "w:" + name.rpartition(".")[2].replace("tar", "")) as f:
        for part in ("test", "train"):
            f.add(folder / part, around + part)
    return archive


@needs_pil
def test_images_are_one_of_each_class_in_turn(folder):
    train = image_folder(str(folder), "train")
    assert train.classes == ["cat", "dog", "emu"] and train.labels.tolist() == [0, 1, 0, 1, 0]
    order = [0, 3, 1, 4, 2]
    expected = torch.stack([torch.from_numpy(noise(k, 5, 4, 3)) for k in order])
    assert torch.equal(train.images, expected.permute(0, 3, 1, 2))
    assert image_folder(str(folder), "test").labels.tolist() == [1, 2]
    assert image_folder(str(folder / "train")).classes == ["cat", "dog"]


@needs_pil
@pytest.mark.parametrize("name", ["zoo.tar", "zoo.tar.xz", "zoo.tar.gz"])
@pytest.mark.parametrize("around", ["", "./", "data/zoo/"])
def test_archives_are_as_folders(folder, name, around):
    archive = packed(folder, name, around)
    for part in ("train", "test"):
        one, other = image_folder(archive, part), load("images", str(folder), part)
        assert torch.equal(one.images, other.images) and torch.equal(one.labels, other.labels)
        assert one.classes == other.classes


@needs_pil
def test_decoded_images_are_kept(folder, monkeypatch):
    archive, cache = packed(folder, "zoo.tar.xz"), str(folder.parent / "cache")
    first = image_folder(archive, "train", cache=cache)
    kept, = os.listdir(cache)
    assert kept.startswith("zoo_train_") and kept.endswith(".npz")
    monkeypatch.setattr(pictures, "decode_all", None)
    again = image_folder(archive, "train", cache=cache)
    assert torch.equal(again.images, first.images) and again.classes == first.classes
    monkeypatch.undo()
    # A damaged file is made again, other sizes and changed archives have files of their own
    with open(os.path.join(cache, kept), "r+b") as f:
        f.truncate(100)
    assert torch.equal(image_folder(archive, "train", cache=cache).images, first.images)
    assert image_folder(archive, "train", size=(2, 2), cache=cache).shape == (3, 2, 2)
    os.utime(archive, (1, 1))
    image_folder(archive, "train", cache=cache)
    assert len(os.listdir(cache)) == 3


@needs_pil
def test_a_changed_folder_is_read_again(folder):
    cache = str(folder.parent / "cache")
    assert len(image_folder(str(folder), "test", cache=cache)) == 2
    write(folder / "test" / "emu" / "1.png", noise(9, 5, 4, 3))
    assert len(image_folder(str(folder), "test", cache=cache)) == 3


@needs_pil
def test_sizes_differ_only_where_one_is_given(tmp_path):
    write(tmp_path / "a" / "0.png", noise(0, 8, 8, 3))
    write(tmp_path / "b" / "0.png", noise(1, 8, 16, 3))
    with pytest.raises(DataError, match="a/0.png is 8 x 8.*but b/0.png is 8 x 16; give the size"):
        image_folder(str(tmp_path))
    fitted = image_folder(str(tmp_path), size=(8, 8))
    assert torch.equal(fitted.images[0], torch.from_numpy(noise(0, 8, 8, 3)).permute(2, 0, 1))
    # Of a wide image the middle is taken
    assert torch.equal(fitted.images[1], torch.from_numpy(noise(1, 8, 16, 3)[:, 4:12].copy()).permute(2, 0, 1))
    assert image_folder(str(tmp_path), size=(4, 6)).shape == (3, 4, 6)


@needs_pil
def test_channels(tmp_path):
    write(tmp_path / "a" / "0.png", noise(0, 6, 6))
    write(tmp_path / "b" / "0.png", noise(1, 6, 6))
    assert image_folder(str(tmp_path)).shape == (1, 6, 6)
    write(tmp_path / "b" / "1.png", noise(2, 6, 6, 4))   # with transparency
    mixed = image_folder(str(tmp_path))
    assert mixed.shape == (3, 6, 6)
    assert all(torch.equal(plane, torch.from_numpy(noise(0, 6, 6))) for plane in mixed.images[0])


@needs_pil
def test_images_without_parts_are_split(tmp_path):
    for k in range(20):
        write(tmp_path / "set" / ("cat" if k % 2 else "dog") / f"{k:02}.png", noise(k, 4, 4))
    for path in (tmp_path / "set", None):
        if path is None:
            path = tmp_path / "set.tar"
            with tarfile.open(path, "w") as f:
                f.add(tmp_path / "set", "set")
        train, test = (load("images", str(path), part) for part in ("train", "test"))
        assert (len(train), test.labels.tolist()) == (18, [0, 1])


@needs_pil
@pytest.mark.skipif(not os.path.isdir(FASHION_MNIST), reason="needs Debian's package dataset-fashion-mnist")
def test_the_program_reads_a_folder_in_the_same_order(tmp_path, sluice, root):
    data = fashion_mnist("test").subset(30)
    for k in range(len(data)):
        write(tmp_path / "set" / f"class{data.labels[k]}" / f"{k:02}.png", data.images[k, 0].numpy())
    images, labels = image_folder(str(tmp_path / "set")).save(tmp_path)
    network = os.path.join(root, "verif", "networks", "fashion_plain8.onnx")
    codes = []
    for k, source in enumerate(([str(tmp_path / "set")], [images, "--labels", labels])):
        file = str(tmp_path / f"{k}.npz")
        subprocess.run([sluice, "accuracy", network, "--count", "20", "--outputs", file, "--images"] + source,
                       check=True, capture_output=True)
        codes.append(numpy.load(file)["codes"])
    assert len(codes[0]) == 20 and numpy.array_equal(codes[0], codes[1])


@needs_pil
def test_cifar10_as_jpeg_files(root, tmp_path):
    """A class of it, as the whole takes long to decode."""
    archive = os.path.join(root, CIFAR10_JPEG)
    if not os.path.exists(archive):
        pytest.skip(f"needs {archive}")
    with tarfile.open(archive) as f, tarfile.open(tmp_path / "few.tar", "w") as few:
        for member in f:
            if member.isdir() or member.name.endswith(("0000.jpg", "0001.jpg")):
                few.addfile(member, None if member.isdir() else f.extractfile(member))
            if member.name == "train/ship/0001.jpg":
                break
    found = image_folder(str(tmp_path / "few.tar"), "train")
    assert found.shape == (3, 32, 32) and len(found) >= 2 and found.images.float().std() > 20


@needs_pil
@pytest.mark.parametrize("part, error", [
    (None, "has several parts, test, train: name the one to read"),
    ("valid", "has no folder 'valid' with a folder for each class in it, but test, train"),
])
def test_parts_that_are_not_there(folder, part, error):
    with pytest.raises(DataError, match=error):
        image_folder(str(folder), part)


def test_a_folder_without_pictures(tmp_path):
    with pytest.raises(DataError, match="no PNG or JPEG files in folders, one folder for each class"):
        image_folder(str(tmp_path))


@needs_pil
def test_damaged_files_are_named(folder):
    (folder / "train" / "dog" / "8.png").write_bytes(b"no PNG")
    with pytest.raises(DataError, match="train/dog/8.png cannot be decoded"):
        image_folder(str(folder), "train")
    (folder.parent / "broken.tar").write_bytes(b"no archive")
    with pytest.raises(DataError, match="broken.tar: cannot be read as a tar archive"):
        image_folder(str(folder.parent / "broken.tar"))
    whole = open(packed(folder, "zoo.tar.xz"), "rb").read()
    (folder.parent / "half.tar.xz").write_bytes(whole[:len(whole) // 2])
    with pytest.raises(DataError, match="half.tar.xz: cannot be read as a tar archive"):
        image_folder(str(folder.parent / "half.tar.xz"), "train")


def without(monkeypatch, *missing):
    """Imports as where these packages are missing."""
    original = builtins.__import__

    def fails(name, *args, **kwargs):
        if name.split(".")[0] in missing:
            raise ImportError(name)
        return original(name, *args, **kwargs)
    monkeypatch.setattr(builtins, "__import__", fails)


def test_without_decoders_the_package_is_named(tmp_path, monkeypatch):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "0.png").write_bytes(b"")
    without(monkeypatch, "PIL", "torchvision")
    with pytest.raises(DataError, match="need PIL or torchvision.*package python3-pil"):
        image_folder(str(tmp_path))


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_torchvision_decodes_where_pil_is_missing(monkeypatch, channels):
    """By a stand-in of torchvision.io that gives what the file holds."""
    stand_in = types.ModuleType("torchvision.io")
    stand_in.decode_image = lambda data: data.reshape(channels, 2, 2)
    monkeypatch.setitem(sys.modules, "torchvision", types.ModuleType("torchvision"))
    monkeypatch.setitem(sys.modules, "torchvision.io", stand_in)
    without(monkeypatch, "PIL")
    image = pictures.decoder()(bytes(range(4 * channels)))
    assert image.shape == (1 if channels < 3 else 3, 2, 2) and image.flat[3] == 3
