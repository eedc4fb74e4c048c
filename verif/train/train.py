#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Trains channel-gated networks on Fashion-MNIST and writes them as ONNX files with integer arithmetic.

Needs, all from Debian 12 (apt-get install --no-install-recommends):
python3-torch, python3-onnx, dataset-fashion-mnist.
Run with /usr/bin/python3. README.md tells the steps and how long they take.

    train.py all                    every step below in order
    train.py baseline               the float network without gates
    train.py gated block 8          one gated network: block|output, 8|4 bits
    train.py precision block        one precision-gated network: block|output, or none for its ungated form
    train.py blocks hadamard        one network of mixing.py or circulant.py: hadamard|shuffle|circulant|pointwise
    train.py export                 folds, measures and writes ../networks/; a name limits it: block8
"""
import argparse
import gzip
import os
import time

import numpy
import torch
import torch.nn.functional as F

import circulant
import mixing
from model import Network

DATA = "/usr/share/datasets/fashion-mnist"
HERE = os.path.dirname(os.path.abspath(__file__))
BATCH = 128
TARGET_SHARE = 0.155     # of open gates in every gated layer: 2.73 times fewer products
PRECISION_SHARE = 0.12   # of precision-gated layers: 1.79 times faster in theory
SHARE_WEIGHT = 20.0
BLOCK_EPOCHS = 5
VARIANTS = (("block", 8), ("output", 8), ("block", 4), ("output", 4))
PRECISION = {"none": "weights4", "block": "precision_block", "output": "precision_output"}


def read_idx(name, header):
    with gzip.open(os.path.join(DATA, name)) as f:
        return numpy.frombuffer(f.read(), numpy.uint8)[header:].copy()


def dataset(prefix):
    """Raw pixels as float codes 0..255 [N, 1, 28, 28], labels."""
    pixels = read_idx(prefix + "-images-idx3-ubyte.gz", 16).reshape(-1, 1, 28, 28)
    labels = read_idx(prefix + "-labels-idx1-ubyte.gz", 8)
    return torch.from_numpy(pixels).float(), torch.from_numpy(labels).long()


def batches(images, labels):
    """One epoch in random order; half of the images are mirrored."""
    order = torch.randperm(len(images))
    for k in range(0, len(order) - BATCH + 1, BATCH):
        pick = order[k:k + BATCH]
        x = images[pick]
        mirrored = torch.rand(BATCH) < 0.5
        x[mirrored] = x[mirrored].flip(3)
        yield x.contiguous(memory_format=torch.channels_last), labels[pick]


def optimiser(net, rate, steps):
    decayed = [p for p in net.parameters() if p.dim() > 1]
    plain = [p for p in net.parameters() if p.dim() <= 1]
    opt = torch.optim.SGD([{"params": decayed, "weight_decay": 5e-4}, {"params": plain, "weight_decay": 0}],
                          lr=rate, momentum=0.9, nesterov=True)
    return opt, torch.optim.lr_scheduler.OneCycleLR(opt, rate, total_steps=steps, pct_start=0.25)


def loss_of(net, x, y, teacher):
    """Cross entropy; with a teacher half of it is the distance to the teacher's softened answer. Every
    gated layer is also pulled to the wanted share of open gates."""
    out = net(x)
    loss = F.cross_entropy(out, y)
    if teacher is not None:
        goal = F.softmax(teacher(x) / 2, 1)
        loss = 0.5 * loss + 2.0 * F.kl_div(F.log_softmax(out / 2, 1), goal, reduction="batchmean")
    target = PRECISION_SHARE if net.planes else TARGET_SHARE
    return loss + SHARE_WEIGHT * sum((layer.share - target) ** 2 for layer in net.gated())


def train(net, data, epochs, rate, teacher=None):
    steps = epochs * (len(data[0]) // BATCH)
    opt, schedule = optimiser(net, rate, steps)
    begin, done = time.time(), 0
    for epoch in range(epochs):
        net.train()
        total = 0.0
        for x, y in batches(*data):
            loss = loss_of(net, x, y, teacher)
            opt.zero_grad()
            loss.backward()
            opt.step()
            schedule.step()
            total += loss.item()
            done += 1
            if done % 100 == 0:
                shares = " ".join(f"{layer.share.item():.3f}" for layer in net.gated())
                print(f"  step {done}/{steps} loss {loss.item():.3f} open {shares} "
                      f"{time.time() - begin:.0f} s", flush=True)
        print(f"epoch {epoch + 1}: mean loss {total * BATCH / len(data[0]):.4f}, "
              f"test {100 * accuracy(net, 1000):.2f} % of 1000", flush=True)


@torch.no_grad()
def accuracy(net, count=10000):
    images, labels = dataset("t10k")
    net.eval()
    right = 0
    for k in range(0, count, 500):
        x = images[k:k + 500].contiguous(memory_format=torch.channels_last)
        right += (net(x).argmax(1) == labels[k:k + 500]).sum().item()
    return right / count


@torch.no_grad()
def settle_norms(net, images, count=100):
    """Final means and variances: averages over training images with the final weights."""
    norms = [m for m in net.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    net.train()
    for k in range(count):
        net(images[k * BATCH:(k + 1) * BATCH].contiguous(memory_format=torch.channels_last))
    net.eval()


def path(args, name):
    return os.path.join(args.work, name + ".pt")


def run_baseline(args):
    torch.manual_seed(1)
    net = Network().to(memory_format=torch.channels_last)
    train(net, dataset("train"), args.epochs or 6, 0.1)
    torch.save(net.state_dict(), path(args, "baseline"))
    print(f"baseline: {100 * accuracy(net):.2f} %")


def run_guided(args, net, start, name, epochs, rate):
    """Trains a network from the parameters of another, guided by the float network's answers."""
    torch.manual_seed(2)
    data = dataset("train")
    teacher = Network().to(memory_format=torch.channels_last)
    teacher.load_state_dict(torch.load(path(args, "baseline")))
    teacher.eval().requires_grad_(False)
    net = net.to(memory_format=torch.channels_last)
    net.start_from(torch.load(path(args, start)))
    net.forget_steps()
    train(net, data, args.epochs or epochs, rate, teacher)
    settle_norms(net, data[0])
    torch.save(net.state_dict(), path(args, name))
    print(f"{name}: {100 * accuracy(net):.2f} % before folding")


def run_gated(args, mode, bits):
    """8 bits start from the float network, 4 bits from the 8-bit network with the same gates."""
    if bits == 8:
        run_guided(args, Network(mode, 8), "baseline", f"{mode}8", 3, 0.05)
    else:
        run_guided(args, Network(mode, 4), f"{mode}8", f"{mode}4", 1, 0.03)


def run_precision(args, mode):
    """From the float network; the ungated form just as long."""
    net = Network(None if mode == "none" else mode, 8, planes=True)
    run_guided(args, net, "baseline", PRECISION[mode], 3, 0.05)


def run_blocks(args, name):
    """A network of mixing.py or circulant.py, from scratch."""
    torch.manual_seed(args.seed)
    net = block_networks()[name]().to(memory_format=torch.channels_last)
    data = dataset("train")
    train(net, data, args.epochs or BLOCK_EPOCHS, 0.1)
    settle_norms(net, data[0])
    torch.save(net.state_dict(), path(args, name))
    print(f"{name}: {100 * accuracy(net):.2f} % before folding")


def block_networks():
    return {**mixing.NETWORKS, **circulant.NETWORKS}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("all", "baseline", "gated", "precision", "blocks", "export"))
    parser.add_argument("variant", nargs="*", help="block|output 8|4, block|output|none, or names for export")
    parser.add_argument("--work", default="/tmp/sluice_train", help="folder of the trained parameters")
    parser.add_argument("--seed", type=int, default=3, help="of the networks that `blocks` trains (3)")
    parser.add_argument("--epochs", type=int, help="instead of the step's own number")
    args = parser.parse_args()
    torch.set_num_threads(1)     # more threads are slower on a shared machine
    os.makedirs(args.work, exist_ok=True)
    if args.step in ("all", "baseline"):
        run_baseline(args)
    if args.step == "all":
        for mode, bits in VARIANTS:
            run_gated(args, mode, bits)
        for mode in PRECISION:
            run_precision(args, mode)
        for name in block_networks():
            run_blocks(args, name)
    if args.step == "blocks":
        run_blocks(args, args.variant[0])
    if args.step == "precision":
        run_precision(args, args.variant[0])
    if args.step == "gated":
        run_gated(args, args.variant[0], int(args.variant[1]))
    if args.step in ("all", "export"):
        from export import run_export
        run_export(args.work, args.variant)


if __name__ == "__main__":
    main()
