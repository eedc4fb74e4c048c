# SPDX-License-Identifier: Apache-2.0
"""The graph of a model, and changes to it in place.

A model stays the object that it is: its `forward` becomes that of the changed graph (torch.fx), its submodules are
those that the graph names. Parameters, `state_dict`, `train`, `eval`, `to` and `copy.deepcopy` work as before.
"""
import operator
import types

import torch
import torch.fx
import torch.nn.functional as F
from torch import nn

from .layers import Convolution
from .quantisers import Quantiser
from .techniques import ChannelShuffle, Hadamard

RELU = {nn.ReLU, F.relu, torch.relu, "relu", "relu_"}
RELU6 = {nn.ReLU6, F.relu6}
ADD = {operator.add, operator.iadd, torch.add, "add", "add_"}
CONCAT = {torch.cat, getattr(torch, "concat", torch.cat)}
MAX_POOL = {nn.MaxPool2d, F.max_pool2d, torch.max_pool2d}
AVERAGE_POOL = {nn.AvgPool2d, F.avg_pool2d}
GLOBAL_AVERAGE = {nn.AdaptiveAvgPool2d, F.adaptive_avg_pool2d, "mean", torch.mean}
FLATTEN = {nn.Flatten, torch.flatten, "flatten", "view", "reshape", torch.reshape}
NOTHING = {nn.Identity, nn.Dropout, nn.Dropout2d, F.dropout, "contiguous"}
SHUFFLE = {nn.ChannelShuffle, ChannelShuffle}
# What hands codes on as they are
HANDS_ON = MAX_POOL | FLATTEN | NOTHING | SHUFFLE


LEAVES = (ChannelShuffle, Convolution, Hadamard, Quantiser)


class Tracer(torch.fx.Tracer):
    def is_leaf_module(self, module, name):
        return isinstance(module, LEAVES) or super().is_leaf_module(module, name)


def graph_of(model):
    """Of a changed model what it has; else it is traced."""
    return model.__dict__.get("sluice_graph") or Tracer().trace(model)


def install(model, graph):
    """Gives a model the graph in place of its forward method."""
    for node in reversed(list(graph.nodes)):
        if node.op not in ("placeholder", "output") and not node.users:
            graph.erase_node(node)
    module = torch.fx.GraphModule(model, graph, type(model).__name__)
    model.__dict__["sluice_graph"] = graph
    model.__dict__["forward"] = types.MethodType(type(module).forward, model)


def module_of(model, node):
    """The module that a node calls, or None."""
    return model.get_submodule(node.target) if node.op == "call_module" else None


def kind_of(model, node):
    """What a node does: a module's class, a function, or a method's name."""
    module = module_of(model, node)
    return type(module) if module is not None else node.target


def set_module(model, path, module):
    parent, _, name = path.rpartition(".")
    setattr(model.get_submodule(parent), name, module)


def operands(node):
    """The maps that a node reads."""
    return node.all_input_nodes


def only_user(node):
    return next(iter(node.users)) if len(node.users) == 1 else None


def source_of(model, node):
    """The quantiser's node from which codes come to `node` through what hands them on."""
    while not isinstance(module_of(model, node), Quantiser):
        if node.op == "placeholder" or kind_of(model, node) not in HANDS_ON | CONCAT:
            raise ValueError(f"{node}: no quantiser stands in front")
        node = operands(node)[0]
    return node


def fuse(model):
    """Each Conv2d and Linear, with a Hadamard and the BatchNorm2d behind it, becomes a Convolution. Returns the
    graph."""
    graph = graph_of(model)
    for node in list(graph.nodes):
        layer = module_of(model, node)
        if type(layer) not in (nn.Conv2d, nn.Linear):
            continue
        check_layer(node.target, layer)
        transform = take_behind(model, graph, node, Hadamard)
        norm = take_behind(model, graph, node, nn.BatchNorm2d)
        made = Convolution(layer, norm, transform).to(layer.weight.device).train(layer.training)
        set_module(model, node.target, made)
    for node in graph.nodes:
        norm = module_of(model, node)
        if type(norm) is nn.BatchNorm2d:
            set_module(model, node.target, scaling(norm))
    install(model, graph)
    return graph


def scaling(norm):
    """A BatchNorm2d with no convolution in front, as a depthwise convolution of ones."""
    count = norm.num_features
    ones = nn.Conv2d(count, count, 1, groups=count, bias=False)
    ones.weight.data.fill_(1.0)
    made = Convolution(ones, norm).to(norm.running_mean.device).train(norm.training)
    made.weight.requires_grad_(False)
    return made


def take_behind(model, graph, node, kind):
    """The module of a kind that alone reads a node, which takes its place in the graph; or None."""
    user = only_user(node)
    module = module_of(model, user) if user is not None else None
    if not isinstance(module, kind):
        return None
    user.replace_all_uses_with(node)
    graph.erase_node(user)
    set_module(model, user.target, nn.Identity())
    return module


def check_layer(name, layer):
    if isinstance(layer, nn.Conv2d) and (isinstance(layer.padding, str) or layer.padding_mode != "zeros"):
        raise ValueError(f"{name}: padding must be numbers, of zeros; found {layer.padding!r}, "
                         f"{layer.padding_mode!r}")


def convolutions(model, graph):
    """Node and layer of each, in order."""
    layers = [(node, module_of(model, node)) for node in graph.nodes]
    return [(node, layer) for node, layer in layers if isinstance(layer, Convolution)]
