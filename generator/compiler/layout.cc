// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/layout.h"

#include <algorithm>

#include "generator/compiler/errors.h"
#include "generator/compiler/math.h"

namespace sluice::compiler {

std::uint64_t MapLayout::byte_address(int y, int x, int c) const {
  const std::int64_t group = c / channels_per_group;
  const std::int64_t position =
      std::int64_t{y + pad_top} * row_pitch + std::int64_t{x + pad_left} * atoms_per_position;
  const std::int64_t byte = (c % channels_per_group) * bits / 8;
  return address + (group * group_pitch + position) * atom + byte;
}

int MapLayout::bit_offset(int c) const { return (c % channels_per_group) * bits % 8; }

std::uint64_t MapLayout::size() const { return std::uint64_t{1} * groups * group_pitch * atom; }

std::uint8_t MapLayout::pad_byte() const {
  const int field = pad_value & ((1 << bits) - 1);
  int byte = 0;
  for (int bit = 0; bit < 8; bit += bits) byte |= field << bit;
  return static_cast<std::uint8_t>(byte);
}

int container_bits(const Plan& plan, int bits) {
  int best = 8;
  for (const int precision : plan.config.precisions) {
    if (precision >= bits) best = std::min(best, precision);
  }
  return best;
}

int wider_container(const Plan& plan, int bits) {
  return bits == 8 ? 0 : container_bits(plan, bits + 1);
}

int merged_groups(const net::Network& network, const net::Layer& layer, const Plan& plan,
                  int bits) {
  const int inputs = network.maps[layer.input].channels / layer.groups;
  const int outputs = network.maps[layer.output].channels / layer.groups;
  const int atom_channels = plan.config.atom * 8 / bits;
  int merged = std::max(1, plan.config.columns / outputs);
  // A group that does not fill an atom wastes memory: let several blocks share it.
  merged *= std::max(1, atom_channels / (merged * inputs));
  return std::min(merged, layer.groups);
}

Grouping input_grouping(const net::Network& network, const net::Layer& layer, const Plan& plan,
                        int bits, bool gated) {
  const int channels = network.maps[layer.input].channels;
  if (gated) return {layer.gate->partitions, channels / layer.gate->partitions};
  if (!layer.traits().has_weights() || layer.groups == 1) return {1, channels};
  const int merged = merged_groups(network, layer, plan, bits);
  return {ceil_div(layer.groups, merged), merged * (channels / layer.groups)};
}

namespace {

/// Fills in what follows from the channels of a group and the padded size.
MapLayout pack(MapLayout layout, const Plan& plan, int row_residue) {
  layout.atom = plan.config.atom;
  layout.atoms_per_position = ceil_div(layout.channels_per_group * layout.bits, 8 * layout.atom);
  layout.row_pitch = layout.columns * layout.atoms_per_position;
  if (row_residue >= 0) layout.row_pitch += modulo(row_residue - layout.row_pitch, plan.banks);
  layout.group_pitch = memory_group_pitch(layout, PitchRule(plan.banks), plan).value();
  return layout;
}

}  // namespace

namespace {

/// Rows (or columns) from the first that a layer reads to the last, as its padded input has them.
int read_rows(const net::Network& network, const net::Layer& layer) {
  const int height = network.maps[layer.input].height;
  return std::max(layer.pad_top + height,
                  (network.maps[layer.output].height - 1) * layer.stride_h + layer.kernel_h);
}

int read_columns(const net::Network& network, const net::Layer& layer) {
  const int width = network.maps[layer.input].width;
  return std::max(layer.pad_left + width,
                  (network.maps[layer.output].width - 1) * layer.stride_w + layer.kernel_w);
}

/// Other layers can follow any split: those with weights sum over all groups of their input, others
/// take the channels of a block from one.
bool fixes_grouping(const Reader& reader) {
  return reader.gated || (reader.layer->traits().has_weights() && reader.layer->groups > 1);
}

Grouping shared_grouping(const net::Network& network, const std::vector<Reader>& readers,
                         const Plan& plan, int bits) {
  const Reader* fixed = nullptr;
  Grouping grouping{1, network.maps[readers.front().layer->input].channels};
  for (const Reader& reader : readers) {
    if (!fixes_grouping(reader)) continue;
    const Grouping wanted = input_grouping(network, *reader.layer, plan, bits, reader.gated);
    if (fixed == nullptr) {
      fixed = &reader;
      grouping = wanted;
    } else if (wanted.groups != grouping.groups || wanted.channels != grouping.channels) {
      fail(*reader.layer,
           "needs a map in {} groups of {} channels that layer '{}' needs in {} groups of {}; give "
           "gated layers that read one map, or maps that are added, equal partitions",
           wanted.groups, wanted.channels, fixed->layer->name, grouping.groups, grouping.channels);
    }
  }
  return grouping;
}

/// What a row's length must be modulo the number of banks; -1: anything. A tap of a pooling lies in
/// one row, so that others go first.
int row_residue(const std::vector<Reader>& readers, const Plan& plan, int atoms) {
  const Reader* fixed = nullptr;
  int pooling = -1, residue = -1;
  for (const Reader& reader : readers) {
    const net::Layer& layer = *reader.layer;
    if (layer.kernel_h == 1) continue;
    const int wanted = layer.kernel_w * atoms % plan.banks;
    if (layer.traits().reduction == net::Reduction::kTaps) {
      if (pooling < 0) pooling = wanted;
    } else if (fixed == nullptr) {
      fixed = &reader;
      residue = wanted;
    } else if (wanted != residue) {
      fail(layer,
           "reads the same map as layer '{}' with kernels of {} and {} columns, whose rows differ "
           "in length modulo the {} banks; use one width of kernels",
           fixed->layer->name, layer.kernel_w, fixed->layer->kernel_w, plan.banks);
    }
  }
  return fixed != nullptr ? residue : pooling;
}

}  // namespace

MapLayout shared_layout(const net::Network& network, const std::vector<Reader>& readers,
                        const Plan& plan, int bits) {
  const Grouping grouping = shared_grouping(network, readers, plan, bits);
  MapLayout layout;
  layout.groups = grouping.groups;
  layout.channels_per_group = grouping.channels;
  layout.bits = bits;
  layout.pad_value = network.maps[readers.front().layer->input].pad_value;
  for (const Reader& reader : readers) {
    layout.pad_top = std::max(layout.pad_top, reader.layer->pad_top);
    layout.pad_left = std::max(layout.pad_left, reader.layer->pad_left);
  }
  for (const Reader& reader : readers) {
    const net::Layer& layer = *reader.layer;
    layout.rows = std::max(layout.rows, layout.pad_top - layer.pad_top + read_rows(network, layer));
    layout.columns =
        std::max(layout.columns, layout.pad_left - layer.pad_left + read_columns(network, layer));
  }
  const int atoms = ceil_div(grouping.channels * bits, 8 * plan.config.atom);
  return pack(layout, plan, row_residue(readers, plan, atoms));
}

bool reads_padding(const net::Network& network, const net::Layer& layer) {
  const net::FeatureMap& in = network.maps[layer.input];
  return layer.pad_top > 0 || layer.pad_left > 0 || read_rows(network, layer) > in.height ||
         read_columns(network, layer) > in.width;
}

MapLayout result_layout(const net::FeatureMap& map, const Plan& plan, int bits, int groups) {
  MapLayout layout;
  layout.groups = groups;
  layout.channels_per_group = map.channels / groups;
  layout.bits = bits;
  layout.pad_value = map.pad_value;
  layout.rows = map.height;
  layout.columns = map.width;
  return pack(layout, plan, -1);
}

std::optional<int> memory_group_pitch(const MapLayout& layout, const PitchRule& rule,
                                      const Plan& plan) {
  const int word_atoms = plan.config.memory.bytes / layout.atom;
  const int atoms = layout.rows * layout.row_pitch;
  const std::optional<int> words = rule.least(atoms, word_atoms);
  if (words == round_up(atoms, word_atoms)) return words;
  return rule.least(atoms, 1);
}

MapLayout local_layout(MapLayout layout, const PitchRule& rule) {
  layout.local = true;
  layout.group_pitch = rule.least(layout.rows * layout.row_pitch, 1).value();
  return layout;
}

}  // namespace sluice::compiler
