# SPDX-License-Identifier: Apache-2.0
"""Float networks and layers of random weights, drawn from a fixed seed, for quantised_set.py."""
import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

RANDOM = numpy.random.default_rng(1)


class Graph:
    """A float network under construction. Methods that add a node return its output."""

    def __init__(self, *shape):
        self.shape, self.nodes, self.constants = [1, *shape], [], []

    def constant(self, values, dtype=numpy.float32):
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(numpy.asarray(values, dtype), name))
        return name

    def node(self, kind, *inputs, **attributes):
        name = f"{kind.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name + "_out"], name=name, **attributes))
        return name + "_out"

    def normal(self, *shape, scale=1.0):
        return self.constant(RANDOM.normal(size=shape) * scale)

    def conv(self, x, ins, outs, kernel=3, stride=1, pad=None, group=1, bias=True):
        pad = kernel // 2 if pad is None else pad
        taps = ins // group * kernel * kernel
        inputs = [x, self.normal(outs, ins // group, kernel, kernel, scale=(2 / taps) ** 0.5)]
        inputs += [self.normal(outs, scale=0.1)] if bias else []
        return self.node("Conv", *inputs, kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[pad] * 4, group=group)

    def gemm(self, x, ins, outs):
        weights = self.normal(outs, ins, scale=(2 / ins) ** 0.5)
        return self.node("Gemm", x, weights, self.normal(outs, scale=0.1), transB=1)

    def relu(self, x):
        return self.node("Relu", x)

    def relu6(self, x):
        return self.node("Clip", x, self.constant(0), self.constant(6))

    def silu(self, x):
        return self.node("Mul", x, self.node("Sigmoid", x))

    def hard_swish(self, x):
        return self.node("HardSwish", x)

    def squeeze_excite(self, x, channels, gate, squeezed=8):
        """x times a number of each channel, which comes from the averages of all."""
        y = self.conv(self.node("GlobalAveragePool", x), channels, squeezed, 1)
        y = self.conv(self.relu(y), squeezed, channels, 1)
        return self.node("Mul", x, self.node(gate, y))

    def max_pool(self, x, kernel=2, pad=0):
        return self.node("MaxPool", x, kernel_shape=[kernel] * 2, strides=[2, 2], pads=[pad] * 4)

    def concat(self, *maps):
        return self.node("Concat", *maps, axis=1)

    def split(self, x, channels):
        name = f"split{len(self.nodes)}"
        outputs = [name + "_a", name + "_b"]
        self.nodes.append(helper.make_node("Split", [x, self.constant([channels] * 2, numpy.int64)], outputs, name=name,
                                           axis=1))
        return outputs

    def twice(self, x):
        return self.node("Resize", x, "", self.constant([1, 1, 2, 2]), mode="nearest", nearest_mode="floor",
                         coordinate_transformation_mode="asymmetric")

    def transposed(self, x, ins, outs, kernel, pad, more=0):
        weights = self.normal(ins, outs, kernel, kernel, scale=(2 / ins) ** 0.5 / kernel)
        return self.node("ConvTranspose", x, weights, self.normal(outs, scale=0.1), kernel_shape=[kernel] * 2,
                         strides=[2, 2], pads=[pad] * 4, output_padding=[more] * 2)

    def around(self, x):
        """The largest of each 3 x 3 values, which is exact in any form."""
        return self.node("MaxPool", x, kernel_shape=[3, 3], pads=[1] * 4)

    def classify(self, x, channels, classes=10):
        x = self.node("Flatten", self.node("GlobalAveragePool", x))
        return self.gemm(x, channels, classes)

    def model(self, *outputs):
        value = helper.make_tensor_value_info
        graph = helper.make_graph(self.nodes, "net", [value("input", TensorProto.FLOAT, self.shape)],
                                  [value(output, TensorProto.FLOAT, None) for output in outputs], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)])
        model.ir_version = 8
        return onnx.shape_inference.infer_shapes(model)


# ---- networks: each gives its graph and its output -------------------------------------------------------

def lenet():
    g = Graph(1, 28, 28)
    x = g.max_pool(g.relu(g.conv("input", 1, 6, 5)))
    x = g.max_pool(g.relu(g.conv(x, 6, 16, 5, pad=0)))
    x = g.relu(g.gemm(g.node("Flatten", x), 400, 120))
    return g, g.node("Softmax", g.gemm(g.relu(g.gemm(x, 120, 84)), 84, 10))


def vgg():
    g, x, ins = Graph(3, 32, 32), "input", 3
    for outs in (8, 16):
        x = g.max_pool(g.relu(g.conv(g.relu(g.conv(x, ins, outs)), outs, outs)))
        ins = outs
    x = g.node("Reshape", x, g.constant([1, 1024], numpy.int64))
    return g, g.gemm(g.relu(g.gemm(x, 1024, 32)), 32, 10)


def resnet8():
    g, ins = Graph(3, 32, 32), 16
    x = g.relu(g.conv("input", 3, 16))
    for outs, stride in ((16, 1), (32, 2), (64, 2)):
        y = g.conv(g.relu(g.conv(x, ins, outs, 3, stride)), outs, outs)
        x = g.relu(g.node("Add", y, x if stride == 1 else g.conv(x, ins, outs, 1, stride, 0)))
        ins = outs
    return g, g.classify(x, 64)


def resnet_stem():
    g = Graph(3, 64, 64)
    x = g.max_pool(g.relu(g.conv("input", 3, 16, 7, 2)), 3, 1)
    x = g.relu(g.node("Add", g.conv(g.relu(g.conv(x, 16, 16)), 16, 16), x))
    return g, g.gemm(g.node("ReduceMean", x, axes=[2, 3], keepdims=0), 16, 10)


def mobilenet_v2():
    g, ins = Graph(3, 32, 32), 8
    x = g.relu6(g.conv("input", 3, 8, 3, 2))
    for outs, stride in ((16, 1), (24, 2), (24, 1)):
        wide = ins * 4
        y = g.relu6(g.conv(g.relu6(g.conv(x, ins, wide, 1, 1, 0)), wide, wide, 3, stride, group=wide))
        y = g.conv(y, wide, outs, 1, 1, 0)
        x = g.node("Add", x, y) if outs == ins and stride == 1 else y
        ins = outs
    return g, g.classify(g.relu6(g.conv(x, ins, 64, 1, 1, 0)), 64)


def ds_cnn():
    g = Graph(1, 49, 10)
    x = g.relu(g.node("Conv", "input", g.normal(16, 1, 10, 4, scale=0.2), g.normal(16, scale=0.1),
                      kernel_shape=[10, 4], strides=[2, 2], pads=[4, 1, 5, 2]))
    for _ in range(2):
        x = g.relu(g.conv(g.relu(g.conv(x, 16, 16, group=16)), 16, 16, 1))
    x = g.node("AveragePool", x, kernel_shape=[25, 5])
    return g, g.gemm(g.node("Flatten", x), 16, 12)


def autoencoder():
    g, x, ins = Graph(64), "input", 64
    for outs in (32, 32, 8, 32):
        x, ins = g.relu(g.gemm(x, ins, outs)), outs
    return g, g.gemm(x, ins, 64)


def one_dimension():
    """Convolutions over a line, with and without a distance of the taps."""
    g = Graph(6, 64)
    x = g.relu(g.node("Conv", "input", g.normal(16, 6, 5, scale=0.25), g.normal(16, scale=0.1), kernel_shape=[5],
                      strides=[2], pads=[2, 2]))
    x = g.node("MaxPool", x, kernel_shape=[2], strides=[2])
    x = g.relu(g.node("Conv", x, g.normal(16, 16, 3, scale=0.2), g.normal(16, scale=0.1), kernel_shape=[3], pads=[2, 2],
                      dilations=[2]))
    return g, g.gemm(g.node("Flatten", g.node("GlobalAveragePool", x)), 16, 8)


def batch_norm():
    g = Graph(3, 16, 16)
    statistics = [g.normal(8), g.normal(8, scale=0.2), g.normal(8, scale=0.1), g.constant(numpy.linspace(0.5, 2, 8))]
    x = g.node("BatchNormalization", g.conv("input", 3, 8, bias=False), *statistics)
    x = g.relu(g.conv(g.max_pool(x, 3, 1), 8, 8))
    x = g.node("MatMul", g.node("Flatten", x), g.normal(512, 10, scale=0.05))
    return g, g.node("Add", x, g.normal(10, scale=0.1))


def fire(g, x, ins, squeeze, expand):
    x = g.relu(g.conv(x, ins, squeeze, 1))
    return g.concat(g.relu(g.conv(x, squeeze, expand, 1)), g.relu(g.conv(x, squeeze, expand)))


def squeezenet():
    g = Graph(3, 32, 32)
    x = g.max_pool(g.relu(g.conv("input", 3, 16, 3, 2)))
    x = g.max_pool(fire(g, fire(g, x, 16, 8, 12), 24, 8, 16))
    x = g.relu(g.conv(fire(g, x, 32, 10, 20), 40, 10, 1))
    return g, g.node("Flatten", g.node("GlobalAveragePool", x))


def inception():
    g = Graph(3, 16, 16)
    x = g.relu(g.conv("input", 3, 12))
    for ins in (12, 27):
        pooled = g.node("MaxPool", x, kernel_shape=[3, 3], strides=[1, 1], pads=[1, 1, 1, 1])
        towers = [g.conv(x, ins, 5, 1), g.conv(g.relu(g.conv(x, ins, 6, 1)), 6, 10), g.conv(pooled, ins, 12, 1)]
        x = g.concat(*[g.relu(tower) for tower in towers])
    return g, g.classify(x, 27)


def shuffle(g, x, channels, height, width):
    x = g.node("Reshape", x, g.constant([1, 2, channels // 2, height, width], numpy.int64))
    x = g.node("Transpose", x, perm=[0, 2, 1, 3, 4])
    return g.node("Reshape", x, g.constant([1, channels, height, width], numpy.int64))


def shufflenet():
    g = Graph(3, 16, 16)
    x = g.relu(g.conv("input", 3, 24, 3, 2))
    for _ in range(2):
        kept, y = g.split(x, 12)
        y = g.conv(g.relu(g.conv(y, 12, 12, 1)), 12, 12, group=12)
        x = shuffle(g, g.concat(kept, g.relu(g.conv(y, 12, 12, 1))), 24, 8, 8)
    return g, g.classify(x, 24)


def densenet():
    g, ins = Graph(3, 16, 16), 16
    x = g.relu(g.conv("input", 3, ins))
    for _ in range(3):
        x = g.concat(x, g.relu(g.conv(g.relu(g.conv(x, ins, 16, 1)), 16, 6)))
        ins += 6
    return g, g.classify(x, ins)


def unet():
    g = Graph(3, 16, 16)
    outer = g.relu(g.conv("input", 3, 8))
    inner = g.relu(g.conv(g.max_pool(outer), 8, 16))
    x = g.relu(g.conv(g.max_pool(inner), 16, 16))
    x = g.relu(g.conv(g.concat(g.twice(x), inner), 32, 16))
    x = g.relu(g.conv(g.concat(g.twice(x), outer), 24, 8))
    return g, g.classify(x, 8)


def unet_transposed():
    g = Graph(3, 16, 16)
    outer = g.relu(g.conv("input", 3, 8))
    inner = g.relu(g.conv(g.max_pool(outer), 8, 16))
    x = g.concat(g.relu(g.transposed(inner, 16, 8, 2, 0)), outer)
    return g, g.classify(g.relu(g.conv(x, 16, 8)), 8)


def yolo():
    """Positions to channels, a residual connection within a concatenation, pools of pools beside each other."""
    g = Graph(3, 16, 16)
    x = g.relu(g.conv("input", 3, 4))
    bounds = [([row, column], [16, 16], [2, 3], [2, 2]) for column in (0, 1) for row in (0, 1)]
    x = g.concat(*[g.node("Slice", x, *[g.constant(values, numpy.int64) for values in each]) for each in bounds])
    x = g.relu(g.conv(x, 16, 16))
    kept, y = g.split(x, 8)
    added = g.node("Add", y, g.relu(g.conv(g.relu(g.conv(y, 8, 8)), 8, 8)))
    x = g.relu(g.conv(g.concat(kept, y, added), 24, 12, 1))
    pools = [x]
    for _ in range(3):
        pools.append(g.node("MaxPool", pools[-1], kernel_shape=[5, 5], strides=[1, 1], pads=[2, 2, 2, 2]))
    return g, g.classify(g.conv(g.concat(*pools), 48, 16, 1), 16)


def mobilenet_v3():
    g, ins = Graph(3, 32, 32), 16
    x = g.hard_swish(g.conv("input", 3, 16, 3, 2))
    for outs, stride, act in ((16, 1, g.relu), (24, 2, g.hard_swish), (24, 1, g.hard_swish)):
        wide = ins * 3
        y = act(g.conv(act(g.conv(x, ins, wide, 1, 1, 0)), wide, wide, 3, stride, group=wide))
        y = g.conv(g.squeeze_excite(y, wide, "HardSigmoid"), wide, outs, 1, 1, 0)
        x = g.node("Add", x, y) if outs == ins and stride == 1 else y
        ins = outs
    return g, g.classify(g.hard_swish(g.conv(x, ins, 64, 1, 1, 0)), 64)


def efficientnet():
    g, ins = Graph(3, 32, 32), 16
    x = g.silu(g.conv("input", 3, 16, 3, 2))
    for outs, stride in ((16, 1), (24, 2)):
        wide = ins * 3
        y = g.silu(g.conv(g.silu(g.conv(x, ins, wide, 1, 1, 0)), wide, wide, 3, stride, group=wide))
        y = g.conv(g.squeeze_excite(y, wide, "Sigmoid"), wide, outs, 1, 1, 0)
        x = g.node("Add", x, y) if outs == ins and stride == 1 else y
        ins = outs
    return g, g.classify(g.silu(g.conv(x, ins, 64, 1, 1, 0)), 64)


def yolo_head():
    g = Graph(3, 32, 32)
    x = g.node("LeakyRelu", g.conv("input", 3, 16, 3, 2), alpha=0.1)
    y = g.silu(g.conv(g.silu(g.conv(x, 16, 16, 1)), 16, 16))
    x = g.node("Add", x, y)
    x = g.node("LeakyRelu", g.conv(x, 16, 32, 3, 2), alpha=0.1)
    return g, g.classify(g.silu(g.conv(x, 32, 32)), 32)


def face_net():
    g = Graph(3, 32, 32)
    x = g.node("PRelu", g.conv("input", 3, 16, 3, 2), g.constant(RANDOM.uniform(0, 0.4, (16, 1, 1))))
    x = g.node("PRelu", g.conv(x, 16, 16), g.constant([0.25]))
    x = g.node("Tanh", g.conv(x, 16, 32, 3, 2))
    return g, g.classify(x, 32)


# ---- layers ----------------------------------------------------------------------------------------------

def layer(shape, build):
    def make():
        g = Graph(*shape)
        return g, build(g)
    return make


NETWORKS = [lenet, vgg, resnet8, resnet_stem, mobilenet_v2, ds_cnn, autoencoder, batch_norm, mobilenet_v3, efficientnet,
            yolo_head, face_net, one_dimension]
# Of maps that are parts of others
PARTS = [squeezenet, inception, shufflenet, densenet, unet, unet_transposed, yolo]
LAYERS = {
    "convolution": layer((64, 20, 20), lambda g: g.relu(g.conv("input", 64, 16))),
    "depthwise": layer((32, 20, 20), lambda g: g.relu6(g.conv("input", 32, 32, group=32))),
    "dense": layer((512,), lambda g: g.gemm("input", 512, 256)),
    "constant": layer((16, 20, 20), lambda g: g.node("Mul", "input", g.constant(RANDOM.uniform(-1, 1, (1, 16, 1, 1))))),
    "transposed2": layer((16, 9, 9), lambda g: g.relu(g.transposed("input", 16, 8, 2, 0))),
    "transposed3": layer((16, 9, 9), lambda g: g.relu(g.transposed("input", 16, 8, 3, 1, 1))),
    "transposed4": layer((16, 9, 9), lambda g: g.relu(g.transposed("input", 16, 8, 4, 1))),
    "addition": layer((16, 20, 20), lambda g: g.node("Add", "input", g.conv("input", 16, 16))),
    "product": layer((16, 20, 20), lambda g: g.node("Mul", "input", g.around("input"))),
    "channel product": layer((16, 20, 20), lambda g: g.node(
        "Mul", "input", g.node("MaxPool", "input", kernel_shape=[20, 20]))),
    "prelu": layer((16, 20, 20), lambda g: g.node("PRelu", "input", g.constant(RANDOM.uniform(0, 1, (16, 1, 1))))),
    **{name: layer((16, 20, 20), lambda g, name=name: g.node(name, "input")) for name in (
        "Sigmoid", "Tanh", "HardSwish", "HardSigmoid", "LeakyRelu", "Elu", "Softplus", "Exp")},
    "SiLU": layer((16, 20, 20), lambda g: g.silu("input")),
}
