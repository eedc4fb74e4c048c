// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/records.h"

#include <algorithm>

#include "generator/commands/encode.h"
#include "generator/compiler/blocks.h"
#include "generator/compiler/bytes.h"
#include "generator/compiler/errors.h"
#include "generator/compiler/math.h"
#include "generator/compiler/reduction.h"

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

  /// Where the block's outputs go and its inputs begin.
  void write_place(const Block& block, std::uint8_t* record) const {
    std::uint64_t output = 0, group = 0;
    commands::set(output, Field::kEntryOffset,
                  static_cast<std::uint32_t>(m_.out.byte_address(0, 0, block.first_channel) -
                                             m_.out.byte_address(0, 0, 0)));
    commands::set(output, Field::kEntryColumns, valid_columns(block));
    commands::set(group, Field::kEntryGroupOffset, first_atom(block));
    commands::set(group, Field::kEntryGroup, m_.adds() ? 0 : group_of(block));
    put64(record + 8 * plan_.info_entry, output);
    put64(record + 8 * (plan_.info_entry + 1), group);
  }

  void write_values(const Block& block, std::uint8_t* record) const {
    write_parameters(block, record);
    std::uint8_t* weights =
        record + std::size_t{1} * plan_.header_words * plan_.config.memory.bytes;
    if (!layer_.traits().has_weights()) return write_selection(block, step_factors(m_), weights);
    const int groups = m_.walk.base_groups + m_.walk.conditional_groups;
    for (int i = 0; i < groups; ++i) {
      write_group(block, (group_of(block) + i) % m_.in.groups, weights);
      weights += std::size_t{1} * m_.walk.group_steps * columns() * plan_.column_bytes;
    }
  }

 private:
  int columns() const { return plan_.config.columns; }
  int group_of(const Block& block) const {
    return first_group(network_, layer_, plan_, m_.gated, m_.in, block);
  }

  // ---- header ----

  void write_parameters(const Block& block, std::uint8_t* header) const {
    for (int c = 0; c < columns(); ++c) {
      const bool valid = c < block.channels;
      const int channel = block.first_channel + c;
      write_requant(valid ? layer_.requant[channel] : net::Requant{0, 0, 0}, channel,
                    header + 8 * c);
      if (!plan_.config.gating) continue;
      const auto& closed = m_.gated ? layer_.requant_closed : layer_.requant;
      write_requant(valid ? closed[channel] : net::Requant{0, 0, 0}, channel,
                    header + 8 * (columns() + c));
      std::uint64_t gate = 0;
      commands::set(gate, Field::kEntryThreshold, valid && m_.gated ? threshold(channel) : never());
      put64(header + 8 * (plan_.threshold_entry + c), gate);
    }
  }

  /// Columns that make whole bytes; those without a channel write a constant beside the map's
  /// channels.
  int valid_columns(const Block& block) const { return round_up(block.channels, 8 / m_.out.bits); }

  std::uint32_t first_atom(const Block& block) const {
    std::uint32_t atom = std::uint32_t{1} * group_of(block) * m_.bands.group_pitch;
    if (!layer_.traits().has_weights()) atom += block_byte(block) / m_.in.atom;
    return atom;
  }

  /// Byte of the block's first channel in a position of its group (layers without weights).
  int block_byte(const Block& block) const {
    return block.first_channel % m_.in.channels_per_group * m_.mode / 8;
  }

  void write_requant(const net::Requant& requant, int channel, std::uint8_t* entry) const {
    const std::int64_t bias = std::int64_t{requant.bias} << scale_bits(m_.mode);
    const int shift = requant.shift + scale_bits(m_.mode);
    const int bits = std::min(plan_.config.accumulator.bits, 32);
    if (bias > never() || bias < -never() - 1) {
      fail(layer_,
           "the bias {} of channel {} times {} does not fit an accumulator of {} bits in {}-bit "
           "mode; set accumulator.bits higher (biases have at most 32), or use wider values",
           requant.bias, channel, 1 << scale_bits(m_.mode), bits, m_.mode);
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
    const std::int64_t tau = std::int64_t{layer_.gate->tau[channel]} << scale_bits(m_.mode);
    return std::clamp(tau, -never() - 1, never());
  }

  // ---- weights ----

  void write_group(const Block& block, int group, std::uint8_t* weights) const {
    const int slots = plan_.slots;
    for (int step = 0; step < m_.walk.group_steps; ++step) {
      for (int slot = 0; slot < slots; ++slot) {
        const int row = (step * slots + slot) / m_.walk.run;
        const int atom = (step * slots + slot) % m_.walk.run;
        if (row >= layer_.kernel_h) break;
        const std::size_t place =
            std::size_t{1} * step * columns() * plan_.column_bytes + slot * m_.in.atom;
        write_atom(block, group, row, atom, weights + place);
      }
    }
  }

  /// The weights of all columns for one atom; a column's bytes are `column_bytes` apart.
  void write_atom(const Block& block, int group, int ky, int atom, std::uint8_t* weights) const {
    const int kx = atom / m_.in.atoms_per_position;
    const int fields = 8 / m_.mode;
    const int first = atom % m_.in.atoms_per_position * m_.in.atom * fields;
    for (int i = 0; i < m_.in.atom * fields; ++i) {
      const int channel = first + i;
      const int input = group * m_.in.channels_per_group + channel;
      if (channel >= m_.in.channels_per_group || input >= in_channels_) return;
      for (int c = 0; c < block.channels; ++c) {
        put_field(weights + c * plan_.column_bytes + i / fields, i % fields,
                  weight(block.first_channel + c, input, ky, kx));
      }
    }
  }

  int weight(int output, int input, int ky, int kx) const {
    const int inputs = in_channels_ / layer_.groups;
    const int group = output / (out_channels_ / layer_.groups);
    if (input / inputs != group) return 0;
    const std::size_t row = std::size_t{1} * output * inputs + input % inputs;
    return layer_.weights[(row * layer_.kernel_h + ky) * layer_.kernel_w + kx];
  }

  /// Fields of weights lie in reverse order.
  void put_field(std::uint8_t* byte, int field, int value) const {
    const int fields = 8 / m_.mode;
    const int bits = (value & ((1 << m_.mode) - 1)) << (fields - 1 - field) * m_.mode;
    *byte = static_cast<std::uint8_t>(*byte | bits);
  }

  /// Layers without weights: in each step column c takes channel c of the block, times a factor.
  void write_selection(const Block& block, const std::vector<int>& factors,
                       std::uint8_t* weights) const {
    const int fields = 8 / m_.mode;
    const int skipped = block.first_channel % m_.in.channels_per_group % (m_.in.atom * fields);
    for (const int factor : factors) {
      for (int c = 0; c < block.channels; ++c) {
        const int field = skipped + c;
        put_field(weights + c * plan_.column_bytes + field / fields, field % fields, factor);
      }
      weights += std::size_t{1} * columns() * plan_.column_bytes;
    }
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
      std::int64_t{1} * mapping.steps() * plan.config.columns * plan.column_bytes;
  return static_cast<std::uint32_t>(ceil_div<std::int64_t>(bytes, plan.config.memory.bytes));
}

std::uint64_t stream_bytes(const Mapping& mapping, const Plan& plan) {
  const int records = ceil_div(static_cast<int>(mapping.blocks.size()), plan.config.lanes);
  return records * record_bytes(mapping, plan);
}

void write_streams(const Mapping& mapping, const net::Network& network, const Plan& plan,
                   bool values, std::uint8_t* streams) {
  const std::uint64_t distance = stream_bytes(mapping, plan);
  const int lanes = plan.config.lanes;
  const RecordWriter writer(mapping, network, plan);
  for (std::size_t j = 0; j < mapping.blocks.size(); ++j) {
    std::uint8_t* record =
        streams + (j % lanes) * distance + (j / lanes) * record_bytes(mapping, plan);
    writer.write_place(mapping.blocks[j], record);
    if (values) writer.write_values(mapping.blocks[j], record);
  }
}

}  // namespace sluice::compiler
