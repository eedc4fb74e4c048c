// SPDX-License-Identifier: Apache-2.0
#include "generator/estimate/read_structure.h"

#include <fmt/format.h>

#include "generator/network/network.h"

namespace sluice::estimate {

void must_be_empty(const TextTable& table, std::size_t row, const char* heading,
                   const std::string& layer) {
  const Cell cell = table.cell(row, heading);
  if (cell.text.empty()) return;
  table.fail(cell, fmt::format("found '{}' as {}, which {} does not have; leave it empty",
                               cell.text, heading, layer));
}

/// Blocks are whole: of the channels of a group, and of its outputs if there are several groups.
void read_circulant(const TextTable& table, std::size_t row, const net::ListedTraits& kind,
                    ListedLayer& layer) {
  const Cell cell = table.cell(row, "circulant");
  if (cell.text.empty()) return;
  const int inputs = layer.channels / layer.groups, outputs = layer.outputs / layer.groups;
  if (!kind.own_weights || inputs == 1) {
    must_be_empty(table, row, "circulant", fmt::format("a {} of this shape", kind.spelling));
  }
  layer.circulant = table.number(row, "circulant", 1, 64);
  const bool power = (layer.circulant & (layer.circulant - 1)) == 0;
  const bool whole = layer.groups == 1 || outputs % layer.circulant == 0;
  if (power && whole && inputs % layer.circulant == 0) return;
  table.fail(cell,
             fmt::format("found circulant blocks of {} channels; allowed are powers of two that "
                         "divide the {} channels and, of several groups, the {} outputs of one",
                         layer.circulant, inputs, outputs));
}

void read_hadamard(const TextTable& table, std::size_t row, const net::ListedTraits& kind,
                   ListedLayer& layer) {
  const Cell cell = table.cell(row, "hadamard");
  if (cell.text.empty()) return;
  if (!kind.own_weights) must_be_empty(table, row, "hadamard", fmt::format("a {}", kind.spelling));
  if (layer.gate) must_be_empty(table, row, "hadamard", "a layer with gates");
  layer.hadamard = table.number(row, "hadamard", 4, net::kLargestHadamard);
  const bool power = (layer.hadamard & (layer.hadamard - 1)) == 0;
  if (power && layer.outputs % layer.hadamard == 0) return;
  table.fail(cell, fmt::format("found a transform of {} channels; allowed are powers of two that "
                               "divide the {} outputs",
                               layer.hadamard, layer.outputs));
}

}  // namespace sluice::estimate
