# SPDX-License-Identifier: Apache-2.0
"""Networks without gates that are made of a table of convolutions, with 8-bit quantisation in the loop from the
first step. mixing.py and circulant.py have tables, and the convolutions that are special.

As in model.py, batch normalisations work on sums of integer products, so that they fold into one bias and one
multiplier for each output channel.
"""
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from model import Activation, Classifier, conv, positive, straight_through

BITS = 8


class Spec(NamedTuple):
    """One convolution, stride 1; odd kernels keep the size. `mixed`: the table's special treatment goes here."""
    name: str
    inputs: int
    outputs: int
    kernel: int = 3
    groups: int = 1
    pooled: bool = False
    mixed: bool = False


def shared_codes(w, outputs):
    """Weight codes of 8 bits with one step for each `outputs` neighbouring output channels."""
    with torch.no_grad():
        step = w.flatten(1).abs().amax(1).view(-1, outputs).amax(1) / 127
        step = step.clamp(min=1e-8).repeat_interleave(outputs).view(-1, 1, 1, 1)
    code = (w / step).clamp(-127, 127)
    return straight_through(code.round(), code)


def joined(w, groups):
    """Weights of a convolution of groups as those of one without: zeros between groups. It is faster so."""
    if groups == 1:
        return w
    own = torch.eye(groups, dtype=w.dtype).view(groups, 1, groups, 1, 1, 1)
    apart = w.view(groups, w.shape[0] // groups, 1, *w.shape[1:]) * own
    return apart.reshape(w.shape[0], groups * w.shape[1], *w.shape[2:])


def scaled_norm(norm, y, gamma, beta):
    """Batch normalisation and an affine map in one."""
    if not norm.training:
        return F.batch_norm(y, norm.running_mean, norm.running_var, gamma, beta, eps=norm.eps)
    norm.num_batches_tracked += 1
    pace = 1 / float(norm.num_batches_tracked) if norm.momentum is None else norm.momentum
    return F.batch_norm(y, norm.running_mean, norm.running_var, gamma, beta, True, pace, norm.eps)


class Rounded(torch.autograd.Function):
    """Codes of 0 to 255 of y / step; the gradient passes where nothing is clipped."""

    @staticmethod
    def forward(ctx, y, step):
        code = y * (1 / step)
        ctx.save_for_backward((code >= 0) & (code <= 255), step)
        return code.round_().clamp_(0, 255)

    @staticmethod
    def backward(ctx, gradient):
        passes, step = ctx.saved_tensors
        return gradient * (1 / step) * passes, None


class Codes(Activation):
    """ReLU and quantisation to 8 bits, as its base has it, in fewer passes over the values."""

    def __init__(self):
        super().__init__(BITS)

    def forward(self, y):
        if self.training and (self.step == 0 or (torch.is_grad_enabled() and self.age % self.EVERY == 0)):
            self.follow(y)
        self.age += 1
        return Rounded.apply(y, self.step.clone())


class Convolution(nn.Module):
    """Convolution, batch normalisation, ReLU and quantisation."""

    SHARED = 1      # output channels that share the step of their weights

    def __init__(self, spec):
        super().__init__()
        self.spec = spec
        self.weight = self.new_weight(spec)
        self.norm = nn.BatchNorm2d(spec.outputs, affine=False)
        self.gamma, self.beta = nn.Parameter(torch.ones(spec.outputs)), nn.Parameter(torch.zeros(spec.outputs))
        self.act = Codes()

    @staticmethod
    def new_weight(spec):
        weight = torch.empty(spec.outputs, spec.inputs // spec.groups, spec.kernel, spec.kernel)
        return nn.Parameter(nn.init.kaiming_normal_(weight))

    def filters(self):
        return self.weight

    def codes(self):
        return shared_codes(self.filters(), self.SHARED)

    def sums(self, x):
        return conv(x, joined(self.codes(), self.spec.groups))

    def forward(self, x):
        y = self.sums(x)
        # Maxima of sums are those of codes: all that follows is monotonic
        y = F.max_pool2d(y, 2) if self.spec.pooled else y
        return self.act(scaled_norm(self.norm, y, positive(self.gamma), self.beta))

    def folding(self):
        """What integer.fold_blocks needs to know beside the numbers."""
        return {"groups": self.spec.groups}


class Stack(Classifier):
    """The convolutions of a table, `special` ones where it says so, then average and head."""

    def __init__(self, specs, special=Convolution):
        super().__init__()
        self.specs, self.planes = specs, False
        self.layers = nn.ModuleDict({s.name: (special if s.mixed else Convolution)(s) for s in specs})
        self.add_head(specs[-1].outputs, BITS)

    def forward(self, x):
        for spec in self.specs:
            x = self.layers[spec.name](x)
        return self.classify(x, self.layers[self.specs[-1].name].act.step)

    def gated(self):
        return []

