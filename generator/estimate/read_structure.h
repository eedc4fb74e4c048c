// SPDX-License-Identifier: Apache-2.0
// What a row of a list says of the structure of a layer's weights and sums.
#pragma once

#include <string>

#include "generator/estimate/layer_list.h"
#include "generator/estimate/text_file.h"

namespace sluice::estimate {

/// Fails if there is a value that `layer`, as a message names it, does not have.
void must_be_empty(const TextTable& table, std::size_t row, const char* heading,
                   const std::string& layer);

/// Blocks of circulant weights, whose shape the layer has.
void read_circulant(const TextTable& table, std::size_t row, const net::ListedTraits& kind,
                    ListedLayer& layer);

/// Transforms of sums, of a layer whose gates are read.
void read_hadamard(const TextTable& table, std::size_t row, const net::ListedTraits& kind,
                   ListedLayer& layer);

}  // namespace sluice::estimate
