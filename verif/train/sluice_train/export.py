# SPDX-License-Identifier: Apache-2.0
"""From a trained model to an ONNX file of integers."""
import os

from .integer import fold
from .onnx_writer import write


def export(model, file, shape=(3, 32, 32), title=None):
    """Writes a quantised model as ONNX: standard operators, opset 13, every code between layers in the file.

    shape    of an image, (channels, height, width)
    The file takes bytes (UINT8) if the model's input is one of bytes, see `quantise_`, else real numbers. Returns
    whether it takes real numbers.
    """
    real_input = not input_quantiser(model).fixed
    was = model.training
    network = fold(model)
    model.train(was)
    write(network, file, tuple(shape), title or os.path.splitext(os.path.basename(file))[0], real_input)
    return real_input


def input_quantiser(model):
    """The first one."""
    quantisers = getattr(model, "quantisers", None)
    if not quantisers:
        raise ValueError("the model is not quantised: call quantise_ first")
    return next(iter(quantisers.values()))
