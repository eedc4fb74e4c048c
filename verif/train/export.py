# SPDX-License-Identifier: Apache-2.0
"""Folds the trained networks, measures them on all test images, writes the ONNX files and expected.json."""
import json
import os
import re

import torch

import integer
from model import Network
from onnx_writer import write
from train import BATCH, HERE, PRECISION, VARIANTS, accuracy, block_networks, dataset, settle_norms

OUT = os.path.join(HERE, "..", "networks")


def load(work, name, gate, bits, planes=False):
    return loaded(Network(gate, bits, planes), work, name)


def loaded(net, work, name):
    net = net.to(memory_format=torch.channels_last)
    net.load_state_dict(torch.load(os.path.join(work, name + ".pt")))
    return net.eval()


@torch.no_grad()
def folded(net, images):
    answers = [net(images[k:k + BATCH].contiguous(memory_format=torch.channels_last))
               for k in range(0, 20 * BATCH, BATCH)]
    return integer.fold(net, torch.cat(answers))


def percent(answers, labels):
    return round(100 * (answers.argmax(1) == labels).double().mean().item(), 2)


def plain_network(work, images):
    """The float network without gates, quantised to 8 bits with no further training: steps and means are
    found from training images."""
    net = Network(None, 8).to(memory_format=torch.channels_last)
    net.start_from(torch.load(os.path.join(work, "baseline.pt")))
    net.forget_steps()
    settle_norms(net, images)
    return folded(net, images)


def measure(network, images, labels):
    """One entry of expected.json. The first 20 images are kept in full, to compare other programs with."""
    answers, shares = integer.run(network, images)
    entry = {"integer_accuracy": percent(answers, labels),
             "first20_argmax": answers[:20].argmax(1).tolist(),
             "first20_logits": answers[:20].tolist(),
             "first_image": integer.trace(network, images[0])}
    if shares:
        total, each = integer.reduction(network, shares)
        names = [layer["name"] for layer in network["layers"] if layer["gate"]]
        entry["open_share"] = {n: round(s, 4) for n, s in zip(names, shares)}
        entry["layer_reduction"] = {n: round(r, 3) for n, r in zip(names, each)}
        entry["mac_reduction"] = round(total, 3)
    return entry


def save(network, name, title, test, result):
    file = os.path.join(OUT, f"fashion_{name}.onnx")
    write(network, file, title)
    result[f"fashion_{name}.onnx"] = entry = measure(network, *test)
    print(name, {k: v for k, v in entry.items() if not k.startswith("first")},
          f"{os.path.getsize(file)} bytes", flush=True)


def store(result, file):
    text = json.dumps(result, indent=1)
    with open(file, "w") as f:
        # an innermost list or object on one line keeps the file readable
        f.write(re.sub(r"\[[^\[\]]*\]|\{[^{}]*\}", lambda m: " ".join(m.group().split()), text) + "\n")


def export_blocks(work, only, images, test, result):
    """Networks of mixing.py and circulant.py. Of the dense one there is no file but its accuracy."""
    for name, make in block_networks().items():
        if only and name not in only:
            continue
        network = folded(loaded(make(), work, name), images)
        if name == "pointwise":
            result["pointwise_dense_accuracy"] = percent(integer.run(network, test[0])[0], test[1])
            print("pointwise layers dense:", result["pointwise_dense_accuracy"], flush=True)
            continue
        save(network, name, "fashion_" + name, test, result)
        result[f"fashion_{name}.onnx"]["products"] = integer.all_products(network)


def run_export(work, only):
    """All networks, or those named in `only`. What else is in expected.json stays."""
    os.makedirs(OUT, exist_ok=True)
    file, result = os.path.join(OUT, "expected.json"), {}
    if os.path.exists(file):
        with open(file) as f:
            result = json.load(f)
    test, images = dataset("t10k"), dataset("train")[0]
    if not only or "plain8" in only:
        result["float_ungated_accuracy"] = round(100 * accuracy(load(work, "baseline", None, None)), 2)
        print("float, no gates:", result["float_ungated_accuracy"])
        save(plain_network(work, images), "plain8", "fashion_plain8", test, result)
    for mode, bits in VARIANTS:
        name = f"{mode}{bits}"
        if not only or name in only:
            save(folded(load(work, name, mode, bits), images), name, "fashion_" + name, test, result)
    for mode, name in PRECISION.items():
        if not only or name in only:
            net = load(work, name, None if mode == "none" else mode, 8, planes=True)
            save(folded(net, images), name, "fashion_" + name, test, result)
    export_blocks(work, only, images, test, result)
    store(result, file)
