// SPDX-License-Identifier: Apache-2.0
#include "verif/interpreter/tile.h"

#include <algorithm>

#include "generator/compiler/math.h"

namespace sluice::compiler {
namespace {

std::int64_t requantise(const LayerState& s, const Requantisation& r, std::int64_t sum) {
  const __int128 scaled = static_cast<__int128>(sum + r.bias) * r.multiplier;
  const __int128 half = r.shift > 0 ? static_cast<__int128>(1) << (r.shift - 1) : 0;
  const auto value = static_cast<std::int64_t>((scaled + half) >> r.shift) + s.zero_point;
  return std::clamp<std::int64_t>(value, s.low, s.high);
}

class TileWork {
 public:
  TileWork(const TileContext& context, const LayerState& layer, const RunPlace& place,
           const std::uint8_t* record, const TileRange& tile)
      : plan_(context.plan),
        config_(context.plan.config),
        options_(context.options),
        storage_(context.storage),
        accesses_(context.accesses),
        counts_(context.counts),
        layer_(layer),
        place_(place),
        header_(decode_header(record, plan_)),
        tile_(tile),
        weights_(record + std::size_t{1} * plan_.header_words * config_.memory.bytes) {}

  void run() {
    sums_.assign(std::size_t{1} * tile_.positions() * config_.columns, 0);
    open_.assign(sums_.size(), 1);
    std::vector<int> positions(tile_.positions());
    for (int i = 0; i < tile_.positions(); ++i) positions[i] = i;
    run_pass(positions, 0, layer_.base_groups);
    if (layer_.gated) {
      positions = apply_gates();
      run_pass(positions, layer_.base_groups, layer_.conditional_groups);
    }
    write_outputs();
  }

 private:
  /// Decides the gates; returns the positions whose conditional pass is due.
  std::vector<int> apply_gates() {
    const int columns = config_.columns;
    std::vector<int> listed;
    for (int position = 0; position < tile_.positions(); ++position) {
      bool any = false;
      for (int c = 0; c < columns; ++c) {
        const bool open = sums_[position * columns + c] > header_.tau[c];
        open_[position * columns + c] = open;
        any = any || open;
      }
      if (!layer_.per_output) std::fill_n(open_.begin() + position * columns, columns, any);
      if (any) listed.push_back(position);
    }
    counts_.listed += static_cast<std::int64_t>(listed.size());
    counts_.skipped += tile_.positions() - static_cast<std::int64_t>(listed.size());
    return listed;
  }

  void run_pass(const std::vector<int>& positions, int first_group, int groups) {
    for (int i = first_group; i < first_group + groups; ++i) {
      const int group = (header_.first_group + i) % layer_.groups;
      const std::int64_t base = place_.first_tap + header_.first_atom +
                                (group - header_.first_group) * layer_.group_pitch;
      std::int64_t row = 0, atom = 0, address = base;
      for (int step = 0; step < layer_.group_steps; ++step) {
        const bool first = i == 0 && step == 0;
        run_step(positions, group, address, atom, first);
        address += layer_.advance_row * layer_.row_pitch + layer_.advance_atom;
        atom += layer_.advance_atom;
        row += layer_.advance_row;
        if (atom >= layer_.run) {
          atom -= layer_.run;
          ++row;
          address += layer_.row_pitch - layer_.run;
        }
        if (address != base + row * layer_.row_pitch + atom) stop("a step's address went astray");
      }
    }
  }

  /// One step: `address` and `atom` are those of its first slot at output (0, 0) of the RUN.
  void run_step(const std::vector<int>& positions, int group, std::int64_t address,
                std::int64_t atom, bool first) {
    const StepWeights weights = decode_weights(weights_, layer_.mode, plan_);
    weights_ += std::size_t{1} * config_.columns * plan_.column_bytes;
    const std::vector<std::int64_t> slots = slot_addresses(address, atom);
    check_banks(slots, weights);
    const int columns = config_.columns;
    const int values = config_.rows * 8 / layer_.mode;
    std::vector<std::int8_t> operands(values);
    for (const int position : positions) {
      const std::int64_t shift =
          tile_.y(position) * layer_.row_step + tile_.x(position) * layer_.column_step;
      gather(slots, shift, group, weights, operands);
      for (int c = 0; c < columns; ++c) {
        if (!open_[position * columns + c]) continue;
        std::int64_t sum = 0;
        const std::int8_t* column = &weights.values[std::size_t{1} * c * values];
        for (int i = 0; i < values; ++i) sum += operands[i] * column[i];
        accumulate(sums_[position * columns + c], sum << scale_bits(layer_.mode), first);
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
    const std::int64_t limit = std::int64_t{1} << (config_.accumulator.bits - 1);
    if (total >= limit || total < -limit) stop("a sum of {} overflows the accumulator", total);
  }

  std::vector<std::int64_t> slot_addresses(std::int64_t address, std::int64_t atom) const {
    std::vector<std::int64_t> slots;
    for (int slot = 0; slot < plan_.slots; ++slot) {
      slots.push_back(address);
      ++address;
      if (++atom == layer_.run) {
        atom = 0;
        address += layer_.row_pitch - layer_.run;
      }
    }
    return slots;
  }

  /// Slot s of a step reads from the s-th bank after that of the first.
  void check_banks(const std::vector<std::int64_t>& slots, const StepWeights& weights) const {
    for (int slot = 0; slot < plan_.slots; ++slot) {
      if (!weights.used_slots[slot]) continue;
      if ((slots[slot] - slots[0] - slot) % plan_.banks == 0) continue;
      stop("bank conflict in layer {}: slot {} is {} atoms from slot 0, with {} banks",
           place_.layer, slot, slots[slot] - slots[0], plan_.banks);
    }
  }

  void gather(const std::vector<std::int64_t>& slots, std::int64_t shift, int group,
              const StepWeights& weights, std::vector<std::int8_t>& operands) {
    const std::int64_t size = static_cast<std::int64_t>(storage_.activation_bytes());
    const int fields = 8 / layer_.mode;
    for (int slot = 0; slot < plan_.slots; ++slot) {
      const std::int64_t start = (slots[slot] + shift) * config_.atom;
      if (weights.used_slots[slot]) accesses_.read(group, start, start + config_.atom);
      for (int b = 0; b < config_.atom; ++b) {
        const std::int64_t at = (start + b) % size;
        const int row = slot * config_.atom + b;
        if (weights.used_bytes[row] && (start + b >= size || !storage_.is_written(at))) {
          stop("layer {} reads byte {} of the activation buffer, which nothing has written",
               place_.layer, start + b);
        }
        for (int f = 0; f < fields; ++f) {
          operands[row * fields + f] =
              static_cast<std::int8_t>(field_of(storage_.activation(at), f, layer_.mode));
        }
      }
    }
  }

  void write_outputs() {
    const int bits = header_.valid * layer_.out_bits;
    if (header_.valid < 1 || header_.valid > config_.columns || bits % 8 != 0) {
      stop("{} valid columns of {} bits do not make bytes", header_.valid, layer_.out_bits);
    }
    const Space space = layer_.local ? Space::kActivation : Space::kMemory;
    for (int position = 0; position < tile_.positions(); ++position) {
      std::vector<std::uint8_t> bytes(bits / 8, 0);
      const std::uint64_t address = place_.output + header_.output_offset +
                                    tile_.y(position) * layer_.y_bytes +
                                    tile_.x(position) * layer_.x_bytes;
      for (int c = 0; c < header_.valid; ++c) {
        const int value = output_value(position, c, address) & ((1 << layer_.out_bits) - 1);
        bytes[c * layer_.out_bits / 8] |= value << c * layer_.out_bits % 8;
      }
      storage_.store(space, address, bytes);
      accesses_.write(space, address, bytes.size(), position % tile_.columns == 0);
    }
  }

  int output_value(int position, int column, std::uint64_t address) const {
    const std::size_t at = position * config_.columns + column;
    const bool open = open_[at];
    const Requantisation& requant = open ? header_.open[column] : header_.closed[column];
    const int value = static_cast<int>(requantise(layer_, requant, sums_[at]));
    if (options_.on_output) {
      options_.on_output({place_.layer, place_.run, place_.lane, place_.record, column,
                          tile_.y(position), tile_.x(position), open, sums_[at], value, address});
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
  const RunPlace& place_;
  const Header header_;
  const TileRange tile_;
  const std::uint8_t* weights_;     ///< of the next step
  std::vector<std::int64_t> sums_;  ///< [position][column]
  std::vector<std::uint8_t> open_;  ///< [position][column]
};

}  // namespace

void run_tile(const TileContext& context, const LayerState& layer, const RunPlace& place,
              const std::uint8_t* record, const TileRange& tile) {
  TileWork(context, layer, place, record, tile).run();
}

}  // namespace sluice::compiler
