// SPDX-License-Identifier: Apache-2.0
#include "verif/interpreter/interpreter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>

#include "generator/compiler/bytes.h"
#include "generator/compiler/hazards.h"
#include "generator/compiler/math.h"

namespace sluice::compiler {
namespace {

template <typename... Args>
[[noreturn]] void stop(fmt::format_string<Args...> text, Args&&... args) {
  throw InterpretError{fmt::format(text, std::forward<Args>(args)...)};
}

using Words = std::array<std::uint32_t, 32>;

int low_half(std::uint32_t word) { return static_cast<int>(word & 0xffff); }
int high_half(std::uint32_t word) { return static_cast<int>(word >> 16); }
std::int64_t signed_word(std::uint32_t word) { return static_cast<std::int32_t>(word); }
int signed_byte(std::uint32_t word) { return static_cast<std::int8_t>(word & 0xff); }

std::uint64_t address_at(const Words& words, int at) {
  return words[at] | std::uint64_t{words[at + 1]} << 32;
}

/// The registers a LAYER command sets.
struct LayerState {
  bool take_max = false, gated = false, per_output = false, keep = false, local = false;
  int mode = 8, out_bits = 8, zero_point = 0, low = 0, high = 0;
  std::int64_t group_pitch = 0, row_pitch = 0, run = 0;
  int advance_atom = 0, advance_row = 0;
  int base_groups = 0, conditional_groups = 0, groups = 0, group_steps = 0;
  std::int64_t row_step = 0, column_step = 0;
  int tile_rows = 0, tile_columns = 0;
  std::int64_t x_bytes = 0, y_bytes = 0;
  int blocks = 0, more_blocks = 0;
};

LayerState decode_layer(const Words& w) {
  LayerState s;
  s.take_max = w[1] & 1;
  s.gated = w[1] >> 1 & 1;
  s.per_output = w[1] >> 2 & 1;
  s.keep = w[1] >> 3 & 1;
  s.mode = coded_width(w[1] >> 4 & 3);
  s.out_bits = coded_width(w[1] >> 6 & 3);
  s.local = w[1] >> 8 & 1;
  s.zero_point = signed_byte(w[1] >> 16);
  s.low = signed_byte(w[2]);
  s.high = signed_byte(w[2] >> 8);
  s.group_pitch = w[3];
  s.row_pitch = w[4];
  s.run = w[5];
  s.advance_atom = low_half(w[6]);
  s.advance_row = high_half(w[6]);
  s.base_groups = low_half(w[7]);
  s.conditional_groups = high_half(w[7]);
  s.groups = low_half(w[8]);
  s.group_steps = high_half(w[8]);
  s.row_step = w[9];
  s.column_step = w[10];
  s.tile_rows = low_half(w[11]);
  s.tile_columns = high_half(w[11]);
  s.x_bytes = w[14];
  s.y_bytes = w[15];
  s.blocks = low_half(w[18]);
  s.more_blocks = high_half(w[18]);
  return s;
}

/// Registers that are products of others must agree with them.
void check_products(const LayerState& s, const Words& w) {
  const auto check = [&](int at, std::int64_t wanted) {
    if (signed_word(w[at]) != wanted) {
      stop("LAYER word {} is {}, but its factors give {}", at, signed_word(w[at]), wanted);
    }
  };
  check(12, s.row_step * s.tile_rows);
  check(13, s.column_step * s.tile_columns);
  check(16, s.y_bytes * s.tile_rows);
  check(17, s.x_bytes * s.tile_columns);
  check(19, s.advance_row * s.row_pitch + s.advance_atom);
  check(20, s.row_pitch - s.run);
}

struct Requantisation {
  std::int64_t bias = 0, multiplier = 0;
  int shift = 0;
};

/// A block record's header.
struct Header {
  std::vector<Requantisation> open, closed;
  std::vector<std::int64_t> tau;
  std::int64_t output_offset = 0;
  int valid = 0;
  std::int64_t first_atom = 0;
  int first_group = 0;
};

Requantisation decode_requant(const std::uint8_t* entry) {
  return {signed_word(get32(entry)), get16(entry + 4), entry[6]};
}

Header decode_header(const std::uint8_t* at, const Plan& plan) {
  Header header;
  const int columns = plan.config.columns;
  for (int c = 0; c < columns; ++c) {
    header.open.push_back(decode_requant(at + 8 * c));
    if (!plan.config.gating) continue;
    header.closed.push_back(decode_requant(at + 8 * (columns + c)));
    header.tau.push_back(signed_word(get32(at + 8 * (2 * columns + c))));
  }
  const std::uint8_t* rest = at + 8 * columns * (plan.config.gating ? 3 : 1);
  header.output_offset = get32(rest);
  header.valid = rest[4];
  header.first_atom = get32(rest + 8);
  header.first_group = static_cast<int>(get32(rest + 12));
  return header;
}

/// Weights of one step: [column][field] in the order of the activations, and which atoms matter.
struct StepWeights {
  std::vector<std::int8_t> values;
  std::vector<bool> used_bytes;
  std::vector<bool> used_slots;
};

int field_of(std::uint8_t byte, int field, int bits) {
  const int value = byte >> field * bits & ((1 << bits) - 1);
  return value >= 1 << (bits - 1) ? value - (1 << bits) : value;
}

std::int64_t requantise(const LayerState& s, const Requantisation& r, std::int64_t sum) {
  const __int128 scaled = static_cast<__int128>(sum + r.bias) * r.multiplier;
  const __int128 half = r.shift > 0 ? static_cast<__int128>(1) << (r.shift - 1) : 0;
  const auto value = static_cast<std::int64_t>((scaled + half) >> r.shift) + s.zero_point;
  return std::clamp<std::int64_t>(value, s.low, s.high);
}

/// Where a tile lies in its RUN.
struct TileRange {
  int first_row = 0, first_column = 0, rows = 0, columns = 0;
  int positions() const { return rows * columns; }
  int y(int position) const { return first_row + position / columns; }
  int x(int position) const { return first_column + position % columns; }
};

class Interpreter {
 public:
  Interpreter(const Plan& plan, std::vector<std::uint8_t> memory, const InterpretOptions& options)
      : plan_(plan), config_(plan.config), options_(options), streams_(config_.lanes) {
    result_.memory = std::move(memory);
    result_.activation.resize(config_.buffers.activation, 0);
    defined_.resize(config_.buffers.activation, false);
  }

  InterpretResult run(std::uint64_t command_address) {
    while (execute(command_address)) command_address += plan_.command_bytes;
    return std::move(result_);
  }

 private:
  // ---- commands ----

  bool execute(std::uint64_t address) {
    check_memory(address, 128, "a command");
    Words words;
    for (int i = 0; i < 32; ++i) words[i] = get32(&result_.memory[address + 4 * i]);
    apply_waits(words[0]);
    switch (words[0] & 15) {
      case 1:
        load(words);
        return true;
      case 2:
        fill(words);
        return true;
      case 3:
        set_layer(words);
        return true;
      case 4:
        fetch(words);
        return true;
      case 5:
        execute_run(words);
        return true;
      case 6:
        end();
        return false;
      default:
        stop("illegal command {} at address {}", words[0] & 15, address);
    }
  }

  void apply_waits(std::uint32_t word) {
    if (word & 1u << 4) hazards_.wait_loads();
    if (word & 1u << 6) hazards_.wait_runs();
    if (word & 1u << 7) hazards_.wait_run();
    if (word & 1u << 5) hazards_.wait_writes();
  }

  void report(const std::string& hazard) const {
    if (options_.check_hazards && !hazard.empty()) stop("race: {}", hazard);
  }

  void check_memory(std::uint64_t address, std::uint64_t bytes, const char* what) const {
    if (address + bytes <= result_.memory.size()) return;
    stop("{} at address {} lies beyond the memory of {} bytes", what, address,
         result_.memory.size());
  }

  /// Destination of a LOAD or FILL in bytes.
  Access destination(const Words& words) const {
    const std::uint64_t width = config_.memory.bytes;
    const Access access{Space::kActivation, words[3] * width, (words[3] + words[4]) * width};
    if (words[4] == 0 || access.end > result_.activation.size()) {
      stop("bytes [{}, {}) are not in the activation buffer", access.first, access.end);
    }
    return access;
  }

  void load(const Words& words) {
    const Access to = destination(words);
    const std::uint64_t from = address_at(words, 1);
    const std::uint64_t bytes = to.end - to.first;
    if (from % config_.memory.bytes != 0) stop("LOAD from address {}", from);
    check_memory(from, bytes, "the source of a LOAD");
    std::copy_n(result_.memory.begin() + from, bytes, result_.activation.begin() + to.first);
    std::fill_n(defined_.begin() + to.first, bytes, true);
    report(hazards_.load({fmt::format("a LOAD in layer {}", result_.layers - 1),
                          {{Space::kMemory, from, from + bytes}},
                          {to}}));
  }

  void fill(const Words& words) {
    const Access to = destination(words);
    std::fill(result_.activation.begin() + to.first, result_.activation.begin() + to.end,
              static_cast<std::uint8_t>(words[5]));
    std::fill(defined_.begin() + to.first, defined_.begin() + to.end, true);
    report(hazards_.load({fmt::format("a FILL in layer {}", result_.layers - 1), {}, {to}}));
  }

  void set_layer(const Words& words) {
    hazards_.wait_runs();
    layer_ = decode_layer(words);
    check_products(layer_, words);
    if (layer_.tile_rows * layer_.tile_columns > config_.accumulator.positions) {
      stop("tiles of {} x {} positions exceed the accumulators", layer_.tile_rows,
           layer_.tile_columns);
    }
    if (layer_.gated && !config_.gating) stop("a gated layer on a design without gating");
    ++result_.layers;
    layer_runs_ = 0;
  }

  /// Records of a lane, from a word with the common number and the number of lanes with one more.
  static int records_of(int lane, int common, int more) { return common + (lane < more ? 1 : 0); }

  void fetch(const Words& words) {
    const std::uint64_t width = config_.memory.bytes;
    const std::uint64_t bytes = (plan_.header_words + words[4]) * width;
    if (words[4] == 0 || words[5] == 0) stop("FETCH of empty records or of none");
    for (int lane = 0; lane < config_.lanes; ++lane) {
      std::uint64_t address = address_at(words, 1) + std::uint64_t{words[3]} * lane;
      if (address % width != 0) stop("FETCH from address {}", address);
      const int records = records_of(lane, low_half(words[6]), high_half(words[6]));
      for (int record = 0; record < records; ++record, address += bytes) {
        check_memory(address, bytes, "a block record");
        for (std::uint32_t i = 0; i < words[5]; ++i) streams_[lane].push_back({address, words[4]});
      }
    }
  }

  void end() {
    hazards_.wait_loads();
    for (const auto& stream : streams_) {
      if (!stream.empty()) stop("{} records are left in a stream at the end", stream.size());
    }
  }

  // ---- runs ----

  void execute_run(const Words& words) {
    if (result_.layers == 0) stop("RUN before any LAYER");
    first_tap_ = words[1];
    output_ = address_at(words, 2);
    rows_ = low_half(words[4]);
    columns_ = high_half(words[4]);
    reads_.clear();
    writes_.clear();
    for (int lane = 0; lane < config_.lanes; ++lane) run_lane(lane);
    report_run();
    ++layer_runs_;
    ++result_.runs;
  }

  void report_run() {
    Footprint footprint{fmt::format("RUN {} of layer {}", layer_runs_, result_.layers - 1), {}, {}};
    for (const auto& [group, access] : reads_) footprint.reads.push_back(access);
    merge_writes();
    footprint.writes = writes_;
    report(hazards_.run(std::move(footprint)));
  }

  void run_lane(int lane) {
    lane_ = lane;
    const int records = records_of(lane, layer_.blocks, layer_.more_blocks);
    for (record_ = 0; record_ < records; ++record_) run_record();
  }

  void run_record() {
    const std::uint8_t* record = nullptr;
    for (int y = 0; y < rows_; y += layer_.tile_rows) {
      for (int x = 0; x < columns_; x += layer_.tile_columns) {
        if (record == nullptr || !layer_.keep) record = next_record();
        run_tile(record, {y, x, std::min(layer_.tile_rows, rows_ - y),
                          std::min(layer_.tile_columns, columns_ - x)});
      }
    }
  }

  /// Joins writes that touch. What is left shows the rows of an output map, and its padding.
  void merge_writes() {
    std::sort(writes_.begin(), writes_.end(),
              [](const Access& a, const Access& b) { return a.first < b.first; });
    std::vector<Access> merged;
    for (const Access& write : writes_) {
      if (merged.empty() || merged.back().end < write.first) {
        merged.push_back(write);
      } else {
        merged.back().end = std::max(merged.back().end, write.end);
      }
    }
    writes_ = std::move(merged);
  }

  /// Notes writes to `bytes` bytes at `address` as part of one row of a tile.
  void note_write(std::uint64_t address, std::uint64_t bytes, bool row_starts) {
    const Space space = layer_.local ? Space::kActivation : Space::kMemory;
    if (row_starts) writes_.push_back({space, address, address + bytes});
    writes_.back().end = address + bytes;
  }

  const std::uint8_t* next_record() {
    auto& stream = streams_[lane_];
    if (stream.empty()) stop("lane {} finds no record in its stream", lane_);
    const Record record = stream.front();
    stream.pop_front();
    const std::uint64_t steps =
        std::uint64_t{1} * layer_.group_steps * (layer_.base_groups + conditional_groups());
    const std::uint64_t bytes = steps * config_.columns * plan_.column_bytes;
    const std::uint64_t words = ceil_div<std::uint64_t>(bytes, config_.memory.bytes);
    if (words != record.words) {
      stop("records have {} words of weights, the layer's steps take {}", record.words, words);
    }
    const std::uint64_t capacity = std::uint64_t{1} * plan_.weight_columns * plan_.column_bytes;
    if (layer_.keep && bytes > capacity) stop("{} bytes of weights are to be kept", bytes);
    return &result_.memory[record.address];
  }

  int conditional_groups() const { return layer_.conditional_groups; }

  void run_tile(const std::uint8_t* record, const TileRange& tile) {
    header_ = decode_header(record, plan_);
    tile_ = tile;
    weights_ = record + std::size_t{1} * plan_.header_words * config_.memory.bytes;
    sums_.assign(std::size_t{1} * tile.positions() * config_.columns, 0);
    open_.assign(sums_.size(), 1);
    std::vector<int> positions(tile.positions());
    for (int i = 0; i < tile.positions(); ++i) positions[i] = i;
    run_pass(positions, 0, layer_.base_groups);
    if (layer_.gated) {
      positions = apply_gates();
      run_pass(positions, layer_.base_groups, conditional_groups());
    }
    write_outputs();
  }

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
    result_.listed += static_cast<std::int64_t>(listed.size());
    result_.skipped += tile_.positions() - static_cast<std::int64_t>(listed.size());
    return listed;
  }

  void run_pass(const std::vector<int>& positions, int first_group, int groups) {
    for (int i = first_group; i < first_group + groups; ++i) {
      const int group = (header_.first_group + i) % layer_.groups;
      const std::int64_t base =
          first_tap_ + header_.first_atom + (group - header_.first_group) * layer_.group_pitch;
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
    const StepWeights weights = next_weights();
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
    result_.steps += static_cast<std::int64_t>(positions.size());
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

  StepWeights next_weights() {
    const int values = config_.rows * 8 / layer_.mode;
    const int fields = 8 / layer_.mode;
    StepWeights weights;
    weights.values.resize(std::size_t{1} * config_.columns * values);
    weights.used_bytes.resize(config_.rows, false);
    weights.used_slots.resize(plan_.slots, false);
    for (int c = 0; c < config_.columns; ++c, weights_ += plan_.column_bytes) {
      for (int i = 0; i < values; ++i) {
        const int value = field_of(weights_[i / fields], fields - 1 - i % fields, layer_.mode);
        weights.values[c * values + i] = static_cast<std::int8_t>(value);
        if (value == 0) continue;
        weights.used_bytes[i / fields] = true;
        weights.used_slots[i / fields / config_.atom] = true;
      }
    }
    return weights;
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
           result_.layers - 1, slot, slots[slot] - slots[0], plan_.banks);
    }
  }

  void gather(const std::vector<std::int64_t>& slots, std::int64_t shift, int group,
              const StepWeights& weights, std::vector<std::int8_t>& operands) {
    const std::int64_t size = static_cast<std::int64_t>(result_.activation.size());
    const int fields = 8 / layer_.mode;
    for (int slot = 0; slot < plan_.slots; ++slot) {
      const std::int64_t start = (slots[slot] + shift) * config_.atom;
      if (weights.used_slots[slot]) note_read(group, start);
      for (int b = 0; b < config_.atom; ++b) {
        const std::int64_t at = (start + b) % size;
        const int row = slot * config_.atom + b;
        if (weights.used_bytes[row] && (start + b >= size || !defined_[at])) {
          stop("layer {} reads byte {} of the activation buffer, which nothing has written",
               result_.layers - 1, start + b);
        }
        for (int f = 0; f < fields; ++f) {
          operands[row * fields + f] =
              static_cast<std::int8_t>(field_of(result_.activation[at], f, layer_.mode));
        }
      }
    }
  }

  void note_read(int group, std::int64_t start) {
    const std::uint64_t first = start, end = start + config_.atom;
    auto [it, fresh] = reads_.try_emplace(group, Access{Space::kActivation, first, end});
    if (fresh) return;
    it->second.first = std::min(it->second.first, first);
    it->second.end = std::max(it->second.end, end);
  }

  // ---- results ----

  void write_outputs() {
    const int bits = header_.valid * layer_.out_bits;
    if (header_.valid < 1 || header_.valid > config_.columns || bits % 8 != 0) {
      stop("{} valid columns of {} bits do not make bytes", header_.valid, layer_.out_bits);
    }
    for (int position = 0; position < tile_.positions(); ++position) {
      std::vector<std::uint8_t> bytes(bits / 8, 0);
      const std::uint64_t address = output_ + header_.output_offset +
                                    tile_.y(position) * layer_.y_bytes +
                                    tile_.x(position) * layer_.x_bytes;
      for (int c = 0; c < header_.valid; ++c) {
        const int value = output_value(position, c, address) & ((1 << layer_.out_bits) - 1);
        bytes[c * layer_.out_bits / 8] |= value << c * layer_.out_bits % 8;
      }
      store(address, bytes);
      note_write(address, bytes.size(), position % tile_.columns == 0);
    }
  }

  int output_value(int position, int column, std::uint64_t address) const {
    const std::size_t at = position * config_.columns + column;
    const bool open = open_[at];
    const Requantisation& requant = open ? header_.open[column] : header_.closed[column];
    const int value = static_cast<int>(requantise(layer_, requant, sums_[at]));
    if (options_.on_output) {
      options_.on_output({static_cast<int>(result_.layers) - 1, layer_runs_, lane_, record_, column,
                          tile_.y(position), tile_.x(position), open, sums_[at], value, address});
    }
    return value;
  }

  void store(std::uint64_t address, const std::vector<std::uint8_t>& bytes) {
    auto& target = layer_.local ? result_.activation : result_.memory;
    if (address + bytes.size() > target.size()) stop("output to address {}", address);
    std::copy(bytes.begin(), bytes.end(), target.begin() + address);
    if (layer_.local) std::fill_n(defined_.begin() + address, bytes.size(), true);
  }

  struct Record {
    std::uint64_t address = 0;
    std::uint32_t words = 0;
  };

  const Plan& plan_;
  const Config& config_;
  const InterpretOptions& options_;
  InterpretResult result_;
  std::vector<bool> defined_;                ///< bytes of the activation buffer ever written
  std::vector<std::deque<Record>> streams_;  ///< what each lane will find, in order
  Hazards hazards_;
  LayerState layer_;
  int layer_runs_ = 0;

  // The RUN, record and tile in work.
  std::int64_t first_tap_ = 0;
  std::uint64_t output_ = 0;
  int rows_ = 0, columns_ = 0, lane_ = 0, record_ = 0;
  std::map<int, Access> reads_;  ///< by group
  std::vector<Access> writes_;
  Header header_;
  TileRange tile_;
  const std::uint8_t* weights_ = nullptr;
  std::vector<std::int64_t> sums_;  ///< [position][column]
  std::vector<std::uint8_t> open_;  ///< [position][column]
};

}  // namespace

InterpretResult interpret(const Plan& plan, std::vector<std::uint8_t> memory,
                          std::uint64_t command_address, const InterpretOptions& options) {
  return Interpreter(plan, std::move(memory), options).run(command_address);
}

}  // namespace sluice::compiler
