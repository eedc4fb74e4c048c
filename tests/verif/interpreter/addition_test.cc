// SPDX-License-Identifier: Apache-2.0
// Layers that add another map to their outputs, written command by command: what the interpreter
// computes is what the definition says, and programs that break a rule are found.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "generator/compiler/bytes.h"
#include "generator/compiler/commands.h"
#include "verif/interpreter/interpreter.h"

namespace sluice::compiler {
namespace {

using Catch::Matchers::Contains;

// A map of four channels, which are an atom and a lane's columns; 1x1 weights to four channels.
constexpr int kRows = 2, kColumns = 3, kChannels = 4, kWord = 8;
constexpr std::uint64_t kInput = 1536, kStream = 2048, kOutput = 4096, kBefore = 3968,
                        kBehind = 4224;

Plan plan_of(bool additions = true) {
  Config config;
  config.name = "adds";
  config.lanes = 1;
  config.columns = kChannels;
  config.rows = 4;
  config.dot = 4;
  config.precisions = {8, 4, 2};
  config.gating = false;
  config.additions = additions;
  config.post = 2;
  config.accumulator.positions = 8;
  config.buffers = {1024, 1024};
  config.memory.bytes = kWord;
  return make_plan(config);
}

/// The map that is added, how it is added, and how the program is spoilt.
struct Sums {
  std::uint64_t addend = kBehind;
  int width = 8;  ///< bits of outputs and addends
  int factor = 300, addend_factor = 65535, bias = -12345, shift = 9;
  int zero_point = -7;
  bool multiply = false;
  int zero = 0, addend_zero = 0;  ///< of a product
  bool written_before = false;    ///< by a layer of the same program
  bool wait_writes = true;
  std::map<Field, std::int64_t> changes = {};  ///< fields of LAYER and ADDITION with other values
  bool command = true;                         ///< ADDITION
  bool additions = true;                       ///< of the design

  int low() const { return -(1 << (width - 1)); }
  int high() const { return (1 << (width - 1)) - 1; }
};

/// Numbers without a pattern, small and signed.
int scattered(int seed) { return seed * 37 % 23 - 11; }
int input(int channel, int p) { return scattered(channel * 11 + p * 5 + 1); }
int weight(int output, int channel) { return scattered(output * 13 + channel * 7 + 2); }
int addend(const Sums& sums, int channel, int p) {
  return std::clamp(scattered(channel * 3 + p * 17 + 5) * 11, sums.low(), sums.high());
}

void put(Command& command, const Sums& sums,
         std::initializer_list<std::pair<Field, std::int64_t>> fields) {
  for (const auto& [field, value] : fields) {
    const auto change = sums.changes.find(field);
    command.set(field, change == sums.changes.end() ? value : change->second);
  }
}

Command layer_command(const Sums& sums, bool add) {
  Command layer(Opcode::kLayer, {});
  const int out_bytes = kChannels * sums.width / 8;
  put(layer, sums,
      {{Field::kLayerAdd, add},
       {Field::kLayerLocal, 0},
       {Field::kLayerKeep, 1},
       {Field::kLayerOutputWidth, sums.width == 8 ? 0 : 8 / sums.width / 2},
       {Field::kLayerZeroPoint, sums.width == 8 ? 9 : 0},
       {Field::kLayerClampLow, sums.low()},
       {Field::kLayerClampHigh, sums.high()},
       {Field::kLayerRowPitch, kColumns},
       {Field::kLayerKernelRow, 1},
       {Field::kLayerAdvanceRow, 1},
       {Field::kLayerAdvanceOffset, kColumns},
       {Field::kLayerWrapOffset, kColumns - 1},
       {Field::kLayerBaseGroups, 1},
       {Field::kLayerGroups, 1},
       {Field::kLayerGroupSteps, 1},
       {Field::kLayerRowStep, kColumns},
       {Field::kLayerColumnStep, 1},
       {Field::kLayerTileRows, 1},
       {Field::kLayerTileColumns, kColumns},
       {Field::kLayerTileRowStep, kColumns},
       {Field::kLayerTileColumnStep, kColumns},
       {Field::kLayerOutColumnStep, out_bytes},
       {Field::kLayerOutRowStep, kColumns * out_bytes},
       {Field::kLayerOutTileRowStep, kColumns * out_bytes},
       {Field::kLayerOutTileColumnStep, kColumns * out_bytes},
       {Field::kLayerRecordsEach, 1},
       {Field::kLayerRecordBlocks, 1},
       {Field::kLayerUnitBlocks, 1},
       {Field::kLayerStepSlots, 1},
       {Field::kLayerLastSlots, 1}});
  return layer;
}

Command addition_command(const Sums& sums) {
  Command addition(Opcode::kAddition, {.writes = sums.wait_writes});
  const std::uint64_t distance = (sums.addend - kOutput) & 0xffffffff;
  put(addition, sums,
      {{Field::kAdditionDistance, static_cast<std::int64_t>(distance)},
       {Field::kAdditionFactor, sums.factor},
       {Field::kAdditionMultiply, sums.multiply},
       {Field::kAdditionZero, sums.zero},
       {Field::kAdditionAddendZero, sums.addend_zero},
       {Field::kAdditionAddendFactor, sums.addend_factor},
       {Field::kAdditionBias, sums.bias},
       {Field::kAdditionShift, sums.shift},
       {Field::kAdditionZeroPoint, sums.zero_point},
       {Field::kAdditionClampLow, sums.low()},
       {Field::kAdditionClampHigh, sums.high()}});
  return addition;
}

Command fetch_command() {
  Command fetch(Opcode::kFetch, {});
  fetch.set(Field::kFetchAddress, kStream);
  fetch.set(Field::kFetchWords, kChannels * kChannels / kWord);
  fetch.set(Field::kFetchRepeats, 1);
  fetch.set(Field::kFetchRecordsEach, 1);
  return fetch;
}

Command run_command(std::uint64_t output) {
  Command run(Opcode::kRun, {.loads = true});
  run.set(Field::kRunOutput, static_cast<std::int64_t>(output));
  run.set(Field::kRunRows, kRows);
  run.set(Field::kRunColumns, kColumns);
  return run;
}

std::vector<Command> commands_of(const Sums& sums, const Plan& plan) {
  std::vector<Command> list = {
      load_command({}, kInput, 0, kRows * kColumns * kChannels / kWord, plan)};
  if (sums.written_before) {
    for (const Command& command :
         {layer_command(sums, false), fetch_command(), run_command(sums.addend)}) {
      list.push_back(command);
    }
  }
  if (sums.command) list.push_back(addition_command(sums));
  for (const Command& command :
       {layer_command(sums, true), fetch_command(), run_command(kOutput), end_command()}) {
    list.push_back(command);
  }
  return list;
}

/// A requantisation for each channel, and the weights.
void write_record(const Plan& plan, std::uint8_t* at) {
  std::uint64_t output = 0;
  commands::set(output, Field::kEntryColumns, kChannels);
  commands::set(output, Field::kEntryUnits, 1);
  put64(at, output);
  std::uint8_t* parameters = at + plan.sequencer_words * kWord;
  for (int c = 0; c < kChannels; ++c) {
    std::uint64_t requantisation = 0;
    commands::set(requantisation, Field::kEntryBias, 5 * c);
    commands::set(requantisation, Field::kEntryMultiplier, 1);
    commands::set(requantisation, Field::kEntryShift, 2);
    put64(parameters + 8 * c, requantisation);
  }
  std::uint8_t* weights = at + plan.header_words * kWord;
  for (int c = 0; c < kChannels; ++c) {
    for (int i = 0; i < kChannels; ++i) {
      weights[c * plan.column_bytes + i] = static_cast<std::uint8_t>(weight(c, i));
    }
  }
}

std::vector<std::uint8_t> memory_of(const Sums& sums, const Plan& plan) {
  std::vector<std::uint8_t> memory = encode(commands_of(sums, plan), plan);
  memory.resize(kOutput + 512);
  for (int p = 0; p < kRows * kColumns; ++p) {
    for (int c = 0; c < kChannels; ++c) {
      memory[kInput + p * kChannels + c] = static_cast<std::uint8_t>(input(c, p));
      const int bit = (p * kChannels + c) * sums.width;
      const int value = addend(sums, c, p) & ((1 << sums.width) - 1);
      memory[sums.addend + bit / 8] |= static_cast<std::uint8_t>(value << bit % 8);
    }
  }
  write_record(plan, &memory[kStream]);
  return memory;
}

InterpretResult run(const Sums& sums, const InterpretOptions& options = {}) {
  const Plan plan = plan_of(sums.additions);
  return interpret(plan, memory_of(sums, plan), 0, options);
}

std::string problem(const Sums& sums) {
  try {
    run(sums);
  } catch (const InterpretError& error) {
    return error.message;
  }
  return "";
}

/// To the nearest, halves to even.
int rounded(std::int64_t value, int shift) {
  return static_cast<int>(std::nearbyint(std::ldexp(static_cast<double>(value), -shift)));
}

/// The layer's output by definition, before the sum.
int requantised(const Sums& sums, int output, int p) {
  int sum = 5 * output;
  for (int c = 0; c < kChannels; ++c) sum += input(c, p) * weight(output, c);
  return std::clamp(rounded(sum, 2) + (sums.width == 8 ? 9 : 0), sums.low(), sums.high());
}

int expected(const Sums& sums, int value, int added) {
  const std::int64_t sum =
      sums.multiply ? std::int64_t{sums.factor} * (value - sums.zero) * (added - sums.addend_zero)
                    : sums.factor * value + sums.addend_factor * added + sums.bias;
  return std::clamp(rounded(sum, sums.shift) + sums.zero_point, sums.low(), sums.high());
}

int value_at(const InterpretResult& result, std::uint64_t map, const Sums& sums, int channel,
             int p) {
  const int bit = (p * kChannels + channel) * sums.width;
  const int field = result.memory[map + bit / 8] >> bit % 8 & ((1 << sums.width) - 1);
  return field > sums.high() ? field - (1 << sums.width) : field;
}

void check_outputs(const Sums& sums) {
  const InterpretResult result = run(sums);
  for (int p = 0; p < kRows * kColumns; ++p) {
    for (int c = 0; c < kChannels; ++c) {
      INFO("channel " << c << " of position " << p << ", " << sums.width << " bits");
      const int value = requantised(sums, c, p);
      const int added = sums.written_before ? value : addend(sums, c, p);
      CHECK(value_at(result, kOutput, sums, c, p) == expected(sums, value, added));
    }
  }
}

TEST_CASE("Addition.OutputsAreSumsOfBothMaps") {
  check_outputs({});
  check_outputs({.factor = 1048575, .addend_factor = 1, .bias = 1 << 24, .shift = 21});
  check_outputs({.factor = 1, .addend_factor = 1048575, .bias = -(1 << 28), .shift = 21});
  check_outputs({.factor = 1, .addend_factor = 1, .bias = 0, .shift = 0, .zero_point = 0});
  check_outputs({.factor = 0, .addend_factor = 1, .bias = 0, .shift = 0, .zero_point = 0});
}

TEST_CASE("Addition.NarrowOutputsAndAddendsShareTheirWidth") {
  for (const int width : {4, 2}) {
    check_outputs({.width = width,
                   .factor = 700,
                   .addend_factor = 900,
                   .bias = 100,
                   .shift = 11,
                   .zero_point = 0});
  }
}

TEST_CASE("Addition.OutputsMayBeProductsOfBothMaps") {
  Sums product{.factor = 1048575, .addend_factor = 1048575, .bias = 0, .shift = 26};
  product.multiply = true;
  product.zero = -100;
  product.addend_zero = 77;
  check_outputs(product);
  product.width = 4;
  product.zero = 7;
  product.shift = 23;
  product.zero_point = 0;
  check_outputs(product);
}

TEST_CASE("Addition.TheAddendMayLieBeforeTheOutput") { check_outputs({.addend = kBefore}); }

TEST_CASE("Addition.TheAddendMayBeWhatAnEarlierLayerWrote") {
  check_outputs({.written_before = true});
}

TEST_CASE("Addition.AnAddendThatMayBeUnderWayIsARace") {
  CHECK_THAT(problem({.written_before = true, .wait_writes = false}),
             Contains("race: RUN 0 of layer 1 does not wait for RUN 0 of layer 0") &&
                 Contains("of memory"));
}

TEST_CASE("Addition.EventsTellTheSum") {
  const Sums sums;
  InterpretOptions options;
  int outputs = 0;
  options.on_output = [&](const OutputEvent& event) {
    const int p = event.y * kColumns + event.x;
    const int value = requantised(sums, event.column, p);
    CHECK(event.value == expected(sums, value, addend(sums, event.column, p)));
    ++outputs;
  };
  run(sums, options);
  CHECK(outputs == kRows * kColumns * kChannels);
}

TEST_CASE("Addition.CommandsThatBreakARuleAreFound") {
  const auto changed = [](Field field, std::int64_t value) {
    return problem({.changes = {{field, value}}});
  };
  CHECK(changed(Field::kAdditionDistance, 129) ==
        "addends 129 bytes from the outputs, in memory words of 8");
  CHECK_THAT(changed(Field::kAdditionDistance, 4096), Contains("an addend at address 8192"));
  CHECK(changed(Field::kAdditionBias, 1 << 28) == "a sum's bias of 268435456");
  CHECK(changed(Field::kAdditionMultiply, 1) ==
        "a product with the factors 300 and 65535 and the bias -12345");
  CHECK(changed(Field::kAdditionShift, 48) == "a sum is shifted by 48");
  CHECK(changed(Field::kLayerLocal, 1) ==
        "a layer that adds, with outputs in the activation buffer");
  CHECK(changed(Field::kLayerAdd, 0) == "an ADDITION before a LAYER that does not add");
  CHECK(problem({.command = false}) == "a LAYER that adds, without an ADDITION before it");
}

TEST_CASE("Addition.DesignsWithoutAdditionsDoNotKnowIt") {
  CHECK_THAT(problem({.additions = false}), Contains("illegal command 7"));
  CHECK(problem({.command = false, .additions = false}) ==
        "a layer that adds on a design without additions");
}

}  // namespace
}  // namespace sluice::compiler
