#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Networks whose first, last or middle operators are left to the host: each is evaluated by `sluice accuracy` and by
onnxruntime on the same inputs.

    host_set.py SLUICE FOLDER       needs numpy, onnx and onnxruntime

Layers keep their inputs' codes, so that all numbers are those of the host; they may differ by 1e-5 of themselves.
Ends with 1 if a network is refused or differs by more.
"""
import os
import subprocess
import sys

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

RANDOM = numpy.random.default_rng(3)
TOLERANCE = 1e-5
IMAGES = 5


class Graph:
    """A network under construction: operators in front, a layer, operators behind."""

    def __init__(self, shape, kind=numpy.float32):
        self.shape, self.kind, self.nodes, self.constants = shape, kind, [], []

    def constant(self, values, dtype=numpy.float32):
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(numpy.asarray(values, dtype), name))
        return name

    def node(self, operator, *inputs, outputs=1, **attributes):
        name = f"{operator.lower()}{len(self.nodes)}"
        names = [f"{name}_{k}" for k in range(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, names, name=name, **attributes))
        return names[0] if outputs == 1 else names

    def normal(self, *shape):
        return self.constant(RANDOM.normal(size=shape))

    def ints(self, *values):
        return self.constant(values, numpy.int64)

    def layer(self, x, channels, scale=1 / 32, zero=120):
        """A layer that keeps the codes of its input; what it gives are real numbers."""
        parameters = [self.constant(scale), self.constant(zero, numpy.uint8)]
        x = self.node("DequantizeLinear", self.node("QuantizeLinear", x, *parameters), *parameters)
        one = numpy.eye(channels).reshape(channels, channels, 1, 1)
        weights = self.node("DequantizeLinear", self.constant(one, numpy.int8), self.constant(1.0))
        y = self.node("Conv", x, weights, kernel_shape=[1, 1])
        return self.node("DequantizeLinear", self.node("QuantizeLinear", y, *parameters), *parameters)

    def model(self, output, opset):
        kind = TensorProto.UINT8 if self.kind == numpy.uint8 else TensorProto.FLOAT
        graph = helper.make_graph(self.nodes, "net", [helper.make_tensor_value_info("input", kind, self.shape)],
                                  [helper.make_empty_tensor_value_info(output)], self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def tails():
    """Name and what stands behind a map of [1, 6, 4, 5]."""
    for operator in ("Abs", "Ceil", "Elu", "Erf", "Exp", "Floor", "HardSigmoid", "HardSwish", "LeakyRelu", "Mish",
                     "Neg", "Round", "Selu", "Sigmoid", "Sign", "Softplus", "Softsign", "Tanh"):
        yield operator, lambda g, x, o=operator: g.node(o, x)
    for operator in ("Celu", "Elu", "LeakyRelu", "Selu"):
        yield operator + " of alpha", lambda g, x, o=operator: g.node(o, x, alpha=0.5)
    for operator in ("Softmax", "LogSoftmax", "Hardmax"):
        for axis in (1, 2, -1):
            yield f"{operator} {axis}", lambda g, x, o=operator, a=axis: g.node(o, x, axis=a)
    for operator in ("ArgMax", "ArgMin"):
        for keep in (0, 1):
            yield f"{operator} {keep}", lambda g, x, o=operator, k=keep: g.node(o, x, axis=1, keepdims=k,
                                                                               select_last_index=1 - k)
    for operator in ("ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd"):
        yield operator, lambda g, x, o=operator: g.node(o, x, axes=[1, 3], keepdims=0)
    yield "ReduceSum", lambda g, x: g.node("ReduceSum", x, g.ints(-1), keepdims=1)
    yield "Clip", lambda g, x: g.node("Clip", g.node("Neg", x), g.constant(-1.0), g.constant(0.5))
    yield "Relu", lambda g, x: g.node("Relu", g.node("Neg", x))
    for k, name in enumerate(("TopK", "TopK places")):
        yield name, lambda g, x, k=k: g.node("TopK", x, g.ints(3), outputs=2, axis=1)[k]
    for operator in ("Add", "Sub", "Mul", "Div", "Max", "Min"):
        yield operator, lambda g, x, o=operator: g.node(o, x, g.normal(6, 1, 1))
        yield operator + " reversed", lambda g, x, o=operator: g.node(o, g.normal(4, 1), x)
        yield operator + " of both", lambda g, x, o=operator: g.node(o, x, g.node("Sigmoid", x))
    yield "Pow", lambda g, x: g.node("Pow", g.node("Sigmoid", x), g.constant([[2.0, 0.5, 1, 3, -1]]))
    yield "PRelu", lambda g, x: g.node("PRelu", g.node("Neg", x), g.normal(6, 1, 1))
    yield "BatchNormalization", lambda g, x: g.node("BatchNormalization", g.node("Exp", x), g.normal(6), g.normal(6),
                                                    g.normal(6), g.constant(RANDOM.uniform(1, 2, size=6)))
    yield "turned", lambda g, x: g.node("Transpose", x, perm=[0, 2, 3, 1])
    yield "reversed", lambda g, x: g.node("Transpose", x)
    yield "reshaped", lambda g, x: g.node("Reshape", x, g.ints(0, 3, 2, -1))
    yield "flattened", lambda g, x: g.node("Softmax", g.node("Flatten", x, axis=2), axis=-1)
    yield "squeezed", lambda g, x: g.node("Squeeze", g.node("ReduceMax", x, axes=[2]))
    yield "unsqueezed", lambda g, x: g.node("Unsqueeze", g.node("Exp", x), g.ints(0, -1))
    yield "sliced", lambda g, x: g.node("Slice", g.node("Exp", x), g.ints(-1, 1), g.ints(-100, 100), g.ints(3, 1),
                                        g.ints(-2, 2))
    yield "split", lambda g, x: g.node("Split", g.node("Exp", x), g.ints(1, 2, 3), outputs=3, axis=1)[2]
    yield "expanded", lambda g, x: g.node("Expand", g.node("ReduceMax", x, axes=[1, 2, 3]), g.ints(3, 1, 2, 1))
    yield "cast", lambda g, x: g.node("Cast", x, to=TensorProto.INT32)
    yield "boxes", boxes
    yield "quantised again", lambda g, x: g.node(
        "QuantizeLinear", g.node("Softmax", x, axis=1), g.constant(1 / 256), g.constant(-128, numpy.int8))
    yield "LRN", lambda g, x: g.node("LRN", x, size=3, alpha=0.25, bias=2.0)
    yield "dense", lambda g, x: g.node("Gemm", g.node("Flatten", x), g.normal(7, 120), g.normal(7), transB=1)
    yield "product", lambda g, x: g.node("MatMul", g.node("Sigmoid", x), g.normal(5, 3))
    yield "pointwise", lambda g, x: g.node("Conv", g.node("Softmax", x, axis=1), g.normal(2, 6, 1, 1), g.normal(2))
    for mode in ("half_pixel", "align_corners", "asymmetric", "pytorch_half_pixel"):
        yield "linear " + mode, lambda g, x, m=mode: g.node(
            "Resize", x, "", g.constant([1, 1, 2, 3.2]), mode="linear", coordinate_transformation_mode=m)
        yield "nearest " + mode, lambda g, x, m=mode: g.node(
            "Resize", g.node("Exp", x), "", "", g.ints(1, 6, 7, 3), mode="nearest", coordinate_transformation_mode=m)
    yield "instances", lambda g, x: g.node("InstanceNormalization", x, g.normal(6), g.normal(6))
    yield "layers", lambda g, x: g.node("LayerNormalization", x, g.normal(5), g.normal(5), axis=-1)


def boxes(g, x):
    """As detectors end: boxes from exponentials, classes from a sigmoid."""
    rows = g.node("Transpose", g.node("Reshape", x, g.ints(1, 6, 20)), perm=[0, 2, 1])
    places, sizes, classes = g.node("Split", rows, g.ints(2, 2, 2), outputs=3, axis=2)
    places = g.node("Mul", g.node("Add", g.node("Sigmoid", places), g.normal(1, 20, 2)), g.constant(8.0))
    sizes = g.node("Mul", g.node("Exp", sizes), g.normal(1, 1, 2))
    return g.node("Concat", places, sizes, g.node("Sigmoid", classes), axis=2)


def heads():
    """Name, the input's shape and type, and what makes three channels of it."""
    forward = {"perm": [0, 3, 1, 2]}
    yield "channels last", (1, 4, 5, 3), numpy.float32, lambda g, x: g.node("Transpose", x, **forward)
    yield "normalised", (1, 3, 4, 5), numpy.float32, lambda g, x: g.node(
        "Div", g.node("Sub", x, g.constant([[[0.5]], [[0.25]], [[0.125]]])), g.constant([[[0.5]], [[2]], [[1]]]))
    yield "normalised last", (1, 4, 5, 3), numpy.float32, lambda g, x: g.node(
        "Transpose", g.node("Mul", g.node("Add", x, g.constant([-0.5, 0.5, 1])), g.constant(0.75)), **forward)
    yield "bytes", (1, 3, 4, 5), numpy.uint8, lambda g, x: g.node(
        "Div", g.node("Cast", x, to=TensorProto.FLOAT), g.constant(64.0))
    yield "bytes last", (1, 4, 5, 3), numpy.uint8, lambda g, x: g.node(
        "Mul", g.node("Transpose", g.node("Cast", x, to=TensorProto.FLOAT), **forward), g.constant(1 / 64))
    yield "batch normalisation", (1, 3, 4, 5), numpy.float32, lambda g, x: g.node(
        "BatchNormalization", x, g.constant([1, 2, 0.5]), g.constant([0, 1, 0.5]), g.constant([1, 0, 1]),
        g.constant([1, 0.25, 4]), epsilon=0.0)


def middles():
    """Name and what stands between two layers, of a map of [1, 6, 4, 5]: it gives six channels again."""
    yield "Softmax between", lambda g, x: g.node("Softmax", x, axis=1)
    yield "LRN between", lambda g, x: g.node("LRN", x, size=5, alpha=0.5, beta=0.75, bias=1.0)
    yield "instances between", lambda g, x: g.node("InstanceNormalization", x, g.normal(6), g.normal(6))
    yield "turned between", lambda g, x: g.node("Transpose", x, perm=[0, 1, 3, 2])
    yield "shuffled between", lambda g, x: g.node("Reshape", g.node("Transpose", g.node(
        "Reshape", x, g.ints(1, 2, 3, 20)), perm=[0, 3, 1, 2]), g.ints(1, 6, 4, 5))
    yield "two between", lambda g, x: g.node("Mul", g.node("Softmax", x, axis=-1), x)
    yield "layers between", lambda g, x: g.layer(g.node("LayerNormalization", g.layer(
        g.node("Softmax", x, axis=1), 6), g.normal(5), g.normal(5), axis=-1), 6)


def networks():
    for name, make in middles():
        graph = Graph((1, 6, 4, 5))
        yield name, graph, graph.layer(make(graph, graph.layer("input", 6)), 6)
    for name, make in tails():
        graph = Graph((1, 6, 4, 5))
        yield name, graph, make(graph, graph.layer("input", 6))
    for name, shape, kind, make in heads():
        graph = Graph(shape, kind)
        yield name, graph, graph.layer(make(graph, "input"), 3)


def images_of(graph):
    shape = (IMAGES, *graph.shape[1:])
    if graph.kind == numpy.uint8:
        return RANDOM.integers(0, 256, size=shape, dtype=numpy.uint8)
    return RANDOM.uniform(-2, 2, size=shape).astype(numpy.float32)


def reference(path, images):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(path, options)
    return numpy.stack([session.run(None, {"input": image[None]})[0] for image in images])


def difference(sluice, path, images):
    """What is wrong, or nothing."""
    numpy.save("images.npy", images)
    result = subprocess.run([sluice, "accuracy", path, "--images", "images.npy", "--outputs", "outputs.npz"],
                            capture_output=True, text=True, check=False)
    if result.returncode != 0:
        return result.stderr.strip()
    wanted, given = reference(path, images), numpy.load("outputs.npz")["output"]
    if wanted[0].size * IMAGES != given.size or wanted.dtype != given.dtype:
        return f"gives {given.dtype} of {given.shape}, not {wanted.dtype} of {wanted.shape}"
    given = given.reshape(wanted.shape).astype(float)
    with numpy.errstate(invalid="ignore"):  # of numbers that are both infinite
        off = abs(given - wanted) / numpy.maximum(1, abs(wanted.astype(float)))
    off[given == wanted] = 0
    return "" if off.max() <= TOLERANCE else f"is off by {off.max():.2g}"


def main(sluice, folder):
    os.chdir(folder)
    onnxruntime.set_default_logger_severity(3)
    tried, wrong = 0, 0
    for name, graph, output in networks():
        opset = 18 if name == "Mish" else 17
        onnx.save(graph.model(output, opset), "net.onnx")
        problem = difference(sluice, "net.onnx", images_of(graph))
        tried += 1
        wrong += problem != ""
        if problem:
            print(f"{name}: {problem}")
    print(f"{tried - wrong} of {tried} networks as in onnxruntime {onnxruntime.__version__}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), sys.argv[2]))
