# SPDX-License-Identifier: Apache-2.0
"""Integer arithmetic of the accelerator: multipliers, requantisation, exact sums.

A sum of products becomes an output code by

    code = clamp(round((sum + bias) * m / 2^s) + zero, low, high)        to the nearest, halves to even

with one 20-bit multiplier m in 2^19 .. 2^20 - 1, one shift s and one bias for each output channel.
"""
import numpy
import torch
import torch.nn.functional as F

BITS = 20   # of multipliers


def straight_through(exact, smooth):
    """The value of `exact` with the gradient of `smooth`."""
    return smooth + (exact - smooth).detach()


def multiplier(scale):
    """m, s with m / 2^s nearest to each positive scale."""
    scale = numpy.asarray(scale, numpy.float64).reshape(-1)
    mantissa, exponent = numpy.frexp(scale)              # 0.5 <= mantissa < 1
    m = numpy.floor(mantissa * 2 ** BITS + 0.5).astype(numpy.int64)
    s = BITS - exponent.astype(numpy.int64)
    over = m == 2 ** BITS
    m[over], s[over] = 2 ** (BITS - 1), s[over] - 1
    assert (m >= 2 ** (BITS - 1)).all() and (m < 2 ** BITS).all() and (s > 0).all() and (s <= 47).all()
    return m, s


def real(scale):
    """The real numbers that multipliers and shifts stand for."""
    m, s = scale
    return m.astype(numpy.float64) / 2.0 ** s


def best_weight(scale):
    """The weight of an average's inputs, 1 to 127, with which its scale comes out best; the largest of equals."""
    weights = numpy.arange(127, 0, -1)
    m, s = multiplier(scale / weights)
    return int(weights[numpy.argmin(abs(numpy.ldexp(m.astype(numpy.float64), -s) / (scale / weights) - 1))])


def requantise(acc, bias, scale, low, high):
    """`acc` int64 [N, C, H, W]; one bias and (m, s) for each channel, or for each value."""
    m, s = scale
    product = (acc + bias) * m
    odd = (product >> s) & 1  # halves go to even
    return ((product + (1 << (s - 1)) - 1 + odd) >> s).clip(low, high)


def spread(v):
    """One number for each channel, as [1, C, 1, 1]."""
    return torch.from_numpy(numpy.asarray(v)).view(1, -1, 1, 1)


def exact_conv(x, w, **window):
    """Integer convolution in floating point: float32 is exact while no partial sum can reach 2^24."""
    w = torch.from_numpy(w)
    bound = int(x.abs().max()) * int(w.long().abs().sum((1, 2, 3)).max())
    kind = torch.float32 if bound < 2 ** 24 else torch.float64
    return F.conv2d(x.to(kind), w.to(kind), **window).long()


def diagonal(w, parts):
    """The block diagonal of a dense weight [O, I, kh, kw]: what a convolution of `parts` groups takes."""
    out, inp = w.shape[0] // parts, w.shape[1] // parts
    return torch.cat([w[g * out:(g + 1) * out, g * inp:(g + 1) * inp] for g in range(parts)])
