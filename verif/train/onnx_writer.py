# SPDX-License-Identifier: Apache-2.0
"""Writes a folded network (integer.py) as ONNX with standard operators only, opset 13.

Input and output are real numbers: the first node makes codes of an image of 0 to 1, the last one numbers of the
result. All codes between are uint8, as those of the emulation. The last layer's, which are signed, and the weights
are written as uint8 with zero point 128; why, and how scales are written, sluice_train/onnx_graph.py tells. The names
of nodes and initialisers are listed in ../networks/README.md.
"""
import numpy
import onnx
from onnx import TensorProto, helper

from sluice_train.arithmetic import real
from sluice_train.onnx_graph import SIGNED, Graph, gated
from sluice_train.techniques import hadamard_matrix

from model import BLOCK, PARTITIONS, PLANE

SUM_SCALE = 2.0 ** -7   # of weights whose sums are transformed; what it should be is in the scales behind


def window(kernel, groups=1):
    pad = kernel // 2
    return {"kernel_shape": [kernel, kernel], "pads": [pad] * 4, "strides": [1, 1], "dilations": [1, 1],
            "group": groups}


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
        g.constant(name + "/y_scale", layer["step"], numpy.float32), g.zero(-layer["low"]),
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
    matrix = numpy.tile(hadamard_matrix(length).numpy(), (count // length, 1)).reshape(count, length, 1, 1)
    real_x = dequantised(g, name + "/x", x, x_scale, g.zero())
    w = dequantised(g, name + "/w_real", g.weights(name + "/w", weight), SUM_SCALE, g.zero(SIGNED))
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


def with_gate(g, layer, x, size):
    half = layer["weight"].shape[-1] // 2
    gate = {"block": BLOCK if layer["gate"] == "block" else 1, "partitions": PARTITIONS, "channel_groups": True,
            "plane": PLANE if layer["planes"] else 0}
    step = {**layer, "gate": gate, "padding": (half, half), "stride": (1, 1), "dilation": (1, 1)}
    return clip(g, layer, gated(g, step, x, g.zero(), (size, size), layer["step"], g.zero()))


def convolution(g, layer, x, x_scale, size):
    if layer["gate"]:
        return with_gate(g, layer, x, size)
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
    g.nodes.append(helper.make_node("DequantizeLinear", [x, "head/y_scale", g.zero(-head["low"])], ["logits"],
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
    model = g.model(title, [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 1, 28, 28])],
                    [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, len(network["head"]["weight"])])])
    onnx.save(model, path)
