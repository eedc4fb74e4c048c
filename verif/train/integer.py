# SPDX-License-Identifier: Apache-2.0
"""The trained network as integers: folding, and an emulation of what the hardware computes.

Every layer becomes a dictionary of numpy arrays. A sum of products `acc` turns into an output code by

    code = clamp(floor(((acc + bias) * m + 2^(s-1)) / 2^s), low, high)       round half up

with one 20-bit multiplier m in 2^19..2^20-1, one shift s and one bias for each output channel. A gated layer
has two sets, for open and for closed outputs, and a threshold: open where base sum > tau.
"""
import numpy
import torch
import torch.nn.functional as F

import mixing
from blocks import Stack
from model import BLOCK, LAYERS, PARTITIONS, PLANE, diagonal, positive, quantise_weight

BITS = 20   # of multipliers


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
    return torch.from_numpy(numpy.asarray(v)).view(1, -1, 1, 1)


# ---- folding ---------------------------------------------------------------------------------------------

def fold_norm(norm, gamma, beta, step):
    """Batch normalisation, scale and output step as bias and multiplier on the integer sum."""
    deviation = torch.sqrt(norm.running_var.double() + norm.eps)
    gamma = positive(gamma).double()
    bias = torch.round(beta.double() * deviation / gamma - norm.running_mean.double())
    assert bias.abs().max() < 2 ** 30
    return bias.long().numpy(), multiplier((gamma / deviation / step).numpy())


def fold_layer(layer, name, pooled):
    w, _ = quantise_weight(layer.weight, layer.weight_bits)
    w = w.round()
    step = layer.act.step.double()
    bias, scale = fold_norm(layer.norm, layer.gamma, layer.beta, step)
    out = {"name": name, "gate": layer.gate, "pooled": pooled, "weight": w.numpy().astype(numpy.int8),
           "bias": bias, "scale": scale, "step": float(step), "low": 0, "high": layer.act.top(),
           "planes": layer.planes}
    if layer.gate:
        out["closed_bias"], out["closed_scale"] = fold_norm(layer.base_norm, layer.closed_gamma,
                                                            layer.closed_beta, step)
        norm = layer.base_norm
        edge = (layer.level + layer.offset).double() * torch.sqrt(norm.running_var.double() + norm.eps)
        # base > edge and base > floor(edge) are the same for an integer base. Of planes the norm saw the base
        # 16 times as large as the comparison does.
        edge = (edge + norm.running_mean.double()) / (PLANE if layer.planes else 1)
        out["tau"] = torch.floor(edge).long().numpy()
    return out


def fold_convolution(layer):
    """One of blocks.py."""
    spec, step = layer.spec, layer.act.step.double()
    bias, scale = fold_norm(layer.norm, layer.gamma, layer.beta, step)
    return {"name": spec.name, "gate": None, "planes": False, "pooled": spec.pooled,
            "weight": layer.codes().round().numpy().astype(numpy.int8), "bias": bias, "scale": scale,
            "step": float(step), "low": 0, "high": 255, **layer.folding()}


def fold_head(net, logits):
    """The last 1x1 convolution. `logits`: float answers to training images, which set the output step."""
    w, w_step = quantise_weight(net.head, 8)
    real = w_step.double() * float(net.average.step)
    step = float(logits.abs().max()) / 127
    return {"name": "head", "gate": None, "planes": False, "pooled": False,
            "weight": w.round().numpy().astype(numpy.int8),
            "bias": torch.round(net.head_bias.double() / real).long().numpy(),
            "scale": multiplier((real / step).numpy()), "step": step, "low": -128, "high": 127}


@torch.no_grad()
def fold(net, logits):
    net.eval()
    if isinstance(net, Stack):
        layers = [fold_convolution(layer) for layer in net.layers.values()]
    else:
        layers = [fold_layer(net.layers[name], name, pooled) for name, _, _, pooled, _ in LAYERS]
    count = (28 >> sum(layer["pooled"] for layer in layers)) ** 2
    scale = layers[-1]["step"] / float(net.average.step) / count
    weight = best_weight(scale)
    average = {"step": float(net.average.step), "count": count, "weight": weight,
               "scale": multiplier(scale / weight)}
    return {"layers": layers, "average": average, "head": fold_head(net, logits)}


# ---- emulation -------------------------------------------------------------------------------------------

def exact_conv(x, w, groups=1):
    """Integer convolution in floating point: float32 is exact while no partial sum can reach 2^24."""
    w = torch.from_numpy(w)
    bound = int(x.max()) * int(w.long().abs().sum((1, 2, 3)).max())
    kind = torch.float32 if bound < 2 ** 24 else torch.float64
    return F.conv2d(x.to(kind), w.to(kind), padding=w.shape[-1] // 2, groups=groups).long()


def run_gate(layer, base):
    """True where open, [N, C, H, W]."""
    gate = base > spread(layer["tau"])
    if layer["gate"] == "block":
        n, c, h, w = gate.shape
        gate = gate.view(n, c // BLOCK, BLOCK, h, w).any(2, keepdim=True).expand(n, c // BLOCK, BLOCK, h, w)
        gate = gate.reshape(n, c, h, w)
    return gate


def run_base(layer, x):
    if layer["planes"]:
        return exact_conv(x // PLANE, layer["weight"])
    return exact_conv(x, diagonal(torch.from_numpy(layer["weight"])).numpy(), PARTITIONS)


def run_sums(layer, x):
    """All products of a convolution summed, and transformed where the layer has a transform."""
    sums = exact_conv(x, layer["weight"], layer.get("groups", 1))
    length = layer.get("hadamard", 1)
    if length == 1:
        return sums
    n, c, h, w = sums.shape
    parts = sums.double().view(n, c // length, length, h, w)
    return torch.einsum("ij,ncjhw->ncihw", mixing.hadamard(length).double(), parts).reshape(n, c, h, w).long()


def run_layer(layer, x):
    """Output codes, and the share of open gates or None."""
    full = run_sums(layer, x)
    bias, scale, share = spread(layer["bias"]), [spread(v) for v in layer["scale"]], None
    if layer["gate"]:
        base = run_base(layer, x)
        gate = run_gate(layer, base)
        base = base * PLANE if layer["planes"] else base
        share = gate.double().mean().item()
        full = torch.where(gate, full, base)
        bias = torch.where(gate, bias, spread(layer["closed_bias"]))
        scale = [torch.where(gate, a, spread(b)) for a, b in zip(scale, layer["closed_scale"])]
    y = requantise(full, bias, scale, layer["low"], layer["high"])
    if layer["pooled"]:
        y = F.max_pool2d(y.float(), 2).long()
    if layer.get("shuffle", 1) > 1:
        y = mixing.shuffle(y, layer["shuffle"])
    return y, share


@torch.no_grad()
def run(network, images):
    """int8 logits [N, 10] and the mean share of open gates of each gated layer."""
    answers, shares = [], []
    for k in range(0, len(images), 250):
        x, here = images[k:k + 250].long(), []
        for layer in network["layers"]:
            x, share = run_layer(layer, x)
            here += [share] if share is not None else []
        average = network["average"]
        x = average["weight"] * x.sum((2, 3), keepdim=True)
        x = requantise(x, 0, [spread(v) for v in average["scale"]], 0, 255)
        answers.append(run_layer(network["head"], x)[0].flatten(1))
        shares.append(here)
    return torch.cat(answers), numpy.mean(shares, 0).tolist()


@torch.no_grad()
def trace(network, image):
    """For finding the first layer that differs in another program: for each layer, the sum of its output
    codes (after the pooling, if it has one) and the number of open gates, counted for each output."""
    x, out = image.view(1, 1, 28, 28).long(), {}
    for layer in network["layers"]:
        x, share = run_layer(layer, x)
        out[layer["name"]] = {"sum": int(x.sum())}
        if share is not None:
            outputs = x.numel() * (4 if layer["pooled"] else 1)
            out[layer["name"]]["open"] = round(share * outputs)
    return out


def products(layer, size):
    """Multiplications of one image in an ungated layer with size x size outputs."""
    return layer["weight"].size * size * size


def all_products(network):
    """Multiplications of one image in all layers, the head too."""
    total, size = network["head"]["weight"].size, 28
    for layer in network["layers"]:
        total += products(layer, size)
        size //= 2 if layer["pooled"] else 1
    return total


def reduction(network, shares):
    """Products of the gated layers without gates over products with them; the same for each layer."""
    size, sizes = 28, []
    for layer in network["layers"]:
        sizes.append(size)
        size //= 2 if layer["pooled"] else 1
    gated = [(layer, s) for layer, s in zip(network["layers"], sizes) if layer["gate"]]
    base = [1 / 2 if layer["planes"] else 1 / PARTITIONS for layer, _ in gated]
    cost = [b + (1 - b) * p for b, p in zip(base, shares)]
    dense = [products(layer, s) for layer, s in gated]
    return sum(dense) / sum(d * c for d, c in zip(dense, cost)), [1 / c for c in cost]
