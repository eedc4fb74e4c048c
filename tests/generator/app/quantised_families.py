# SPDX-License-Identifier: Apache-2.0
"""More float networks and layers of random weights for quantised_set.py: families whose blocks need operators that
become several layers, and these operators alone."""
import numpy

from quantised_networks import RANDOM, Graph, layer


def average(g, x, kernel=3, stride=1, pad=1, **more):
    return g.node("AveragePool", x, kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[pad] * 4, **more)


def integers(g, *values):
    return g.constant(values, numpy.int64)


def inception_average():
    g = Graph(3, 16, 16)
    x = g.relu(g.conv("input", 3, 12))
    for ins in (12, 27):
        towers = [g.conv(x, ins, 5, 1), g.conv(g.relu(g.conv(x, ins, 6, 1)), 6, 10), g.conv(average(g, x), ins, 12, 1)]
        x = g.concat(*[g.relu(tower) for tower in towers])
    return g, g.classify(x, 27)


def resnet_d():
    """Shortcuts through averages whose sizes are rounded up."""
    g = Graph(3, 15, 15)
    x = g.relu(g.conv("input", 3, 16))
    y = g.conv(g.relu(g.conv(x, 16, 32, 3, 2)), 32, 32)
    return g, g.classify(g.relu(g.node("Add", y, g.conv(average(g, x, 2, 2, 0, ceil_mode=1), 16, 32, 1))), 32)


def pyramid():
    g = Graph(3, 32, 32)
    outer = g.relu(g.conv("input", 3, 16, 3, 2))
    inner = g.relu(g.conv(outer, 16, 24, 3, 2))
    top = g.conv(g.relu(g.conv(inner, 24, 32, 3, 2)), 32, 16, 1)
    x = g.node("Add", g.conv(inner, 24, 16, 1), g.twice(top))
    x = g.node("Add", g.conv(outer, 16, 16, 1), g.twice(x))
    return g, g.classify(g.relu(g.conv(x, 16, 16)), 16)


def ghost():
    g = Graph(3, 16, 16)
    x = g.relu(g.conv("input", 3, 16))
    for _ in range(2):
        y = g.relu(g.conv(x, 16, 8, 1))
        y = g.conv(g.concat(y, g.relu(g.conv(y, 8, 8, group=8))), 16, 8, 1)
        x = g.node("Add", x, g.concat(y, g.conv(y, 8, 8, group=8)))
    return g, g.classify(x, 16)


def rep_vgg():
    g = Graph(3, 16, 16)
    x = g.relu(g.conv("input", 3, 16))
    for _ in range(2):
        x = g.relu(g.node("Add", g.node("Add", g.conv(x, 16, 16), g.conv(x, 16, 16, 1)), x))
    return g, g.classify(x, 16)


def resnext():
    g = Graph(3, 16, 16)
    x = g.relu(g.conv("input", 3, 16))
    y = g.conv(g.relu(g.conv(g.relu(g.conv(x, 16, 16, 1)), 16, 16, group=4)), 16, 16, 1)
    return g, g.classify(g.relu(g.node("Add", x, y)), 16)


def alexnet():
    g = Graph(3, 63, 63)
    x = g.max_pool(g.relu(g.conv("input", 3, 16, 11, 4, 2)), 3)
    x = g.relu(g.conv(g.max_pool(g.relu(g.conv(x, 16, 24, 5)), 3), 24, 16))
    return g, g.gemm(g.relu(g.gemm(g.node("Dropout", g.node("Flatten", x)), 144, 32)), 32, 10)


def yolo_v8():
    """A block that concatenates halves and a sum of one, and pools of pools beside each other."""
    g = Graph(3, 32, 32)
    x = g.silu(g.conv(g.silu(g.conv("input", 3, 16, 3, 2)), 16, 16, 3, 2))
    kept, y = g.split(g.silu(g.conv(x, 16, 16, 1)), 8)
    added = g.node("Add", y, g.silu(g.conv(g.silu(g.conv(y, 8, 8)), 8, 8)))
    pools = [g.silu(g.conv(g.silu(g.conv(g.concat(kept, y, added), 24, 16, 1)), 16, 8, 1))]
    for _ in range(3):
        pools.append(g.node("MaxPool", pools[-1], kernel_shape=[5, 5], strides=[1, 1], pads=[2] * 4))
    return g, g.classify(g.silu(g.conv(g.concat(*pools), 32, 16, 1)), 16)


def csp():
    g = Graph(3, 32, 32)
    x = g.silu(g.conv("input", 3, 16, 6, 2, 2))
    y = g.silu(g.conv(x, 16, 8, 1))
    y = g.node("Add", y, g.silu(g.conv(g.silu(g.conv(y, 8, 8, 1)), 8, 8)))
    x = g.silu(g.conv(g.concat(y, g.silu(g.conv(x, 16, 8, 1))), 16, 16, 1))
    up = g.twice(g.silu(g.conv(x, 16, 8, 3, 2)))
    return g, g.classify(g.silu(g.conv(g.concat(up, x), 24, 16)), 16)


def causal():
    """Convolutions over a line that see only what is before."""
    g, x = Graph(8, 64), "input"
    for apart in (1, 2, 4):
        y = g.node("Conv", x, g.normal(8, 8, 3, scale=0.25), g.normal(8, scale=0.1), kernel_shape=[3],
                   dilations=[apart], pads=[2 * apart, 0])
        x = g.relu(g.node("Add", x, g.relu(y)))
    return g, g.gemm(g.node("Flatten", g.node("GlobalAveragePool", x)), 8, 4)


def attention_of_pools():
    """Means and maxima of channels weigh channels, those of positions positions."""
    g = Graph(3, 16, 16)
    x = g.relu(g.conv("input", 3, 16))
    pools = [g.conv(g.node(pool, x), 16, 16, 1) for pool in ("GlobalAveragePool", "GlobalMaxPool")]
    x = g.node("Mul", x, g.node("Sigmoid", g.node("Add", *pools)))
    weights = g.node("Sigmoid", g.conv(g.node("ReduceMean", x, axes=[1], keepdims=1), 1, 1, 7))
    return g, g.classify(g.node("Mul", x, weights), 16)


def unet_linear():
    g = Graph(3, 16, 16)
    outer = g.relu(g.conv("input", 3, 8))
    inner = g.relu(g.conv(g.max_pool(outer), 8, 16))
    up = g.node("Resize", inner, "", g.constant([1, 1, 2, 2]), mode="linear")
    return g, g.classify(g.relu(g.conv(g.concat(up, outer), 24, 8)), 8)


def decoder():
    """Values that become a map, which grows."""
    g = Graph(16)
    x = g.node("Reshape", g.relu(g.gemm("input", 16, 128)), integers(g, -1, 8, 4, 4))
    x = g.relu(g.transposed(x, 8, 8, 4, 1))
    return g, g.classify(g.relu(g.transposed(x, 8, 8, 4, 1)), 8)


def branches():
    """Flattened maps beside each other."""
    g = Graph(3, 12, 12)
    x = g.relu(g.conv("input", 3, 8, 3, 2))
    x = g.node("Concat", g.node("Flatten", x), g.node("Flatten", g.max_pool(x)), axis=1)
    return g, g.gemm(x, 8 * 45, 10)


def sub_pixel():
    g = Graph(3, 12, 12)
    x = g.relu(g.conv(g.node("SpaceToDepth", g.conv("input", 3, 4), blocksize=2), 16, 16))
    x = g.node("DepthToSpace", g.conv(x, 16, 32), blocksize=2, mode="CRD")
    return g, g.classify(g.relu(g.conv(x, 8, 8)), 8)


# ---- detectors and others with several outputs ------------------------------------------------------------

def two_heads():
    """A class, and the map that it comes from."""
    g = Graph(3, 16, 16)
    x = g.relu(g.conv(g.relu(g.conv("input", 3, 12, 3, 2)), 12, 16, 3, 2))
    return g, [g.classify(x, 16), x]


def yolo_head_3_scales():
    """Boxes of three scales, each as [1, anchors, y, x, numbers]."""
    g, top, maps, outputs = Graph(3, 32, 32), "input", [], []
    for ins, outs in ((3, 8), (8, 16), (16, 24)):
        top = g.relu(g.conv(top, ins, outs, 3, 2))
        maps.append(top)
    ins = 24
    for size, outs in ((4, 16), (8, 8), (16, 0)):
        head = g.node("Reshape", g.conv(top, ins, 18, 1), integers(g, 1, 2, 9, size, size))
        outputs.append(g.node("Sigmoid", g.node("Transpose", head, perm=[0, 1, 3, 4, 2])))
        if outs:
            up = g.twice(g.conv(top, ins, 8, 1))
            top, ins = g.relu(g.conv(g.concat(up, maps[outs // 8 - 1]), 8 + outs, 16)), 16
    return g, outputs


def ssd():
    """Places and classes, of both scales beside each other."""
    g = Graph(3, 24, 24)
    x = g.relu(g.conv(g.relu(g.conv("input", 3, 12, 3, 2)), 12, 16, 3, 2))
    maps, heads = [x, g.relu(g.conv(x, 16, 24, 3, 2))], []
    for numbers in (4, 3):
        parts = []
        for x, ins in zip(maps, (16, 24)):
            part = g.node("Transpose", g.conv(x, ins, 2 * numbers), perm=[0, 2, 3, 1])
            parts.append(g.node("Reshape", part, integers(g, 1, -1, numbers)))
        heads.append(g.concat(*parts))
    return g, [heads[0], g.node("Softmax", heads[1], axis=2)]


DETECTORS = [two_heads, yolo_head_3_scales, ssd]
FAMILIES = [inception_average, resnet_d, pyramid, ghost, rep_vgg, resnext, alexnet, yolo_v8, csp, causal,
            attention_of_pools, unet_linear, decoder, branches, sub_pixel]
MAP = (16, 20, 20)
MORE_LAYERS = {
    "average": layer(MAP, lambda g: g.relu(average(g, "input"))),
    "average, strides": layer(MAP, lambda g: g.relu(average(g, "input", 3, 2))),
    "average, SAME": layer(MAP, lambda g: g.relu(g.node(
        "AveragePool", "input", kernel_shape=[3, 3], strides=[2, 2], auto_pad="SAME_UPPER"))),
    "average, rounded up": layer((16, 14, 14), lambda g: g.relu(average(g, "input", 3, 2, 0, ceil_mode=1))),
    "average, padding counted": layer((16, 14, 14), lambda g: g.relu(average(
        g, "input", 3, 2, 1, ceil_mode=1, count_include_pad=1))),
    "prelu, negative": layer(MAP, lambda g: g.node("PRelu", "input", g.constant(RANDOM.uniform(-1, 1, (16, 1, 1))))),
    "alpha": layer((64,), lambda g: g.node("Gemm", "input", g.normal(64, 10, scale=0.2), g.normal(10), alpha=0.5)),
    "reflected": layer(MAP, lambda g: g.conv(g.node(
        "Pad", "input", integers(g, 0, 0, 1, 1, 0, 0, 1, 1), mode="reflect"), 16, 8, pad=0)),
    "difference": layer(MAP, lambda g: g.node("Sub", "input", g.around("input"))),
    "maximum": layer(MAP, lambda g: g.node("Max", "input", g.around("input"))),
    "minimum": layer(MAP, lambda g: g.node("Min", "input", g.around("input"))),
}
