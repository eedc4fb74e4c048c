// SPDX-License-Identifier: Apache-2.0
#include "verif/interpreter/interpreter.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "generator/compiler/bytes.h"
#include "generator/compiler/hazards.h"
#include "generator/compiler/math.h"
#include "verif/interpreter/decode.h"
#include "verif/interpreter/storage.h"
#include "verif/interpreter/tile.h"

namespace sluice::compiler {
namespace {

/// Bytes that a LOAD may be shifted by, or a multiple.
constexpr std::uint64_t kLoadGranule = 16;

class Interpreter {
 public:
  Interpreter(const Plan& plan, std::vector<std::uint8_t> memory, const InterpretOptions& options)
      : plan_(plan),
        config_(plan.config),
        options_(options),
        storage_(std::move(memory), config_.buffers.activation),
        streams_(config_.lanes) {}

  InterpretResult run(std::uint64_t command_address) {
    while (execute(command_address)) command_address += plan_.command_bytes;
    result_.steps = counts_.steps;
    result_.listed = counts_.listed;
    result_.skipped = counts_.skipped;
    storage_.move_to(result_);
    return std::move(result_);
  }

 private:
  // ---- commands ----

  bool execute(std::uint64_t address) {
    storage_.check_memory(address, 128, "a command");
    Words words;
    for (int i = 0; i < 32; ++i) words[i] = get32(storage_.memory(address + 4 * i));
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
      case 7:
        set_addition(words, address);
        return true;
      case 8:
        fill_table(words, address);
        return true;
      default:
        illegal(words, address);
    }
  }

  [[noreturn]] static void illegal(const Words& words, std::uint64_t address) {
    stop("illegal command {} at address {}", words[0] & 15, address);
  }

  void apply_waits(std::uint32_t word) {
    const std::uint32_t opcode = word & 15;
    if (opcode == 3 || opcode == 7 || opcode == 8) hazards_.wait_runs();
    if (word & 1u << 4) hazards_.wait_loads();
    if (word & 1u << 6) hazards_.wait_runs();
    if (word & 1u << 7) hazards_.wait_run();
    if (word & 1u << 5) hazards_.wait_writes();
  }

  void report(const std::string& hazard) const {
    if (options_.check_hazards && !hazard.empty()) stop("race: {}", hazard);
  }

  /// Destination of a LOAD or FILL in bytes, `shift` of them behind the word that it names.
  Access destination(const Words& words, std::uint64_t shift) const {
    const std::uint64_t width = config_.memory.bytes;
    const std::uint64_t first = words[3] * width + shift;
    const Access access{Space::kActivation, first, first + words[4] * width};
    if (words[4] == 0 || access.end > storage_.activation_bytes()) {
      stop("bytes [{}, {}) are not in the activation buffer", access.first, access.end);
    }
    return access;
  }

  void load(const Words& words) {
    const std::uint64_t shift = words[5] & 0xff;
    if (shift >= static_cast<std::uint64_t>(config_.memory.bytes) || shift % kLoadGranule != 0 ||
        shift % config_.atom != 0 || (shift > 0 && !config_.gating)) {
      stop("LOAD shifted by {} bytes", shift);
    }
    const Access to = destination(words, shift);
    const std::uint64_t from = address_at(words, 1);
    if (from % config_.memory.bytes != 0) stop("LOAD from address {}", from);
    storage_.load(from, to);
    report(hazards_.load({fmt::format("a LOAD in layer {}", layer()),
                          {{Space::kMemory, from, from + (to.end - to.first)}},
                          {to}}));
  }

  void fill(const Words& words) {
    const Access to = destination(words, 0);
    storage_.fill(to, static_cast<std::uint8_t>(words[5]));
    report(hazards_.load({fmt::format("a FILL in layer {}", layer()), {}, {to}}));
  }

  void set_addition(const Words& words, std::uint64_t address) {
    if (!config_.additions) illegal(words, address);
    addition_ = decode_addition(words);
    check_addition(addition_, plan_);
    addition_waits_ = true;
  }

  void fill_table(const Words& words, std::uint64_t address) {
    if (!config_.activation_table) illegal(words, address);
    const TablePart part = decode_table(words);
    std::copy(part.entries.begin(), part.entries.end(), table_.begin() + part.first);
    table_parts_ |= 1u << part.first / 64;
  }

  void set_layer(const Words& words) {
    layer_ = decode_layer(words);
    check_layer(layer_, words, plan_);
    if (layer_.add && !addition_waits_) stop("a LAYER that adds, without an ADDITION before it");
    if (!layer_.add && addition_waits_) stop("an ADDITION before a LAYER that does not add");
    if (layer_.look_up && table_parts_ != 15) stop("a LAYER with a table that was not filled");
    addition_waits_ = false;
    ++result_.layers;
    layer_runs_ = 0;
  }

  /// Index of the LAYER command in work.
  int layer() const { return static_cast<int>(result_.layers) - 1; }

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
        storage_.check_memory(address, bytes, "a block record");
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
    place_ = {words[1], address_at(words, 2), layer(), layer_runs_, 0, 0};
    rows_ = low_half(words[4]);
    columns_ = high_half(words[4]);
    accesses_.clear();
    for (int lane = 0; lane < config_.lanes; ++lane) run_lane(lane);
    report(
        hazards_.run(accesses_.footprint(fmt::format("RUN {} of layer {}", layer_runs_, layer()))));
    ++layer_runs_;
    ++result_.runs;
  }

  void run_lane(int lane) {
    place_.lane = lane;
    const int records = records_of(lane, layer_.records, layer_.more_records);
    for (place_.record = 0; place_.record < records; ++place_.record) run_record();
  }

  void run_record() {
    const std::uint8_t* record = nullptr;
    for (int y = 0; y < rows_; y += layer_.tile_rows) {
      for (int x = 0; x < columns_; x += layer_.tile_columns) {
        if (record == nullptr || !layer_.keep) record = next_record();
        run_tile(context_, layer_, addition_, table_, place_, record,
                 {y, x, std::min(layer_.tile_rows, rows_ - y),
                  std::min(layer_.tile_columns, columns_ - x)});
      }
    }
  }

  const std::uint8_t* next_record() {
    auto& stream = streams_[place_.lane];
    if (stream.empty()) stop("lane {} finds no record in its stream", place_.lane);
    const Record record = stream.front();
    stream.pop_front();
    std::uint64_t steps = layer_.base.all_steps();
    if (layer_.gated) steps += layer_.record_blocks * layer_.conditional.all_steps();
    const int columns = config_.columns >> layer_.circulant;
    const std::uint64_t bytes = steps * columns * plan_.column_bytes;
    const std::uint64_t words = ceil_div<std::uint64_t>(bytes, config_.memory.bytes);
    if (words != record.words) {
      stop("records have {} words of weights, the layer's steps take {}", record.words, words);
    }
    const std::uint64_t capacity = std::uint64_t{1} * plan_.weight_columns * plan_.column_bytes;
    if (layer_.keep && bytes > capacity) stop("{} bytes of weights are to be kept", bytes);
    return storage_.memory(record.address);
  }

  struct Record {
    std::uint64_t address = 0;
    std::uint32_t words = 0;
  };

  const Plan& plan_;
  const Config& config_;
  const InterpretOptions& options_;
  InterpretResult result_;
  Storage storage_;
  std::vector<std::deque<Record>> streams_;  ///< what each lane will find, in order
  Hazards hazards_;
  AdditionState addition_;
  bool addition_waits_ = false;  ///< for its LAYER
  ActivationTable table_{};
  unsigned table_parts_ = 0;  ///< that were filled, a bit each
  LayerState layer_;
  int layer_runs_ = 0;

  RunPlace place_;
  int rows_ = 0, columns_ = 0;  ///< of the RUN in work
  RunAccesses accesses_;        ///< of the RUN in work
  TileCounts counts_;
  const TileContext context_{plan_, options_, storage_, accesses_, counts_};
};

}  // namespace

InterpretResult interpret(const Plan& plan, std::vector<std::uint8_t> memory,
                          std::uint64_t command_address, const InterpretOptions& options) {
  return Interpreter(plan, std::move(memory), options).run(command_address);
}

}  // namespace sluice::compiler
