# SPDX-License-Identifier: Apache-2.0
"""A depthwise-separable network whose pointwise layers have weights in circulant blocks, and the same one dense.

A block of SIZE x SIZE output and input channels has SIZE different weights: output o and input i take the one
of number (o - i) mod SIZE. The weights are trained in that form. All outputs of a block share a step, so that
the integers are circulant, too.
"""
import torch
from torch import nn

from blocks import Convolution, Spec, Stack

SIZE = 4

SPECS = (Spec("conv1", 1, 16, pooled=True),
         Spec("depth1", 16, 16, groups=16),
         Spec("point1", 16, 64, kernel=1, mixed=True),
         Spec("depth2", 64, 64, groups=64, pooled=True),
         Spec("point2", 64, 128, kernel=1, mixed=True),
         Spec("depth3", 128, 128, groups=128),
         Spec("point3", 128, 128, kernel=1, mixed=True),
         Spec("depth4", 128, 128, groups=128),
         Spec("point4", 128, 128, kernel=1, mixed=True))


class Circulant(Convolution):
    """A pointwise convolution of circulant blocks. The parameter is the first column of each block."""

    SHARED = SIZE

    @staticmethod
    def new_weight(spec):
        columns = torch.empty(spec.outputs // SIZE, SIZE, spec.inputs // SIZE)
        return nn.Parameter(nn.init.normal_(columns, std=(2 / spec.inputs) ** 0.5))

    def filters(self):
        blocks, _, inputs = self.weight.shape
        place = (torch.arange(SIZE).view(-1, 1) - torch.arange(SIZE)) % SIZE       # [output, input]
        w = self.weight[:, place]                                   # [block, output, input, block of inputs]
        return w.transpose(2, 3).reshape(blocks * SIZE, inputs * SIZE, 1, 1)


NETWORKS = {"circulant": lambda: Stack(SPECS, Circulant), "pointwise": lambda: Stack(SPECS)}
