# SPDX-License-Identifier: Apache-2.0
"""Gates that skip work at run time.

Channel gating: W. Hua, Y. Zhou, C. De Sa, Z. Zhang, G. E. Suh, *Channel Gating Neural Networks*, NeurIPS 2019. Some
of the input channels are the base; where the normalised base sum is not above a threshold the others are left out.

Precision gating: Y. Zhang, R. Zhao, W. Hua, N. Xu, G. E. Suh, Z. Zhang, *Precision Gating*, ICLR 2020. The base is
the upper half of the bits of all inputs.
"""
from dataclasses import dataclass
from typing import Optional

import torch
from torch import nn

from .arithmetic import straight_through


@dataclass
class ChannelGating:
    """What `gate_` does to convolutions.

    partitions  parts of the input channels, of which the base is one (4)
    block       neighbouring output channels that share a gate (1): one opens all
    groups      output group g has input group g as its base; else all have the first one
    share       of open gates that the loss leads to; None: nothing does
    weight      of (open share - share)^2 in the loss, each layer
    gtarget     the papers' way instead: the loss pulls thresholds to this one
    gtarget_weight  of (threshold - gtarget)^2
    alpha       slope of the sigmoid that stands in for the step in the backward pass
    """
    partitions: int = 4
    block: int = 1
    groups: bool = True
    share: Optional[float] = 0.15
    weight: float = 20.0
    gtarget: Optional[float] = None
    gtarget_weight: float = 1e-3
    alpha: float = 4.0
    planes = False

    def misfit(self, layer):
        """Why a layer cannot have these gates; None: it can."""
        outputs = layer.weight.shape[0]
        if layer.groups > 1 or layer.transform is not None:
            return "it has groups or a transform"
        if layer.norm is None:
            return "no BatchNorm follows it"
        misfit = self.misfit_of_parts(*layer.weight.shape[:2])
        if misfit is None and outputs % self.block:
            return f"{outputs} output channels are no multiple of blocks of {self.block}"
        return misfit

    def misfit_of_parts(self, outputs, inputs):
        """The same of what the base is a part of."""
        if inputs % self.partitions:
            return f"{inputs} input channels are no multiple of {self.partitions} partitions"
        if self.groups and outputs % (self.partitions * self.block):
            return f"{outputs} output channels are no multiple of {self.partitions} partitions of {self.block}"
        return None


@dataclass
class PrecisionGating(ChannelGating):
    """The same with the base along the bits. The layer's weights must have at most half the bits of its inputs."""
    partitions: int = 2
    groups: bool = False
    share: Optional[float] = 0.12
    planes = True

    def misfit_of_parts(self, outputs, inputs):
        return None


class Gate(nn.Module):
    """Decides by base sums [N, C, H, W], once normalised, and has what closed outputs need.

    `share` is the share of open gates of the last batch, with a gradient."""

    START = {True: 1.7, False: 1.0}   # of the threshold, in deviations: blocks open if one of several does

    def __init__(self, spec, norm, gamma, beta):
        super().__init__()
        self.spec, self.share = spec, None
        count = norm.num_features
        self.norm = nn.BatchNorm2d(count, eps=norm.eps, momentum=norm.momentum, affine=False)
        # A closed output sees a part of its inputs; half the open scale is a fair first guess. Of planes it sees
        # nearly all.
        self.gamma = nn.Parameter(gamma.detach() * (1.0 if spec.planes else 0.5))
        self.beta = nn.Parameter(beta.detach().clone())
        # A threshold has a part common to the layer, which can move fast, and a part of its own.
        self.level = nn.Parameter(torch.tensor(self.START[spec.block > 1]))
        self.offset = nn.Parameter(torch.zeros(count))

    def thresholds(self):
        return self.level + self.offset

    def forward(self, base):
        """1 where open, [N, C / block, 1 or block's 1, H, W] spread to [N, C, H, W]."""
        margin = base - self.thresholds().view(1, -1, 1, 1)
        n, c, h, w = margin.shape
        block = self.spec.block
        if block > 1:
            margin = margin.reshape(n, c // block, block, h, w).amax(2, keepdim=True)
        gate = straight_through((margin > 0).float(), torch.sigmoid(self.spec.alpha * margin))
        self.share = gate.mean()
        if block > 1:
            gate = gate.expand(n, c // block, block, h, w).reshape(n, c, h, w)
        return gate

    def loss(self):
        spec = self.spec
        if spec.gtarget is not None:
            return spec.gtarget_weight * ((self.thresholds() - spec.gtarget) ** 2).sum()
        return spec.weight * (self.share - spec.share) ** 2 if spec.share is not None else 0.0


def gates_of(model):
    """Name and layer of each gated layer."""
    return [(name, part) for name, part in model.named_modules() if getattr(part, "gate", None) is not None]


def gate_loss(model):
    """What gates add to the loss, after a forward pass."""
    return sum(layer.gate.loss() for _, layer in gates_of(model))


def open_shares(model):
    """Share of open gates of each gated layer in the last batch."""
    return {name: float(layer.gate.share) for name, layer in gates_of(model)}
