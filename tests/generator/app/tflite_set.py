#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""TFLite files, evaluated by `sluice accuracy` and by TFLite's interpreter on the same random inputs.

    tflite_set.py SLUICE FOLDER FILE...      needs numpy and ai_edge_litert (or tflite_runtime)

Each operator with one map as input is cut out, as a file of its own whose input is that map, and gets the
interpreter's values there: its output may differ by one step. Of the whole network, what is the largest output must be
so in the interpreter, to within a step of the layer before Softmax. Ends with 1 if something differs by more.
"""
import struct
import subprocess
import sys

import numpy

try:
    from ai_edge_litert.interpreter import Interpreter, OpResolverType
except ImportError:
    from tflite_runtime.interpreter import Interpreter, OpResolverType

IMAGES = 16
RANDOM = numpy.random.default_rng(1)
SUBGRAPHS, INPUTS, OUTPUTS = 2, 1, 2  # numbers of fields: of the model, of a subgraph
LEFT_OUT = {"RESHAPE", "SOFTMAX", "SQUEEZE", "EXPAND_DIMS"}  # no layers


def number(data, at, kind="<i"):
    return struct.unpack_from(kind, data, at)[0]


def field(data, table, index):
    """Where a field of a table lies."""
    fields = table - number(data, table)
    return table + number(data, fields + 4 + 2 * index, "<H")


def follow(data, at):
    return at + number(data, at, "<I")


def cut(data, source, target):
    """The file with one input and one output, tensors `source` and `target`."""
    data = bytearray(data)
    graph = follow(data, follow(data, field(data, follow(data, 0), SUBGRAPHS)) + 4)
    for index, tensor in ((INPUTS, source), (OUTPUTS, target)):
        struct.pack_into("<i", data, follow(data, field(data, graph, index)) + 4, tensor)
    return bytes(data)


def interpreter_of(path):
    # Delegates leave no tensors to look at.
    interpreter = Interpreter(path, experimental_preserve_all_tensors=True,
                              experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
    interpreter.allocate_tensors()
    return interpreter


def evaluate(interpreter, images):
    """All tensors of all images, by index."""
    values = {}
    index = interpreter.get_input_details()[0]["index"]
    for image in images:
        interpreter.set_tensor(index, image[None])
        interpreter.invoke()
        for detail in interpreter.get_tensor_details():
            try:
                values.setdefault(detail["index"], []).append(interpreter.get_tensor(detail["index"]).copy())
            except ValueError:
                continue  # scratch memory
    return {index: numpy.concatenate(all) for index, all in values.items() if all[0].ndim > 0}


def sluice(program, folder, path, images):
    numpy.save(f"{folder}/images.npy", images)
    command = [program, "accuracy", path, "--images", f"{folder}/images.npy", "--count", str(len(images)),
               "--outputs", f"{folder}/results.npz"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise RuntimeError(result.stderr.strip())
    return numpy.load(f"{folder}/results.npz")["codes"]


def check(program, folder, path):
    with open(path, "rb") as file:
        data = file.read()
    interpreter = interpreter_of(path)
    given = interpreter.get_input_details()[0]
    images = RANDOM.integers(-128, 128, size=(IMAGES, *given["shape"][1:])).astype(given["dtype"])
    values = evaluate(interpreter, images)
    operators = interpreter._get_ops_details()
    made = {given["index"], *(index for operator in operators for index in operator["outputs"])}
    layers, worst, codes, differing = 0, 0, 0, 0
    for operator in operators:
        inputs = [index for index in operator["inputs"] if index in made]
        output = operator["outputs"][0]
        if operator["op_name"] in LEFT_OUT or len(inputs) != 1 or inputs[0] not in values or output not in values:
            continue
        with open(f"{folder}/layer.tflite", "wb") as file:
            file.write(cut(data, inputs[0], output))
        result = sluice(program, folder, f"{folder}/layer.tflite", values[inputs[0]])
        difference = numpy.abs(result.astype(int) - values[output].reshape(result.shape))
        layers, worst = layers + 1, max(worst, difference.max())
        codes, differing = codes + difference.size, differing + (difference > 0).sum()
    last = operators[-1]
    logits = last["inputs"][0] if last["op_name"] == "SOFTMAX" else last["outputs"][0]
    with open(f"{folder}/whole.tflite", "wb") as file:
        file.write(cut(data, given["index"], logits))
    result = sluice(program, folder, f"{folder}/whole.tflite", images).reshape(IMAGES, -1).astype(int)
    wanted = values[logits].reshape(IMAGES, -1).astype(int)
    chosen = numpy.take_along_axis(wanted, result.argmax(1)[:, None], 1)[:, 0]
    same = int((wanted.max(1) - chosen <= 1).sum())
    print(f"{path.split('/')[-1]}: {layers} layers within {worst} step(s), {differing} of {codes} codes differ; "
          f"results within {numpy.abs(result - wanted).max()}, {same} of {IMAGES} classes as in TFLite")
    return worst <= 1 and same == IMAGES


def main():
    program, folder, files = sys.argv[1], sys.argv[2], sys.argv[3:]
    good = sum([check(program, folder, path) for path in files])
    print(f"{good} of {len(files)} files as in TFLite")
    return 0 if good == len(files) else 1


if __name__ == "__main__":
    sys.exit(main())
