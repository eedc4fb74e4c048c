#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Networks as onnxruntime's quantiser writes them: QDQ and QOperator form, activations of uint8 and int8, weights of
int8 with one scale and with one a channel, and of uint8. Each is evaluated by `sluice accuracy` and by onnxruntime on
the same inputs.

    quantised_set.py SLUICE FOLDER       needs numpy, onnx and onnxruntime

Layers alone may differ by one step, in at most SHARE of their codes. Of whole networks, in which differences add up,
what is the largest output must be so in onnxruntime, to within two steps; of those with several outputs each may differ
by STEPS, in at most MORE of its codes. Ends with 1 if one is refused or differs by more. Weights and inputs are drawn
from a fixed seed.
"""
import itertools
import os
import subprocess
import sys

import numpy
import onnx
import onnxruntime
from onnx import numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.registry import QDQRegistry, QLinearOpsRegistry

from quantised_families import DETECTORS, FAMILIES, MORE_LAYERS
from quantised_networks import LAYERS, NETWORKS, PARTS, RANDOM

SHARE = 0.0005  # of the codes of a layer
STEPS, MORE = 10, 0.02  # a Sigmoid makes several of one
IMAGES = 16
# Activations, weights, and whether these have a scale for each channel. Weights of UINT8 have any zero point.
TYPES = [(QuantType.QUInt8, QuantType.QInt8, False), (QuantType.QUInt8, QuantType.QInt8, True),
         (QuantType.QInt8, QuantType.QInt8, False), (QuantType.QInt8, QuantType.QInt8, True),
         (QuantType.QUInt8, QuantType.QUInt8, False)]
# Operators that the quantiser takes only if asked, and only in QDQ form
FUNCTIONS = ["DepthToSpace", "Elu", "Exp", "GlobalMaxPool", "HardSigmoid", "HardSwish", "Max", "Mean", "Min", "PRelu",
             "ReduceMean", "Softplus", "SpaceToDepth", "Sub", "Tanh"]


def inputs(shape):
    return RANDOM.uniform(0, 1, size=shape).astype(numpy.float32)


class Calibration(CalibrationDataReader):
    def __init__(self, shape):
        self.images = iter([{"input": inputs(shape)} for _ in range(8)])

    def get_next(self):
        return next(self.images, None)


def has_qdq_form_only(graph):
    """What the quantiser leaves real numbers in the other form: some operators, and those that move an input which
    others read, too."""
    kinds = {node.op_type for node in graph.nodes}
    moves = graph.nodes[0].op_type in ("MaxPool", "Pad")
    return not kinds.isdisjoint([*FUNCTIONS, "ConvTranspose"]) or (
        moves and sum("input" in node.input for node in graph.nodes) > 1)


def quantise(source, target, shape, form, kind, weights, per_channel):
    operators = {*QDQRegistry, *QLinearOpsRegistry, *(FUNCTIONS if form == QuantFormat.QDQ else ())}
    quantize_static(source, target, Calibration(shape), quant_format=form, activation_type=kind,
                    weight_type=weights, per_channel=per_channel, op_types_to_quantize=[*operators],
                    extra_options={"ForceQuantizeNoInputCheck": True})


def references(path, images):
    """What each output is, by its name."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(path, options)
    results = [session.run(None, {"input": image[None]}) for image in images]
    names = [output.name for output in session.get_outputs()]
    return {name: numpy.concatenate([result[k] for result in results]) for k, name in enumerate(names)}


def reference(path, images):
    """What the only output is."""
    (result,) = references(path, images).values()
    return result


def step_of(path, output=None):
    """Scale of the DequantizeLinear that gives an output, the first if none is named; Flatten may stand behind."""
    graph = onnx.load(path).graph
    maker = {name: node for node in graph.node for name in node.output}
    last = maker[output or graph.output[0].name]
    last = maker[last.input[0]] if last.op_type == "Flatten" else last
    scales = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    return float(scales[last.input[1]].reshape(-1)[0])


def detector_difference(given, wanted, step):
    if given.shape != wanted.shape:
        return f"shape {given.shape} for {wanted.shape}"
    steps = numpy.rint(abs(given - wanted) / step)
    share = (steps > 0).mean()
    return "" if steps.max() <= STEPS and share <= MORE else f"{steps.max():.0f} steps, {100 * share:.3f} % of codes"


def difference(sluice, path, images, whole):
    """What is wrong, or nothing."""
    numpy.save("images.npy", images)
    result = subprocess.run([sluice, "accuracy", path, "--images", "images.npy", "--outputs", "outputs.npz"],
                            capture_output=True, text=True, check=False)
    if result.returncode != 0:
        return result.stderr.strip()
    given = numpy.load("outputs.npz")
    results = references(path, images)
    if len(results) > 1:
        wrong = [detector_difference(given[name], wanted, step_of(path, name)) for name, wanted in results.items()]
        return ", ".join(filter(None, wrong))
    (wanted,) = results.values()
    given = given["output"].reshape(wanted.shape)
    step = step_of(path)
    if whole:
        chosen = given.argmax(1)
        short = wanted.max(1) - wanted[range(len(images)), chosen]
        return "" if short.max() < 2.5 * step else f"a class {short.max() / step:.0f} steps below the largest"
    steps = numpy.rint(abs(given - wanted) / step)
    share = (steps > 0).mean()
    return "" if steps.max() <= 1 and share <= SHARE else f"{steps.max():.0f} steps, {100 * share:.3f} % of codes"


def main(sluice, folder):
    os.chdir(folder)
    onnxruntime.set_default_logger_severity(3)
    tried, wrong = 0, 0
    makers = [(make.__name__, make, True) for make in NETWORKS] + [(*item, False) for item in LAYERS.items()]
    makers += [(make.__name__, make, True) for make in PARTS + FAMILIES]
    makers += [(*item, False) for item in MORE_LAYERS.items()]
    makers += [(make.__name__, make, True) for make in DETECTORS]
    for name, make, whole in makers:
        graph, output = make()
        outputs = output if isinstance(output, list) else [output]
        onnx.save(graph.model(*outputs), "float.onnx")
        images = numpy.concatenate([inputs(graph.shape) for _ in range(IMAGES)])
        for form, types in itertools.product((QuantFormat.QDQ, QuantFormat.QOperator), TYPES):
            if form == QuantFormat.QOperator and has_qdq_form_only(graph):
                continue
            quantise("float.onnx", "net.onnx", graph.shape, form, *types)
            problem = difference(sluice, "net.onnx", images, whole)
            tried += 1
            wrong += problem != ""
            if problem:
                print(f"{name}, {form.name}, {types}: {problem}")
    print(f"{tried - wrong} of {tried} files as in onnxruntime {onnxruntime.__version__}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), sys.argv[2]))
