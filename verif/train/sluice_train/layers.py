# SPDX-License-Identifier: Apache-2.0
"""One layer of the accelerator as a torch module: convolution, batch normalisation, gate, weights of few bits."""
import torch
import torch.nn.functional as F
from torch import nn

from .arithmetic import diagonal, straight_through
from .gates import Gate
from .quantisers import weight_codes
from .techniques import circulant

MIN_GAMMA = 1e-3    # a smaller scale would blow up the folded bias


class Convolution(nn.Module):
    """Takes the place of a Conv2d or Linear and of the BatchNorm2d behind it.

    In [N, C, H, W], out [N, O, H', W']; of a Linear [N, C] and [N, O]. Scales are kept positive, so that a gate or a
    ReLU never has to be turned round when they are folded: a negative one turns the signs of its weights.
    """

    def __init__(self, layer, norm=None, transform=None):
        super().__init__()
        self.flat = isinstance(layer, nn.Linear)
        weight = layer.weight.detach()
        self.weight = nn.Parameter(weight[:, :, None, None].clone() if self.flat else weight.clone())
        self.window = {"stride": (1, 1), "padding": (0, 0), "dilation": (1, 1)} if self.flat else {
            "stride": layer.stride, "padding": layer.padding, "dilation": layer.dilation}
        self.groups = 1 if self.flat else layer.groups
        self.weight_bits, self.gate, self.norm = None, None, None
        self.transform = transform           # a Hadamard, of the sums
        self.circulant = 1                   # k of the blocks
        self.register_buffer("ranges", None)   # of split input channels
        count = weight.shape[0]
        bias = layer.bias.detach().clone() if layer.bias is not None else torch.zeros(count)
        if norm is None:
            self.bias = nn.Parameter(bias)
        else:
            self.take_norm(norm, bias)

    def take_norm(self, norm, bias):
        gamma = norm.weight.detach() if norm.affine else torch.ones(norm.num_features)
        beta = norm.bias.detach() if norm.affine else torch.zeros(norm.num_features)
        sign = torch.where(gamma < 0, -1.0, 1.0)
        self.norm = nn.BatchNorm2d(norm.num_features, eps=norm.eps, momentum=norm.momentum, affine=False)
        self.norm.running_mean.copy_((norm.running_mean - bias) * sign)
        self.norm.running_var.copy_(norm.running_var)
        self.weight.data.mul_(sign.view(-1, 1, 1, 1))
        self.gamma = nn.Parameter((gamma.abs() - MIN_GAMMA).clamp(min=0))
        self.beta = nn.Parameter(beta.clone())

    def add_gate(self, spec):
        self.gate = Gate(spec, self.norm, self.gamma, self.beta)

    def quantise(self, bits, source, split=None):
        """`source`: the quantiser of the map that the layer reads."""
        self.weight_bits = bits
        if split is not None and bits < 8:
            self.ranges = split.ranges(self.formed(), 2 ** (8 - bits) - 1)
        self.__dict__["source"] = source   # which is a part of another module

    def codes(self):
        """Integer weights, and the real number that one of each output channel's stands for."""
        return weight_codes(self.formed(), self.weight_bits, self.ranges, alike=self.transform is not None)

    def formed(self):
        return circulant(self.weight, self.circulant)

    def real_weight(self):
        if self.weight_bits is None:
            return self.formed()
        code, step = self.codes()
        return code * step.view(-1, 1, 1, 1)

    def sums(self, x, w, groups=None):
        return F.conv2d(x, w, groups=groups or self.groups, **self.window)

    def base(self, x, w):
        """Sums of the base: of one part of the channels, or of the upper half of the bits."""
        spec = self.gate.spec
        if spec.planes:
            return self.sums(self.upper(x), w)
        if spec.groups:
            return self.sums(x, diagonal(w, spec.partitions), spec.partitions)
        first = x.shape[1] // spec.partitions
        return self.sums(x[:, :first], w[:, :first])

    def plane(self):
        """2 to half the bits of the input."""
        return 2 ** (self.source.bits // 2)

    def upper(self, x):
        """The input without the lower half of its bits, with the gradient of the whole."""
        if self.weight_bits is None:
            raise RuntimeError("precision gates split bits: call quantise_ before the model runs")
        step = self.source.step * self.plane()
        # Codes are whole numbers but for the rounding of real ones
        return straight_through((x / step + 0.5 / 256).floor() * step, x)

    def normalised(self, y, norm, gamma, beta):
        """Batch normalisation with positive scales."""
        training = norm.training
        momentum = norm.momentum
        if training and momentum is None:    # means of all batches since the last reset
            momentum = 1 / (1 + norm.num_batches_tracked.item())
        if training:
            norm.num_batches_tracked.add_(1)
        return F.batch_norm(y, norm.running_mean, norm.running_var, positive(gamma), beta, training, momentum,
                            norm.eps)

    def forward(self, x):
        x = x[:, :, None, None] if self.flat else x
        w = self.real_weight()
        y = self.sums(x, w)
        y = self.transform(y) if self.transform is not None else y
        if self.norm is None:
            y = y + self.bias.view(1, -1, 1, 1)
        else:
            y = self.normalised(y, self.norm, self.gamma, self.beta)
        if self.gate is not None:
            base = self.gate.norm(self.base(x, w))
            # The gradient of an open output's sum is that of the whole, of a closed one's that of the base alone:
            # the backward pass is as sparse as the forward pass.
            y = torch.lerp(affine(base, self.gate.gamma, self.gate.beta), y, self.gate(base))
        return y.flatten(1) if self.flat else y

    def extra_repr(self):
        outputs, inputs = self.weight.shape[:2]
        return f"{inputs * self.groups}, {outputs}, groups={self.groups}, weight_bits={self.weight_bits}"


def positive(gamma):
    return gamma.abs() + MIN_GAMMA


def affine(y, gamma, beta):
    return y * positive(gamma).view(1, -1, 1, 1) + beta.view(1, -1, 1, 1)
