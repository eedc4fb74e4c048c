# SPDX-License-Identifier: Apache-2.0
"""The trained network as integers: folding, and an emulation of what the hardware computes.

Every layer becomes a dictionary of numpy arrays. A sum of products turns into an output code by a bias, a multiplier
and a shift for each output channel (sluice_train/arithmetic.py). A gated layer has two sets, for open and for closed
outputs, and a threshold: open where base sum > tau.
"""
import numpy
import torch
import torch.nn.functional as F

from sluice_train.arithmetic import best_weight, diagonal, exact_conv, multiplier, requantise, spread
from sluice_train.integer import run_gate
from sluice_train.techniques import shuffled, transformed

from blocks import Stack
from model import BLOCK, LAYERS, PARTITIONS, PLANE, positive, quantise_weight

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

def convolved(x, weight, groups=1):
    return exact_conv(x, weight, groups=groups, padding=weight.shape[-1] // 2)


def run_base(layer, x):
    if layer["planes"]:
        return convolved(x // PLANE, layer["weight"])
    return convolved(x, diagonal(torch.from_numpy(layer["weight"]), PARTITIONS).numpy(), PARTITIONS)


def run_sums(layer, x):
    """All products of a convolution summed, and transformed where the layer has a transform."""
    sums = convolved(x, layer["weight"], layer.get("groups", 1))
    length = layer.get("hadamard", 1)
    if length == 1:
        return sums
    return transformed(sums.double(), length).long()


def run_layer(layer, x):
    """Output codes, and the share of open gates or None."""
    full = run_sums(layer, x)
    bias, scale, share = spread(layer["bias"]), [spread(v) for v in layer["scale"]], None
    if layer["gate"]:
        base = run_base(layer, x)
        gate = run_gate(BLOCK if layer["gate"] == "block" else 1, layer["tau"], base)
        base = base * PLANE if layer["planes"] else base
        share = gate.double().mean().item()
        full = torch.where(gate, full, base)
        bias = torch.where(gate, bias, spread(layer["closed_bias"]))
        scale = [torch.where(gate, a, spread(b)) for a, b in zip(scale, layer["closed_scale"])]
    y = requantise(full, bias, scale, layer["low"], layer["high"])
    if layer["pooled"]:
        y = F.max_pool2d(y.float(), 2).long()
    if layer.get("shuffle", 1) > 1:
        y = shuffled(y, layer["shuffle"])
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
