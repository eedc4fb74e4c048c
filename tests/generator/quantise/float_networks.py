#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Float networks and operators with random weights, an input of each, and what onnxruntime gives for it.

    float_networks.py FOLDER       needs numpy, onnx and onnxruntime

Writes NAME.onnx, NAME_input.npy (images) and NAME_output.npy (results), and prints the names. Networks of
tests/generator/app/quantised_networks.py are among them.
"""
import os
import sys

import numpy
import onnx
import onnxruntime

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "app"))
import quantised_networks as drawn  # noqa: E402
from quantised_networks import RANDOM, Graph  # noqa: E402

IMAGES = 2
SHARED = [drawn.lenet, drawn.vgg, drawn.resnet8, drawn.resnet_stem, drawn.mobilenet_v2, drawn.ds_cnn,
          drawn.autoencoder, drawn.batch_norm]
LAYERS = ("convolution", "depthwise", "dense", "constant")


def normalised(g, x, channels):
    """BatchNormalization with drawn statistics."""
    spread = g.constant(RANDOM.uniform(0.5, 2, channels))
    return g.node("BatchNormalization", x, g.constant(RANDOM.uniform(0.5, 1.5, channels)),
                  g.normal(channels, scale=0.2), g.normal(channels, scale=0.1), spread)


def resnet8_bn():
    g, ins = Graph(3, 32, 32), 16
    x = g.relu(normalised(g, g.conv("input", 3, 16, bias=False), 16))
    for outs, stride in ((16, 1), (32, 2), (64, 2)):
        y = g.relu(normalised(g, g.conv(x, ins, outs, 3, stride, bias=False), outs))
        y = normalised(g, g.conv(y, outs, outs, bias=False), outs)
        side = x if stride == 1 else normalised(g, g.conv(x, ins, outs, 1, stride, 0, bias=False), outs)
        x, ins = g.relu(g.node("Add", y, side)), outs
    return g, g.classify(x, 64)


def mobilenet_bn():
    g = Graph(3, 32, 32)
    x = g.relu6(normalised(g, g.conv("input", 3, 16, 3, 2, bias=False), 16))
    y = g.relu6(normalised(g, g.conv(x, 16, 64, 1, 1, 0, bias=False), 64))
    y = g.relu6(normalised(g, g.conv(y, 64, 64, group=64, bias=False), 64))
    y = normalised(g, g.conv(y, 64, 16, 1, 1, 0, bias=False), 16)
    return g, g.classify(g.node("Add", x, y), 16)


def exported():
    """The way of PyTorch to flatten: a shape that is computed."""
    g = Graph(3, 8, 8)
    x = g.node("Dropout", g.relu(g.conv("input", 3, 4)))
    batch = g.node("Gather", g.node("Shape", x), g.constant(0, numpy.int64), axis=0)
    batch = g.node("Unsqueeze", batch, g.constant([0], numpy.int64))
    shape = g.node("Concat", batch, g.constant([-1], numpy.int64), axis=0)
    x = g.node("Identity", g.node("Reshape", x, shape))
    x = g.node("Add", g.node("MatMul", x, g.normal(256, 32, scale=0.1)), g.normal(32))
    return g, g.node("Gemm", g.relu(x), g.normal(32, 10), g.normal(10), alpha=0.5, beta=2.0)


def activations():
    g = Graph(4, 9, 9)
    x = g.conv("input", 4, 8)
    for kind, attributes in (("LeakyRelu", {"alpha": 0.1}), ("HardSwish", {}), ("Sigmoid", {}), ("Tanh", {}),
                             ("Elu", {}), ("HardSigmoid", {}), ("Softplus", {}), ("Abs", {}), ("Celu", {"alpha": 0.5}),
                             ("Erf", {}), ("Softsign", {}), ("Exp", {}), ("Neg", {})):
        x = g.conv(g.node(kind, x, **attributes), 8, 8)
    x = g.node("PRelu", x, g.normal(8, 1, 1))
    x = g.node("Mul", x, g.node("Sigmoid", x))
    return g, g.node("Softmax", g.classify(x, 8))


def shapes():
    g = Graph(4, 6, 10)
    one, two = [g.node(kind, "input", kernel_shape=[3, 2], strides=[2, 1], pads=[1, 0, 1, 1], ceil_mode=1)
                for kind in ("MaxPool", "AveragePool")]
    x = g.node("Concat", one, two, one, axis=1)
    x = g.node("Transpose", x, perm=[0, 2, 3, 1])
    x = g.node("Slice", x, g.constant([9, 1], numpy.int64), g.constant([1, 100], numpy.int64),
               g.constant([3, 2], numpy.int64), g.constant([-2, 3], numpy.int64))
    x = g.node("Pad", x, g.constant([0, 1, 0, 0, 0, 0, 2, 1], numpy.int64), g.constant(0.5))
    return g, g.node("LogSoftmax", g.node("Flatten", x, axis=1), axis=1)


def up():
    g = Graph(4, 5, 6)
    x = g.node("ConvTranspose", g.node("Pad", "input", g.constant([0, 0, 1, 1, 0, 0, 1, 1], numpy.int64)),
               g.normal(4, 3, 3, 2), g.normal(6), group=2, strides=[2, 3], pads=[1, 0, 0, 1], output_padding=[1, 2])
    x = g.node("Resize", x, "", g.constant([1, 1, 2, 3]), mode="nearest", nearest_mode="floor",
               coordinate_transformation_mode="asymmetric")
    x = g.node("Sub", g.constant(1), g.node("Div", x, g.constant(RANDOM.uniform(1, 2, (6, 1, 1)))))
    return g, g.node("Conv", x, g.normal(6, 3, 2, 3), auto_pad="SAME_LOWER", strides=[2, 2], dilations=[1, 1], group=2)


def write(name, graph, output):
    model = graph.model(output)
    model.opset_import[0].version = 15  # of HardSwish
    onnx.save(model, name + ".onnx")
    images = RANDOM.uniform(-1, 1, (IMAGES, *graph.shape)).astype(numpy.float32)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    results = [session.run(None, {"input": image})[0].reshape(-1) for image in images]
    numpy.save(name + "_input.npy", images.reshape(IMAGES, -1))
    numpy.save(name + "_output.npy", numpy.stack(results))
    print(name)


def main(folder):
    os.chdir(folder)
    onnxruntime.set_default_logger_severity(3)
    for make in SHARED + [resnet8_bn, mobilenet_bn, exported, activations, shapes, up]:
        write(make.__name__, *make())
    for name in LAYERS:
        write(name, *drawn.LAYERS[name]())


if __name__ == "__main__":
    main(sys.argv[1])
