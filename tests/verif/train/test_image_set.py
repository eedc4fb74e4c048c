# SPDX-License-Identifier: Apache-2.0
"""ImageSet: what bytes mean, batches and their augmentation, files for the program."""
import os
import subprocess

import numpy
import pytest
import torch

from sluice_train.data import FASHION_MNIST, DataError, ImageSet, fashion_mnist
from sluice_train.image_set import shifted, write_whole


def some(count=12, channels=3, height=6, width=8, **settings):
    torch.manual_seed(5)
    images = torch.randint(1, 256, (count, channels, height, width), dtype=torch.uint8)
    return ImageSet(images, torch.arange(count) % 3, **settings)


def test_real_numbers_are_scale_times_byte_less_zero_point():
    data = some(scale=0.5, zero_point=100)
    assert torch.equal(data.real(2, 3), 0.5 * (data.images[2:5].double() - 100).float())
    assert data.real().shape == (12, 3, 6, 8)
    assert torch.equal(data[4][0], data.real(4, 1)[0]) and data[4][1] == 1


def test_it_is_a_dataset_for_loaders():
    images, labels = next(iter(torch.utils.data.DataLoader(some(), batch_size=5)))
    assert images.shape == (5, 3, 6, 8) and labels.tolist() == [0, 1, 2, 0, 1]


def test_an_epoch_has_each_image_once():
    data = ImageSet(torch.arange(10, dtype=torch.uint8).reshape(10, 1, 1, 1), torch.arange(10), scale=1, zero_point=0)
    seen = [(x.flatten().tolist(), y.tolist()) for x, y in data.batches(3, augment=False)]
    assert all(x == y for x, y in seen)
    assert len(seen) == 3 and len({k for _, y in seen for k in y}) == 9


def test_batches_repeat_with_the_seed():
    data = some()
    runs = [[x for x, _ in data.batches(4, generator=torch.Generator().manual_seed(seed))] for seed in (1, 1, 2)]
    assert all(torch.equal(a, b) for a, b in zip(runs[0], runs[1]))
    assert not all(torch.equal(a, b) for a, b in zip(runs[0], runs[2]))


def by_hand(image, dy, dx, turned, pad):
    """One image moved pixel by pixel."""
    _, height, width = image.shape
    out = torch.zeros_like(image)
    for y in range(height):
        for x in range(width):
            row, column = y + dy - pad, (width - 1 - x if turned else x) + dx - pad
            if 0 <= row < height and 0 <= column < width:
                out[:, y, x] = image[:, row, column]
    return out


@pytest.mark.parametrize("mirror", [False, True])
def test_augmentation_shifts_and_mirrors(mirror):
    data, pad = some(count=60), 2
    moved = shifted(data.images, pad, mirror)
    kinds = set()
    for image, found in zip(data.images, moved):
        fits = [(dy, dx, t) for dy in range(5) for dx in range(5) for t in ([False, True] if mirror else [False])
                if torch.equal(by_hand(image, dy, dx, t, pad), found)]
        assert len(fits) == 1
        kinds.add(fits[0])
    assert {k[0] for k in kinds} == {k[1] for k in kinds} == set(range(5))
    assert {k[2] for k in kinds} == ({False, True} if mirror else {False})


def test_borders_are_black():
    data = ImageSet(torch.full((8, 1, 4, 4), 255, dtype=torch.uint8), torch.zeros(8), scale=1, zero_point=128, pad=3)
    values = torch.cat([x for x, _ in data.batches(8)]).unique().tolist()
    assert values == [-128, 127]


def test_without_augmentation_images_are_as_they_are():
    data = some(count=4)
    x, y = next(data.batches(4, augment=False))
    order = [(data.real() == image).flatten(1).all(1).nonzero().item() for image in x]
    assert sorted(order) == [0, 1, 2, 3] and data.labels[order].tolist() == y.tolist()


def test_subsets_keep_the_settings():
    data = some(scale=0.25, zero_point=7, mirror=False, pad=1, classes=("a", "b", "c"))
    for part in (data.subset(4), data.subset([0, 1, 2, 3]), data.subset(range(4))):
        assert torch.equal(part.images, data.images[:4]) and part.labels.tolist() == [0, 1, 2, 0]
        assert (part.scale, part.zero_point, part.mirror, part.pad) == (0.25, 7, False, 1)
        assert part.classes == ["a", "b", "c"]
    assert len(data.subset(100)) == 12


def test_a_split_takes_of_each_class():
    data = some(count=60)
    rest, test = data.split(every=5)
    assert (len(rest), len(test)) == (48, 12)
    assert test.labels.bincount().tolist() == [4, 4, 4]
    with pytest.raises(DataError, match="no class has 21 images"):
        data.split(every=21)


def test_saved_files_are_what_numpy_reads(tmp_path):
    data = some()
    images, labels = data.save(tmp_path / "new")
    assert numpy.array_equal(numpy.load(images), data.images.numpy())
    assert numpy.load(labels).dtype == numpy.int64 and numpy.load(labels).tolist() == data.labels.tolist()
    images, _ = data.save(tmp_path / "new", real=True)
    assert numpy.load(images).dtype == numpy.float32 and numpy.array_equal(numpy.load(images), data.real().numpy())
    assert sorted(os.listdir(tmp_path / "new")) == ["images.npy", "labels.npy"]


def test_files_are_written_whole_or_not_at_all(tmp_path):
    def fails(file):
        file.write(b"half")
        raise RuntimeError
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(RuntimeError):
        write_whole(str(tmp_path / "a"), fails)
    assert (tmp_path / "a").read_bytes() == b"old" and os.listdir(tmp_path) == ["a"]


@pytest.mark.skipif(not os.path.isdir(FASHION_MNIST), reason="needs Debian's package dataset-fashion-mnist")
def test_the_program_takes_saved_files(tmp_path, sluice, root):
    """Saved images give the accuracy of the files of the data set."""
    network = os.path.join(root, "verif", "networks", "fashion_plain8.onnx")
    images, labels = fashion_mnist("test").subset(40).save(tmp_path)
    prefix = os.path.join(FASHION_MNIST, "t10k-")
    original = [prefix + "images-idx3-ubyte.gz", prefix + "labels-idx1-ubyte.gz"]
    texts = []
    for pixels, classes in ((images, labels), original):
        command = [sluice, "accuracy", network, "--count", "40", "--images", pixels, "--labels", classes, "--json"]
        texts.append(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert texts[0] == texts[1] and '"accuracy"' in texts[0]


@pytest.mark.parametrize("images, labels, settings, error", [
    (torch.zeros(2, 3, 4, 4), [0, 1], {}, r"must be uint8 \[N, C, H, W\], not torch.float32 \[2, 3, 4, 4\]"),
    (torch.zeros(2, 4, 4, dtype=torch.uint8), [0, 1], {}, r"not torch.uint8 \[2, 4, 4\]"),
    (torch.zeros(2, 1, 4, 4, dtype=torch.uint8), [0], {}, r"2 images, but labels of shape \[1\]"),
    (torch.zeros(2, 1, 4, 4, dtype=torch.uint8), [0, 2], {"classes": "ab"}, "labels from 0 to 2, but 2 classes"),
    (torch.zeros(2, 1, 4, 4, dtype=torch.uint8), [0, 1], {"zero_point": 256}, "zero_point 0 to 255"),
    (torch.zeros(2, 1, 4, 4, dtype=torch.uint8), [0, 1], {"scale": 0}, "scale must be positive"),
])
def test_what_is_wrong_is_said(images, labels, settings, error):
    with pytest.raises(DataError, match=error):
        ImageSet(images, labels, **settings)


def test_a_batch_larger_than_the_set_is_refused():
    with pytest.raises(DataError, match="no batch of 13 in 12 images"):
        next(some().batches(13))
