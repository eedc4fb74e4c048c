# SPDX-License-Identifier: Apache-2.0
"""One network of a study: trained, exported, measured. `python3 -m sluice_train point POINT.json -o FILE.onnx`

POINT.json has

    network      a name that sluice_train.networks knows: resnet20, resnet18_32, mobilenet_v1
    data         {"kind": "cifar10" | "fashion-mnist" | "images", "path": ".."}
    epochs       of this network (20); "float_epochs" of the one that it starts from (40)
    seed         (1)
    weights, activations    bits (8)
    skip         layers that keep 8 bits and have no gates (the first and the last)
    gates        {"kind": "none" | "channels" | "planes", "partitions": 4, "block": 1, "groups": true, "share": 0.15}
    split        share of split channels (0)
    circulant    k (1)
    start        folder for what points share: the float network, decoded images

Everything in it is needed to repeat the point. Training resumes from checkpoints that lie beside the files that they
lead to.
"""
import contextlib
import copy
import fcntl
import json
import os
import sys
import time

import torch

from . import data as datasets
from . import networks
from .export import export
from .gates import ChannelGating, PrecisionGating
from .graphs import convolutions, fuse
from .quantisers import Bytes
from .rewrite import circulant_, gate_, quantise_
from .techniques import Circulant, Split
from .tool import check
from .training import Distilled, accuracy, settle, train

DEFAULTS = {"network": None, "data": None, "epochs": 20, "float_epochs": 40, "seed": 1, "weights": 8,
            "activations": 8, "skip": (), "gates": {"kind": "none"}, "split": 0.0, "circulant": 1, "start": None,
            "rate": 0.05, "check": 500}
GATES = {"kind", "partitions", "block", "groups", "share", "alpha", "gtarget"}


def read(file):
    """The point, with what it does not say."""
    with open(file) as f:
        point = json.load(f)
    unknown = sorted(set(point) - set(DEFAULTS)) + sorted(set(point.get("gates", {})) - GATES)
    if unknown:
        raise ValueError(f"{file}: unknown '{unknown[0]}'; there are {', '.join(DEFAULTS)}; of gates "
                         f"{', '.join(sorted(GATES))}")
    for name in ("network", "data"):
        if name not in point:
            raise ValueError(f"{file}: '{name}' is missing")
    return {**DEFAULTS, **point}


def say(text):
    print(text, file=sys.stderr, flush=True)


def save(state, file):
    torch.save(state, file + ".new")
    os.replace(file + ".new", file)


@contextlib.contextmanager
def locked(file):
    """One process at a time: points share the float network."""
    with open(file, "w") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        yield


def float_network(point, folder, train_data, test_data):
    """Trained once for all points of a folder."""
    torch.manual_seed(point["seed"])
    model = networks.by_name(point["network"], classes=len(train_data.classes), channels=train_data.shape[0])
    file = os.path.join(folder, f"{point['network']}-{point['seed']}-{point['float_epochs']}.pt")
    with locked(file + ".lock"):
        if os.path.exists(file):
            model.load_state_dict(torch.load(file))
        else:
            model = model.to(memory_format=torch.channels_last)
            train(model, train_data, point["float_epochs"], rate=0.2, seed=point["seed"], test=test_data,
                  checkpoint=file + ".checkpoint", say=say)
            save(model.state_dict(), file)
    return model.eval()


def ends_of(model):
    """Names of the first and the last layer."""
    other = copy.deepcopy(model)
    layers = convolutions(other, fuse(other))
    return [layers[0][0].target, layers[-1][0].target]


def techniques(model, point, byte):
    """Gates, circulant weights, bits, as the point says."""
    skip = list(point["skip"]) or ends_of(model)
    gates = dict(point["gates"])
    kind = gates.pop("kind", "none")
    if kind not in ("none", "channels", "planes"):
        raise ValueError(f"gates of kind '{kind}'; there are none, channels, planes")
    if kind != "none":
        say(f"gates: {gate_(model, (PrecisionGating if kind == 'planes' else ChannelGating)(**gates), skip=skip)}")
    if point["circulant"] > 1:
        say(f"circulant: {circulant_(model, Circulant(point['circulant']), skip=skip)}")
    quantise_(model, point["weights"], point["activations"], skip=skip, input=byte,
              split=Split(point["split"]) if point["split"] > 0 else None)


def images_of(test_data, folder):
    """Where the test images lie, as `sluice accuracy` takes them; written once."""
    with locked(os.path.join(folder, "images.lock")):
        if not os.path.exists(os.path.join(folder, "labels.npy")):
            test_data.save(folder)
    return os.path.join(folder, "images.npy"), os.path.join(folder, "labels.npy")


def run(file, out):
    """Trains, exports and measures a point."""
    point, begin = read(file), time.time()
    folder = point["start"] or os.path.dirname(os.path.abspath(out))
    os.makedirs(folder, exist_ok=True)
    kind, path = point["data"]["kind"], point["data"].get("path")
    train_data, test_data = [datasets.load(kind, path, part, cache=folder) for part in ("train", "test")]
    teacher = float_network(point, folder, train_data, test_data)
    model = copy.deepcopy(teacher)
    techniques(model, point, Bytes(test_data.scale, test_data.zero_point))
    model = model.to(memory_format=torch.channels_last)
    train(model, train_data, point["epochs"], loss=Distilled(teacher), rate=point["rate"], seed=point["seed"],
          test=test_data, checkpoint=out + ".checkpoint", say=say)
    settle(model, train_data)
    save(model.state_dict(), out + ".pt")
    export(model, out, shape=tuple(test_data.images.shape[1:]))
    images, labels = images_of(test_data, folder)
    result = {"float_accuracy": accuracy(teacher, test_data), "accuracy": accuracy(model, test_data),
              "golden": check(out, test_data, model, point["check"]) if point["check"] else None,
              "seconds": round(time.time() - begin, 1), "seed": point["seed"], "images": images, "labels": labels}
    with open(out + ".json.new", "w") as f:
        json.dump(result, f, indent=1)
    os.replace(out + ".json.new", out + ".json")
    return result
