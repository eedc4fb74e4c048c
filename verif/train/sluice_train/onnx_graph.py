# SPDX-License-Identifier: Apache-2.0
"""An ONNX graph while it is written, and gated convolutions in ONNX's own operators, opset 13.

Codes are written as UINT8, and so are signed weights, with a zero point: onnxruntime has QLinearConv with one type
for input and output only, and ConvInteger, in most versions, of UINT8 by UINT8 only.

Scales are written so that a reader gets the 20-bit multipliers back exactly: the stored float32 scale over the output
scale is m / 2^s to within 2^-23, a quarter of half a step of m.
"""
import numpy
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from .arithmetic import diagonal, real

SIGNED = 128    # zero point of weights


class Graph:
    def __init__(self):
        self.nodes, self.constants = [], {}

    def constant(self, name, value, kind):
        """An initialiser; the same name may be asked for twice."""
        self.constants[name] = numpy_helper.from_array(numpy.asarray(value, kind, order="C"), name)
        return name

    def node(self, op, name, inputs, **attributes):
        """A node with one output, which has the node's name."""
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        return name

    def weights(self, name, w):
        """Signed weights as UINT8."""
        return self.constant(name, w.astype(numpy.int16) + SIGNED, numpy.uint8)

    def zero(self, value=0):
        """A zero point."""
        return self.constant(f"zero_point_{value}", value, numpy.uint8)

    def model(self, title, inputs, outputs):
        graph = helper.make_graph(self.nodes, title, inputs, outputs, list(self.constants.values()))
        model = helper.make_model(graph, producer_name="sluice", opset_imports=[helper.make_opsetid("", 13)])
        model.ir_version = 8
        model = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
        onnx.checker.check_model(model)
        return model


def channels(v):
    return numpy.asarray(v).reshape(1, -1, 1, 1)


def attributes(step, groups=1):
    """Of a convolution."""
    (ph, pw), kernel = step["padding"], step["weight"].shape[2:]
    return {"kernel_shape": list(kernel), "pads": [ph, pw, ph, pw], "strides": list(step["stride"]),
            "dilations": list(step["dilation"]), "group": groups}


def split(step):
    """The base as a weight and its groups, and the rest: the dense weight with zeros where the base is."""
    weight, parts = step["weight"], step["gate"]["partitions"]
    rest, out, inp = weight.copy(), weight.shape[0] // parts, weight.shape[1] // parts
    if not step["gate"]["channel_groups"]:
        base = numpy.zeros_like(weight)
        base[:, :inp], rest[:, :inp] = weight[:, :inp], 0
        return base, 1, rest
    for k in range(parts):
        rest[k * out:(k + 1) * out, k * inp:(k + 1) * inp] = 0
    return diagonal(torch.from_numpy(weight), parts).numpy(), parts, rest


def block_gate(g, name, gate, count, block, size):
    """A block is open if any of its channels is: maximum over the block, given back to every channel."""
    parts = g.constant(name + "/block_shape", [1, count // block, block, *size], numpy.int64)
    flat = g.constant(name + "/flat_shape", [1, count, *size], numpy.int64)
    gate = g.node("Cast", name + "/gate_int", [gate], to=TensorProto.INT32)
    gate = g.node("Reshape", name + "/gate_blocks", [gate, parts])
    gate = g.node("ReduceMax", name + "/gate_any", [gate], axes=[2], keepdims=1)
    gate = g.node("Expand", name + "/gate_expand", [gate, parts])
    gate = g.node("Reshape", name + "/gate_flat", [gate, flat])
    return g.node("Cast", name + "/gate", [gate], to=TensorProto.BOOL)


def compared(g, step, base, size):
    name, block = step["name"], step["gate"]["block"]
    tau = g.constant(name + "/tau", channels(step["tau"]), numpy.int32)
    gate = g.node("Greater", name + ("/above" if block > 1 else "/gate"), [base, tau])
    return block_gate(g, name, gate, len(step["tau"]), block, size) if block > 1 else gate


def masked(g, name, gate, cond):
    return g.node("Where", name + "/masked", [gate, cond, g.constant("zero_int32", 0, numpy.int32)])


def channel_gated(g, step, x, zero, size):
    """Gate and sum of a layer whose base is some of the channels."""
    name = step["name"]
    base_w, groups, rest_w = split(step)
    base = g.node("ConvInteger", name + "/base", [x, g.weights(name + "/w_base", base_w), zero, g.zero(SIGNED)],
                  **attributes(step, groups))
    gate = compared(g, step, base, size)
    cond = g.node("ConvInteger", name + "/cond", [x, g.weights(name + "/w_cond", rest_w), zero, g.zero(SIGNED)],
                  **attributes(step))
    return gate, g.node("Add", name + "/sum", [base, masked(g, name, gate, cond)])


def precision_gated(g, step, x, size):
    """Gate and sum of a layer whose base is the upper plane of its input, which is unsigned."""
    name, plane = step["name"], step["gate"]["plane"]
    w, bits = g.weights(name + "/w", step["weight"]), plane.bit_length() - 1
    right = g.constant(f"plane_bits_{bits}", bits, numpy.uint8)
    off = g.constant(f"plane_bits_{8 - bits}", 8 - bits, numpy.uint8)
    upper = g.node("BitShift", name + "/upper", [x, right], direction="RIGHT")
    left = g.node("BitShift", name + "/left", [x, off], direction="LEFT")
    lower = g.node("BitShift", name + "/lower", [left, off], direction="RIGHT")
    base = g.node("ConvInteger", name + "/base", [upper, w, g.zero(), g.zero(SIGNED)], **attributes(step))
    gate = compared(g, step, base, size)
    cond = g.node("ConvInteger", name + "/cond", [lower, w, g.zero(), g.zero(SIGNED)], **attributes(step))
    shifted = g.node("Mul", name + "/shifted", [base, g.constant(f"plane_{plane}", plane, numpy.int32)])
    return gate, g.node("Add", name + "/sum", [shifted, masked(g, name, gate, cond)])


def gated(g, step, x, zero, size, out_step, out_zero):
    """A gated convolution from codes to codes; `size` is (height, width) of the output."""
    name = step["name"]
    if step["gate"]["plane"]:
        gate, total = precision_gated(g, step, x, size)
    else:
        gate, total = channel_gated(g, step, x, zero, size)
    bias = g.node("Where", name + "/bias", [
        gate, g.constant(name + "/bias_open", channels(step["bias"]), numpy.int32),
        g.constant(name + "/bias_closed", channels(step["closed_bias"]), numpy.int32)])
    biased = g.node("Add", name + "/biased", [total, bias])
    as_float = g.node("Cast", name + "/float", [biased], to=TensorProto.FLOAT)
    scale = g.node("Where", name + "/scale", [
        gate, g.constant(name + "/scale_open", channels(real(step["scale"]) * out_step), numpy.float32),
        g.constant(name + "/scale_closed", channels(real(step["closed_scale"]) * out_step), numpy.float32)])
    scaled = g.node("Mul", name + "/scaled", [as_float, scale])
    return g.node("QuantizeLinear", name + "/quantize", [
        scaled, g.constant(name + "/y_scale", out_step, numpy.float32), out_zero])
