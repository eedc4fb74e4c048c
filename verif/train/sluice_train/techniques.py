# SPDX-License-Identifier: Apache-2.0
"""Weights of a form: split channels, circulant blocks; and transforms of sums.

Outlier channel splitting: R. Zhao, Y. Hu, J. Dotzel, C. De Sa, Z. Zhang, ICML 2019. Circulant weights and Hadamard
transforms between group convolutions: R. Zhao, Y. Hu, J. Dotzel, C. De Sa, Z. Zhang, *Unitary Group Convolutions*,
CVPR 2019.
"""
import functools
import math
from dataclasses import dataclass

import torch
from torch import nn


@dataclass
class Split:
    """A share of a layer's input channels, ceil(share * inputs) times the one with the largest weight, gets weights
    of twice the range: of one bit more. On the accelerator such a channel is two, each with half the weight, and the
    layer stays in the
    narrow mode."""
    share: float = 0.02

    def ranges(self, weight, most):
        """How many times the range each input channel has, [I]; at most `most` times, which is what 8 bits hold."""
        size = weight.detach().abs().amax((0, 2, 3))
        ranges = torch.ones_like(size)
        for _ in range(math.ceil(self.share * len(size))):
            largest = torch.where(ranges < most, size / ranges, torch.zeros_like(size)).argmax()
            ranges[largest] = min(2 * ranges[largest], most)
        return ranges


@dataclass
class Circulant:
    """Blocks of k x k weights, output by input channels, whose entries depend on (output - input) mod k alone."""
    k: int = 4

    def misfit(self, layer):
        outputs, inputs = layer.weight.shape[:2]
        if layer.groups > 1:
            return "it has groups"
        if outputs % self.k or inputs % self.k:
            return f"{outputs} x {inputs} channels are no blocks of {self.k} x {self.k}"
        return None


def circulant(weight, k):
    """The nearest weights [O, I, kh, kw] of circulant blocks: each diagonal of a block is its mean."""
    if k == 1:
        return weight
    out, inp, *kernel = weight.shape
    blocks = weight.view(out // k, k, inp // k, k, *kernel)
    turn = (torch.arange(k)[None] - torch.arange(k)[:, None]) % k      # [output, input] in a block
    one_hot = nn.functional.one_hot(turn, k).to(weight.dtype)          # [output, input, diagonal]
    means = torch.einsum("aibjhw,ijd->abdhw", blocks, one_hot) / k
    return torch.einsum("abdhw,ijd->aibjhw", means, one_hot).reshape(weight.shape)


@functools.lru_cache(maxsize=None)
def hadamard_matrix(k):
    """H[i][j] = (-1)^(bits that i and j both have)."""
    matrix = torch.ones(1, 1)
    while len(matrix) < k:
        matrix = torch.cat([torch.cat([matrix, matrix], 1), torch.cat([matrix, -matrix], 1)])
    return matrix


def transformed(x, k):
    """Each k neighbouring channels of x [N, C, H, W], of any type, times the Hadamard matrix."""
    n, c, h, w = x.shape
    matrix = hadamard_matrix(k).to(x.device, x.dtype)
    return torch.einsum("ij,ncjhw->ncihw", matrix, x.view(n, c // k, k, h, w)).reshape(n, c, h, w)


def shuffled(x, groups):
    """Channel k of group g becomes channel g of group k, [N, C, H, W]."""
    n, c, h, w = x.shape
    return x.reshape(n, groups, c // groups, h, w).transpose(1, 2).reshape(n, c, h, w)


class Hadamard(nn.Module):
    """Multiplies each k neighbouring channels with the Hadamard matrix: between a convolution and its BatchNorm2d.

    In and out [N, C, H, W]; C is a multiple of k, which is 4, 8, 16, 32 or 64."""

    def __init__(self, k=16):
        super().__init__()
        if k not in (4, 8, 16, 32, 64):
            raise ValueError(f"transforms are of 4, 8, 16, 32 or 64 channels, not {k}")
        self.k = k

    def forward(self, x):
        return transformed(x, self.k)

    def extra_repr(self):
        return f"k={self.k}"


class ChannelShuffle(nn.Module):
    """Channel k of group g becomes channel g of group k: torch's module of this name, with a backward pass on
    processors.

    In and out [N, C, H, W]; C is a multiple of `groups`."""

    def __init__(self, groups):
        super().__init__()
        self.groups = groups

    def forward(self, x):
        return shuffled(x, self.groups)
