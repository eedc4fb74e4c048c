// SPDX-License-Identifier: Apache-2.0
// Precision gating (Zhang et al., "Precision Gating", ICLR 2020): a map whose bits gates split.
//
// Where a layer with such gates reads a map of 2p bits, it lies as two planes of p bits, which are
// the two groups of a map of p bits: the upper halves of all channels, then the lower ones less
// 2^(p-1), so that both are signed. The layer is then one with channel gates over two groups, the
// first of which is the base of all outputs, with the same weights for both. Sums of the base count
// 2^p times; what the lower plane's halves are too small by is in the biases of open outputs.
#pragma once

#include <cstdint>

#include "generator/network/network.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

/// Bits of the planes that a layer reads if its gates are used; 0 if it reads none.
int plane_bits(const net::Layer& layer, bool gated);

/// Bits of the planes as which a map of a fitted network lies; 0 if it lies as it is.
int plane_bits(const net::Network& network, int map, bool gated);

/// Whether a map can lie as planes: layers with such gates read it, no others, and it is neither
/// input nor result, nor a sum with another map.
bool fits_planes(const net::Network& network, int map);

/// The upper half of a value, and the lower one as it is stored.
int upper_plane(int value, int bits);
int lower_plane(int value, int bits);

/// What the lower halves make the sum of an output too small by.
std::int64_t missing_of_lower_plane(const net::Layer& layer, int output, int outputs, int bits);

/// Throws CompileError if the design cannot do the gates of a layer, or planes of its input have
/// different padding.
void check_planes(const net::Network& network, const net::Layer& layer, const Plan& plan);

}  // namespace sluice::compiler
