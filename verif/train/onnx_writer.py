# SPDX-License-Identifier: Apache-2.0
"""Writes a folded network (integer.py) as ONNX with standard operators only, opset 13.

Input and output are real numbers: the first node makes codes of an image of 0 to 1, the last one numbers of the
result. All codes between are uint8, as those of the emulation. The last layer's, which are signed, and the weights
are written as uint8 with zero point 128. For onnxruntime has QLinearConv with one type for input and output only,
and ConvInteger, in most versions, of uint8 by uint8 only.

Scales are written so that a reader gets the emulation's 20-bit multipliers back exactly: the stored float32
scale over the output scale is m / 2^s to within 2^-23, a quarter of half a step of m. The names of nodes and
initialisers are listed in ../networks/README.md.
"""
import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

import mixing
from model import BLOCK, PARTITIONS, PLANE, diagonal

import torch

SIGNED = 128    # zero point of signed codes and of weights
SUM_SCALE = 2.0 ** -7   # of weights whose sums are transformed; what it should be is in the scales behind


class Graph:
    def __init__(self):
        self.nodes, self.constants, self.shapes = [], {}, []

    def constant(self, name, value, kind):
        """An initialiser; the same name may be asked for twice."""
        self.constants[name] = numpy_helper.from_array(numpy.asarray(value, kind, order="C"), name)
        return name

    def node(self, op, name, inputs, **attributes):
        """A node with one output, which has the node's name."""
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        return name

    def weights(self, name, w):
        """Signed weights as uint8."""
        return self.constant(name, w.astype(numpy.int16) + SIGNED, numpy.uint8)

    def zero(self, low=0):
        """Zero point of a map whose lowest code is `low` in the emulation."""
        return self.constant(f"zero_point_{-low}", -low, numpy.uint8)


def window(kernel, groups=1):
    pad = kernel // 2
    return {"kernel_shape": [kernel, kernel], "pads": [pad] * 4, "strides": [1, 1], "dilations": [1, 1],
            "group": groups}


def channels(v):
    return numpy.asarray(v).reshape(1, -1, 1, 1)


def real(scale):
    m, s = scale
    return m.astype(numpy.float64) / 2.0 ** s


def clip(g, layer, y):
    """4-bit codes: the uint8 result is clamped to 15."""
    if layer["high"] in (255, 127):
        return y
    limits = [g.constant("clip_min", 0, numpy.uint8), g.constant(f"clip_max_{layer['high']}", layer["high"],
                                                                 numpy.uint8)]
    return g.node("Clip", layer["name"] + "/clip", [y] + limits)


def plain(g, layer, x, x_scale):
    name, weight = layer["name"], layer["weight"]
    scale = real(layer["scale"]) * layer["step"] / x_scale
    y = g.node("QLinearConv", name + "/conv", [
        x, g.constant(name + "/x_scale", x_scale, numpy.float32), g.zero(),
        g.weights(name + "/w", weight), g.constant(name + "/w_scale", scale, numpy.float32),
        g.constant(name + "/w_zero_point", numpy.full(len(weight), SIGNED), numpy.uint8),
        g.constant(name + "/y_scale", layer["step"], numpy.float32), g.zero(layer["low"]),
        g.constant(name + "/bias", layer["bias"], numpy.int32)], **window(weight.shape[-1], layer.get("groups", 1)))
    return clip(g, layer, y)


def dequantised(g, name, codes, scale, zero):
    return g.node("DequantizeLinear", name, [codes, g.constant(name + "_scale", scale, numpy.float32), zero],
                  **({"axis": 0} if numpy.ndim(scale) else {}))


def transformed(g, layer, x, x_scale):
    """A convolution and, with nothing quantised between, one of a Hadamard matrix, which has bias and scales."""
    name, weight, length = layer["name"], layer["weight"], layer["hadamard"]
    count = len(weight)
    scale = real(layer["scale"]) * layer["step"] / (x_scale * SUM_SCALE)
    matrix = numpy.tile(mixing.hadamard(length).numpy(), (count // length, 1)).reshape(count, length, 1, 1)
    real_x = dequantised(g, name + "/x", x, x_scale, g.zero())
    w = dequantised(g, name + "/w_real", g.weights(name + "/w", weight), SUM_SCALE, g.zero(-SIGNED))
    sums = g.node("Conv", name + "/conv", [real_x, w], **window(weight.shape[-1], layer["groups"]))
    h = dequantised(g, name + "/h_real", g.weights(name + "/h", matrix), scale,
                    g.constant(name + "/h_zero_point", numpy.full(count, SIGNED), numpy.uint8))
    bias = g.constant(name + "/bias", layer["bias"] * (x_scale * SUM_SCALE) * scale, numpy.float32)
    y = g.node("Conv", name + "/hadamard", [sums, h, bias], **window(1, count // length))
    return g.node("QuantizeLinear", name + "/quantize", [
        y, g.constant(name + "/y_scale", layer["step"], numpy.float32), g.zero()])


def shuffled(g, layer, x, size):
    name, count, groups = layer["name"], len(layer["weight"]), layer["shuffle"]
    parts = g.constant(name + "/parts_shape", [1, groups, count // groups, size, size], numpy.int64)
    flat = g.constant(name + "/flat_shape", [1, count, size, size], numpy.int64)
    x = g.node("Reshape", name + "/parts", [x, parts])
    x = g.node("Transpose", name + "/transpose", [x], perm=[0, 2, 1, 3, 4])
    return g.node("Reshape", name + "/flat", [x, flat])


def split(weight):
    """The base as a grouped weight, and the rest: the dense weight with zeros where the base is."""
    base = diagonal(torch.from_numpy(weight)).numpy()
    rest, out, inp = weight.copy(), weight.shape[0] // PARTITIONS, weight.shape[1] // PARTITIONS
    for k in range(PARTITIONS):
        rest[k * out:(k + 1) * out, k * inp:(k + 1) * inp] = 0
    return base, rest


def block_gate(g, name, gate, count, size):
    """A block is open if any of its channels is: maximum over the block, given back to every channel."""
    parts = g.constant(name + "/block_shape", [1, count // BLOCK, BLOCK, size, size], numpy.int64)
    flat = g.constant(name + "/flat_shape", [1, count, size, size], numpy.int64)
    gate = g.node("Cast", name + "/gate_int", [gate], to=TensorProto.INT32)
    gate = g.node("Reshape", name + "/gate_blocks", [gate, parts])
    gate = g.node("ReduceMax", name + "/gate_any", [gate], axes=[2], keepdims=1)
    gate = g.node("Expand", name + "/gate_expand", [gate, parts])
    gate = g.node("Reshape", name + "/gate_flat", [gate, flat])
    return g.node("Cast", name + "/gate", [gate], to=TensorProto.BOOL)


def block_or_output_gate(g, layer, base, size):
    name = layer["name"]
    tau = g.constant(name + "/tau", channels(layer["tau"]), numpy.int32)
    blocks = layer["gate"] == "block"
    gate = g.node("Greater", name + ("/above" if blocks else "/gate"), [base, tau])
    return block_gate(g, name, gate, len(layer["tau"]), size) if blocks else gate


def masked(g, name, gate, cond):
    return g.node("Where", name + "/masked", [gate, cond, g.constant("zero_int32", 0, numpy.int32)])


def channel_gated(g, layer, x, size):
    """Gate and sum of a layer whose base is some of the channels."""
    name = layer["name"]
    base_w, cond_w = split(layer["weight"])
    kernel = base_w.shape[-1]
    base = g.node("ConvInteger", name + "/base", [x, g.weights(name + "/w_base", base_w), g.zero(),
                                                  g.zero(-SIGNED)], **window(kernel, PARTITIONS))
    gate = block_or_output_gate(g, layer, base, size)
    cond = g.node("ConvInteger", name + "/cond", [x, g.weights(name + "/w_cond", cond_w), g.zero(),
                                                  g.zero(-SIGNED)], **window(kernel))
    return gate, g.node("Add", name + "/sum", [base, masked(g, name, gate, cond)])


def precision_gated(g, layer, x, size):
    """Gate and sum of a layer whose base is the upper plane of its input."""
    name, w = layer["name"], g.weights(layer["name"] + "/w", layer["weight"])
    four = g.constant("plane_bits", 4, numpy.uint8)
    upper = g.node("BitShift", name + "/upper", [x, four], direction="RIGHT")
    left = g.node("BitShift", name + "/left", [x, four], direction="LEFT")
    lower = g.node("BitShift", name + "/lower", [left, four], direction="RIGHT")
    kernel = window(layer["weight"].shape[-1])
    base = g.node("ConvInteger", name + "/base", [upper, w, g.zero(), g.zero(-SIGNED)], **kernel)
    gate = block_or_output_gate(g, layer, base, size)
    cond = g.node("ConvInteger", name + "/cond", [lower, w, g.zero(), g.zero(-SIGNED)], **kernel)
    shifted = g.node("Mul", name + "/shifted", [base, g.constant("plane", PLANE, numpy.int32)])
    return gate, g.node("Add", name + "/sum", [shifted, masked(g, name, gate, cond)])


def gated(g, layer, x, size):
    name, step = layer["name"], layer["step"]
    make = precision_gated if layer["planes"] else channel_gated
    gate, total = make(g, layer, x, size)
    bias = g.node("Where", name + "/bias", [
        gate, g.constant(name + "/bias_open", channels(layer["bias"]), numpy.int32),
        g.constant(name + "/bias_closed", channels(layer["closed_bias"]), numpy.int32)])
    biased = g.node("Add", name + "/biased", [total, bias])
    as_float = g.node("Cast", name + "/float", [biased], to=TensorProto.FLOAT)
    scale = g.node("Where", name + "/scale", [
        gate, g.constant(name + "/scale_open", channels(real(layer["scale"]) * step), numpy.float32),
        g.constant(name + "/scale_closed", channels(real(layer["closed_scale"]) * step), numpy.float32)])
    scaled = g.node("Mul", name + "/scaled", [as_float, scale])
    y = g.node("QuantizeLinear", name + "/quantize", [
        scaled, g.constant(name + "/y_scale", step, numpy.float32), g.zero()])
    return clip(g, layer, y)


def convolution(g, layer, x, x_scale, size):
    if layer["gate"]:
        return gated(g, layer, x, size)
    return transformed(g, layer, x, x_scale) if "hadamard" in layer else plain(g, layer, x, x_scale)


def pool_and_head(g, network, x, x_scale):
    average, head = network["average"], network["head"]
    x = g.node("DequantizeLinear", "average/dequantize", [
        x, g.constant("average/x_scale", x_scale, numpy.float32), g.zero()])
    x = g.node("GlobalAveragePool", "average/pool", [x])
    x = g.node("QuantizeLinear", "average/quantize", [
        x, g.constant("average/y_scale", average["step"], numpy.float32), g.zero()])
    x = plain(g, head, x, average["step"])
    x = g.node("Flatten", "flatten", [x], axis=1)
    g.nodes.append(helper.make_node("DequantizeLinear", [x, "head/y_scale", g.zero(head["low"])], ["logits"],
                                    name="dequantize"))


def write(network, path, title):
    g, x_scale, size = Graph(), float(numpy.float32(1 / 255)), 28
    x = g.node("QuantizeLinear", "image/quantize", [
        "image", g.constant("image/scale", x_scale, numpy.float32), g.zero()])
    for layer in network["layers"]:
        x = convolution(g, layer, x, x_scale, size)
        x_scale = layer["step"]
        if layer["pooled"]:
            x, size = g.node("MaxPool", layer["name"] + "/pool", [x], kernel_shape=[2, 2], strides=[2, 2]), size // 2
        if layer.get("shuffle", 1) > 1:
            x = shuffled(g, layer, x, size)
    pool_and_head(g, network, x, x_scale)
    graph = helper.make_graph(
        g.nodes, title,
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 1, 28, 28])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, len(network["head"]["weight"])])],
        list(g.constants.values()))
    model = helper.make_model(graph, producer_name="sluice", opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    model = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
    onnx.checker.check_model(model)
    onnx.save(model, path)
