# SPDX-License-Identifier: Apache-2.0
"""Trains networks for Sluice's accelerators: gates, quantisation in the loop, ONNX files of integers.

    from sluice_train import ChannelGating, export, gate_, quantise_, train
    gate_(model, ChannelGating(partitions=4, block=4, share=0.15), skip=["conv1", "fc"])
    quantise_(model, weights=8, activations=8)
    train(model, data, epochs=30)
    export(model, "net.onnx")
"""
from .data import ImageSet, from_dataset
from .export import export
from .gates import ChannelGating, PrecisionGating, open_shares
from .quantisers import Bytes
from .rewrite import circulant_, gate_, quantise_
from .techniques import ChannelShuffle, Circulant, Hadamard, Split
from .tool import Cycles, check
from .training import Distilled, accuracy, settle, train

__all__ = ["Bytes", "ChannelGating", "ChannelShuffle", "Circulant", "Cycles", "Distilled", "Hadamard", "ImageSet",
           "PrecisionGating", "Split", "accuracy", "check", "circulant_", "export", "from_dataset",
           "gate_", "open_shares", "quantise_", "settle", "train"]
