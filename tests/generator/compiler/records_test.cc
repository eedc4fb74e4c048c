// SPDX-License-Identifier: Apache-2.0
// Where the parts of a record lie and what they hold.
#include "generator/compiler/records.h"

#include <catch2/catch.hpp>

#include "generator/commands/encode.h"
#include "generator/compiler/bytes.h"
#include "tests/generator/compiler/support.h"

namespace sluice::compiler::test {
namespace {

using commands::Field;

std::uint64_t get64(const std::uint8_t* at) {
  return get32(at) | std::uint64_t{get32(at + 4)} << 32;
}

/// One lane of 2 columns x 32 rows in 4 segments: two slots for each of 4 blocks.
Config record_config() {
  Config config = small_config();
  config.lanes = 1;
  config.columns = 2;
  config.rows = 32;
  config.segments = 4;
  config.post = 4;
  return config;
}

/// A gated 1x1 layer of 16 channels in 2 groups, 6 outputs in 3 blocks; its program.
struct Record {
  Plan plan = make_plan(record_config());
  net::Network network = start_network(4, 4, 16, 8);
  Program program;
  const std::uint8_t* at = nullptr;  ///< the first record

  explicit Record(int outputs) {
    Random random(11);
    LayerShape shape;
    shape.kernel_h = shape.kernel_w = 1;
    shape.pad_top = shape.pad_left = shape.pad_bottom = shape.pad_right = 0;
    shape.out_channels = outputs;
    shape.partitions = 2;
    shape.gate_block = 2;
    shape.channel_groups = false;
    append_layer(network, shape, random);
    program = compile(network, plan, {});
    at = program.image.data() + stream_address();
  }

  const net::Layer& layer() const { return network.layers[0]; }
  /// The first FETCH comes first.
  std::uint64_t stream_address() const { return get32(program.image.data() + 4); }
  std::uint64_t entry(int index) const { return get64(at + 8 * index); }
  std::uint64_t parameter(int index) const {
    return get64(at + plan.sequencer_words * plan.config.memory.bytes + 8 * index);
  }
  const std::uint8_t* weights() const {
    return at + std::size_t{1} * plan.header_words * plan.config.memory.bytes;
  }
  /// Weight of output `c` for input channel `i`.
  std::int8_t weight(int c, int i) const { return layer().weights[c * 16 + i]; }
};

}  // namespace

TEST_CASE("Records.TheHeaderBeginsWithItsPlaceAndThresholdsOfAllColumns") {
  const Record record(6);
  REQUIRE(record.program.layers[0].fold == 4);
  REQUIRE(record.program.layers[0].record_blocks == 3);
  CHECK(commands::get(record.entry(0), Field::kEntryOffset) == 0);
  CHECK(commands::get(record.entry(0), Field::kEntryColumns) == 6);
  CHECK(commands::get(record.entry(0), Field::kEntryUnits) == 1);
  CHECK(record.entry(1) == 0);
  const auto& tau = record.layer().gate->tau;
  for (int column = 0; column < 8; column += 2) {
    const std::uint64_t entry = record.entry(2 + column / 2);
    const std::int64_t never = (std::int64_t{1} << 31) - 1;
    CHECK(commands::get(entry, Field::kEntryThreshold) == (column < 6 ? tau[column] : never));
    CHECK(commands::get(entry, Field::kEntryNextThreshold) ==
          (column < 6 ? tau[column + 1] : never));
  }
}

TEST_CASE("Records.ParametersStandInTheOrderOfPostProcessing") {
  const Record record(6);
  for (int column = 0; column < 8; ++column) {
    for (const bool closed : {false, true}) {
      // 4 open ones, the same columns' closed ones, then the next columns
      const int index = column / 4 * 8 + (closed ? 4 : 0) + column % 4;
      INFO(index);
      const auto& table = closed ? record.layer().requant_closed : record.layer().requant;
      const net::Requant wanted = column < 6 ? table[column] : net::Requant{0, 0, 0};
      const std::uint64_t entry = record.parameter(index);
      CHECK(commands::get(entry, Field::kEntryBias) == wanted.bias);
      CHECK(commands::get(entry, Field::kEntryMultiplier) == wanted.multiplier);
      CHECK(commands::get(entry, Field::kEntryShift) == wanted.shift);
    }
  }
}

TEST_CASE("Records.EachBlockHasItsPartOfTheRowsThenAllRowsInItsConditionalPass") {
  const Record record(6);
  REQUIRE(record.program.layers[0].base_steps == 1);
  REQUIRE(record.program.layers[0].conditional_steps == 1);
  for (int block = 0; block < 4; ++block) {
    for (int c = 0; c < 2; ++c) {
      for (int i = 0; i < 8; ++i) {
        const std::uint8_t base = record.weights()[32 * c + 8 * block + i];
        CHECK(base == (block < 3 ? static_cast<std::uint8_t>(record.weight(2 * block + c, i)) : 0));
      }
      if (block == 3) continue;
      for (int i = 0; i < 32; ++i) {
        const std::uint8_t later = record.weights()[64 * (1 + block) + 32 * c + i];
        CHECK(later ==
              (i < 8 ? static_cast<std::uint8_t>(record.weight(2 * block + c, 8 + i)) : 0));
      }
    }
  }
}

TEST_CASE("Records.AShortRecordIsAsLongAsTheOthers") {
  const Record record(10);  // 3 blocks and 2
  const LayerProgram& layer = record.program.layers[0];
  REQUIRE(layer.record_blocks == 3);
  REQUIRE(layer.blocks.size() == 6);
  CHECK(layer.blocks[3].first_channel == 6);
  CHECK(layer.blocks[5].channels == 0);
  // 1 step for 3 blocks, then one for each, of 2 columns of 32 bytes
  const std::size_t bytes = record.plan.header_words * 16 + 4 * 64;
  const std::uint64_t second = get64(record.at + bytes);
  CHECK(commands::get(second, Field::kEntryOffset) == 6);
  CHECK(commands::get(second, Field::kEntryColumns) == 4);
}

}  // namespace sluice::compiler::test
