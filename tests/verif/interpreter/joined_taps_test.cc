// SPDX-License-Identifier: Apache-2.0
// Layers that join taps, as the compiler writes them and with fields of LAYER changed: the
// interpreter refuses what breaks a rule, and what does not is no longer the layer that was asked
// for.
#include <catch2/catch.hpp>

#include "generator/commands/encode.h"
#include "tests/generator/compiler/fold_case.h"
#include "verif/interpreter/interpreter.h"

namespace sluice::compiler::test {
namespace {

using Catch::Matchers::Contains;

constexpr const char* kOtherValues = "other values";

LayerShape pool(int kernel_h, int kernel_w) {
  LayerShape shape;
  shape.kind = net::LayerKind::kMaxPool;
  shape.kernel_h = kernel_h;
  shape.kernel_w = kernel_w;
  shape.pad_top = shape.pad_left = shape.pad_bottom = shape.pad_right = 0;
  return shape;
}

/// A pool of 64 channels, an atom for each of 16 blocks, on a design that joins four taps.
class Pool : public Case {
 public:
  explicit Pool(const LayerShape& shape, int channels = 64) : Case(shape, 12, channels) {
    network.layers.pop_back();
    network.maps.pop_back();
  }

  /// What is wrong if the first LAYER has these values, else nothing.
  std::string with(const std::vector<std::pair<Field, std::int64_t>>& changes) const {
    const Plan plan = make_plan(config);
    Program changed = program();
    for (const auto& [field, value] : changes) set(changed, plan, field, value);
    Random random(3);
    const Values values = random_values(network.maps[0], random);
    try {
      const Values found = execute(network, changed, plan, values);
      return found == reference(network, values, false) ? "" : kOtherValues;
    } catch (const InterpretError& error) {
      return error.message;
    }
  }

 private:
  static void set(Program& program, const Plan& plan, Field field, std::int64_t value) {
    std::uint64_t address = program.command_address;
    while ((program.image.data()[address] & 15) != static_cast<int>(Opcode::kLayer)) {
      address += plan.command_bytes;
    }
    const commands::FieldInfo& info = commands::info(field);
    std::uint8_t* word = program.image.data() + address + 4 * info.word;
    const std::uint32_t mask = info.bits == 32 ? ~0U : ((1U << info.bits) - 1) << info.low;
    put32(word, (get32(word) & ~mask) | (static_cast<std::uint32_t>(value) << info.low & mask));
  }
};

}  // namespace

TEST_CASE("JoinedTapsInterpreted.AreThoseOfThePool") {
  CHECK(Pool(pool(3, 3)).with({}) == "");
  CHECK(Pool(pool(5, 5)).with({}) == "");
  CHECK(Pool(pool(3, 3), 128).with({}) == "");  // taps of a kernel column
}

TEST_CASE("JoinedTapsInterpreted.OtherTapsGiveOtherValues") {
  const Pool c(pool(3, 3));
  CHECK(c.with({{Field::kLayerTaps, 2}}) == kOtherValues);
  CHECK(c.with({{Field::kLayerTaps, 4}}) != "");  // one beyond the kernel
  CHECK(c.with({{Field::kLayerWindowStep, 48}}) != "");
  CHECK(c.with({{Field::kLayerGroupSteps, 2}}) != "");
}

TEST_CASE("JoinedTapsInterpreted.WhatADesignDoesNotJoinIsRefused") {
  const Pool c(pool(3, 3));
  CHECK(c.with({{Field::kLayerTaps, 1}}) == "1 taps are joined, of at most 4");
  CHECK(c.with({{Field::kLayerTaps, 5}}) == "5 taps are joined, of at most 4");
  CHECK_THAT(c.with({{Field::kLayerTaps, 0}}), Contains("steps of 16 and 16 atoms"));
  CHECK(c.with({{Field::kLayerTakeMax, 0}}) == kOtherValues);
  CHECK_THAT(c.with({{Field::kLayerMode, 1}}), Contains("no bytes"));
  CHECK_THAT(
      c.with(
          {{Field::kLayerFold, 3}, {Field::kLayerRecordBlocks, 8}, {Field::kLayerUnitBlocks, 8}}),
      Contains("8 parts of the rows"));
  CHECK_THAT(c.with({{Field::kLayerWindows, 1}}), Contains("joins taps in 2 windows"));
}

TEST_CASE("JoinedTapsInterpreted.AllAtomsOfABlockAreReadInAllTaps") {
  const Pool c(pool(3, 3));
  CHECK_THAT(c.with({{Field::kLayerStepSlots, 15}, {Field::kLayerLastSlots, 15}}),
             Contains("weights for slot 60, which a step does not read"));
}

TEST_CASE("JoinedTapsInterpreted.StepsLeaveNoTapOut") {
  const Pool c(pool(3, 8));  // two steps of four taps a row
  CHECK(c.with({}) == "");
  CHECK_THAT(c.with({{Field::kLayerAdvanceAtom, 5 * 16},
                     {Field::kLayerAdvanceOffset, 5 * 16},
                     {Field::kLayerRowPitch, 40},
                     {Field::kLayerWrapOffset, 40 - 8 * 16}}),
             Contains("a step joins 4 taps 16 atoms apart, and advances by 80 and 40"));
}

TEST_CASE("JoinedTapsInterpreted.TapsOfOneBankCollide") {
  const Pool c(pool(3, 3));
  CHECK_THAT(c.with({{Field::kLayerWindowStep, 64},
                     {Field::kLayerRowPitch, 64},
                     {Field::kLayerAdvanceOffset, 64},
                     {Field::kLayerWrapOffset, 64 - 48}}),
             Contains("bank conflict"));
}

}  // namespace sluice::compiler::test
