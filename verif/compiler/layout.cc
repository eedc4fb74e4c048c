#include "compiler/layout.h"

#include <algorithm>

#include "compiler/math.h"

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
  if (layer.kind == net::LayerKind::kMaxPool || layer.groups == 1) return {1, channels};
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
  layout.group_pitch =
      round_up(layout.rows * layout.row_pitch, plan.config.memory.bytes / layout.atom);
  return layout;
}

}  // namespace

MapLayout input_layout(const net::Network& network, const net::Layer& layer, const Plan& plan,
                       int bits, bool gated) {
  const net::FeatureMap& in = network.maps[layer.input];
  const net::FeatureMap& out = network.maps[layer.output];
  const Grouping grouping = input_grouping(network, layer, plan, bits, gated);
  MapLayout layout;
  layout.groups = grouping.groups;
  layout.channels_per_group = grouping.channels;
  layout.bits = bits;
  layout.pad_value = in.pad_value;
  layout.pad_top = layer.pad_top;
  layout.pad_left = layer.pad_left;
  layout.rows =
      std::max(layer.pad_top + in.height, (out.height - 1) * layer.stride_h + layer.kernel_h);
  layout.columns =
      std::max(layer.pad_left + in.width, (out.width - 1) * layer.stride_w + layer.kernel_w);
  const int atoms = ceil_div(grouping.channels * bits, 8 * plan.config.atom);
  return pack(layout, plan, layer.kernel_h > 1 ? layer.kernel_w * atoms : -1);
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

MapLayout local_layout(MapLayout layout) {
  layout.local = true;
  layout.group_pitch = layout.rows * layout.row_pitch;
  return layout;
}

}  // namespace sluice::compiler
