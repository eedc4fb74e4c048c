#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What `sluice quantise` writes: loaded and run by onnxruntime, and by `sluice accuracy`, on the same inputs.

    quantise_set.py SLUICE FOLDER       needs numpy, onnx and onnxruntime

The networks are those of tests/generator/quantise/float_networks.py. Of each file the results in onnxruntime must be
those of the float network, but for some noise; and the class that Sluice finds must be
onnxruntime's, to within two steps. Files with operators that Sluice does not run are only run in onnxruntime.
"""
import os
import subprocess
import sys

import numpy
import onnx
import onnxruntime

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "quantise"))
import float_networks  # noqa: E402
from quantised_set import reference, step_of  # noqa: E402

OWN = [float_networks.resnet8_bn, float_networks.mobilenet_bn, float_networks.exported]
FLOAT_PARTS = [float_networks.activations, float_networks.shapes, float_networks.up]
# Options, and the noise that is allowed: with 4 bits any, there is too little left of random weights
VARIANTS = [([], 0.1), (["--activations", "int8", "--clip", "max"], 0.1), (["--per-tensor"], 0.1),
            (["--clip", "aciq"], 0.1), (["--bits", "4x4"], 10), (["--bits", "6", "--split", "0.05"], 10),
            (["--bits", "4x4", "--split", "0.02"], 10)]


def sluice(program, *arguments):
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


def allowed():
    """How far below the largest result a class may be: two steps, or what is seen of them behind a Softmax."""
    last = onnx.load("net.onnx").graph.node[-1]
    return 2.5 * step_of("net.onnx") if last.op_type == "DequantizeLinear" else 0.05


def problem_of(program, options, most, images, runs):
    """What is wrong, or nothing."""
    made = sluice(program, "quantise", "float.onnx", "-o", "net.onnx", "--images", "images.npy", *options)
    if made.returncode != 0:
        return made.stderr.strip()
    onnx.checker.check_model("net.onnx", full_check=True)
    wanted, given = reference("float.onnx", images), reference("net.onnx", images)
    noise = (((wanted - given) ** 2).mean() / (wanted ** 2).mean()) ** 0.5
    if not noise < most:
        return f"has a noise of {noise:.3f} of the float network's results"
    if not runs:
        return ""
    result = sluice(program, "accuracy", "net.onnx", "--images", "images.npy", "--outputs", "outputs.npz")
    if result.returncode != 0:
        return result.stderr.strip()
    own = numpy.load("outputs.npz")["output"].reshape(given.shape)
    chosen = own.reshape(len(images), -1).argmax(1)
    short = given.max(1) - given[range(len(images)), chosen] if given.ndim == 2 else numpy.zeros(1)
    return "" if short.max() < allowed() else f"a class {short.max():.3f} below the largest"


def main(program, folder):
    os.chdir(folder)
    onnxruntime.set_default_logger_severity(3)
    tried, wrong = 0, 0
    for make in float_networks.SHARED + OWN + FLOAT_PARTS:
        graph, output = make()
        model = graph.model(output)
        model.opset_import[0].version = 15
        onnx.save(model, "float.onnx")
        images = numpy.random.default_rng(7).uniform(0, 1, size=(16, *graph.shape[1:])).astype(numpy.float32)
        numpy.save("images.npy", images)
        for options, most in VARIANTS:
            if os.path.exists("net.onnx"):
                os.remove("net.onnx")
            problem = problem_of(program, options, most, images, make not in FLOAT_PARTS)
            tried += 1
            wrong += problem != ""
            if problem:
                print(f"{make.__name__} {' '.join(options)}: {problem}")
    print(f"{tried - wrong} of {tried} files as in onnxruntime {onnxruntime.__version__}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), sys.argv[2]))
