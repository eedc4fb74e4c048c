# SPDX-License-Identifier: Apache-2.0
"""The gated network as torch modules, with quantisation in the loop.

The gate follows W. Hua et al., "Channel Gating Neural Networks", NeurIPS 2019: one part of the input
channels (the base) is always computed; where its normalised sum is not above a threshold, the other part
is left out. Here output group g has input group g as its base, so the base pass is a grouped convolution.

Precision gating (Y. Zhang et al., "Precision Gating", ICLR 2020) splits the bits: the base takes the upper four
bits of all inputs, and an open output is the sum of whole inputs. Weights have four bits then.

Everything between two layers is an integer code (0..255 or 0..15), kept in a float tensor, and the batch
normalisations work on sums of integer products. So the folded integer network (integer.py) needs no scale
other than the step of each layer's output.
"""
import torch
import torch.nn.functional as F
from torch import nn

from sluice_train.arithmetic import diagonal, straight_through

PARTITIONS = 4      # the base is one input channel in four
PLANE = 16          # in precision gating the base is what is left of an input above this
BLOCK = 4           # output channels that share a gate in block mode
SURROGATE = 4.0     # slope of the sigmoid that stands in for the step in the backward pass
MIN_GAMMA = 1e-3    # a smaller scale would blow up the folded bias

# name, input channels, output channels, pooled afterwards, gated. Kernel 3x3, stride 1, padding 1.
LAYERS = (("conv1", 1, 16, True, False),
          ("conv2", 16, 64, False, False),
          ("gated1", 64, 64, False, True),
          ("gated2", 64, 64, True, True),
          ("gated3", 64, 128, False, True),
          ("gated4", 128, 128, False, True))
CLASSES = 10


def conv(x, w, groups=1):
    # In training. bfloat16 holds every operand code exactly and sums in float32; only the result is rounded
    # to 8 bits of mantissa, which does no harm and halves the time on a processor with AVX512-BF16.
    kind = torch.bfloat16 if torch.is_grad_enabled() else torch.float32
    return F.conv2d(x.to(kind), w.to(kind), padding=w.shape[-1] // 2, groups=groups).float()


def quantise_weight(w, bits):
    """Integer weight codes, symmetric, one scale for each output channel; `None` bits: unchanged."""
    if bits is None:
        return w, None
    with torch.no_grad():
        flat = w.flatten(1)
        # At 8 bits nothing is clipped. At 4 bits the step near the least squared error of a bell-shaped
        # distribution is a fixed share of the standard deviation, and the tails are clipped.
        step = flat.abs().amax(1) / 127 if bits == 8 else 0.38 * flat.std(1)
        step = step.clamp(min=1e-8).view(-1, 1, 1, 1)
        low, high = (-127, 127) if bits == 8 else (-8, 7)
    code = (w / step).clamp(low, high)
    return straight_through(code.round(), code), step.flatten()


class Activation(nn.Module):
    """ReLU and, if it has bits, quantisation. The step follows a high quantile of the values while training:
    few values are clipped at 8 bits, some more at 4. (Steps learned by gradient, as in LSQ, ran away in the
    few epochs that there are here.)"""

    EVERY, PACE = 16, 0.2      # the quantile costs a sort: now and then is enough

    def __init__(self, bits):
        super().__init__()
        self.bits, self.age = bits, 0
        self.register_buffer("step", torch.tensor(0.0))

    def top(self):
        return 2 ** self.bits - 1

    @torch.no_grad()
    def follow(self, y):
        values = F.relu(y).flatten()
        values = values[::values.numel() // 100000 + 1]
        now = torch.quantile(values, 0.9999 if self.bits == 8 else 0.997) / self.top()
        self.step.copy_(now if self.step == 0 else torch.lerp(self.step, now, self.PACE))

    def forward(self, y):
        if self.bits is None:
            return F.relu(y)
        if self.training and (self.step == 0 or (torch.is_grad_enabled() and self.age % self.EVERY == 0)):
            self.follow(y)
        self.age += 1
        code = (y * (1 / self.step)).clamp(0, self.top())
        return straight_through(code.round(), code)


def upper(x):
    """The codes with their lower plane off, with the gradient of the codes."""
    return straight_through((x / PLANE).floor() * PLANE, x)


class Layer(nn.Module):
    """Convolution, batch normalisation, ReLU and quantisation; gated if `gate` is 'block' or 'output', by channels
    or, with `planes`, by bits."""

    def __init__(self, inp, out, gate, weight_bits, out_bits, planes=False):
        super().__init__()
        self.gate, self.weight_bits, self.planes = gate, weight_bits, planes
        self.weight = nn.Parameter(torch.empty(out, inp, 3, 3))
        nn.init.kaiming_normal_(self.weight)
        self.norm = nn.BatchNorm2d(out, affine=False)
        self.gamma, self.beta = nn.Parameter(torch.ones(out)), nn.Parameter(torch.zeros(out))
        self.act = Activation(out_bits)
        if gate:
            self.base_norm = nn.BatchNorm2d(out, affine=False)
            self.closed_gamma, self.closed_beta = nn.Parameter(torch.ones(out)), nn.Parameter(torch.zeros(out))
            # A threshold has a part common to the layer, which can move fast to reach the wanted share
            # of open gates, and a part of its own.
            self.level = nn.Parameter(torch.tensor(1.7 if gate == "block" else 1.0))
            self.offset = nn.Parameter(torch.zeros(out))
        self.share = None

    def start_closed(self):
        """A closed output sees a quarter of its inputs; half the open scale is a fair first guess. Of planes it
        sees nearly all."""
        if self.gate:
            self.closed_gamma.data.copy_(self.gamma.data if self.planes else self.gamma.data / 2)
            self.closed_beta.data.copy_(self.beta.data)

    def decide(self, base):
        """1 where open. In block mode the largest margin of the block decides for all its channels."""
        margin = base - (self.level + self.offset).view(1, -1, 1, 1)
        if self.gate == "block":
            n, c, h, w = margin.shape
            margin = margin.reshape(n, c // BLOCK, BLOCK, h, w).amax(2, keepdim=True)
        gate = straight_through((margin > 0).float(), torch.sigmoid(SURROGATE * margin))
        self.share = gate.mean()
        return gate

    def forward(self, x):
        w, _ = quantise_weight(self.weight, self.weight_bits)
        y = affine(self.norm(conv(x, w)), self.gamma, self.beta)
        if self.gate:
            base = conv(upper(x), w) if self.planes else conv(x, diagonal(w, PARTITIONS), PARTITIONS)
            base = self.base_norm(base)
            gate = self.decide(base)
            closed = affine(base, self.closed_gamma, self.closed_beta)
            if self.gate == "block":
                n, c, h, w = y.shape
                parts = (n, c // BLOCK, BLOCK, h, w)
                y = torch.lerp(closed.reshape(parts), y.reshape(parts), gate.expand(parts)).reshape(n, c, h, w)
            else:
                y = torch.lerp(closed, y, gate)
        return self.act(y)


def positive(gamma):
    """Scales stay positive, so that a gate or a ReLU never has to be turned round when they are folded."""
    return gamma.abs() + MIN_GAMMA


def affine(y, gamma, beta):
    return y * positive(gamma).view(1, -1, 1, 1) + beta.view(1, -1, 1, 1)


class Classifier(nn.Module):
    """What all networks end with: an average over the positions, and a dense layer."""

    def add_head(self, inputs, bits):
        self.average = Activation(bits)
        self.weight_bits = bits
        self.head = nn.Parameter(torch.randn(CLASSES, inputs, 1, 1) * 0.05)
        self.head_bias = nn.Parameter(torch.zeros(CLASSES))

    def classify(self, x, step):
        """Logits of the last layer's codes, whose step is given."""
        x = self.average(x.mean((2, 3), keepdim=True) * (step if self.weight_bits else 1.0))
        x = x * self.average.step if self.weight_bits else x
        w, step = quantise_weight(self.head, self.weight_bits)
        w = w if step is None else w * step.view(-1, 1, 1, 1)
        return F.conv2d(x, w, self.head_bias).flatten(1)

    def forget_steps(self):
        """Activation steps are found anew from the first batch."""
        for part in self.modules():
            if isinstance(part, Activation):
                part.step.zero_()


class Network(Classifier):
    """`gate`: None, 'block' or 'output'. `bits`: None (float), 8 or 4 (4 in the gated layers only). With `planes`
    the gated layers have weights of 4 bits and inputs of 8, whose bits gates split; they may have no gates."""

    def __init__(self, gate=None, bits=None, planes=False):
        super().__init__()
        self.gate, self.bits, self.planes = gate, bits, planes
        edge = None if bits is None else 8
        self.layers = nn.ModuleDict()
        for k, (name, inp, out, _, gated) in enumerate(LAYERS):
            # A layer's output has the precision that the next layer computes with; the pooled average
            # after the last one is always 8 bits.
            feeds_gated = k + 1 < len(LAYERS) and LAYERS[k + 1][4]
            weight_bits = 4 if planes else bits
            self.layers[name] = Layer(inp, out, gate if gated else None, weight_bits if gated else edge,
                                      bits if feeds_gated else edge, planes and gated)
        self.add_head(LAYERS[-1][2], edge)

    def forward(self, x):
        for name, _, _, pooled, _ in LAYERS:
            x = self.layers[name](x)
            if pooled:
                x = F.max_pool2d(x, 2)
        return self.classify(x, self.layers[LAYERS[-1][0]].act.step)

    def gated(self):
        return [layer for layer in self.layers.values() if layer.gate]

    def start_from(self, other):
        """Takes the weights of a network trained without gates, or without or with other quantisation."""
        kept = {k: v for k, v in other.items() if k in self.state_dict()}
        self.load_state_dict(kept, strict=False)
        for layer in self.layers.values():
            if layer.gate and not any(k.endswith("closed_gamma") for k in other):
                layer.start_closed()
