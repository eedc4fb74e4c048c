// SPDX-License-Identifier: Apache-2.0
// Layers whose blocks share the rows of a lane, written command by command: what the interpreter
// computes is what the layers' definition says, and programs that break a rule are found.
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "generator/compiler/bytes.h"
#include "generator/compiler/commands.h"
#include "verif/interpreter/interpreter.h"

namespace sluice::compiler {
namespace {

using Catch::Matchers::Contains;

// A map of eight groups of four channels, which are an atom; 1x1 weights to eight channels: four
// blocks of two columns, each of which sums its base group and then, where a gate is open, all
// others. A step reads four atoms.
constexpr int kRows = 2, kColumns = 3, kGroups = 8, kGroupChannels = 4, kBlocks = 4, kSlots = 4;
constexpr int kConditionalGroups = kGroups - 1;
constexpr int kBlockChannels = 2, kChannels = kBlocks * kBlockChannels;
constexpr std::uint64_t kInput = 1024, kStream = 2048, kOutput = 4096;

Plan folding_plan() {
  Config config;
  config.name = "folds";
  config.lanes = 1;
  config.columns = kBlockChannels;
  config.rows = 16;
  config.segments = 4;
  config.dot = 4;
  config.precisions = {8};
  config.post = 2;
  config.accumulator.positions = 8;
  config.buffers = {1024, 1024};
  config.memory.bytes = 8;
  return make_plan(config);
}

/// Numbers without a pattern, small and signed.
int scattered(int seed) { return seed * 37 % 23 - 11; }
int input(int channel, int y, int x) { return scattered(channel * 11 + y * 5 + x * 3 + 1); }
int weight(int output, int channel) { return scattered(output * 13 + channel * 7 + 2); }
int threshold(int output) { return scattered(output) * 4; }

/// How the layer is folded, and how its commands are spoilt.
struct Layout {
  int windows = 1;      ///< 2: the first two blocks have base group 0, the others 1
  int unit_blocks = 4;  ///< outputs of so many blocks lie one after the other
  int walk_groups = kConditionalGroups;  ///< that conditional steps take without a break
  int group_pitch = 9;                   ///< so that neighbouring groups lie in neighbouring banks
  std::map<Field, std::int64_t> changes = {};  ///< fields of LAYER with other values
  int extra_weight = -1;                       ///< a byte of the first column that is not zero

  int base_group(int block) const { return block * windows / kBlocks; }
  int walks() const { return kConditionalGroups / walk_groups; }
  int walk_steps() const { return (walk_groups + kSlots - 1) / kSlots; }
  int last_slots() const { return walk_groups - (walk_steps() - 1) * kSlots; }
};

void put_layer(Command& command, Field field, std::int64_t value, const Layout& layout) {
  const auto change = layout.changes.find(field);
  command.set(field, change == layout.changes.end() ? value : change->second);
}

Command layer_command(const Layout& layout) {
  Command layer(Opcode::kLayer, {});
  const int unit_bytes = layout.unit_blocks * kBlockChannels;
  const int advance = layout.walk_steps() > 1 ? kSlots : 0;  // groups: each is one atom
  const std::vector<std::pair<Field, std::int64_t>> fields = {
      {Field::kLayerGated, 1},
      {Field::kLayerPerOutput, 1},
      {Field::kLayerKeep, 1},
      {Field::kLayerClampLow, -128},
      {Field::kLayerClampHigh, 127},
      {Field::kLayerGroupPitch, layout.group_pitch},
      {Field::kLayerRowPitch, kColumns},
      {Field::kLayerKernelRow, 1},
      {Field::kLayerAdvanceRow, 1},  // a part of the rows is one atom
      {Field::kLayerBaseGroups, 1},
      {Field::kLayerConditionalWalks, layout.walks()},
      {Field::kLayerGroups, kGroups},
      {Field::kLayerGroupSteps, 1},
      {Field::kLayerRowStep, kColumns},
      {Field::kLayerColumnStep, 1},
      {Field::kLayerTileRows, kRows},
      {Field::kLayerTileColumns, kColumns},
      {Field::kLayerTileRowStep, kRows * kColumns},
      {Field::kLayerTileColumnStep, kColumns},
      {Field::kLayerOutColumnStep, unit_bytes},
      {Field::kLayerOutRowStep, kColumns * unit_bytes},
      {Field::kLayerOutTileRowStep, kRows * kColumns * unit_bytes},
      {Field::kLayerOutTileColumnStep, kColumns * unit_bytes},
      {Field::kLayerRecordsEach, 1},
      {Field::kLayerAdvanceOffset, kColumns},
      {Field::kLayerWrapOffset, kColumns - 1},
      {Field::kLayerFold, 2},
      {Field::kLayerWindows, layout.windows / 2},
      {Field::kLayerRecordBlocks, kBlocks},
      {Field::kLayerUnitBlocks, layout.unit_blocks},
      {Field::kLayerWindowStep, layout.windows > 1 ? layout.group_pitch : 0},
      {Field::kLayerStepSlots, 1},
      {Field::kLayerLastSlots, 1},
      {Field::kLayerConditionalSteps, layout.walk_steps()},
      {Field::kLayerConditionalLastSlots, layout.last_slots()},
      {Field::kLayerConditionalAdvanceOffset, advance * layout.group_pitch},
      {Field::kLayerWalkGroups, layout.walk_groups},
      {Field::kLayerKernelRows, 1},
      {Field::kLayerConditionalAdvanceGroup, advance},
      {Field::kLayerGroupWrap, layout.group_pitch - kColumns},
      {Field::kLayerGroupsSpan, kGroups * layout.group_pitch},
      {Field::kLayerWalkSpan, layout.walk_groups * layout.group_pitch},
      {Field::kLayerOutUnitStep, kRows * kColumns * unit_bytes},
  };
  for (const auto& [field, value] : fields) put_layer(layer, field, value, layout);
  return layer;
}

void write_header(const Layout& layout, const Plan& plan, std::uint8_t* at) {
  std::uint64_t output = 0;
  commands::set(output, Field::kEntryColumns, layout.unit_blocks * kBlockChannels);
  commands::set(output, Field::kEntryUnits, kBlocks / layout.unit_blocks);
  put64(at, output);
  for (int c = 0; c < kChannels; ++c) put32(at + 16 + 4 * c, threshold(c));
  std::uint8_t* parameters = at + plan.sequencer_words * plan.config.memory.bytes;
  for (int c = 0; c < kChannels; ++c) {
    for (int closed = 0; closed < 2; ++closed) {
      std::uint64_t requantisation = 0;
      commands::set(requantisation, Field::kEntryBias, closed ? 100 : 0);
      commands::set(requantisation, Field::kEntryMultiplier, 1);
      commands::set(requantisation, Field::kEntryShift, 5);
      put64(parameters + 8 * ((c / 2 * 2 + closed) * 2 + c % 2), requantisation);
    }
  }
}

void put_weights(std::uint8_t* at, int output, int group) {
  for (int i = 0; i < kGroupChannels; ++i) {
    at[i] = static_cast<std::uint8_t>(weight(output, group * kGroupChannels + i));
  }
}

/// The base step, in which each block has four bytes of each column, then the walks of each block.
void write_weights(const Layout& layout, const Plan& plan, std::uint8_t* at) {
  for (int output = 0; output < kChannels; ++output) {
    const int block = output / kBlockChannels, column = output % kBlockChannels;
    const int base = layout.base_group(block);
    put_weights(at + column * plan.column_bytes + block * kGroupChannels, output, base);
    for (int k = 0; k < kConditionalGroups; ++k) {
      const int walk = block * layout.walks() + k / layout.walk_groups;
      const int atom = k % layout.walk_groups;
      const int step = 1 + walk * layout.walk_steps() + atom / kSlots;
      put_weights(at + (step * kBlockChannels + column) * plan.column_bytes +
                      atom % kSlots * kGroupChannels,
                  output, (base + 1 + k) % kGroups);
    }
  }
  if (layout.extra_weight >= 0) at[layout.extra_weight] = 1;
}

std::vector<std::uint8_t> memory_of(const Layout& layout, const Plan& plan) {
  constexpr int kWord = 8;
  Command fetch(Opcode::kFetch, {});
  fetch.set(Field::kFetchAddress, kStream);
  const int steps = 1 + kBlocks * layout.walks() * layout.walk_steps();
  fetch.set(Field::kFetchWords, steps * kBlockChannels * plan.column_bytes / kWord);
  fetch.set(Field::kFetchRepeats, 1);
  fetch.set(Field::kFetchRecordsEach, 1);
  Command run(Opcode::kRun, {.loads = true});
  run.set(Field::kRunOutput, kOutput);
  run.set(Field::kRunRows, kRows);
  run.set(Field::kRunColumns, kColumns);
  const int input_words = kGroups * layout.group_pitch * kGroupChannels / kWord;
  std::vector<std::uint8_t> memory = encode({load_command({}, kInput, 0, input_words, plan),
                                             layer_command(layout), fetch, run, end_command()},
                                            plan);
  memory.resize(kOutput + 1024);
  for (int channel = 0; channel < kGroups * kGroupChannels; ++channel) {
    for (int p = 0; p < kRows * kColumns; ++p) {
      const int atom = channel / kGroupChannels * layout.group_pitch + p;
      memory[kInput + atom * kGroupChannels + channel % kGroupChannels] =
          static_cast<std::uint8_t>(input(channel, p / kColumns, p % kColumns));
    }
  }
  write_header(layout, plan, &memory[kStream]);
  write_weights(layout, plan, &memory[kStream + plan.header_words * kWord]);
  return memory;
}

InterpretResult run(const Layout& layout, const InterpretOptions& options = {}) {
  const Plan plan = folding_plan();
  return interpret(plan, memory_of(layout, plan), 0, options);
}

std::string problem(const Layout& layout) {
  try {
    run(layout);
  } catch (const InterpretError& error) {
    return error.message;
  }
  return "";
}

int group_sum(int output, int group, int y, int x) {
  int sum = 0;
  for (int i = group * kGroupChannels; i < (group + 1) * kGroupChannels; ++i) {
    sum += input(i, y, x) * weight(output, i);
  }
  return sum;
}

bool open(const Layout& layout, int output, int y, int x) {
  const int base = layout.base_group(output / kBlockChannels);
  return group_sum(output, base, y, x) > threshold(output);
}

/// An output by definition.
int expected(const Layout& layout, int output, int y, int x) {
  const int base = layout.base_group(output / kBlockChannels);
  int sum = group_sum(output, base, y, x);
  if (open(layout, output, y, x)) {
    for (int k = 1; k < kGroups; ++k) sum += group_sum(output, (base + k) % kGroups, y, x);
  } else {
    sum += 100;
  }
  return std::clamp(static_cast<int>(std::nearbyint(sum / 32.0)), -128, 127);
}

void check_outputs(const Layout& layout) {
  const InterpretResult result = run(layout);
  const int unit_channels = layout.unit_blocks * kBlockChannels;
  int listed = 0;
  for (int c = 0; c < kChannels; ++c) {
    for (int p = 0; p < kRows * kColumns; ++p) {
      const int y = p / kColumns, x = p % kColumns;
      const int unit = c / unit_channels;
      const std::size_t at =
          kOutput + (unit * kRows * kColumns + p) * unit_channels + c % unit_channels;
      INFO("channel " << c << " at " << y << ", " << x);
      CHECK(static_cast<std::int8_t>(result.memory[at]) == expected(layout, c, y, x));
      if (c % kBlockChannels != 0) continue;
      listed += open(layout, c, y, x) || open(layout, c + 1, y, x);
    }
  }
  REQUIRE((listed > 0 && listed < kBlocks * kRows * kColumns));
  CHECK(result.listed == listed);
  CHECK(result.skipped == kBlocks * kRows * kColumns - listed);
  CHECK(result.steps == kRows * kColumns + listed * layout.walks() * layout.walk_steps());
}

TEST_CASE("Folding.BlocksShareTheRowsOfTheBasePass") { check_outputs({}); }

TEST_CASE("Folding.WindowsReadOtherGroups") { check_outputs({.windows = 2}); }

TEST_CASE("Folding.WalksMayEndWithEachGroup") {
  check_outputs({.walk_groups = 1});
  check_outputs({.windows = 2, .walk_groups = 1});
}

TEST_CASE("Folding.UnitsLieApart") {
  check_outputs({.unit_blocks = 1});
  check_outputs({.windows = 2, .unit_blocks = 2});
}

TEST_CASE("Folding.OutputsTellTheirBlock") {
  const Layout layout{.windows = 2, .unit_blocks = 2};
  InterpretOptions options;
  int outputs = 0;
  options.on_output = [&](const OutputEvent& event) {
    const int channel = event.block * kBlockChannels + event.column;
    CHECK(event.value == expected(layout, channel, event.y, event.x));
    CHECK(event.open == open(layout, channel, event.y, event.x));
    ++outputs;
  };
  run(layout, options);
  CHECK(outputs == kChannels * kRows * kColumns);
}

TEST_CASE("Folding.WindowsInOneBankCollide") {
  CHECK_THAT(problem({.windows = 2, .group_pitch = 8}), Contains("bank conflict in layer 0"));
}

TEST_CASE("Folding.WeightsOfSlotsThatAreNotReadAreFound") {
  Layout layout;
  // The last atom of the second step of the first block's walk, which reads three
  layout.extra_weight = 2 * kBlockChannels * folding_plan().column_bytes + 3 * kGroupChannels;
  CHECK(problem(layout) == "layer 0 has weights for slot 3, which a step does not read");
}

TEST_CASE("Folding.FieldsThatDisagreeAreFound") {
  const auto changed = [](Field field, std::int64_t value, int windows = 1) {
    return problem({.windows = windows, .changes = {{field, value}}});
  };
  CHECK(changed(Field::kLayerFold, 3) == "rows fold into 8 parts, but have 4 segments");
  CHECK(changed(Field::kLayerWindows, 3) == "8 windows for 4 blocks");
  CHECK(changed(Field::kLayerRecordBlocks, 5) ==
        "records of 5 blocks, units of 4, for a fold of 4");
  CHECK_THAT(changed(Field::kLayerRecordBlocks, 3), Contains("records of 3 blocks, units of 4"));
  CHECK(changed(Field::kLayerLastSlots, 2) ==
        "steps of 1 and 2 atoms for each block, whose rows take 1");
  CHECK(changed(Field::kLayerStepSlots, 0) ==
        "a step reads 0 atoms and advances by 1, but takes 1");
  CHECK(changed(Field::kLayerConditionalAdvanceOffset, 35) ==
        "LAYER word 26 is 35, but its factors give 36");
  CHECK(changed(Field::kLayerGroupWrap, 7) == "LAYER word 29 is 7, but its factors give 6");
  CHECK(changed(Field::kLayerGroupsSpan, 71) == "LAYER word 30 is 71, but its factors give 72");
  CHECK(changed(Field::kLayerWalkSpan, 64) == "LAYER word 31 is 64, but its factors give 63");
  CHECK(changed(Field::kLayerConditionalLastSlots, 2) ==
        "groups of 1 atoms in the base pass, 1 walks of 6 atoms over 7 groups of 1");
  CHECK(changed(Field::kLayerConditionalWalks, 2) == "2 walks of 7 groups behind 1, of 8 groups");
  CHECK(changed(Field::kLayerWindowStep, 7, 2) ==
        "1 base groups in windows 7 atoms apart, groups are 9 apart");
}

}  // namespace
}  // namespace sluice::compiler
