// SPDX-License-Identifier: Apache-2.0
#include "verif/interpreter/tile.h"

#include <algorithm>

#include "generator/compiler/math.h"
#include "verif/interpreter/reads.h"

namespace sluice::compiler {
namespace {

/// Rounded, halves to even: an even result takes less than a half to be raised.
std::int64_t shifted(__int128 value, int shift) {
  if (shift == 0) return static_cast<std::int64_t>(value);
  const __int128 half = static_cast<__int128>(1) << (shift - 1);
  const __int128 odd = (value >> shift) & 1;
  return static_cast<std::int64_t>((value + half - 1 + odd) >> shift);
}

std::int64_t requantise(const LayerState& s, const Requantisation& r, std::int64_t sum) {
  __int128 product = static_cast<__int128>(sum + r.bias) * r.multiplier;
  if (s.rounds_twice) {  // a half of each rounding, then the floor of both
    const __int128 halves =
        (static_cast<__int128>(1) << 19) + (static_cast<__int128>(1) << (r.shift - 1));
    product = (product + halves) >> r.shift;
  } else {
    product = shifted(product, r.shift);
  }
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(product) + s.zero_point, s.low, s.high);
}

/// Of a requantised output and the value of the other map.
int sum_of(const AdditionState& a, int value, int addend) {
  const std::int64_t sum = a.multiply ? a.factor * (value - a.zero) * (addend - a.addend_zero)
                                      : a.factor * value + a.addend_factor * addend + a.bias;
  return static_cast<int>(
      std::clamp<std::int64_t>(shifted(sum, a.shift) + a.zero_point, a.low, a.high));
}

/// Whose turn it is in a step: `blocks` blocks from `first_block` on, each with a part of the rows.
struct Turn {
  int parts = 1;  ///< of the rows
  int first_block = 0, blocks = 1;
  bool starts = false;  ///< begins the sums
  int shift = 0;        ///< bits by which they move up
};

class TileWork {
 public:
  TileWork(const TileContext& context, const LayerState& layer, const AdditionState& addition,
           const ActivationTable& table, const RunPlace& place, const std::uint8_t* record,
           const TileRange& tile)
      : plan_(context.plan),
        config_(context.plan.config),
        options_(context.options),
        storage_(context.storage),
        accesses_(context.accesses),
        counts_(context.counts),
        layer_(layer),
        addition_(addition),
        table_(table),
        place_(place),
        reads_(context, layer, place),
        header_(decode_header(record, plan_)),
        tile_(tile),
        weights_(record + std::size_t{1} * plan_.header_words * config_.memory.bytes) {}

  void run() {
    sums_.assign(std::size_t{1} * tile_.positions() * record_columns(), 0);
    open_.assign(sums_.size(), 1);
    std::vector<int> positions(tile_.positions());
    for (int i = 0; i < tile_.positions(); ++i) positions[i] = i;
    run_base_pass(positions);
    if (layer_.gated) run_conditional_passes();
    if (layer_.hadamard > 0) transform();
    write_outputs();
  }

 private:
  int record_columns() const { return layer_.record_blocks * config_.columns; }

  /// Place of a column of a block in what is kept of all positions.
  std::size_t at(int position, int block, int column) const {
    return (std::size_t{1} * position * layer_.record_blocks + block) * config_.columns + column;
  }

  /// Block after block, each with all rows.
  void run_conditional_passes() {
    if (layer_.windows > 1 && header_.first_group + layer_.windows > layer_.groups) {
      stop("{} windows from group {} on, of {} groups", layer_.windows, header_.first_group,
           layer_.groups);
    }
    std::vector<std::vector<int>> listed;
    for (int block = 0; block < layer_.record_blocks; ++block) listed.push_back(apply_gates(block));
    for (int block = 0; block < layer_.record_blocks; ++block) {
      const int base_group = header_.first_group + layer_.window(block);
      run_conditional_pass(block, base_group + layer_.base.groups, listed[block]);
    }
  }

  /// Decides the gates of a block; returns the positions whose conditional pass is due.
  std::vector<int> apply_gates(int block) {
    std::vector<int> listed;
    for (int position = 0; position < tile_.positions(); ++position) {
      const std::size_t first = at(position, block, 0);
      bool any = false;
      for (int c = 0; c < config_.columns; ++c) {
        const bool open = sums_[first + c] > header_.tau[block * config_.columns + c];
        open_[first + c] = open;
        any = any || open;
      }
      if (!layer_.per_output) std::fill_n(open_.begin() + first, config_.columns, any);
      if (any) listed.push_back(position);
    }
    counts_.listed += static_cast<std::int64_t>(listed.size());
    counts_.skipped += tile_.positions() - static_cast<std::int64_t>(listed.size());
    return listed;
  }

  /// Address of a group of the input at output (0, 0) of the RUN.
  std::int64_t group_address(int group) const {
    return place_.first_tap + header_.first_atom +
           (group - header_.first_group) * layer_.group_pitch;
  }

  void run_base_pass(const std::vector<int>& positions) {
    const Walk& walk = layer_.base;
    for (int i = 0; i < walk.groups; ++i) {
      const int group = (header_.first_group + i) % layer_.groups;
      const std::int64_t base = group_address(group);
      std::int64_t row = 0, atom = 0, address = base;
      for (int step = 0; step < walk.steps; ++step) {
        const int valid = step + 1 == walk.steps ? walk.last_slots : walk.step_slots;
        const Turn turn{layer_.fold, 0, layer_.record_blocks, i == 0 && step == 0,
                        layer_.plane_shift};
        run_step(turn, positions, reads_.base_slots(address, atom, group, valid));
        address += walk.advance_row * layer_.row_pitch + walk.advance_atom;
        atom += walk.advance_atom;
        row += walk.advance_row;
        if (atom >= layer_.run) {
          atom -= layer_.run;
          ++row;
          address += layer_.row_pitch - layer_.run;
        }
        if (address != base + row * layer_.row_pitch + atom) stop("a step's address went astray");
      }
    }
  }

  /// Walks over groups, the first of which is `first`, wrapping behind the last.
  void run_conditional_pass(int block, int first, const std::vector<int>& positions) {
    const ConditionalWalk& walk = layer_.conditional;
    for (int i = 0; i < walk.walks; ++i) {
      for (int step = 0; step < walk.steps; ++step) {
        run_step({1, block, 1, false}, positions, walk_slots(first + i * walk.groups, step));
      }
    }
  }

  /// The atoms of a walk, in order: groups, kernel rows, atoms of a row.
  std::vector<Slot> walk_slots(int first_group, int step) const {
    const ConditionalWalk& walk = layer_.conditional;
    const std::int64_t group_atoms = walk.kernel_rows * layer_.run;
    const int count = step + 1 == walk.steps ? walk.last_slots : plan_.slots;
    std::vector<Slot> slots(plan_.slots);
    for (int slot = 0; slot < count; ++slot) {
      const std::int64_t place = std::int64_t{step} * plan_.slots + slot;
      const int group = static_cast<int>((first_group + place / group_atoms) % layer_.groups);
      const std::int64_t row = place % group_atoms / layer_.run, atom = place % layer_.run;
      slots[slot] = {group_address(group) + row * layer_.row_pitch + atom, group, 0, true};
    }
    return slots;
  }

  void run_step(const Turn& turn, const std::vector<int>& positions,
                const std::vector<Slot>& slots) {
    const StepWeights weights = decode_weights(weights_, layer_.mode, layer_.circulant, plan_);
    weights_ += std::size_t{1} * (config_.columns >> layer_.circulant) * plan_.column_bytes;
    reads_.check_valid(slots, weights);
    std::vector<bool> routed(plan_.banks, false);  // by the first atom's bank
    const int values = config_.rows * 8 / layer_.mode;
    const int part_values = values / turn.parts;
    std::vector<std::int8_t> operands(values);
    for (const int position : positions) {
      const std::int64_t shift =
          tile_.y(position) * layer_.row_step + tile_.x(position) * layer_.column_step;
      const std::int64_t bank = (slots[0].address + shift) & (plan_.banks - 1);
      if (!routed[bank]) reads_.check_routing(slots, shift);
      routed[bank] = true;
      reads_.gather(slots, shift, weights, operands);
      for (int j = 0; j < turn.blocks; ++j) {
        const int part = j * part_values;
        for (int c = 0; c < config_.columns; ++c) {
          const std::size_t place = at(position, turn.first_block + j, c);
          if (!open_[place]) continue;
          std::int64_t sum = 0;
          const std::int8_t* column = &weights.values[std::size_t{1} * c * values];
          for (int i = part; i < part + part_values; ++i) sum += operands[i] * column[i];
          accumulate(sums_[place], sum << (scale_bits(layer_.mode) + turn.shift), turn.starts);
        }
      }
    }
    counts_.steps += static_cast<std::int64_t>(positions.size());
  }

  void accumulate(std::int64_t& total, std::int64_t sum, bool first) const {
    if (first) {
      total = sum;
    } else {
      total = layer_.take_max ? std::max(total, sum) : total + sum;
    }
    check_range(total);
  }

  void check_range(std::int64_t total) const {
    const std::int64_t limit = std::int64_t{1} << (config_.accumulator.bits - 1);
    if (total >= limit || total < -limit) stop("a sum of {} overflows the accumulator", total);
  }

  // ---- outputs ----

  /// The sums of 2^hadamard columns at a time, level by level: all that outputs are made of.
  void transform() {
    const int size = 1 << layer_.hadamard;
    const int columns = record_columns() / size * size;
    const int units = layer_.planes ? 1 : header_.units;
    const int last = (units - 1) * layer_.unit_blocks * config_.columns + header_.valid;
    if (last > columns || last % size != 0) {
      stop("{} of {} columns, transformed {} at a time", last, record_columns(), size);
    }
    for (int position = 0; position < tile_.positions(); ++position) {
      std::int64_t* sums = sums_.data() + at(position, 0, 0);
      for (int apart = 1; apart < size; apart *= 2) {
        for (int c = 0; c < columns; ++c) {
          if ((c & apart) != 0) continue;
          const std::int64_t first = sums[c], second = sums[c + apart];
          sums[c] = first + second;
          sums[c + apart] = first - second;
        }
      }
      for (int c = 0; c < columns; ++c) check_range(sums[c]);
    }
  }

  void write_outputs() {
    check_units();
    for (int unit = 0; unit < header_.units; ++unit) {
      for (int position = 0; position < tile_.positions(); ++position) write_output(unit, position);
    }
  }

  void check_units() const {
    const int bits = header_.valid * layer_.out_bits;
    const int unit_columns = layer_.unit_blocks * config_.columns;
    if (header_.valid < 1 || header_.valid > unit_columns || bits % 8 != 0) {
      stop("{} valid columns of {} bits do not make bytes of {} columns", header_.valid,
           layer_.out_bits, unit_columns);
    }
    if (layer_.planes && (header_.units != 2 || layer_.unit_blocks != layer_.record_blocks)) {
      stop("{} planes of {} blocks, in records of {}", header_.units, layer_.unit_blocks,
           layer_.record_blocks);
    }
    if (layer_.planes) return;
    if (header_.units < 1 || header_.units * layer_.unit_blocks > layer_.record_blocks) {
      stop("{} units of {} blocks, in records of {}", header_.units, layer_.unit_blocks,
           layer_.record_blocks);
    }
    if (header_.units > 1 && unit_columns % config_.post != 0) {
      stop("{} units of {} columns, taken {} at a time", header_.units, unit_columns, config_.post);
    }
  }

  /// The channels of a unit at one position lie one after the other.
  void write_output(int unit, int position) {
    const Space space = layer_.local ? Space::kActivation : Space::kMemory;
    std::vector<std::uint8_t> bytes(header_.valid * layer_.out_bits / 8, 0);
    const std::uint64_t address = place_.output + header_.output_offset + unit * layer_.unit_bytes +
                                  tile_.y(position) * layer_.y_bytes +
                                  tile_.x(position) * layer_.x_bytes;
    const int first = layer_.planes ? 0 : unit * layer_.unit_blocks * config_.columns;
    const std::vector<int> addends = addends_of(unit, position, address);
    for (int c = 0; c < header_.valid; ++c) {
      const int addend = layer_.add ? addends[c] : 0;
      const int value = output_value(position, first + c, addend, address);
      const int written =
          (layer_.planes ? half(value, unit) : value) & ((1 << layer_.out_bits) - 1);
      bytes[c * layer_.out_bits / 8] |= written << c * layer_.out_bits % 8;
    }
    storage_.store(space, address, bytes);
    accesses_.write(space, address, bytes.size(), position % tile_.columns == 0);
  }

  /// The upper half of a value in unit 0, in unit 1 the lower one less half its range.
  int half(int value, int unit) const {
    const int parts = 1 << layer_.out_bits;
    const int lower = (value % parts + parts) % parts;
    return unit == 0 ? (value - lower) / parts : lower - parts / 2;
  }

  /// What is added to the outputs of a unit at `address`; none in a layer that does not add.
  std::vector<int> addends_of(int unit, int position, std::uint64_t address) const {
    if (!layer_.add) return {};
    const std::uint64_t mask = (std::uint64_t{1} << config_.memory.address_bits) - 1;
    if (addition_.vector) {
      address = header_.output_offset + (addition_.same_units ? 0 : unit * layer_.unit_bytes);
    }
    const std::uint64_t from = (address + addition_.distance) & mask;
    const std::vector<std::uint8_t> bytes =
        storage_.addends(from, header_.valid * layer_.out_bits / 8);
    accesses_.add(from, bytes.size(), position % tile_.columns == 0);
    const int fields = 8 / layer_.out_bits;
    std::vector<int> values;
    for (int c = 0; c < header_.valid; ++c) {
      values.push_back(field_of(bytes[c / fields], c % fields, layer_.out_bits));
    }
    return values;
  }

  /// Of a column of the record.
  int output_value(int position, int column, int addend, std::uint64_t address) const {
    const std::size_t place = at(position, 0, column);
    const bool open = open_[place];
    const Requantisation& requant = open ? header_.open[column] : header_.closed[column];
    int value = static_cast<int>(requantise(layer_, requant, sums_[place]));
    if (layer_.look_up) value = table_[value + 128];
    if (layer_.add) value = sum_of(addition_, value, addend);
    if (options_.on_output) {
      const int record = place_.record * config_.lanes + place_.lane;
      const int block = record * layer_.record_blocks + column / config_.columns;
      options_.on_output({place_.layer, place_.run, block, column % config_.columns,
                          tile_.y(position), tile_.x(position), open, sums_[place], value,
                          address});
    }
    return value;
  }

  const Plan& plan_;
  const Config& config_;
  const InterpretOptions& options_;
  Storage& storage_;
  RunAccesses& accesses_;
  TileCounts& counts_;
  const LayerState& layer_;
  const AdditionState& addition_;
  const ActivationTable& table_;
  const RunPlace& place_;
  const StepReads reads_;
  const Header header_;
  const TileRange tile_;
  const std::uint8_t* weights_;     ///< of the next step
  std::vector<std::int64_t> sums_;  ///< [position][block][column]
  std::vector<std::uint8_t> open_;  ///< [position][block][column]
};

}  // namespace

void run_tile(const TileContext& context, const LayerState& layer, const AdditionState& addition,
              const ActivationTable& table, const RunPlace& place, const std::uint8_t* record,
              const TileRange& tile) {
  TileWork(context, layer, addition, table, place, record, tile).run();
}

}  // namespace sluice::compiler
