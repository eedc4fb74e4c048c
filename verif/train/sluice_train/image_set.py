# SPDX-License-Identifier: Apache-2.0
"""Images with labels, as bytes: what networks are trained on and tested with."""
import os

import numpy
import torch
import torch.nn.functional as F
from torch.utils.data import Dataset


class DataError(ValueError):
    """Data that are missing or not what they should be; the message says which, and where to get them."""


class ImageSet(Dataset):
    """Images, labels, and what a byte means.

    images      uint8 [N, C, H, W]
    labels      int64 [N], each less than the number of classes
    classes     names of the classes
    scale, zero_point   a byte b stands for the real number scale * (b - zero_point)
    mirror, pad what `batches` does to images while training: half of them are mirrored, all are shifted by up to
                `pad` pixels up or down, and left or right, with black (byte 0) behind them. None: an eighth of the
                width

    As a torch Dataset it has items (real numbers float [C, H, W], label).
    """

    def __init__(self, images, labels, classes=None, scale=1 / 64, zero_point=128, mirror=True, pad=None,
                 name="images"):
        self.images = torch.as_tensor(images)
        self.labels = torch.as_tensor(labels).long()
        self.classes = list(classes) if classes else [str(k) for k in range(int(self.labels.max()) + 1)]
        self.scale, self.zero_point = float(scale), int(zero_point)
        self.mirror, self.name = mirror, name
        self.check()
        self.pad = self.images.shape[3] // 8 if pad is None else pad

    def check(self):
        images, labels = self.images, self.labels
        if images.dtype != torch.uint8 or images.dim() != 4:
            raise DataError(f"{self.name}: images must be uint8 [N, C, H, W], not {images.dtype} "
                            f"{list(images.shape)}")
        if labels.shape != (len(images),):
            raise DataError(f"{self.name}: {len(images)} images, but labels of shape {list(labels.shape)}")
        if len(labels) and not 0 <= int(labels.min()) <= int(labels.max()) < len(self.classes):
            raise DataError(f"{self.name}: labels from {int(labels.min())} to {int(labels.max())}, but "
                            f"{len(self.classes)} classes")
        if not 0 <= self.zero_point <= 255 or not self.scale > 0:
            raise DataError(f"{self.name}: scale must be positive and zero_point 0 to 255, not {self.scale} and "
                            f"{self.zero_point}")

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.to_real(self.images[index]), int(self.labels[index])

    def __repr__(self):
        shape = " x ".join(str(n) for n in self.shape)
        return f"{self.name}: {len(self)} images of {shape}, {len(self.classes)} classes"

    @property
    def shape(self):
        """(C, H, W)"""
        return tuple(self.images.shape[1:])

    def to_real(self, images):
        """The real numbers that bytes stand for, float of the same shape."""
        return (images.float() - self.zero_point) * self.scale

    def real(self, first=0, count=None):
        """Real numbers of `count` images from `first` on, in order: float [count, C, H, W]."""
        last = len(self) if count is None else first + count
        return self.to_real(self.images[first:last]).contiguous(memory_format=torch.channels_last)

    def batches(self, size, augment=True, generator=None):
        """One epoch in random order: pairs of float [size, C, H, W] and int64 [size]. The images that fill no batch
        are left out; others are in each epoch. `augment`: mirrored and shifted, as `mirror` and `pad` say."""
        if not 0 < size <= len(self):
            raise DataError(f"{self.name}: there is no batch of {size} in {len(self)} images")
        order = torch.randperm(len(self), generator=generator)
        for k in range(0, len(order) - size + 1, size):
            pick = order[k:k + size]
            images = self.images[pick]
            if augment:
                images = shifted(images, self.pad, self.mirror, generator)
            yield self.to_real(images).contiguous(memory_format=torch.channels_last), self.labels[pick]

    def subset(self, which):
        """The first `which` images, or those whose places are given (a list, a range, a tensor)."""
        which = torch.arange(min(which, len(self))) if isinstance(which, int) else torch.as_tensor(list(which))
        return self.like(self.images[which.long()], self.labels[which.long()])

    def split(self, every=10):
        """Two sets: all but each `every`th image of a class, and these. For sets without a test part."""
        seen = F.one_hot(self.labels, len(self.classes)).cumsum(0).gather(1, self.labels[:, None])[:, 0]
        last = seen % every == 0
        if not last.any():
            raise DataError(f"{self.name}: no class has {every} images, of which one would be a test image")
        return self.subset((~last).nonzero()[:, 0]), self.subset(last.nonzero()[:, 0])

    def like(self, images, labels):
        """Other images with the settings of this set."""
        return ImageSet(images, labels, self.classes, self.scale, self.zero_point, self.mirror, self.pad, self.name)

    def save(self, folder, real=False):
        """Writes images.npy [N, C, H, W] and labels.npy [N] for `sluice accuracy NET --images FILE --labels FILE`;
        gives back both paths. Images are bytes, which are the codes of a network with a UINT8 input of this scale and
        zero point; with `real` float32, for a network with a FLOAT input."""
        os.makedirs(folder, exist_ok=True)
        images = self.real().contiguous() if real else self.images
        arrays = {"images.npy": images.numpy(), "labels.npy": self.labels.numpy()}
        return tuple(write_whole(os.path.join(folder, name), lambda f, a=array: numpy.save(f, a))
                     for name, array in arrays.items())


def shifted(images, pad, mirror=True, generator=None):
    """Each image [C, H, W] of a batch uint8 [B, C, H, W] at another place: up to `pad` pixels off, with zeros behind
    it; half of the images mirrored. All at once: rows and columns are read through tables of places."""
    count, _, height, width = images.shape
    off = torch.randint(0, 2 * pad + 1, (2, count), generator=generator)
    rows = off[0][:, None] + torch.arange(height)
    columns = off[1][:, None] + torch.arange(width)
    if mirror:
        turned = torch.rand(count, generator=generator) < 0.5
        columns = torch.where(turned[:, None], columns.flip(1), columns)
    padded = F.pad(images, (pad,) * 4)
    # A slice between indices puts the channels last: [B, H, W, C]
    moved = padded[torch.arange(count)[:, None, None], :, rows[:, :, None], columns[:, None, :]]
    return moved.permute(0, 3, 1, 2)


def write_whole(path, write):
    """A file that is there whole or not at all: `write(file)` writes beside it. Gives back its path."""
    aside = f"{path}.{os.getpid()}.new"
    try:
        with open(aside, "wb") as f:
            write(f)
        os.replace(aside, path)
    finally:
        if os.path.exists(aside):
            os.remove(aside)
    return path
