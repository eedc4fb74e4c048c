// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/records.h"

#include <algorithm>

#include "generator/commands/encode.h"
#include "generator/compiler/blocks.h"
#include "generator/compiler/bytes.h"
#include "generator/compiler/circulant.h"
#include "generator/compiler/errors.h"
#include "generator/compiler/joined_taps.h"
#include "generator/compiler/math.h"
#include "generator/compiler/planes.h"
#include "generator/compiler/selection.h"

namespace sluice::compiler {
namespace {

using commands::Field;
using net::Layer;

/// Writes the records of one layer.
class RecordWriter {
 public:
  RecordWriter(const Mapping& mapping, const net::Network& network, const Plan& plan)
      : m_(mapping),
        layer_(*mapping.layer),
        network_(network),
        plan_(plan),
        in_channels_(network.maps[layer_.input].channels),
        out_channels_(network.maps[layer_.output].channels) {}

  /// Where the record's outputs go and its inputs begin.
  void write_place(std::span<const Block> blocks, std::uint8_t* record) const {
    const Block& first = blocks.front();
    std::uint64_t output = 0, group = 0;
    commands::set(output, Field::kEntryOffset,
                  static_cast<std::uint32_t>(m_.out.byte_address(0, 0, first.first_channel) -
                                             m_.out.byte_address(0, 0, 0)));
    commands::set(output, Field::kEntryColumns, valid_columns(blocks));
    commands::set(output, Field::kEntryUnits, units(blocks));
    commands::set(group, Field::kEntryGroupOffset, first_atom(first));
    commands::set(group, Field::kEntryGroup, group_of(first) - m_.slice.first_group);
    put64(record, output);
    put64(record + 8, group);
  }

  void write_values(std::span<const Block> blocks, std::uint8_t* record) const {
    if (plan_.config.gating) write_thresholds(blocks, record + 8 * plan_.threshold_entry);
    std::uint8_t* parameters =
        record + std::size_t{1} * plan_.sequencer_words * plan_.config.memory.bytes;
    write_parameters(blocks, parameters);
    write_weights(blocks, record + std::size_t{1} * plan_.header_words * plan_.config.memory.bytes);
  }

 private:
  int columns() const { return plan_.config.columns; }
  int group_of(const Block& block) const { return first_group(network_, m_, block); }

  // ---- header ----

  /// The channel of each of a lane's columns of sums; -1: none.
  std::vector<int> channels_of(std::span<const Block> blocks) const {
    std::vector<int> channels(plan_.lane_columns, -1);
    for (std::size_t j = 0; j < blocks.size(); ++j) {
      for (int c = 0; c < blocks[j].channels; ++c) {
        channels[j * columns() + c] = blocks[j].first_channel + c;
      }
    }
    return channels;
  }

  void write_thresholds(std::span<const Block> blocks, std::uint8_t* entries) const {
    const std::vector<int> channels = channels_of(blocks);
    for (int column = 0; column < plan_.lane_columns; column += 2) {
      std::uint64_t gates = 0;
      commands::set(gates, Field::kEntryThreshold, threshold(channels[column]));
      if (column + 1 < plan_.lane_columns) {
        commands::set(gates, Field::kEntryNextThreshold, threshold(channels[column + 1]));
      }
      put64(entries + 4 * column, gates);
    }
  }

  /// Of `post` columns at a time: first the requantisations of open gates, then of closed ones.
  void write_parameters(std::span<const Block> blocks, std::uint8_t* entries) const {
    const std::vector<int> channels = channels_of(blocks);
    const int post = plan_.config.post;
    for (int column = 0; column < plan_.lane_columns; ++column) {
      for (int kind = 0; kind < plan_.parameter_kinds; ++kind) {
        const int entry = (column / post * plan_.parameter_kinds + kind) * post + column % post;
        write_requant(channels[column], kind == 1 && m_.gated, entries + 8 * entry);
      }
    }
  }

  int units(std::span<const Block> blocks) const {
    int count = 0;
    for (std::size_t j = 0; j < blocks.size(); j += m_.folding.unit_blocks) {
      if (blocks[j].channels > 0) ++count;
    }
    return m_.out.planes ? 2 : count;
  }

  /// Columns of a unit that make whole bytes; those without a channel write a constant beside the
  /// map's channels.
  int valid_columns(std::span<const Block> blocks) const {
    int channels = 0;
    for (int j = 0; j < m_.folding.unit_blocks; ++j) channels += blocks[j].channels;
    return round_up(channels, 8 / m_.out.bits);
  }

  std::uint32_t first_atom(const Block& block) const {
    const int group = group_of(block) - m_.slice.first_group;
    std::uint32_t atom = std::uint32_t{1} * group * m_.bands.group_pitch + m_.walk.skipped_atoms;
    if (m_.by_taps) atom += compiler::first_atom(m_, block) - m_.slice.first_atom;
    return atom;
  }

  /// With what open outputs lack of a lower plane.
  std::int64_t whole_bias(int channel, bool closed) const {
    if (closed) return layer_.requant_closed[channel].bias;
    const std::int64_t bias = layer_.requant[channel].bias;
    if (!m_.in.planes) return bias;
    return bias + missing_of_lower_plane(layer_, channel, out_channels_, m_.in.bits);
  }

  void write_requant(int channel, bool closed, std::uint8_t* entry) const {
    if (channel < 0) return;
    const net::Requant& requant = (closed ? layer_.requant_closed : layer_.requant)[channel];
    const std::int64_t bias =
        whole_bias(channel, closed) * (std::int64_t{1} << scale_bits(m_.mode));
    const int shift = requant.shift + scale_bits(m_.mode);
    const int bits = std::min(plan_.config.accumulator.bits, 32);
    if (bias > never() || bias < -never() - 1) {
      fail(layer_,
           "the bias {} of channel {} times {} does not fit an accumulator of {} bits in {}-bit "
           "mode; set accumulator.bits higher (biases have at most 32), or use wider values",
           whole_bias(channel, closed), channel, 1 << scale_bits(m_.mode), bits, m_.mode);
    }
    if (requant.shift < 0 || shift > 63) {
      fail(layer_, "the shift {} of channel {} is out of range", requant.shift, channel);
    }
    std::uint64_t packed = 0;
    commands::set(packed, Field::kEntryBias, bias);
    commands::set(packed, Field::kEntryMultiplier, requant.multiplier);
    commands::set(packed, Field::kEntryShift, shift);
    put64(entry, packed);
  }

  /// The largest threshold, which no sum exceeds, and the largest bias.
  std::int64_t never() const {
    return (std::int64_t{1} << (std::min(plan_.config.accumulator.bits, 32) - 1)) - 1;
  }

  /// Thresholds saturate: no sum reaches the ends of the accumulator's range, or of 32 bits.
  std::int64_t threshold(int channel) const {
    if (channel < 0 || !m_.gated) return never();
    const int bits = scale_bits(m_.mode) + (m_.in.planes ? m_.in.bits : 0);
    const std::int64_t tau = layer_.gate->tau[channel] * (std::int64_t{1} << bits);
    return std::clamp(tau, -never() - 1, never());
  }

  // ---- weights ----

  /// The base pass of all blocks, each in its part of the rows, then the conditional passes.
  void write_weights(std::span<const Block> blocks, std::uint8_t* weights) const {
    for (std::size_t j = 0; j < blocks.size(); ++j) {
      if (blocks[j].channels == 0) continue;
      std::uint8_t* part = weights + j * plan_.config.rows / m_.folding.fold;
      if (m_.by_taps) {
        const int skipped =
            skipped_channels(m_, m_.folding, blocks.front(), blocks[j], static_cast<int>(j));
        write_selection(blocks[j], skipped, part);
        continue;
      }
      const int group = group_of(blocks[j]);
      write_pass(blocks[j], m_.walk.base, {group, 1, m_.walk.base_groups}, part);
      const std::size_t before = m_.walk.base_steps() + j * m_.walk.conditional_steps();
      write_pass(blocks[j], m_.walk.conditional,
                 {group + m_.walk.base_groups, m_.walk.walk_groups, m_.walk.conditional_walks},
                 weights + before * step_bytes());
    }
  }

  std::size_t step_bytes() const {
    return std::size_t{1} * stored_columns(m_, plan_) * plan_.column_bytes;
  }

  /// The walks of a pass, each over `groups` groups, the first one's from group `first` on.
  struct Walks {
    int first = 0, groups = 1, count = 0;
  };

  void write_pass(const Block& block, const Steps& steps, const Walks& walks,
                  std::uint8_t* weights) const {
    for (int i = 0; i < walks.count; ++i) {
      const int first = walks.first + i * walks.groups;
      // Without gates a pass may go over all groups a second time.
      const bool again = !m_.gated && first >= walks.first + m_.in.groups;
      write_walk(block, steps, first, again ? layer_.more_weights : layer_.weights, weights);
      weights += steps.count * step_bytes();
    }
  }

  void write_walk(const Block& block, const Steps& steps, int first_group,
                  const std::vector<std::int8_t>& values, std::uint8_t* weights) const {
    const int group_atoms = layer_.kernel_h * m_.walk.run;
    for (int step = 0; step < steps.count; ++step) {
      const int valid = step + 1 < steps.count ? steps.slots : steps.last_slots;
      for (int slot = 0; slot < valid; ++slot) {
        const int index = step * steps.slots + slot;
        const int group = (first_group + index / group_atoms) % m_.in.groups;
        const int atom = index % group_atoms;
        write_atom(block, values, group, atom / m_.walk.run,
                   m_.walk.skipped_atoms + atom % m_.walk.run,
                   weights + step * step_bytes() + slot * m_.in.atom);
      }
    }
  }

  /// The weights of all columns that are stored, for one atom; a column's bytes are `column_bytes`
  /// apart.
  void write_atom(const Block& block, const std::vector<std::int8_t>& values, int group, int ky,
                  int atom, std::uint8_t* weights) const {
    const int kx = atom / m_.in.atoms_per_position;
    const int fields = 8 / m_.mode;
    const int first = atom % m_.in.atoms_per_position * m_.in.atom * fields;
    for (int i = 0; i < m_.in.atom * fields; ++i) {
      const int channel = first + i;
      const int before = m_.in.planes ? 0 : group * m_.in.channels_per_group;
      const int input = before + channel - m_.in.first_channel;
      if (channel >= m_.in.channels_per_group || input >= in_channels_) return;
      if (input < 0) continue;  // another part's
      for (int c = 0; c < block.channels; c += m_.circulant) {
        put_field(weights + c / m_.circulant * plan_.column_bytes + i / fields, i % fields,
                  weight(values, block.first_channel + c, input, ky, kx));
      }
    }
  }

  int weight(const std::vector<std::int8_t>& values, int output, int input, int ky, int kx) const {
    const int inputs = in_channels_ / layer_.groups;
    const int group = output / (out_channels_ / layer_.groups);
    if (input / inputs != group) return 0;
    const std::size_t row = std::size_t{1} * output * inputs + input % inputs;
    return values[(row * layer_.kernel_h + ky) * layer_.kernel_w + kx];
  }

  /// Fields of weights lie in reverse order.
  void put_field(std::uint8_t* byte, int field, int value) const {
    const int fields = 8 / m_.mode;
    const int bits = (value & ((1 << m_.mode) - 1)) << (fields - 1 - field) * m_.mode;
    *byte = static_cast<std::uint8_t>(*byte | bits);
  }

  /// Layers that go by taps: in each step column c takes channel c of the block, of one tap, of the
  /// largest of several, or of each of several.
  void write_selection(const Block& block, int skipped, std::uint8_t* weights) const {
    const bool sums = m_.folding.joins() && layer_.traits().joined == net::Joined::kSum;
    for (int step = 0; step < m_.walk.base.count; ++step) {
      for (int place = 0; place < (sums ? plan_.taps : 1); ++place) {
        const int tap = sums ? summed_tap(layer_, m_.folding.taps, step, place, plan_) : step;
        if (tap < 0) continue;
        write_tap(block, skipped, tap,
                  weights + std::size_t{1} * place * plan_.block_atoms * m_.in.atom);
      }
      weights += step_bytes();
    }
  }

  void write_tap(const Block& block, int skipped, int tap, std::uint8_t* weights) const {
    const int fields = 8 / m_.mode;
    for (int c = 0; c < block.channels; ++c) {
      const int field = skipped + c;
      put_field(weights + c * plan_.column_bytes + field / fields, field % fields,
                tap_weight(block.first_channel + c, tap));
    }
  }

  int tap_weight(int channel, int tap) const {
    if (!layer_.traits().has_weights()) return 1;
    return layer_.weights[std::size_t{1} * channel * layer_.kernel_h * layer_.kernel_w + tap];
  }

  const Mapping& m_;
  const Layer& layer_;
  const net::Network& network_;
  const Plan& plan_;
  int in_channels_, out_channels_;
};

std::uint64_t record_bytes(const Mapping& m, const Plan& plan) {
  return std::uint64_t{1} * (m.record_words + plan.header_words) * plan.config.memory.bytes;
}

}  // namespace

std::uint32_t record_weight_words(const Mapping& mapping, const Plan& plan) {
  const std::int64_t bytes =
      std::int64_t{1} * mapping.steps() * stored_columns(mapping, plan) * plan.column_bytes;
  return static_cast<std::uint32_t>(ceil_div<std::int64_t>(bytes, plan.config.memory.bytes));
}

std::uint64_t stream_bytes(const Mapping& mapping, const Plan& plan) {
  const int records = ceil_div(mapping.records(), plan.config.lanes);
  return records * record_bytes(mapping, plan);
}

void write_streams(const Mapping& mapping, const net::Network& network, const Plan& plan,
                   bool values, std::uint8_t* streams) {
  const std::uint64_t distance = stream_bytes(mapping, plan);
  const int lanes = plan.config.lanes;
  const RecordWriter writer(mapping, network, plan);
  for (int r = 0; r < mapping.records(); ++r) {
    std::uint8_t* record =
        streams + (r % lanes) * distance + (r / lanes) * record_bytes(mapping, plan);
    writer.write_place(mapping.record(r), record);
    if (values) writer.write_values(mapping.record(r), record);
  }
}

}  // namespace sluice::compiler
