# SPDX-License-Identifier: Apache-2.0
"""Training: the schedule, distillation, checkpoints, a log."""
import copy
import os
import time

import torch
import torch.nn.functional as F
from torch import nn

from .gates import gate_loss, open_shares


class Distilled:
    """A loss of which half is the distance to the softened answer of a trained model (G. Hinton, O. Vinyals, J. Dean,
    *Distilling the Knowledge in a Neural Network*, 2015)."""

    def __init__(self, teacher, temperature=2.0, share=0.5):
        self.teacher = copy.deepcopy(teacher).eval().requires_grad_(False)
        self.temperature, self.share = temperature, share

    def __call__(self, model, x, y):
        out, t = model(x), self.temperature
        with torch.no_grad():
            goal = F.softmax(self.teacher(x) / t, 1)
        distance = F.kl_div(F.log_softmax(out / t, 1), goal, reduction="batchmean")
        return (1 - self.share) * F.cross_entropy(out, y) + self.share * t * t * distance


def cross_entropy(model, x, y):
    return F.cross_entropy(model(x), y)


def batches_of(data, size, generator):
    """An epoch of (x, y): of an ImageSet, or of any Dataset."""
    if hasattr(data, "batches"):
        return data.batches(size, generator=generator)
    return torch.utils.data.DataLoader(data, size, shuffle=True, drop_last=True, generator=generator)


def optimiser_of(model, rate, decay, steps):
    """Weights decay; biases, scales and thresholds do not. One cycle of the rate, which takes some steps."""
    decayed = [p for p in model.parameters() if p.dim() > 1]
    plain = [p for p in model.parameters() if p.dim() <= 1]
    optimiser = torch.optim.SGD([{"params": decayed, "weight_decay": decay}, {"params": plain, "weight_decay": 0}],
                                lr=rate, momentum=0.9, nesterov=True)
    return optimiser, torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=max(steps, 8), pct_start=0.25)


class Checkpoint:
    """Everything that the next epoch depends on, in a file that is written aside and renamed."""

    def __init__(self, file, **parts):
        self.file, self.parts = file, parts

    def load(self, generator):
        """The epochs that are done."""
        if not self.file or not os.path.exists(self.file):
            return 0
        saved = torch.load(self.file, map_location="cpu")
        for name, part in self.parts.items():
            part.load_state_dict(saved[name])
        generator.set_state(saved["generator"])
        torch.set_rng_state(saved["random"])
        return saved["epoch"]

    def save(self, epoch, generator):
        if not self.file:
            return
        saved = {name: part.state_dict() for name, part in self.parts.items()}
        saved.update(epoch=epoch, generator=generator.get_state(), random=torch.get_rng_state())
        torch.save(saved, self.file + ".new")
        os.replace(self.file + ".new", self.file)


def train(model, data, epochs, loss=cross_entropy, rate=0.1, decay=5e-4, batch=128, seed=1, test=None, log=(),
          checkpoint=None, say=print):
    """Trains a model in place, by SGD with one cycle of the learning rate.

    data        ImageSet or Dataset of (x, y)
    loss        (model, x, y) -> number; what gates add to it comes on top
    test        data to measure the accuracy on after each epoch
    log         callables (model, test or data) -> {name: number}, such as Cycles, called after each epoch
    checkpoint  file from which training goes on if it is there
    Returns a list of an epoch's figures each, as they are printed.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    steps = epochs * (len(data) // batch)
    optimiser, schedule = optimiser_of(model, rate, decay, steps)
    kept = Checkpoint(checkpoint, model=model, optimiser=optimiser, schedule=schedule)
    begin = kept.load(generator)
    say(f"training for {epochs} epochs, seed {seed}, {torch.get_num_threads()} threads"
        + (f", from epoch {begin + 1} on" if begin else ""))
    figures = []
    for epoch in range(begin, epochs):
        start = time.time()
        batches = batches_of(data, batch, generator)
        row = {"epoch": epoch + 1, "loss": one_epoch(model, batches, loss, optimiser, schedule)}
        row.update({f"open {name}": share for name, share in open_shares(model).items()})
        if test is not None:
            row["accuracy"] = accuracy(model, test)
        for figure in log:
            row.update(figure(model, test if test is not None else data))
        row["seconds"] = time.time() - start
        kept.save(epoch + 1, generator)
        figures.append(row)
        say(text_of(row))
    model.eval()
    return figures


def text_of(row):
    """Whole numbers with separators, others with four digits."""
    def number(value):
        return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.4g}"
    return ", ".join(f"{name} {number(value)}" for name, value in row.items())


def one_epoch(model, batches, loss, optimiser, schedule):
    """The mean loss."""
    model.train()
    total, count = 0.0, 0
    for x, y in batches:
        here = loss(model, x.contiguous(memory_format=torch.channels_last), y) + gate_loss(model)
        optimiser.zero_grad()
        here.backward()
        optimiser.step()
        schedule.step()
        total, count = total + here.item(), count + 1
    return total / max(count, 1)


def real_batches(data, count, size=500):
    """(x, y) of the first images in order."""
    count = min(count or len(data), len(data))
    for first in range(0, count, size):
        last = min(first + size, count)
        if hasattr(data, "real"):
            yield data.real(first, last - first), data.labels[first:last]
        else:
            x, y = zip(*[data[k] for k in range(first, last)])
            yield torch.stack(x), torch.as_tensor(y)


@torch.no_grad()
def accuracy(model, data, count=None):
    """In percent, of the first `count` images."""
    was, right, seen = model.training, 0, 0
    model.eval()
    for x, y in real_batches(data, count):
        right += (model(x.contiguous(memory_format=torch.channels_last)).argmax(1) == y).sum().item()
        seen += len(y)
    model.train(was)
    return 100 * right / max(seen, 1)


@torch.no_grad()
def settle(model, data, batch=128, count=100, seed=1):
    """Final means and variances of all normalisations: averages over training images with the final weights."""
    norms = [part for part in model.modules() if isinstance(part, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    model.train()
    for k, (x, _) in enumerate(batches_of(data, batch, torch.Generator().manual_seed(seed))):
        if k == count:
            break
        model(x.contiguous(memory_format=torch.channels_last))
    for norm, momentum in zip(norms, momenta):
        norm.momentum = momentum
    model.eval()
