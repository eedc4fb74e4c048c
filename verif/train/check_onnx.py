#!/usr/bin/python3
"""Runs the ONNX files in ../networks with the standard's meaning of every operator (numpy and torch, one
image batch at a time) and compares with expected.json. This is independent of the emulation in integer.py:
it reads nothing but the files, and rounds as ONNX says (float scales, half to even), so single codes may
differ by one from the hardware's rounding.

    check_onnx.py [number of test images, 1000 if absent]
"""
import json
import os
import sys

import numpy
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

from train import HERE, dataset

CASTS = {onnx.TensorProto.INT32: torch.int32, onnx.TensorProto.BOOL: torch.bool,
         onnx.TensorProto.FLOAT: torch.float32}
FOLDER = os.path.join(HERE, "..", "networks")


def convolution(x, w, a):
    """Sums of products; exact in float64 whatever the sizes."""
    pads = a["pads"]
    assert len(set(pads)) == 1 and a["strides"] == [1, 1]
    return F.conv2d(x.double(), w.double(), padding=pads[0], groups=a["group"]).round().to(torch.int32)


def quantise(x, scale, zero):
    limits = torch.iinfo(zero.dtype)
    return (torch.round(x / scale) + zero).clamp(limits.min, limits.max).to(zero.dtype)


def qlinear_conv(i, a):
    x, xs, _, w, ws, _, ys, yz, bias = i
    acc = convolution(x, w, a) + bias.view(1, -1, 1, 1)
    return quantise(acc.double() * (xs.double() * ws.double() / ys.double()).view(1, -1, 1, 1), 1.0, yz)


def batched(shape, x):
    """The files are written for one image; here the first dimension is the number of images."""
    return [x.shape[0]] + shape.tolist()[1:]


OPERATORS = {
    "QLinearConv": qlinear_conv,
    "ConvInteger": lambda i, a: convolution(i[0], i[1], a),
    "MaxPool": lambda i, a: F.max_pool2d(i[0].float(), a["kernel_shape"], a["strides"]).to(i[0].dtype),
    "Clip": lambda i, a: i[0].clamp(int(i[1]), int(i[2])),
    "Greater": lambda i, a: i[0] > i[1],
    "Cast": lambda i, a: i[0].to(CASTS[a["to"]]),
    "Reshape": lambda i, a: i[0].reshape(batched(i[1], i[0])),
    "Expand": lambda i, a: i[0].expand(batched(i[1], i[0])),
    "ReduceMax": lambda i, a: i[0].amax(a["axes"], keepdim=bool(a["keepdims"])),
    "Where": lambda i, a: torch.where(i[0], i[1], i[2]),
    "Add": lambda i, a: i[0] + i[1],
    "Mul": lambda i, a: i[0] * i[1],
    "QuantizeLinear": lambda i, a: quantise(i[0], i[1], i[2]),
    "DequantizeLinear": lambda i, a: (i[0].float() - i[2]) * i[1],
    "GlobalAveragePool": lambda i, a: i[0].mean((2, 3), keepdim=True),
    "Flatten": lambda i, a: i[0].flatten(a["axis"]),
}


def run(model, images):
    values = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in model.graph.initializer}
    values["image"] = images
    for node in model.graph.node:
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        values[node.output[0]] = OPERATORS[node.op_type]([values[n] for n in node.input], attributes)
    return values["logits"]


def main():
    torch.set_num_threads(1)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    images, labels = dataset("t10k")
    images, labels = images[:count].to(torch.uint8), labels[:count]
    with open(os.path.join(FOLDER, "expected.json")) as f:
        expected = json.load(f)
    for name in sorted(n for n in expected if n.endswith(".onnx")):
        model = onnx.load(os.path.join(FOLDER, name))
        onnx.checker.check_model(model)
        logits = torch.cat([run(model, part) for part in images.split(100)])
        right = (logits.argmax(1) == labels).double().mean().item()
        wanted = torch.tensor(expected[name]["first20_logits"])
        away = (logits[:20].int() - wanted).abs()
        print(f"{name}: {100 * right:.2f} % of {count}; first 20 images: largest difference of a logit "
              f"{away.max().item()}, same answer in {(logits[:20].argmax(1) == wanted.argmax(1)).sum().item()}")


if __name__ == "__main__":
    main()
