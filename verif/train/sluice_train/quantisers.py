# SPDX-License-Identifier: Apache-2.0
"""Quantisation in the loop: real numbers that are codes times a step, with straight-through gradients."""
from dataclasses import dataclass

import torch
from torch import nn

from .arithmetic import straight_through


@dataclass
class Bytes:
    """What a byte of an image means: real = scale * (byte - zero_point)."""
    scale: float = 1 / 255
    zero_point: int = 0


def weight_codes(w, bits, ranges=None, alike=False):
    """Codes and step of weights [O, I, kh, kw], one step for each output channel. 8 bits: symmetric, nothing is
    clipped. Fewer: the step near the least squared error of a bell-shaped distribution, a fixed share of the standard
    deviation; the tails are clipped, those of input channels with `ranges` [I] so many times later. `alike`: one step
    for the layer."""
    with torch.no_grad():
        flat = w.flatten(1)
        step = flat.abs().amax(1) / 127 if bits == 8 else {4: 0.38, 2: 1.0}[bits] * flat.std(1)
        step = (step.max().expand_as(step) if alike else step).clamp(min=1e-8).view(-1, 1, 1, 1)
        low, high = (-127, 127) if bits == 8 else (-2 ** (bits - 1), 2 ** (bits - 1) - 1)
        if ranges is not None:
            low, high = [(limit * ranges).view(1, -1, 1, 1) for limit in (low, high)]
    code = torch.minimum(torch.maximum(w / step, low), high) if ranges is not None else (w / step).clamp(low, high)
    return straight_through(code.round(), code), step.flatten()


class Quantiser(nn.Module):
    """Quantises a map to `bits` bits: unsigned from 0, or signed. While training the step follows a high quantile of
    the values: few are clipped at 8 bits, some more at 4. `step` given: it stays.

    In and out: real numbers of any shape."""

    EVERY, PACE = 16, 0.2      # the quantile costs a sort: now and then is enough
    QUANTILE = {8: 0.9999, 4: 0.997, 2: 0.98}

    def __init__(self, bits, signed, step=None, low=None):
        super().__init__()
        self.bits, self.signed, self.fixed = bits, signed, step is not None
        self.low = low if low is not None else (-2 ** (bits - 1) if signed else 0)
        self.register_buffer("age", torch.tensor(0))
        self.register_buffer("step", torch.tensor(0.0 if step is None else step))

    @classmethod
    def of_bytes(cls, byte):
        return cls(8, byte.zero_point > 0, byte.scale, -byte.zero_point)

    @property
    def high(self):
        return self.low + 2 ** self.bits - 1

    @torch.no_grad()
    def follow(self, y):
        values = y.abs().flatten() if self.low < 0 else y.clamp(min=0).flatten()
        values = values[::values.numel() // 100000 + 1]
        now = (torch.quantile(values, self.QUANTILE[self.bits]) / self.high).clamp(min=1e-6)
        self.step.copy_(now if self.step == 0 else torch.lerp(self.step, now, self.PACE))

    def forward(self, y):
        if not self.fixed and self.training and (
                self.step == 0 or (torch.is_grad_enabled() and self.age % self.EVERY == 0)):
            self.follow(y)
        self.age += 1
        return torch.fake_quantize_per_tensor_affine(y, self.step, torch.zeros(1, dtype=torch.int32)[0], self.low,
                                                     self.high)

    def extra_repr(self):
        return f"bits={self.bits}, signed={self.signed}"
