#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Accuracies of networks that `sluice quantise` makes: bits of weights, ways to clip them, shares of split channels.

    split_table.py SLUICE NETWORK [--images FILE --labels FILE] [quantise options]

NETWORK is a trained integer network, whose weights become real numbers again: ONNX with QLinearConv (those of
verif/networks) or TFLite (those of MLPerf Tiny). Needs numpy and onnx, and the package tflite for TFLite. Options are
those of `sluice quantise`; without --images they are Fashion-MNIST's.
"""
import json
import subprocess
import sys
import tempfile

import numpy
import onnx
from onnx import helper, numpy_helper

BITS, CLIPS, SHARES = (3, 4, 5, 6, 8), ("max", "mse", "aciq", "kl"), ("0", "0.01", "0.02", "0.05")


class Writer:
    """A float network, node by node."""

    def __init__(self, shape):
        self.nodes, self.constants, self.shape = [], [], shape

    def constant(self, values):
        name = f"constant{len(self.constants)}"
        values = numpy.asarray(values)
        values = values.astype(numpy.float32) if values.dtype != numpy.int64 else values
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def node(self, kind, *inputs, name=None, **attributes):
        name = name or f"{kind.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name + "_out"], name, **attributes))
        return name + "_out"

    def save(self, path, result):
        given = helper.make_tensor_value_info("input", onnx.TensorProto.FLOAT, self.shape)
        taken = helper.make_tensor_value_info(result, onnx.TensorProto.FLOAT, None)
        graph = helper.make_graph(self.nodes, "float", [given], [taken], self.constants)
        model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 13)])
        onnx.save(onnx.shape_inference.infer_shapes(model), path)


def attributes_of(node):
    return {a.name: helper.get_attribute_value(a) for a in node.attribute}


def float_of_onnx(path, target):
    """A Relu stands where codes begin at 0; the upper end of codes is not kept."""
    graph = onnx.load(path).graph
    values = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    writer = Writer([d.dim_value for d in graph.input[0].type.tensor_type.shape.dim])
    now = {graph.input[0].name: "input"}
    for node in graph.node:
        x = now[node.input[0]]
        if node.op_type == "QLinearConv":
            w, scale, zero, bias = (values[node.input[k]] for k in (3, 4, 5, 8))
            steps = w.astype(float) - zero.reshape(-1, 1, 1, 1)
            y = writer.node("Conv", x, writer.constant(steps * scale.reshape(-1, 1, 1, 1)),
                            writer.constant(bias * scale * values[node.input[1]]),
                            name=node.name.split("/")[0], **attributes_of(node))
            x = y if values[node.input[7]] else writer.node("Relu", y)
        elif "QuantizeLinear" not in node.op_type and node.op_type != "DequantizeLinear":
            x = writer.node(node.op_type, x, **attributes_of(node))
        now[node.output[0]] = x
    writer.save(target, x)


class TfliteReader:
    """The operators of MLPerf Tiny's residual networks."""

    def __init__(self, path):
        import tflite  # pylint: disable=import-outside-toplevel
        self.lib = tflite
        with open(path, "rb") as file:
            self.model = tflite.Model.GetRootAsModel(file.read(), 0)
        self.graph = self.model.Subgraphs(0)

    def scale(self, index):
        return self.graph.Tensors(index).Quantization().ScaleAsNumpy()

    def zero(self, index):
        return self.graph.Tensors(index).Quantization().ZeroPointAsNumpy()[0]

    def shape(self, index):
        return self.graph.Tensors(index).ShapeAsNumpy()

    def real(self, index, kind):
        tensor = self.graph.Tensors(index)
        data = self.model.Buffers(tensor.Buffer()).DataAsNumpy().view(kind).reshape(tensor.ShapeAsNumpy())
        scale = self.scale(index)
        return data * scale.reshape([-1] + [1] * (data.ndim - 1)).astype(float)

    def options(self, operator, kind):
        options, table = kind(), operator.BuiltinOptions()
        options.Init(table.Bytes, table.Pos)
        return options

    def write(self, target):
        lib, graph = self.lib, self.graph
        first = graph.InputsAsNumpy()[0]
        _, height, width, channels = self.shape(first)
        writer = Writer([1, int(channels), int(height), int(width)])
        now = {first: "input"}
        for k in range(graph.OperatorsLength()):
            operator = graph.Operators(k)
            code = self.model.OperatorCodes(operator.OpcodeIndex()).DeprecatedBuiltinCode()
            ins, out = operator.InputsAsNumpy(), operator.OutputsAsNumpy()[0]
            x, activation = now[ins[0]], 0
            if code == lib.BuiltinOperator.CONV_2D:
                options = self.options(operator, lib.Conv2DOptions)
                weights = self.real(ins[1], numpy.int8).transpose(0, 3, 1, 2)
                if ins[0] == first:  # its values are bytes over 255
                    assert self.zero(first) == -128
                    weights = weights * 255 * self.scale(first)[0]
                x = writer.node("Conv", x, writer.constant(weights), writer.constant(self.real(ins[2], numpy.int32)),
                                name=f"conv{k}", auto_pad="SAME_UPPER", kernel_shape=weights.shape[2:],
                                strides=[options.StrideH(), options.StrideW()])
                activation = options.FusedActivationFunction()
            elif code == lib.BuiltinOperator.ADD:
                activation = self.options(operator, lib.AddOptions).FusedActivationFunction()
                x = writer.node("Add", x, now[ins[1]])
            elif code == lib.BuiltinOperator.AVERAGE_POOL_2D:
                x = writer.node("GlobalAveragePool", x)
            elif code == lib.BuiltinOperator.RESHAPE:
                x = writer.node("Flatten", x)
            elif code == lib.BuiltinOperator.FULLY_CONNECTED:
                x = writer.node("Gemm", x, writer.constant(self.real(ins[1], numpy.int8)),
                                writer.constant(self.real(ins[2], numpy.int32)), name="dense", transB=1)
            elif code != lib.BuiltinOperator.SOFTMAX:
                raise SystemExit(f"operator {code} is not known")
            now[out] = x = writer.node("Relu", x) if activation == 1 else x
        writer.save(target, x)


def accuracies(program, network, options):
    """Of the float network and the quantised one, in percent."""
    run = subprocess.run([program, "quantise", network, "-o", network + ".q.onnx", "--json", *options],
                         capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise SystemExit(run.stdout + run.stderr)
    found = json.loads(run.stdout)["accuracy"]
    return [100 * found[kind]["accuracy"] for kind in ("float", "quantised")]


def main():
    program, network, *options = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/float.onnx"
        if network.endswith(".tflite"):
            TfliteReader(network).write(path)
        else:
            float_of_onnx(network, path)
        print("| bits | clip | " + " | ".join(SHARES) + " |\n|" + "---|" * (len(SHARES) + 2), flush=True)
        for bits in BITS:
            for clip in CLIPS:
                row = []
                for share in SHARES if bits < 8 else SHARES[:1]:
                    real, codes = accuracies(program, path, ["--bits", str(bits), "--clip-weights", clip,
                                                             "--split", share, *options])
                    row.append(f"{codes:.2f} %")
                print(f"| {bits} | {clip} | " + " | ".join(row) + " |", flush=True)
        print(f"\nfloat: {real:.2f} %")


if __name__ == "__main__":
    main()
