# SPDX-License-Identifier: Apache-2.0
"""A model as integers: a list of steps, each a dictionary of numpy arrays, and what the hardware computes of it.

Each map has a name and a `Map`: its codes are `low` to `high`, a code stands for the real number code * step.
"""
from dataclasses import dataclass

import numpy
import torch
import torch.nn.functional as F

from .arithmetic import best_weight, diagonal, exact_conv, multiplier, requantise, spread
from .graphs import (ADD, AVERAGE_POOL, CONCAT, FLATTEN, GLOBAL_AVERAGE, MAX_POOL, NOTHING, RELU, RELU6, SHUFFLE,
                     graph_of, kind_of, module_of, operands)
from .layers import Convolution, positive
from .quantisers import Quantiser
from .techniques import shuffled, transformed


@dataclass
class Map:
    step: float
    low: int
    high: int
    bits: int = 8

    @property
    def zero(self):
        """What stands for the code 0 if the lowest code is written as 0."""
        return -self.low


@dataclass
class Network:
    steps: list         # dictionaries: op, name, inputs (names), output (name), relu, and what the op needs
    maps: dict          # name -> Map
    input: str
    output: str


# ---- folding ---------------------------------------------------------------------------------------------

def pair(v):
    return (v, v) if isinstance(v, int) else tuple(v)


LARGEST_SCALE = 64   # output codes for one of a sum: beyond, a channel's sums do not vary but for noise


def fold_norm(norm, gamma, beta, product, step):
    """Batch normalisation, scale and output step as bias and multiplier on integer sums, of which one stands for
    `product`, [O]. A channel whose sums were constant while training gives its beta, with noise as it comes."""
    deviation = torch.sqrt(norm.running_var.double() + norm.eps)
    scale = positive(gamma).double() / deviation * product / step
    scale = torch.where(scale > LARGEST_SCALE, torch.ones_like(scale), scale).clamp(min=2.0 ** -27)
    bias = torch.round(beta.double() / (step * scale) - norm.running_mean.double() / product)
    return limited(bias), multiplier(scale.numpy())


def limited(bias):
    """A bias beyond what accumulators hold saturates the output either way."""
    return bias.clamp(-2 ** 26, 2 ** 26).long().numpy()


def fold_convolution(layer, out):
    """What a step has of a Convolution whose output is a Map."""
    w, w_step = layer.codes()
    product, step = w_step.double() * layer.source.step.double(), float(out.step)
    part = {"weight": w.round().detach().numpy().astype(numpy.int8), "groups": layer.groups, "gate": None,
            "flat": layer.flat, "hadamard": layer.transform.k if layer.transform is not None else 1,
            **{name: pair(v) for name, v in layer.window.items()}}
    if layer.norm is None:
        part["bias"] = limited(torch.round(layer.bias.double() / product))
        part["scale"] = multiplier((product / step).numpy())
    else:
        part["bias"], part["scale"] = fold_norm(layer.norm, layer.gamma, layer.beta, product, step)
    if layer.gate is not None:
        part.update(fold_gate(layer, product, step))
    return part


def fold_gate(layer, product, step):
    gate, spec = layer.gate, layer.gate.spec
    bias, scale = fold_norm(gate.norm, gate.gamma, gate.beta, product, step)
    edge = gate.thresholds().double() * torch.sqrt(gate.norm.running_var.double() + gate.norm.eps)
    # base > edge and base > floor(edge) are the same for an integer base. Of planes the comparison sees the upper
    # halves, the norm saw them times the plane.
    plane = layer.plane() if spec.planes else 1
    tau = torch.floor((edge + gate.norm.running_mean.double()) / product / plane)
    return {"gate": {"block": spec.block, "partitions": spec.partitions, "channel_groups": spec.groups,
                     "plane": plane if spec.planes else 0},
            "closed_bias": bias, "closed_scale": scale, "tau": limited(tau)}


class Folder:
    """Walks the graph of a quantised model in evaluation mode."""

    def __init__(self, model):
        self.model, self.values, self.maps, self.steps = model, {}, {}, []

    def fold(self):
        graph = graph_of(self.model)
        names = {node: str(node) for node in graph.nodes}
        first, result = None, None
        for node in graph.nodes:
            kind = kind_of(self.model, node)
            if node.op == "output":
                result = self.values[operands(node)[0]]
            elif node.op == "placeholder":
                self.values[node] = None
            elif kind is Quantiser:
                name = self.quantise(node, names)
                first = first or name
            else:
                self.values[node] = self.step_of(node, kind)
        return Network(self.steps, self.maps, first, result)

    def quantise(self, node, names):
        """Ends the step in front, whose result the quantiser takes."""
        source, quantiser = operands(node)[0], module_of(self.model, node)
        name = self.values[node] = names[source]
        out = self.maps[name] = Map(float(quantiser.step), quantiser.low, quantiser.high, quantiser.bits)
        if not out.step > 0:
            raise ValueError(f"{source}: nothing has been quantised yet; train the model, or settle it on data")
        step = self.values[source]
        if step is None:
            return name
        step.update(name=name, output=name)
        if "layer" in step:
            step["name"] = step.pop("target")
            step.update(fold_convolution(step.pop("layer"), out))
        elif step["op"] == "average":
            step.update(self.average_scale(step, out))
        elif step["op"] == "relu":
            step["scale"] = multiplier(self.maps[step["inputs"][0]].step / out.step)
        self.steps.append(step)
        return name

    def average_scale(self, step, out):
        count = step["window"][0] * step["window"][1] if step["window"] else 0   # 0: all positions, known later
        return {"ratio": self.maps[step["inputs"][0]].step / out.step, "count": count}

    def step_of(self, node, kind):
        """A step that a quantiser ends, or the name of codes that are handed on."""
        inputs = [self.values[operand] for operand in operands(node)]
        if kind in RELU | RELU6:
            if isinstance(inputs[0], dict):
                return {**inputs[0], "relu": True}
            return {"op": "relu", "inputs": inputs, "relu": True}
        if kind is Convolution:
            layer = module_of(self.model, node)
            return {"op": "conv", "inputs": inputs, "relu": False, "layer": layer, "target": node.target}
        if kind in ADD:
            return {"op": "add", "inputs": inputs if len(inputs) == 2 else inputs * 2, "relu": False}
        if kind in AVERAGE_POOL | GLOBAL_AVERAGE:
            return {"op": "average", "inputs": inputs, "relu": False, **self.average(node, kind)}
        return self.handed_on(node, kind, inputs)

    def average(self, node, kind):
        if kind in AVERAGE_POOL:
            window = pool_window(self.model, node)
            if any(window["padding"]):
                raise ValueError(f"{node}: average pools with padding are not exported")
            return {"window": window["kernel"], "stride": window["stride"], "flat": False}
        check_global(self.model, node, kind)
        keeps = module_of(self.model, node) is not None or node.kwargs.get("keepdim", False)
        return {"window": None, "flat": not (keeps or kind is F.adaptive_avg_pool2d)}

    def handed_on(self, node, kind, inputs):
        if kind in NOTHING:
            return inputs[0]
        name = str(node)
        step = {"name": name, "output": name, "inputs": inputs, "relu": False}
        if kind in MAX_POOL:
            step.update(op="max_pool", **pool_window(self.model, node))
        elif kind in CONCAT:
            step.update(op="concat")
        elif kind in SHUFFLE:
            step.update(op="shuffle", groups=module_of(self.model, node).groups)
        elif kind in FLATTEN:
            step.update(op="flatten")
        else:
            raise ValueError(f"{node}: the accelerator has no {getattr(kind, '__name__', kind)}")
        self.maps[name] = self.maps[inputs[0]]
        self.steps.append(step)
        return name


def pool_window(model, node):
    """Kernel, stride and padding of a pool, a module's or a function's."""
    module = module_of(model, node)
    given = vars(module) if module is not None else dict(zip(("kernel_size", "stride", "padding"), node.args[1:]),
                                                          **node.kwargs)
    kernel = pair(given["kernel_size"])
    if given.get("ceil_mode", False) or pair(given.get("dilation", 1)) != (1, 1):
        raise ValueError(f"{node}: pools with ceil_mode or dilation are not exported")
    return {"kernel": kernel, "stride": pair(given.get("stride") or kernel), "padding": pair(given.get("padding", 0))}


def check_global(model, node, kind):
    """Only averages over all positions."""
    if kind in ("mean", torch.mean):
        axes = node.kwargs.get("dim", node.args[1] if len(node.args) > 1 else None)
        good = sorted(a % 4 for a in axes) == [2, 3] if isinstance(axes, (tuple, list)) else False
    else:
        module = module_of(model, node)
        size = module.output_size if module is not None else node.args[1]
        good = pair(size) == (1, 1)
    if not good:
        raise ValueError(f"{node}: only averages over all positions are exported")


def fold(model):
    """The integer network of a quantised model."""
    model.eval()
    with torch.no_grad():
        return Folder(model).fold()


# ---- emulation -------------------------------------------------------------------------------------------

def run_gate(block, tau, base):
    """True where open, [N, C, H, W]."""
    is_open = base > spread(tau)
    if block > 1:
        n, c, h, w = is_open.shape
        is_open = is_open.view(n, c // block, block, h, w).any(2, keepdim=True).expand(n, c // block, block, h, w)
        is_open = is_open.reshape(n, c, h, w)
    return is_open


def run_base(gate, x, weight, window):
    if gate["plane"]:
        return exact_conv(x.div(gate["plane"], rounding_mode="floor"), weight, **window)
    if gate["channel_groups"]:
        return exact_conv(x, diagonal(torch.from_numpy(weight), gate["partitions"]).numpy(),
                          groups=gate["partitions"], **window)
    first = x.shape[1] // gate["partitions"]
    return exact_conv(x[:, :first], numpy.ascontiguousarray(weight[:, :first]), **window)


def run_convolution(step, x, out):
    """Codes, and the open gates or None."""
    window = {name: step[name] for name in ("stride", "padding", "dilation")}
    x = x[:, :, None, None] if step["flat"] else x
    sums, is_open = exact_conv(x, step["weight"], groups=step["groups"], **window), None
    if step["hadamard"] > 1:
        sums = transformed(sums.double(), step["hadamard"]).long()
    bias, scale = spread(step["bias"]), [spread(v) for v in step["scale"]]
    if step["gate"]:
        base = run_base(step["gate"], x, step["weight"], window)
        is_open = run_gate(step["gate"]["block"], step["tau"], base)
        sums = torch.where(is_open, sums, base * max(step["gate"]["plane"], 1))
        bias = torch.where(is_open, bias, spread(step["closed_bias"]))
        scale = [torch.where(is_open, a, spread(b)) for a, b in zip(scale, step["closed_scale"])]
    y = requantise(sums, bias, scale, lowest(step, out), out.high)
    return (y.flatten(1) if step["flat"] else y), is_open


def lowest(step, out):
    return max(out.low, 0) if step["relu"] else out.low


def run_average(step, x, out):
    if step["window"]:
        sums = F.avg_pool2d(x.double(), step["window"], step["stride"], divisor_override=1).long()
    else:
        sums = x.sum((2, 3), keepdim=True)
    count = step["count"] or x.shape[2] * x.shape[3]
    weight = best_weight(step["ratio"] / count)
    scale = [spread(v) for v in multiplier(step["ratio"] / count / weight)]
    y = requantise(weight * sums, 0, scale, lowest(step, out), out.high)
    return y.flatten(1) if step["flat"] else y


def run_add(step, values, maps, out):
    """Both factors are integers over one power of two, of which the larger one has 20 bits."""
    ratios = numpy.array([maps[name].step / out.step for name in step["inputs"]])
    _, shift = multiplier(ratios.max())
    factors = numpy.rint(numpy.ldexp(ratios, int(shift[0]))).astype(numpy.int64)
    a, b = [values[name] * int(factor) for name, factor in zip(step["inputs"], factors)]
    return requantise(a + b, 0, (1, int(shift[0])), lowest(step, out), out.high)


def run_step(network, step, values):
    """Codes of a step, and its open gates or None."""
    x, out = values[step["inputs"][0]], network.maps[step["output"]]
    op = step["op"]
    if op == "conv":
        return run_convolution(step, x, out)
    if op == "average":
        return run_average(step, x, out), None
    if op == "add":
        return run_add(step, values, network.maps, out), None
    if op == "max_pool":
        low = network.maps[step["inputs"][0]].low
        padding = step["padding"]
        x = F.pad(x, (padding[1], padding[1], padding[0], padding[0]), value=low) if any(padding) else x
        return F.max_pool2d(x.double(), step["kernel"], step["stride"]).long(), None
    if op == "relu":
        return requantise(x.clamp(min=0), 0, [spread(v) for v in step["scale"]], out.low, out.high), None
    if op == "concat":
        return torch.cat([values[name] for name in step["inputs"]], 1), None
    if op == "shuffle":
        return shuffled(x, step["groups"]), None
    return x.flatten(1), None


@torch.no_grad()
def run(network, x):
    """All maps of a batch of input codes [N, C, H, W], and the open gates of each gated step."""
    values, gates = {network.input: x.long()}, {}
    for step in network.steps:
        values[step["output"]], is_open = run_step(network, step, values)
        if is_open is not None:
            gates[step["name"]] = is_open
    return values, gates


def codes_of(network, x):
    """Input codes of real numbers."""
    into = network.maps[network.input]
    return torch.round(x.double() / into.step).clamp(into.low, into.high).long()
