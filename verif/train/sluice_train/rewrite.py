# SPDX-License-Identifier: Apache-2.0
"""`gate_` and `quantise_`: what turns a model into one of the accelerator, in place."""
import fnmatch

from torch import nn

from .graphs import (ADD, AVERAGE_POOL, CONCAT, GLOBAL_AVERAGE, HANDS_ON, RELU, RELU6, convolutions, fuse, install,
                     kind_of, module_of, only_user, operands, set_module, source_of)
from .layers import Convolution
from .quantisers import Bytes, Quantiser

ARITHMETIC = {Convolution} | ADD | AVERAGE_POOL | GLOBAL_AVERAGE


def matches(name, patterns):
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


def check_patterns(names, patterns):
    """A pattern that fits nothing is a mistake."""
    for pattern in patterns:
        if not any(fnmatch.fnmatch(name, pattern) for name in names):
            raise ValueError(f"no layer is called '{pattern}'; there are {', '.join(names)}")


def where_it_fits(model, spec, skip, apply, flat=True):
    """Applies something to the layers that can have it, by `spec.misfit`; to Linear ones only if `flat`. The names of
    these, and why others have it not."""
    layers = [(node.target, layer) for node, layer in convolutions(model, fuse(model))]
    check_patterns([name for name, _ in layers], skip)
    made, others = [], {}
    for name, layer in layers:
        if layer.flat and not flat:
            continue
        misfit = "it is skipped" if matches(name, skip) else spec.misfit(layer)
        if misfit is None:
            apply(layer)
            made.append(name)
        else:
            others[name] = misfit
    return made, others


def gate_(model, spec, skip=()):
    """Gives convolutions gates: all that can have them but those that `skip` names (with * and ?) and Linear ones.

    `spec` is a ChannelGating or PrecisionGating. Trained weights stay; the gates are to be trained. Returns the names
    of the gated layers, and why others have none: (["layer1.0.conv1", ..], {"conv1": "3 input channels are no
    multiple of 4"}).
    """
    def add_gate(layer):
        layer.add_gate(spec)
        layer.gate.to(layer.weight.device).train(layer.training)

    gated, others = where_it_fits(model, spec, skip, add_gate, flat=False)
    if not gated:
        raise ValueError(f"no layer can have these gates: {others}")
    return gated, others


def circulant_(model, spec, skip=()):
    """Makes the weights of layers circulant, as a Circulant says, while they are trained: each diagonal of a block is
    its mean. Those that cannot be stay as they are. Returns as `gate_`."""
    return where_it_fits(model, spec, skip, lambda layer: setattr(layer, "circulant", spec.k))


def quantise_(model, weights=8, activations=8, skip=(), input=Bytes(), split=None):
    """Quantises weights and maps in the loop, 8, 4 or 2 bits.

    split    a Split: input channels whose weights have a larger range, of layers with less than 8 bits
    skip     layers that keep 8 bits, weights and inputs (with * and ?)
    input    what a byte of an image means; None: real numbers, whose step is found
    A map has the bits of the layers that read it, through pools and the like; 8 if none does, as in front of an
    addition.
    """
    for bits in (weights, activations):
        if bits not in (8, 4, 2):
            raise ValueError(f"8, 4 or 2 bits, not {bits}")
    graph = fuse(model)
    layers = convolutions(model, graph)
    check_patterns([node.target for node, _ in layers], skip)
    for node in list(graph.nodes):
        if needs_quantiser(model, node):
            insert_quantiser(model, graph, node, bits_of_map(model, node, activations, skip), input)
    share_in_concats(model, graph)
    for node, layer in layers:
        source = module_of(model, source_of(model, operands(node)[0]))
        layer.quantise(8 if matches(node.target, skip) else weights, source, split)
        check_planes(node.target, layer)
    install(model, graph)


def needs_quantiser(model, node):
    """The input, ReLUs, and what is computed where no ReLU follows."""
    if node.op == "placeholder":
        return True
    if node.op == "output":
        return False
    kind = kind_of(model, node)
    if kind in RELU | RELU6:
        return True
    if kind in ARITHMETIC:
        user = only_user(node)
        return user is None or kind_of(model, user) not in RELU | RELU6
    if kind not in HANDS_ON | CONCAT and kind is not Quantiser:
        raise ValueError(f"{node}: the accelerator has no {getattr(kind, '__name__', kind)}")
    return False


def readers_of(model, node):
    """Convolutions that read a map, through what hands it on."""
    readers = []
    for user in node.users:
        kind = kind_of(model, user)
        if kind is Convolution:
            readers.append(user.target)
        elif kind in HANDS_ON | CONCAT:
            readers += readers_of(model, user)
    return readers


def bits_of_map(model, node, activations, skip):
    readers = readers_of(model, node)
    return activations if readers and not any(matches(name, skip) for name in readers) else 8


def is_signed(model, node):
    kind = kind_of(model, node)
    if kind in RELU | RELU6:
        return False
    if kind in AVERAGE_POOL | GLOBAL_AVERAGE:
        return module_of(model, source_of(model, operands(node)[0])).signed
    return True


def insert_quantiser(model, graph, node, bits, byte):
    kind = kind_of(model, node)
    if node.op == "placeholder":
        quantiser = Quantiser.of_bytes(byte) if byte is not None else Quantiser(8, signed=True)
    elif kind in RELU6:
        quantiser = Quantiser(bits, False, 6 / (2 ** bits - 1))
    else:
        quantiser = Quantiser(bits, is_signed(model, node))
    if not hasattr(model, "quantisers"):
        model.quantisers = nn.ModuleDict()
    name = str(node).replace(".", "_")
    model.quantisers[name] = quantiser.train(model.training)
    with graph.inserting_after(node):
        new = graph.create_node("call_module", f"quantisers.{name}", (node,))
    node.replace_all_uses_with(new, lambda user: user is not new)


def share_in_concats(model, graph):
    """What a concatenation joins has one step."""
    for node in graph.nodes:
        if kind_of(model, node) not in CONCAT:
            continue
        sources = [source_of(model, operand) for operand in operands(node)]
        parts = [module_of(model, source) for source in sources]
        shared = Quantiser(max(part.bits for part in parts), any(part.signed for part in parts))
        for source in sources:
            set_module(model, source.target, shared.train(model.training))


def check_planes(name, layer):
    if layer.gate is None or not layer.gate.spec.planes:
        return
    if layer.source.bits == 2 or layer.weight_bits > layer.source.bits // 2:
        raise ValueError(f"{name}: gates that split the {layer.source.bits} bits of its input take weights of at "
                         f"most {layer.source.bits // 2} bits, not {layer.weight_bits}")
    if layer.source.low != 0:
        raise ValueError(f"{name}: gates split unsigned maps, such as those of a ReLU; its input is signed")
