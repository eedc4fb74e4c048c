# SPDX-License-Identifier: Apache-2.0
"""Folders of PNG and JPEG files, one folder for each class, plain or in a tar archive."""
import hashlib
import io
import os
import re
import tarfile
import zipfile

import numpy
import torch
import torch.nn.functional as F

from .image_set import DataError, ImageSet, write_whole

ENDINGS = (".png", ".jpg", ".jpeg")
FORMAT = 1   # of files in the cache
PARTS = ("train", "test")


class NoParts(DataError):
    """Images with a folder for each class, but neither train/ nor test/ around these."""


def image_folder(path, part=None, size=None, cache=None, scale=1 / 64, zero_point=128):
    """An `ImageSet` of `path`: a folder, or a tar archive of one (.tar, .tar.gz, .tar.xz), which is not unpacked.

    part    None: `path` has a folder for each class. A name, such as "train": `path` has a folder of this name and in
            it one for each class. Archives may have folders around
    size    (H, W) that images get: scaled until both fit, the middle cut out. None: all must have one size
    cache   folder for the decoded images, which are read from there from the second time on. None: no such file

    Classes are the folders in the order of their names; those of all parts count, so that labels of two parts agree.
    Images are one of each class in turn, each class in the order of names, as `sluice accuracy --images FOLDER` takes
    them. They have one channel if all are grey, else red, green, blue.
    """
    if not os.path.exists(path):
        raise DataError(f"{path}: there is no such folder or archive of images")
    source = Folder(path) if os.path.isdir(path) else Archive(path)
    kept = cache and os.path.join(cache, name_in_cache(source, part, size))
    found = kept and read_cache(kept)
    if not found:
        classes, chosen = choose(source.names(), part, path)
        found = decode_all(source, chosen, size) + (classes,)
        if kept:
            os.makedirs(cache, exist_ok=True)
            images, labels, classes = found
            write_whole(kept, lambda f: numpy.savez(f, images=images, labels=labels, classes=numpy.array(classes)))
    images, labels, classes = found
    name = os.path.basename(os.path.normpath(path)) + (f", {part}" if part else "")
    return ImageSet(torch.from_numpy(images), torch.from_numpy(labels), classes, scale, zero_point, name=name)


def is_picture(name):
    base = os.path.basename(name)
    return base.lower().endswith(ENDINGS) and not base.startswith(".")


class Folder:
    def __init__(self, path):
        self.path = path

    def names(self):
        """Paths of all pictures, relative, with / between folders."""
        found = []
        for folder, folders, files in os.walk(self.path, followlinks=True):
            folders[:] = [f for f in folders if not f.startswith(".")]
            inside = os.path.relpath(folder, self.path).replace(os.sep, "/")
            found += [f if inside == "." else f"{inside}/{f}" for f in files if is_picture(f)]
        return found

    def stamp(self):
        """What changes when a file does."""
        states = ((n, os.stat(os.path.join(self.path, n))) for n in sorted(self.names()))
        return [(n, s.st_size, s.st_mtime_ns) for n, s in states]

    def read(self, names):
        """(name, bytes) of each name, in any order."""
        for name in names:
            with open(os.path.join(self.path, name), "rb") as f:
                yield name, f.read()


class Archive(Folder):
    def members(self):
        try:
            with tarfile.open(self.path) as archive:
                for member in archive:
                    if member.isfile() and is_picture(member.name):
                        yield archive, member
        except (tarfile.TarError, EOFError, OSError, ValueError) as e:
            raise DataError(f"{self.path}: cannot be read as a tar archive: {e}") from e
        except Exception as e:   # lzma and zlib have errors of their own
            if type(e).__module__ in ("_lzma", "lzma", "zlib"):
                raise DataError(f"{self.path}: cannot be read as a tar archive: {e}") from e
            raise

    def names(self):
        return [member.name for _, member in self.members()]

    def stamp(self):
        state = os.stat(self.path)
        return [state.st_size, state.st_mtime_ns]

    def read(self, names):
        wanted = set(names)
        for archive, member in self.members():
            if member.name in wanted:
                yield member.name, archive.extractfile(member).read()


def choose(names, part, path):
    """The classes of all parts, and (name, label) of the pictures of one part, one of each class in turn."""
    split = [(n.split("/"), n) for n in names]
    rows = [(words[-3] if len(words) > 2 else None, words[-2], n) for words, n in split if len(words) > 1]
    if not rows:
        raise DataError(f"{path}: no PNG or JPEG files in folders, one folder for each class, were found")
    parts = sorted({p for p, _, _ in rows if p is not None})
    if part is None and len(parts) > 1:
        raise DataError(f"{path}: has several parts, {', '.join(parts)}: name the one to read")
    if part is not None and part not in parts:
        there = ", ".join(parts or sorted({c for _, c, _ in rows})[:10])
        error = NoParts if len(parts) < 2 and not set(parts) & set(PARTS) else DataError
        raise error(f"{path}: has no folder '{part}' with a folder for each class in it, but {there}")
    classes = sorted({c for _, c, _ in rows})
    if len(classes) < 2:
        raise DataError(f"{path}: only one class, {classes[0]}; each class is a folder")
    each = [sorted(n for p, c, n in rows if c == one and part in (None, p)) for one in classes]
    turns = [(one[k], label) for k in range(max(map(len, each))) for label, one in enumerate(each) if k < len(one)]
    return classes, turns


def decode_all(source, chosen, size):
    """uint8 [N, C, H, W] and labels int64 [N], as numpy arrays."""
    decode = decoder()
    places = {name: k for k, (name, _) in enumerate(chosen)}
    images = [None] * len(chosen)
    for name, data in source.read(places):
        try:
            image = decode(data)
        except Exception as e:   # each library has its own
            raise DataError(f"{source.path}: {name} cannot be decoded: {e}") from e
        images[places[name]] = fit(image, size) if size else image
    first = images[0].shape[1:]
    for (name, _), image in zip(chosen, images):
        if image.shape[1:] != first:
            raise DataError(f"{source.path}: {chosen[0][0]} is {first[0]} x {first[1]} (height, width), but {name} "
                            f"is {image.shape[1]} x {image.shape[2]}; give the size that all should get")
    channels = max(len(image) for image in images)
    images = numpy.stack([numpy.broadcast_to(image, (channels,) + image.shape[1:]) for image in images])
    return images, numpy.array([label for _, label in chosen], numpy.int64)


def decoder():
    """A function from the bytes of a PNG or JPEG file to uint8 [1 or 3, H, W]: by PIL, or by torchvision."""
    try:
        from PIL import Image
    except ImportError:
        return torchvision_decoder()

    def decode(data):
        image = Image.open(io.BytesIO(data))
        if image.mode in ("1", "L", "LA"):
            return numpy.array(image.convert("L"))[None]
        return numpy.array(image.convert("RGB")).transpose(2, 0, 1)
    return decode


def torchvision_decoder():
    try:
        from torchvision.io import decode_image
    except ImportError:
        raise DataError("PNG and JPEG files need PIL or torchvision, and neither is there: Debian's package "
                        "python3-pil, or 'pip install pillow'") from None

    def decode(data):
        image = decode_image(torch.from_numpy(numpy.frombuffer(data, numpy.uint8).copy())).numpy()
        return image[:1] if len(image) < 3 else image[:3]    # without what is transparent
    return decode


def fit(image, size):
    """An image [C, H, W] scaled until it covers `size` (height, width), and the middle of it."""
    height, width = size
    if image.shape[1:] == (height, width):
        return image
    ratio = max(height / image.shape[1], width / image.shape[2])
    scaled = [max(n, round(m * ratio)) for n, m in zip(size, image.shape[1:])]
    real = F.interpolate(torch.from_numpy(image)[None].float(), scaled, mode="bilinear", antialias=True)[0]
    top, left = (scaled[0] - height) // 2, (scaled[1] - width) // 2
    return real[:, top:top + height, left:left + width].round().clamp(0, 255).byte().numpy()


def name_in_cache(source, part, size):
    """Another name for anything else that the images depend on."""
    state = repr((FORMAT, os.path.abspath(source.path), source.stamp(), part, size and tuple(size)))
    base = os.path.basename(os.path.normpath(source.path)).split(".")[0]
    words = [base, part or "all", hashlib.sha256(state.encode()).hexdigest()[:12]]
    return re.sub(r"[^A-Za-z0-9_-]", "_", "_".join(words)) + ".npz"


def read_cache(file):
    """images, labels, classes; None where the file is missing or damaged."""
    try:
        with numpy.load(file, allow_pickle=False) as f:
            return f["images"], f["labels"], [str(c) for c in f["classes"]]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
