// SPDX-License-Identifier: Apache-2.0
// Brings a float network to the form that is quantised, without changing what it computes: few
// operators, each with constant weights and a bias.
#pragma once

#include "generator/quantise/float_network.h"

namespace sluice::quantise {

/// In this order:
///  - Identity and Dropout go;
///  - what depends on constants and shapes alone becomes a constant;
///  - MatMul of a flat map with a constant becomes Gemm, and takes an Add behind it as its bias;
///    Gemm gets the form x * transpose(W) + b;
///  - Pad with zeros before Conv becomes its padding;
///  - BatchNormalization, and Add, Sub, Mul and Div with a constant, one value or one a channel,
///    become part of the Conv, ConvTranspose or Gemm before them, if nothing else reads its result;
///  - nodes and constants that nothing reads go.
/// Throws UserError if the network cannot be evaluated.
void simplify(FloatNetwork& network);

/// The steps, for tests and for networks that need a step alone.
void drop_copies(FloatNetwork& network);
void fold_constants(FloatNetwork& network);
void fold_affine(FloatNetwork& network);
void drop_unread(FloatNetwork& network);

/// Writes a constant that a node reads at `index`: in place where the node is its one reader, else
/// as a new one.
void replace_constant(FloatNetwork& network, Node& node, int index, Tensor value);

}  // namespace sluice::quantise
