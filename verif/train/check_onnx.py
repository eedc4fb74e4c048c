#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the ONNX files in ../networks in onnxruntime and compares it with what the hardware computes: layer by
layer on equal inputs, and from image to logits, where deviations add up.

The hardware's side is computed here from the file alone, in integers: it shares nothing with integer.py, whose
logits in expected.json it must give. onnxruntime rounds as ONNX says: float scales, halves to even.

    pip install onnxruntime onnx numpy       and Debian's dataset-fashion-mnist
    check_onnx.py [number of test images, 500 if absent]

Ends with 1 if a file does not run, a layer deviates by more than one step, or expected.json is not met.
"""
import gzip
import json
import os
import sys

import numpy
import onnx
import onnxruntime
from onnx import numpy_helper
from onnx.utils import Extractor

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "..", "networks")
DATA = "/usr/share/datasets/fashion-mnist"
PART = 50       # images that are computed at once
BITS = 20       # of multipliers
SIGNED = 128    # zero point of the logits' codes, which are signed in hardware


# ---- the hardware ----------------------------------------------------------------------------------------

class Real:
    """Real numbers as the hardware has them: integers, and a scale that is applied at the end. Sums of an
    average may be taken with any weight."""

    def __init__(self, integers, scale, average=False):
        self.integers, self.scale, self.average = integers, scale, average


def multiplier(scale):
    """m, s with m / 2^s nearest to each scale, m in 2^19..2^20-1."""
    mantissa, exponent = numpy.frexp(numpy.asarray(scale, numpy.float64))
    m = numpy.floor(mantissa * 2 ** BITS + 0.5).astype(numpy.int64)
    s, over = BITS - exponent.astype(numpy.int64), m == 2 ** BITS
    return numpy.where(over, 2 ** (BITS - 1), m), s - over


def best_weight(scale):
    """The weight of an average's inputs, 1 to 127, with which its scale comes out best; the largest of equals."""
    weights = numpy.arange(127, 0, -1)
    m, s = multiplier(scale / weights)
    return weights[numpy.argmin(abs(numpy.ldexp(m.astype(numpy.float64), -s) / (scale / weights) - 1))]


def quantise(x, scale, zero):
    limits = numpy.iinfo(zero.dtype)
    if isinstance(x, Real):
        scale = x.scale / numpy.float64(scale)
        weight = best_weight(scale) if x.average else 1
        m, s = multiplier(scale / weight)
        codes = (x.integers * weight * m + (numpy.int64(1) << (s - 1))) >> s
    else:
        codes = numpy.rint(x / scale).astype(numpy.int64)
    return (codes + int(zero)).clip(limits.min, limits.max)


def convolution(x, w, a):
    """Sums of products of x [N, C, H, W] and w, zero points taken off; exact in float64."""
    assert len(set(a["pads"])) == 1 and a["strides"] == [1, 1]
    pad, groups, size = a["pads"][0], a["group"], w.shape[2]
    x = numpy.pad(x.astype(numpy.float64), ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = numpy.lib.stride_tricks.sliding_window_view(x, (size, size), (2, 3))
    sums = [numpy.tensordot(part, filters.astype(numpy.float64), ((1, 4, 5), (1, 2, 3)))
            for part, filters in zip(numpy.split(windows, groups, 1), numpy.split(w, groups))]
    return numpy.concatenate(sums, -1).transpose(0, 3, 1, 2).astype(numpy.int64)


def qlinear_conv(i, a):
    x, x_scale, x_zero, w, w_scale, w_zero, y_scale, y_zero, bias = i
    w = w.astype(numpy.int64) - w_zero.reshape(-1, 1, 1, 1)
    sums = convolution(x - int(x_zero), w, a) + bias.astype(numpy.int64).reshape(1, -1, 1, 1)
    return quantise(Real(sums, numpy.float64(x_scale) * w_scale.astype(numpy.float64).reshape(1, -1, 1, 1)),
                    y_scale, y_zero)


def real_conv(i, a):
    """On real numbers of one scale; a bias is rounded to a step of the sums."""
    x, w, *bias = i
    assert numpy.ndim(x.scale) == 0
    scale = x.scale * (w.scale.reshape(1, -1, 1, 1) if numpy.ndim(w.scale) else w.scale)
    sums = convolution(x.integers, w.integers, a)
    if bias:
        sums = sums + numpy.rint(bias[0].reshape(1, -1, 1, 1) / scale).astype(numpy.int64)
    return Real(sums, scale)


def dequantise(x, scale, zero):
    """Scales of weights may differ from output to output."""
    shape = (-1, 1, 1, 1) if numpy.ndim(scale) else ()
    return Real(x.astype(numpy.int64) - zero.astype(numpy.int64).reshape(shape),
                scale.astype(numpy.float64).reshape(shape))


def max_pool(x, a):
    n, c, h, w = x.shape
    assert a["kernel_shape"] == a["strides"] == [2, 2]
    return x[:, :, :h // 2 * 2, :w // 2 * 2].reshape(n, c, h // 2, 2, w // 2, 2).max((3, 5))


def cast(x, kind):
    return Real(x, 1.0) if kind == onnx.TensorProto.FLOAT else x.astype(
        bool if kind == onnx.TensorProto.BOOL else numpy.int64)


def batched(shape, x):
    """The files are written for one image; here the first dimension is the number of images."""
    return [x.shape[0]] + shape.tolist()[1:]


def mul(a, b):
    return Real(a.integers, a.scale * b.astype(numpy.float64)) if isinstance(a, Real) else a * numpy.int64(b)


def bit_shift(x, bits, direction):
    """Of bytes: what leaves on the left is lost."""
    return x >> int(bits) if direction == b"RIGHT" else (x << int(bits)) & 255


OPERATORS = {
    "QLinearConv": qlinear_conv,
    "ConvInteger": lambda i, a: convolution(i[0] - int(i[2]), i[1] - numpy.int64(i[3]), a),
    "MaxPool": lambda i, a: max_pool(i[0], a),
    "Clip": lambda i, a: i[0].clip(int(i[1]), int(i[2])),
    "Greater": lambda i, a: i[0] > i[1],
    "Cast": lambda i, a: cast(i[0], a["to"]),
    "Reshape": lambda i, a: i[0].reshape(batched(i[1], i[0])),
    "Expand": lambda i, a: numpy.broadcast_to(i[0], batched(i[1], i[0])),
    "ReduceMax": lambda i, a: i[0].max(tuple(a["axes"]), keepdims=bool(a["keepdims"])),
    "Where": lambda i, a: numpy.where(*i),
    "Add": lambda i, a: i[0] + i[1],
    "Mul": lambda i, a: mul(*i),
    "BitShift": lambda i, a: bit_shift(*i, a["direction"]),
    "QuantizeLinear": lambda i, a: quantise(*i),
    "DequantizeLinear": lambda i, a: dequantise(*i),
    "Conv": real_conv,
    "Transpose": lambda i, a: i[0].transpose(a["perm"]),
    "GlobalAveragePool": lambda i, a: Real(i[0].integers.sum((2, 3), keepdims=True),
                                           i[0].scale / (i[0].integers[0, 0].size), average=True),
    "Flatten": lambda i, a: i[0].reshape(len(i[0]), -1),
}


def hardware(model, images):
    """All tensors of the graph, as the hardware has them."""
    values = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    values[model.graph.input[0].name] = images
    for node in model.graph.node:
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        values[node.output[0]] = OPERATORS[node.op_type]([values[n] for n in node.input], attributes)
    return values


# ---- onnxruntime -----------------------------------------------------------------------------------------

def session(model):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])


def runtime(model, images):
    """The outputs of a graph for one image after the other."""
    one = session(model)
    name = one.get_inputs()[0].name
    results = [one.run(None, {name: image[None]}) for image in images]
    return {out.name: numpy.concatenate([r[k] for r in results]) for k, out in enumerate(one.get_outputs())}


def layers(model):
    """(name, tensor that it reads, tensor that it makes) of each layer: nodes with one name before the '/'."""
    found = []
    for node in model.graph.node:
        name = node.name.split("/")[0]
        if found and found[-1][0] == name:
            found[-1][2] = node.output[0]
        elif "/" in node.name:
            found.append([name, node.input[0], node.output[0]])
    return found


def with_outputs(model, names):
    """The graph with these tensors as further outputs."""
    more = onnx.ModelProto()
    more.CopyFrom(model)
    kinds = {v.name: v for v in more.graph.value_info}
    more.graph.output.extend(kinds[n] for n in names)
    return more


# ---- comparison ------------------------------------------------------------------------------------------

def away(a, b):
    """Share of codes that differ in percent, and the largest difference."""
    difference = numpy.abs(a.astype(numpy.int64) - b)
    return 100 * float((difference > 0).mean()), int(difference.max())


def compare(name, images, labels, expected):
    model = onnx.load(os.path.join(FOLDER, name))
    onnx.checker.check_model(model)
    cuts = layers(model)
    parts = [hardware(model, images[k:k + PART]) for k in range(0, len(images), PART)]
    wanted = {n: numpy.concatenate([p[n] for p in parts]) for n in {t for c in cuts for t in c[1:]}}
    whole = runtime(with_outputs(model, [c[2] for c in cuts]), images)
    extractor, good = Extractor(model), True
    print(f"{name}\n  {'layer':9} on equal inputs        in the whole network")
    for layer, source, result in cuts:
        given = wanted[source] if source == model.graph.input[0].name else wanted[source].astype(numpy.uint8)
        alone = runtime(extractor.extract_model([source], [result]), given)[result]
        share, most = away(alone, wanted[result])
        chained, furthest = away(whole[result], wanted[result])
        print(f"  {layer:9} {share:8.4f} %, up to {most}     {chained:8.4f} %, up to {furthest}")
        good = good and most <= 1
    scale = next(float(numpy_helper.to_array(t)) for t in model.graph.initializer if t.name == "head/y_scale")
    logits = numpy.rint(whole["logits"] / scale).astype(numpy.int64)
    ours = wanted[cuts[-1][2]].reshape(len(images), -1) - SIGNED
    same = (logits.argmax(1) == ours.argmax(1)).sum()
    print(f"  logits: {(logits != ours).any(1).sum()} of {len(images)} images differ, {away(logits, ours)[1]} steps at "
          f"most; same class {same}; accuracy {100 * (logits.argmax(1) == labels).mean():.2f} % in onnxruntime, "
          f"{100 * (ours.argmax(1) == labels).mean():.2f} % in hardware")
    first = ours[:20].tolist()
    if first != expected["first20_logits"][:len(first)]:
        print("  the hardware's logits are not those of expected.json")
        good = False
    return good


def read_idx(name, header):
    with gzip.open(os.path.join(DATA, name)) as f:
        return numpy.frombuffer(f.read(), numpy.uint8)[header:]


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    pixels = read_idx("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 1, 28, 28)[:count]
    images, labels = pixels.astype(numpy.float32) / numpy.float32(255), read_idx("t10k-labels-idx1-ubyte.gz", 8)[:count]
    with open(os.path.join(FOLDER, "expected.json")) as f:
        expected = json.load(f)
    print(f"onnxruntime {onnxruntime.__version__}, {count} images")
    # Others come from `sluice quantise`, with onnxruntime's logits
    trained = [n for n in sorted(expected) if n.endswith(".onnx") and "first_image" in expected[n]]
    return all([compare(n, images, labels, expected[n]) for n in trained])


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
