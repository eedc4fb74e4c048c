# SPDX-License-Identifier: Apache-2.0
"""What the program `sluice` says of an exported network: the golden model's answers, exact cycles."""
import json
import os
import shutil
import subprocess
import tempfile

import numpy
import torch

from .export import export
from .integer import codes_of, fold, run
from .training import real_batches


def program():
    """The program: $SLUICE_PROGRAM, or this tree's launcher, or that of the PATH."""
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "sluice")
    found = os.environ.get("SLUICE_PROGRAM") or (here if os.access(here, os.X_OK) else shutil.which("sluice"))
    if not found:
        raise FileNotFoundError("no program 'sluice': set SLUICE_PROGRAM to its path, or call it from its tree")
    return found


def sluice(*arguments):
    """What a command prints with --json."""
    done = subprocess.run([program(), *map(str, arguments), "--json"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"sluice {arguments[0]}: {(done.stdout or done.stderr).strip()}")
    return json.loads(done.stdout)


def save_images(data, count, folder, real):
    """Images as `sluice` takes them: bytes, or real numbers. The file."""
    file = os.path.join(folder, "images.npy")
    if real:
        numpy.save(file, torch.cat([x for x, _ in real_batches(data, count)]).float().numpy())
    else:
        numpy.save(file, data.images[:count].numpy())
    return file


def answers(file, images, count, folder):
    """Codes [N, ...] that the golden model gives."""
    out = os.path.join(folder, "golden.npz")
    sluice("accuracy", file, "--images", images, "--count", count, "--outputs", out)
    return numpy.load(out)["codes"]


def check(file, data, model, count=500, real_input=False):
    """Compares the golden model's answers with the model's own integers, for the first images of `data`: a dictionary
    with
    the accuracy of both in percent and the images that differ, in a value or in the class."""
    network = fold(model)
    count = min(count, len(data))
    with tempfile.TemporaryDirectory() as folder:
        golden = answers(file, save_images(data, count, folder, real_input), count, folder).reshape(count, -1)
    wanted, labels = [], []
    for x, y in real_batches(data, count):
        values, _ = run(network, codes_of(network, x))
        wanted.append(values[network.output].flatten(1))
        labels.append(y)
    wanted, labels = torch.cat(wanted).numpy(), torch.cat(labels).numpy()
    golden = golden.astype(numpy.int64) - network.maps[network.output].zero
    return {"images": count,
            "accuracy": 100 * float((wanted.argmax(1) == labels).mean()),
            "golden_accuracy": 100 * float((golden.argmax(1) == labels).mean()),
            "values_differ": int((golden != wanted).any(1).sum()),
            "classes_differ": int((golden.argmax(1) != wanted.argmax(1)).sum())}


class Cycles:
    """For `log` of `train`: the cycles that `sluice estimate` predicts for the network as it is, on a few images.

    Cycles are exact for these images: the gates are theirs. Figures: `cycles`, and with gates `cycles without
    gates`."""

    def __init__(self, config, images=1, **options):
        self.config, self.images, self.options = config, images, options

    def __call__(self, model, data):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "network.onnx")
            real = export(model, file, shape=next(iter(real_batches(data, 1)))[0].shape[1:])
            images = save_images(data, self.images, folder, real)
            rows = [self.estimate(file, images, k) for k in range(self.images)]
        return {name: sum(row[name] for row in rows) / len(rows) for name in rows[0]}

    def estimate(self, file, images, image):
        more = [word for name, value in self.options.items() for word in (f"--{name.replace('_', '-')}", value)]
        total = sluice("estimate", self.config, file, "--images", images, "--image", image, "--calibrate", 0, *more)
        row = {"cycles": total["cycles"]}
        if "cycles_without_gates" in total:
            row["cycles without gates"] = total["cycles_without_gates"]
        return row
