# SPDX-License-Identifier: Apache-2.0
"""Writes an integer network as ONNX with standard operators only."""
import os

import numpy
import onnx
import torch
from onnx import TensorProto, helper

from .arithmetic import real
from .integer import run
from .onnx_graph import SIGNED, Graph, attributes, gated
from .techniques import hadamard_matrix

SUM_SCALE = 2.0 ** -7   # of weights whose sums are transformed; what it should be is in the scales behind


class Writer:
    def __init__(self, network, shape, real_input):
        """`shape`: of an image, (channels, height, width)."""
        self.network, self.graph, self.names = network, Graph(), {}
        values, _ = run(network, torch.zeros(1, *shape))
        self.sizes = {name: tuple(value.shape) for name, value in values.items()}
        self.shape, self.real_input = shape, real_input

    def model(self, title):
        first = self.network.input
        kind = TensorProto.FLOAT if self.real_input else TensorProto.UINT8
        self.names[first] = "image"
        if self.real_input:
            self.names[first] = self.graph.node("QuantizeLinear", "image/quantize", ["image", *self.scale(first)])
        for step in self.network.steps:
            self.names[step["output"]] = getattr(self, step["op"])(step)
        last = self.network.output
        inputs = [self.names[last], *self.scale(last)]
        self.graph.nodes.append(helper.make_node("DequantizeLinear", inputs, ["result"], name="dequantize"))
        return self.graph.model(
            title, [helper.make_tensor_value_info("image", kind, [1, *self.shape])],
            [helper.make_tensor_value_info("result", TensorProto.FLOAT, list(self.sizes[last]))])

    # ---- parts of steps ----

    def scale(self, name):
        """Scale and zero point of a map."""
        into = self.network.maps[name]
        return self.graph.constant(f"{name}/step", into.step, numpy.float32), self.graph.zero(into.zero)

    def source(self, step, k=0):
        """The tensor of an input's codes."""
        return self.names[step["inputs"][k]]

    def dequantised(self, step, k=0):
        name = step["inputs"][k]
        return self.graph.node("DequantizeLinear", f"{step['name']}/real_{k}", [self.names[name], *self.scale(name)])

    def quantised(self, step, x):
        """A real tensor as codes of the step's output."""
        if step["relu"]:
            x = self.graph.node("Relu", f"{step['name']}/relu", [x])
        x = self.graph.node("QuantizeLinear", f"{step['name']}/quantize", [x, *self.scale(step["output"])])
        return self.clipped(step, x, relu=False)

    def clipped(self, step, x, relu):
        """Codes of fewer than 8 bits, and ReLUs of signed codes."""
        out = self.network.maps[step["output"]]
        low, high = (out.zero if relu else 0), out.high + out.zero
        if (low, high) == (0, 255):
            return x
        limits = [self.graph.constant(f"clip_{v}", v, numpy.uint8) for v in (low, high)]
        return self.graph.node("Clip", f"{step['name']}/clip", [x, *limits])

    # ---- steps ----

    def conv(self, step):
        g, name = self.graph, step["name"]
        source, out = self.network.maps[step["inputs"][0]], self.network.maps[step["output"]]
        if step["flat"]:
            return self.dense(step, source, out)
        if step["hadamard"] > 1:
            return self.transformed(step, source, out)
        x = self.source(step)
        if step["gate"]:
            y = gated(g, step, x, g.zero(source.zero), self.sizes[step["output"]][2:], out.step, g.zero(out.zero))
        else:
            scale = real(step["scale"]) * out.step / source.step
            y = g.node("QLinearConv", f"{name}/conv", [
                x, *self.scale(step["inputs"][0]), g.weights(f"{name}/w", step["weight"]),
                g.constant(f"{name}/w_scale", scale, numpy.float32),
                g.constant(f"{name}/w_zero_point", numpy.full(len(scale), SIGNED), numpy.uint8),
                *self.scale(step["output"]), g.constant(f"{name}/bias", step["bias"], numpy.int32)],
                **attributes(step, step["groups"]))
        return self.clipped(step, y, step["relu"])

    def transformed(self, step, source, out):
        """A convolution and, with nothing quantised between, one of a Hadamard matrix, which has bias and scales."""
        g, name, k, count = self.graph, step["name"], step["hadamard"], len(step["weight"])
        scale = real(step["scale"]) * out.step / (source.step * SUM_SCALE)
        matrix = numpy.tile(hadamard_matrix(k).numpy(), (count // k, 1)).reshape(count, k, 1, 1)
        w = g.node("DequantizeLinear", f"{name}/w_real", [
            g.weights(f"{name}/w", step["weight"]), g.constant(f"{name}/w_scale", SUM_SCALE, numpy.float32),
            g.zero(SIGNED)])
        sums = g.node("Conv", f"{name}/conv", [self.dequantised(step), w], **attributes(step, step["groups"]))
        h = g.node("DequantizeLinear", f"{name}/h_real", [
            g.weights(f"{name}/h", matrix), g.constant(f"{name}/h_scale", scale, numpy.float32),
            g.constant(f"{name}/h_zero_point", numpy.full(count, SIGNED), numpy.uint8)], axis=0)
        bias = g.constant(f"{name}/bias", step["bias"] * (source.step * SUM_SCALE) * scale, numpy.float32)
        y = g.node("Conv", f"{name}/hadamard", [sums, h, bias], kernel_shape=[1, 1], group=count // k)
        return self.quantised(step, y)

    def dense(self, step, source, out):
        """Of values without positions: real numbers between, which a reader takes as integers."""
        g, name, weight = self.graph, step["name"], step["weight"][:, :, 0, 0]
        scale = real(step["scale"]) * out.step / source.step
        w = g.node("DequantizeLinear", f"{name}/w_real", [
            g.weights(f"{name}/w", weight), g.constant(f"{name}/w_scale", scale, numpy.float32),
            g.constant(f"{name}/w_zero_point", numpy.full(len(scale), SIGNED), numpy.uint8)], axis=0)
        bias = g.constant(f"{name}/bias", step["bias"] * scale * source.step, numpy.float32)
        return self.quantised(step, g.node("Gemm", f"{name}/gemm", [self.dequantised(step), w, bias], transB=1))

    def add(self, step):
        a, b = self.dequantised(step, 0), self.dequantised(step, 1)
        return self.quantised(step, self.graph.node("Add", f"{step['name']}/add", [a, b]))

    def relu(self, step):
        return self.quantised(step, self.dequantised(step))

    def average(self, step):
        g, name, x = self.graph, step["name"], self.dequantised(step)
        if step["window"]:
            x = g.node("AveragePool", f"{name}/pool", [x], kernel_shape=list(step["window"]),
                       strides=list(step["stride"]))
        else:
            x = g.node("GlobalAveragePool", f"{name}/pool", [x])
        x = self.quantised(step, x)
        return g.node("Flatten", f"{name}/flatten", [x], axis=1) if step["flat"] else x

    def max_pool(self, step):
        ph, pw = step["padding"]
        return self.graph.node("MaxPool", f"{step['name']}/pool", [self.source(step)], strides=list(step["stride"]),
                               kernel_shape=list(step["kernel"]), pads=[ph, pw, ph, pw])

    def concat(self, step):
        return self.graph.node("Concat", f"{step['name']}/concat", [self.names[n] for n in step["inputs"]], axis=1)

    def flatten(self, step):
        return self.graph.node("Flatten", f"{step['name']}/flatten", [self.source(step)], axis=1)

    def shuffle(self, step):
        g, name, groups = self.graph, step["name"], step["groups"]
        n, c, h, w = self.sizes[step["output"]]
        parts = g.constant(f"{name}/parts_shape", [n, groups, c // groups, h, w], numpy.int64)
        flat = g.constant(f"{name}/flat_shape", [n, c, h, w], numpy.int64)
        x = g.node("Reshape", f"{name}/parts", [self.source(step), parts])
        x = g.node("Transpose", f"{name}/transpose", [x], perm=[0, 2, 1, 3, 4])
        return g.node("Reshape", f"{name}/flat", [x, flat])


def write(network, file, shape, title="network", real_input=False):
    """Aside, then renamed: a file that is there stays whole."""
    model = Writer(network, shape, real_input).model(title)
    aside = f"{file}.new"
    onnx.save(model, aside)
    os.replace(aside, file)
