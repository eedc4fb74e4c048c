# SPDX-License-Identifier: Apache-2.0
"""Data sets: Fashion-MNIST, CIFAR-10, folders of images, and what other programs have as torch datasets.

    train = load("cifar10", "cifar-10-batches-bin", "train")
    for x, y in train.batches(128):          # float [128, 3, 32, 32], int64 [128]
        ...
    load("cifar10", "cifar-10-batches-bin", "test").save("out")     # out/images.npy, out/labels.npy

Parts are called "train" and "test". Each loader gives an `ImageSet`: bytes, and what they stand for.
"""
import gzip
import os
import zlib

import numpy
import torch

from .image_set import DataError, ImageSet
from .pictures import PARTS, NoParts, image_folder

__all__ = ["DataError", "ImageSet", "cifar10", "fashion_mnist", "from_dataset", "image_folder", "load"]

FASHION_MNIST = "/usr/share/datasets/fashion-mnist"
CLOTHES = ("t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
CIFAR10_FILES = {"train": [f"data_batch_{k}.bin" for k in range(1, 6)], "test": ["test_batch.bin"]}
CIFAR10_CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
CIFAR10_RECORD = 1 + 3 * 32 * 32


def load(kind, path=None, part="train", size=None, cache=None):
    """A part of a data set by name: "fashion-mnist" (path: its folder, None for that of the Debian package),
    "cifar10" (path: the folder of its .bin files) or "images" (path, size, cache: see `image_folder`).

    Images with neither train/ nor test/ around the folders of classes are split: each tenth image of a class is in
    "test".
    """
    if part not in PARTS:
        raise DataError(f"there is no part '{part}'; allowed are {', '.join(PARTS)}")
    if kind == "fashion-mnist":
        return fashion_mnist(part, path or FASHION_MNIST)
    if kind not in ("cifar10", "images"):
        raise DataError(f"there is no kind of data '{kind}'; allowed are fashion-mnist, cifar10, images")
    if not path:
        raise DataError(f"data of kind '{kind}' need the path of their folder")
    if kind == "cifar10":
        return cifar10(path, part)
    try:
        return image_folder(path, part, size, cache)
    except NoParts:
        return image_folder(path, None, size, cache).split()[PARTS.index(part)]


def read_idx(file, dimensions):
    """An array of bytes in the format of MNIST, gzipped: a magic number, sizes as 32-bit numbers, the bytes."""
    try:
        with gzip.open(file) as f:
            data = f.read()
    except FileNotFoundError:
        raise DataError(f"{file}: there is no such file; Fashion-MNIST is Debian's package dataset-fashion-mnist"
                        ) from None
    except (OSError, EOFError, zlib.error) as e:
        raise DataError(f"{file}: cannot be read: {e}") from e
    head = 4 + 4 * dimensions
    sizes = numpy.frombuffer(data[4:head], ">u4").astype(int)
    if data[:4] != bytes([0, 0, 8, dimensions]) or len(data) != head + sizes.prod():
        raise DataError(f"{file}: is no IDX file of bytes with {dimensions} dimensions")
    return numpy.frombuffer(data, numpy.uint8)[head:].reshape(sizes).copy()


def fashion_mnist(part="train", folder=FASHION_MNIST):
    """H. Xiao, K. Rasul, R. Vollgraf, 2017: clothes, grey, [N, 1, 28, 28], 60,000 and 10,000 of 10 classes. A byte b
    is b / 255: black is 0, and so are the borders that convolutions pad with."""
    prefix = os.path.join(folder, {"train": "train", "test": "t10k"}[part])
    images = read_idx(prefix + "-images-idx3-ubyte.gz", 3)[:, None]
    labels = read_idx(prefix + "-labels-idx1-ubyte.gz", 1)
    return ImageSet(torch.from_numpy(images), torch.from_numpy(labels), CLOTHES, scale=1 / 255, zero_point=0,
                    name=f"Fashion-MNIST, {part}")


def cifar10(folder, part="train"):
    """A. Krizhevsky, 2009, in its published binary form: [N, 3, 32, 32], 50,000 and 10,000 of 10 classes. Records are
    one byte label, then 1,024 bytes each of red, green and blue. A byte b is (b - 128) / 64: mean about 0, variance
    about 1."""
    inner = os.path.join(folder, "cifar-10-batches-bin")
    if os.path.isdir(inner):
        folder = inner
    records = []
    for name in CIFAR10_FILES[part]:
        file = os.path.join(folder, name)
        if not os.path.exists(file):
            raise DataError(f"{file}: there is no such file; CIFAR-10 in binary form is cifar-10-binary.tar.gz of "
                            f"https://www.cs.toronto.edu/~kriz/cifar.html, unpacked")
        data = numpy.fromfile(file, numpy.uint8)
        if len(data) == 0 or len(data) % CIFAR10_RECORD:
            raise DataError(f"{file}: has {len(data)} bytes, which are no records of {CIFAR10_RECORD}")
        records.append(data.reshape(-1, CIFAR10_RECORD))
    records = numpy.concatenate(records)
    images = records[:, 1:].reshape(-1, 3, 32, 32).copy()
    return ImageSet(torch.from_numpy(images), torch.from_numpy(records[:, 0].copy()), CIFAR10_CLASSES,
                    name=f"CIFAR-10, {part}")


def from_dataset(dataset, count=None, scale=None, zero_point=None, mirror=True, pad=None):
    """The first `count` (None: all) items (image, label) of any torch Dataset, all of one size.

    An image is uint8 (a tensor [C, H, W], an array or PIL image [H, W] or [H, W, C]) or a tensor of real numbers
    [C, H, W]. These become bytes: scale * (byte - zero_point) is the number next to them. Without a scale they must
    be 0 to 1, as torchvision's ToTensor gives them; the error for others says which scale takes them. Numbers that
    are no images, such as spectrograms, want mirror=False.
    """
    total = len(dataset) if count is None else min(count, len(dataset))
    images, labels = zip(*(dataset[k] for k in range(total))) if total else ((), ())
    if not images:
        raise DataError("the data set has no images")
    images = [as_tensor(image) for image in images]
    for k, image in enumerate(images):
        if image.shape != images[0].shape or image.dtype != images[0].dtype:
            raise DataError(f"image 0 is {images[0].dtype} {list(images[0].shape)}, but image {k} is {image.dtype} "
                            f"{list(image.shape)}; all must have one size")
    images = torch.stack(images)
    if images.dtype != torch.uint8:
        scale, zero_point = (1 / 255, 0) if scale is None else (scale, zero_point or 0)
        images = to_bytes(images.float(), scale, zero_point)
    elif scale is None:
        scale, zero_point = 1 / 64, 128
    return ImageSet(images, torch.tensor([int(label) for label in labels]), getattr(dataset, "classes", None), scale,
                    zero_point or 0, mirror, pad, name=type(dataset).__name__)


def as_tensor(image):
    """[C, H, W] of what datasets give."""
    if isinstance(image, torch.Tensor):
        return image if image.dim() == 3 else image[None]
    array = numpy.asarray(image)
    array = array[None] if array.ndim == 2 else array.transpose(2, 0, 1)
    return torch.from_numpy(numpy.ascontiguousarray(array))


def to_bytes(images, scale, zero_point):
    """Real numbers as bytes; an error if some are more than half a step outside."""
    low, high = images.min().item(), images.max().item()
    codes = (images / scale + zero_point).round()
    if codes.min() < 0 or codes.max() > 255:
        step = (max(high, 0) - min(low, 0)) / 255 * 1.000001
        raise DataError(f"numbers go from {low:.5g} to {high:.5g}, but bytes of scale {scale:.5g} and zero point "
                        f"{zero_point} from {-scale * zero_point:.5g} to {scale * (255 - zero_point):.5g}; scale="
                        f"{step:.6g}, zero_point={round(-min(low, 0) / step)} takes them")
    return codes.byte()
