# SPDX-License-Identifier: Apache-2.0
"""Loaders of sluice_train: Fashion-MNIST, CIFAR-10 in binary form, other programs' datasets, by name."""
import gzip
import os

import numpy
import pytest
import torch

from sluice_train import data
from sluice_train.data import DataError, cifar10, fashion_mnist, from_dataset, load

needs_fashion_mnist = pytest.mark.skipif(not os.path.isdir(data.FASHION_MNIST),
                                         reason="needs Debian's package dataset-fashion-mnist")


@needs_fashion_mnist
def test_fashion_mnist():
    test = load("fashion-mnist", part="test")
    assert test.images.shape == (10000, 1, 28, 28) and test.labels.bincount().tolist() == [1000] * 10
    assert test.labels[:5].tolist() == [9, 2, 1, 1, 6] and test.classes[9] == "ankle boot"
    assert test.real(0, 100).min() == 0 and test.real(0, 100).max() == 1
    assert len(fashion_mnist("train")) == 60000


def test_missing_fashion_mnist_names_the_package(tmp_path):
    with pytest.raises(DataError, match="t10k-images-idx3-ubyte.gz: there is no such file.* dataset-fashion-mnist"):
        load("fashion-mnist", str(tmp_path), "test")


@pytest.mark.parametrize("content, error", [
    (gzip.compress(b"\0\0\x08\x03" + b"\0\0\0\x01" * 3), "is no IDX file"),
    (gzip.compress(b"\0"), "is no IDX file"),
    (b"no gzip", "cannot be read"),
    (gzip.compress(bytes(range(256)) * 40)[:60], "cannot be read"),
])
def test_damaged_fashion_mnist_is_an_error(tmp_path, content, error):
    (tmp_path / "t10k-images-idx3-ubyte.gz").write_bytes(content)
    with pytest.raises(DataError, match=error):
        fashion_mnist("test", str(tmp_path))


def write_cifar10(folder, each=3):
    """The six files with `each` records of noise; records of all files in order, uint8 [n, 3073]."""
    folder.mkdir(exist_ok=True)
    records = numpy.random.default_rng(1).integers(0, 256, (6 * each, 3073), numpy.uint8)
    records[:, 0] %= 10
    names = [f"data_batch_{k}.bin" for k in range(1, 6)] + ["test_batch.bin"]
    for k, name in enumerate(names):
        records[k * each:(k + 1) * each].tofile(folder / name)
    return records


def test_cifar10_in_binary_form(tmp_path):
    records = write_cifar10(tmp_path / "cifar-10-batches-bin")
    for folder in (tmp_path, tmp_path / "cifar-10-batches-bin"):
        train, test = (load("cifar10", str(folder), part) for part in ("train", "test"))
        assert (len(train), len(test)) == (15, 3) and train.shape == (3, 32, 32)
        assert train.labels.tolist() == records[:15, 0].tolist()
    # A record is a label, then the planes of red, green and blue, row by row
    assert test.images[1, 2, 30, 5] == records[16, 1 + 2048 + 30 * 32 + 5]
    assert test.real(1, 1)[0, 0, 0, 0] == (float(records[16, 1]) - 128) / 64
    assert test.classes[3] == "cat"


def test_missing_cifar10_says_where_it_is_from(tmp_path):
    with pytest.raises(DataError, match="data_batch_1.bin: there is no such file; .*cifar-10-binary.tar.gz"):
        cifar10(str(tmp_path))


def test_damaged_cifar10_is_an_error(tmp_path):
    write_cifar10(tmp_path)
    (tmp_path / "data_batch_4.bin").write_bytes(b"0" * 3074)
    with pytest.raises(DataError, match="data_batch_4.bin: has 3074 bytes, which are no records of 3073"):
        cifar10(str(tmp_path))
    assert len(cifar10(str(tmp_path), "test")) == 3


class Listed(torch.utils.data.Dataset):
    """Other programs' data set: items (image, label)."""

    def __init__(self, images, labels=(1, 0, 1)):
        self.items = list(zip(images, labels))

    def __len__(self):
        return len(self.items)

    def __getitem__(self, k):
        return self.items[k]


def test_a_dataset_of_real_numbers():
    """As torchvision's ToTensor makes them: b / 255."""
    codes = torch.randint(0, 256, (3, 3, 5, 4))
    found = from_dataset(Listed(codes / 255))
    assert torch.equal(found.images, codes.byte()) and found.labels.tolist() == [1, 0, 1]
    assert torch.allclose(found.real(), codes / 255) and found.name == "Listed"


def test_a_dataset_of_bytes():
    codes = torch.randint(0, 256, (3, 5, 4, 3), dtype=torch.uint8)
    last = from_dataset(Listed(codes.numpy()))                      # arrays have channels last
    first = from_dataset(Listed(codes.permute(0, 3, 1, 2)), count=2)
    assert torch.equal(last.images[:2], first.images) and torch.equal(last.images, codes.permute(0, 3, 1, 2))
    assert (first.scale, first.zero_point, len(first)) == (1 / 64, 128, 2)
    grey = from_dataset(Listed(codes[..., 0].numpy()), mirror=False)
    assert grey.shape == (1, 5, 4) and not grey.mirror


def test_other_ranges_take_the_scale_that_the_error_names():
    reals = torch.linspace(-3, 2, 60).reshape(3, 1, 5, 4)
    with pytest.raises(DataError, match="from -3 to 2.*scale=0.0196.*zero_point=153 takes them"):
        from_dataset(Listed(reals))
    found = from_dataset(Listed(reals), scale=0.0196079, zero_point=153)
    assert (found.real() - reals).abs().max() <= 0.0196079 / 2 + 1e-6


def test_images_of_two_sizes_are_refused():
    with pytest.raises(DataError, match=r"image 0 is .*float32 \[1, 2, 2\], but image 1 is .*float32 \[1, 2, 3\]"):
        from_dataset(Listed([torch.zeros(1, 2, 2), torch.zeros(1, 2, 3)]))
    with pytest.raises(DataError, match="has no images"):
        from_dataset(Listed([]))


@pytest.mark.parametrize("arguments, error", [
    (("mnist", "x"), "no kind of data 'mnist'; allowed are fashion-mnist, cifar10, images"),
    (("cifar10", None), "'cifar10' need the path"),
    (("cifar10", "x", "valid"), "no part 'valid'; allowed are train, test"),
    (("images", "/nowhere"), "/nowhere: there is no such folder or archive of images"),
])
def test_what_is_asked_for_wrongly(arguments, error):
    with pytest.raises(DataError, match=error):
        load(*arguments)
