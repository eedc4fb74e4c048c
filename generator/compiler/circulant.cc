// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/circulant.h"

#include <algorithm>

namespace sluice::compiler {
namespace {

/// The bytes in which k weights of a mode lie; 0 if they are less than one.
int group_bytes(int size, int mode) { return size * mode / 8; }

/// Whether all blocks of `size` outputs and inputs are circulant, tap by tap. Outputs that fill no
/// block are as those of one.
bool is_circulant(const std::vector<std::int8_t>& weights, int outputs, int inputs, int taps,
                  int size) {
  for (int o = 0; o < outputs; ++o) {
    const int j = o % size;
    const std::int8_t* row = weights.data() + std::size_t{1} * o * inputs * taps;
    const std::int8_t* first = row - std::size_t{1} * j * inputs * taps;
    for (int i = 0; j > 0 && i < inputs; ++i) {
      const int from = i - i % size + (i % size + size - j) % size;
      if (!std::equal(row + i * taps, row + (i + 1) * taps, first + from * taps)) return false;
    }
  }
  return true;
}

bool has_blocks(const net::Layer& layer, int outputs, int inputs, int size) {
  if (layer.weights.empty()) return layer.circulant == size;
  const int taps = layer.kernel_h * layer.kernel_w;
  return is_circulant(layer.weights, outputs, inputs, taps, size) &&
         (layer.more_weights.empty() ||
          is_circulant(layer.more_weights, outputs, inputs, taps, size));
}

}  // namespace

std::vector<int> circulant_sizes(const Mapping& m, const net::Network& network, const Plan& plan) {
  const net::Layer& layer = *m.layer;
  if (!plan.config.circulant || m.by_taps || !layer.traits().has_weights()) return {};
  const int outputs = network.maps[layer.output].channels;
  const int inputs = network.maps[layer.input].channels / layer.groups;
  const auto fits = [&](int size) {
    const int bytes = group_bytes(size, m.mode);
    const bool whole = inputs % size == 0 && m.in.first_channel % size == 0 &&
                       (m.in.groups == 1 || m.in.channels_per_group % size == 0) &&
                       (layer.groups == 1 || outputs / layer.groups % size == 0);
    return bytes >= 1 && bytes <= plan.circulant_bytes && whole;
  };
  std::vector<int> sizes;
  for (int size = 2; plan.config.columns % size == 0; size *= 2) {
    if (fits(size) && has_blocks(layer, outputs, inputs, size)) sizes.insert(sizes.begin(), size);
  }
  return sizes;
}

int circulant_size(const Mapping& m, const std::vector<int>& sizes) {
  const auto fits = [&](int size) {
    const int bytes = group_bytes(size, m.mode);
    const auto whole = [&](int atoms) { return atoms * m.in.atom % bytes == 0; };
    const bool begins = std::all_of(m.blocks.begin(), m.blocks.end(), [&](const Block& block) {
      return block.channels == 0 || block.first_channel % size == 0;
    });
    // All slots of a conditional step are as many as those of a lane's rows, or of a walk's end
    return begins && whole(m.in.atoms_per_position) && whole(m.walk.run) &&
           whole(m.walk.skipped_atoms) && (m.walk.base.count == 1 || whole(m.walk.base.slots));
  };
  const auto found = std::find_if(sizes.begin(), sizes.end(), fits);
  return found == sizes.end() ? 1 : *found;
}

}  // namespace sluice::compiler
