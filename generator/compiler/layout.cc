// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/layout.h"

#include <algorithm>
#include <numeric>

#include "generator/compiler/channel_groups.h"
#include "generator/compiler/errors.h"
#include "generator/compiler/joined_taps.h"
#include "generator/compiler/math.h"
#include "generator/compiler/reduction.h"

namespace sluice::compiler {

std::uint64_t MapLayout::byte_address(int y, int x, int c) const {
  const std::int64_t row = first_row + y * row_step + pad_top;
  const std::int64_t column = first_column + x * column_step + pad_left;
  const std::int64_t position = row * row_pitch + column * atoms_per_position;
  const int place = place_of(c);
  const std::int64_t byte = channel_of(place) * bits / 8;
  return address + (std::int64_t{group_of(place)} * group_pitch + position) * atom + byte;
}

int MapLayout::bit_offset(int c) const { return channel_of(place_of(c)) * bits % 8; }

std::uint64_t MapLayout::size() const { return std::uint64_t{1} * groups * group_pitch * atom; }

std::uint8_t MapLayout::pad_byte() const {
  const int field = pad_value & ((1 << bits) - 1);
  int byte = 0;
  for (int bit = 0; bit < 8; bit += bits) byte |= field << bit;
  return static_cast<std::uint8_t>(byte);
}

bool is_depthwise(const net::Network& network, const net::Layer& layer) {
  return layer.groups > 1 && layer.groups == network.maps[layer.input].channels &&
         layer.groups == network.maps[layer.output].channels;
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

bool goes_by_taps(const net::Network& network, const net::Layer& layer, const Plan& plan, int bits,
                  int channels) {
  if (!layer.traits().has_weights()) return true;
  if (!is_depthwise(network, layer)) return false;
  if (prefers_taps(network, layer, plan, bits)) return true;
  const Grouping wanted = input_grouping(network, layer, plan, bits, false);
  return channels != wanted.channels || !groups_hold(network, layer.input, wanted);
}

bool groups_hold(const net::Network& network, int map, const Grouping& grouping) {
  const net::Place place = net::place_of(network, map);
  const int all = network.maps[place.root].channels;
  if (place.root == map) return true;
  return place.channels.first % grouping.channels == 0 &&
         place.channels.count % grouping.channels == 0 && all % grouping.channels == 0;
}

MapLayout read_layout(MapLayout whole, const net::Network& network, int map) {
  const net::Place place = net::place_of(network, map);
  if (place.root == map) return whole;
  const int first = place.channels.first / whole.channels_per_group;
  const int end = ceil_div(place.channels.first + place.channels.count, whole.channels_per_group);
  whole.groups = end - first;
  whole.first_group = first;
  whole.address += std::int64_t{first} * whole.group_pitch * whole.atom;
  whole.first_channel = place.channels.first % whole.channels_per_group;
  whole.part_channels = place.channels.count;
  whole.first_row = place.rows.first;
  whole.first_column = place.columns.first;
  return whole;
}

MapLayout written_layout(MapLayout whole, const net::Network& network, int map) {
  const net::Place place = net::place_of(network, map);
  whole.first_channel = place.channels.first;
  whole.first_row = place.rows.first;
  whole.first_column = place.columns.first;
  whole.row_step = place.rows.step;
  whole.column_step = place.columns.step;
  whole.followed = place.channels.first + place.channels.count < network.maps[place.root].channels;
  return whole;
}

Grouping input_grouping(const net::Network& network, const net::Layer& layer, const Plan& plan,
                        int bits, bool gated) {
  const int channels = network.maps[layer.input].channels;
  if (gated && layer.gate->plane_bits > 0) return {2, channels};
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
  if (row_residue >= 0) {
    layout.row_pitch = congruent_from(layout.row_pitch, row_residue, plan.banks);
  }
  layout.group_pitch = memory_group_pitch(layout, PitchRule(plan.banks), plan).value();
  return layout;
}

}  // namespace

namespace {

/// The map that holds a layer's input.
const net::FeatureMap& root_map(const net::Network& network, const net::Layer& layer) {
  return network.maps[net::place_of(network, layer.input).root];
}

/// Rows (or columns) from the first that a layer reads to the last, as its padded input has them.
int read_rows(const net::Network& network, const net::Layer& layer) {
  const int height = root_map(network, layer).height;
  return std::max(layer.pad_top + height,
                  (network.maps[layer.output].height - 1) * layer.stride_h + layer.kernel_h);
}

int read_columns(const net::Network& network, const net::Layer& layer) {
  const int width = root_map(network, layer).width;
  return std::max(layer.pad_left + width,
                  (network.maps[layer.output].width - 1) * layer.stride_w + layer.kernel_w);
}

/// Other layers can follow any split: those with weights sum over all groups of their input, others
/// take the channels of a block from one.
bool fixes_grouping(const Reader& reader) {
  return reader.gated || (reader.layer->traits().has_weights() && reader.layer->groups > 1);
}

/// The largest equal groups of a map that hold whole parts, which are read by sums over several
/// positions; all channels if there are none, or groups were too small to gain by.
int channels_of_parts(const net::Network& network, const std::vector<Reader>& readers,
                      const Plan& plan, int bits, int channels) {
  constexpr int kMostGroups = 4;
  int group = channels;
  for (const Reader& reader : readers) {
    const net::Layer& layer = *reader.layer;
    const net::Place place = net::place_of(network, layer.input);
    const bool sums = layer.traits().has_weights() && layer.groups == 1;
    if (place.root == layer.input || !sums || layer.kernel_h * layer.kernel_w == 1) continue;
    group = std::gcd(group, std::gcd(place.channels.first, place.channels.count));
  }
  const int least = std::max(plan.config.memory.bytes, plan.config.atom);
  const bool whole_words = group * bits % (8 * least) == 0;
  return whole_words && channels / group <= kMostGroups ? group : channels;
}

Grouping shared_grouping(const net::Network& network, const std::vector<Reader>& readers,
                         const Plan& plan, int bits, int groups) {
  const Reader* fixed = nullptr;
  const int channels = root_map(network, *readers.front().layer).channels;
  Grouping grouping{groups, channels / groups};
  if (groups == 1) {
    grouping.channels = channels_of_parts(network, readers, plan, bits, channels);
    grouping.groups = channels / grouping.channels;
  }
  // Depthwise layers can go by taps; others take more steps if the map is split finely
  const auto depthwise = [&](const Reader& reader) { return is_depthwise(network, *reader.layer); };
  const bool others = std::any_of(readers.begin(), readers.end(), [&](const Reader& reader) {
    return reader.layer->traits().has_weights() && !depthwise(reader);
  });
  for (const Reader& reader : readers) {
    if (!fixes_grouping(reader)) continue;
    if (depthwise(reader) && (others || prefers_taps(network, *reader.layer, plan, bits))) continue;
    Grouping wanted = input_grouping(network, *reader.layer, plan, bits, reader.gated);
    if (!groups_hold(network, reader.layer->input, wanted)) {
      if (depthwise(reader)) continue;
      fail(*reader.layer,
           "needs groups of {} channels, which do not fit its place in the {} channels of '{}'",
           wanted.channels, channels, root_map(network, *reader.layer).name);
    }
    if (net::place_of(network, reader.layer->input).root != reader.layer->input) {
      wanted.groups = channels / wanted.channels;
    }
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

/// Whether a layer's steps should go on from a kernel row to the next: where that takes fewer of
/// them than steps that end with a row, folded as far as the design can.
bool packs_rows(const Reader& reader, const Plan& plan, int run) {
  const net::Layer& layer = *reader.layer;
  if (layer.kernel_h == 1) return false;
  const int slots = plan.slots / plan.config.segments;
  return reader.gated || ceil_div(layer.kernel_h * run, slots) <
                             layer.kernel_h * run / slots_within_rows(run, slots);
}

/// What layers of bytes that go by taps would like a row's length to be modulo the number of banks;
/// -1: anything. Those that the buffer does not hold by rows have pieces of rows to load, best of
/// whole words.
int tap_residue(const net::Network& network, const std::vector<Reader>& readers, const Plan& plan,
                int bits, const Grouping& grouping, int columns) {
  int residue = -1;
  const int row_bytes = grouping.groups * grouping.channels * columns;
  for (const Reader& reader : readers) {
    const bool by_rows = reader.layer->kernel_h * row_bytes <= plan.config.buffers.activation;
    if (bits != 8 || !by_rows) continue;
    if (!goes_by_taps(network, *reader.layer, plan, bits, grouping.channels)) continue;
    residue = std::max(residue, joined_residue(*reader.layer, grouping.channels, plan));
  }
  return residue;
}

/// What a row's length must be modulo the number of banks; -1: anything. All gated layers need it;
/// of others the one with the most work has its way, those that go by taps come last, unless rows
/// of `columns` positions grew to more than twice their length.
int row_residue(const net::Network& network, const std::vector<Reader>& readers, const Plan& plan,
                int bits, const Grouping& grouping, int columns) {
  const int atoms = ceil_div(grouping.channels * bits, 8 * plan.config.atom);
  const Reader* fixed = nullptr;
  for (const Reader& reader : readers) {
    const net::Layer& layer = *reader.layer;
    if (goes_by_taps(network, layer, plan, bits, grouping.channels)) continue;
    if (!packs_rows(reader, plan, layer.kernel_w * atoms)) continue;
    if (fixed == nullptr || (reader.gated && !fixed->gated)) {
      fixed = &reader;
    } else if (reader.gated) {
      if ((layer.kernel_w - fixed->layer->kernel_w) * atoms % plan.banks == 0) continue;
      fail(layer,
           "reads {} layer '{}' with kernels of {} and {} columns, whose rows differ in length "
           "modulo the {} banks; use one width of kernels in layers with gates",
           layer.input == fixed->layer->input ? "the same map as"
                                              : "a map that an addition lays out like that of",
           fixed->layer->name, layer.kernel_w, fixed->layer->kernel_w, plan.banks);
    } else if (!fixed->gated &&
               net::macs_of(network, layer) > net::macs_of(network, *fixed->layer)) {
      fixed = &reader;
    }
  }
  const int residue = fixed != nullptr
                          ? fixed->layer->kernel_w * atoms % plan.banks
                          : tap_residue(network, readers, plan, bits, grouping, columns);
  if (residue < 0) return -1;
  const int filled = modulo(residue - columns * atoms, plan.banks);
  return (fixed != nullptr && fixed->gated) || filled <= columns * atoms ? residue : -1;
}

}  // namespace

MapLayout shared_layout(const net::Network& network, const std::vector<Reader>& readers,
                        const Plan& plan, int bits, int groups) {
  const Grouping grouping = shared_grouping(network, readers, plan, bits, groups);
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
  return pack(layout, plan, row_residue(network, readers, plan, bits, grouping, layout.columns));
}

bool reads_padding(const net::Network& network, const net::Layer& layer) {
  const net::FeatureMap& in = root_map(network, layer);
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

MapLayout vector_layout(const net::FeatureMap& map, const Plan& plan, const MapLayout& like) {
  MapLayout layout = result_layout(map, plan, like.bits, like.groups);
  layout.channels_per_group = like.channels_per_group;  // the last group may have fewer
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
