// SPDX-License-Identifier: Apache-2.0
// Energy of a network: by rates and counts that are easy to add up by hand.
#include "synth/energy/network_energy.h"

#include <catch2/catch.hpp>

#include "tests/support/designs.h"

namespace sluice::synth {
namespace {

using results::EnergyLevel;
using results::EnergyPart;
using results::EnergyTensor;

/// Two words of 8 bits and more; every macro of 64 words costs the same.
MemoryTable table(const char* read = "1") {
  return read_memory_table(std::string("node,x\nnand2_um2,1\nnand2_source,s\nprocess_nm,90\n"
                                       "supply_v,0.9\nbetween,nothing\n"
                                       "words,bits,ports,granule,area_um2,read_pj,write_pj,"
                                       "leakage_uw,access_ps,source\n64,64,1r1w,1,100,") +
                               read + ",2,3,,here\n",
                           "t.csv");
}

EnergyRates rates() {
  EnergyRates rates;
  rates.memories.kinds[static_cast<std::size_t>(MemoryKind::kWeight)] = {1, 2, 3, true};
  rates.memories.kinds[static_cast<std::size_t>(MemoryKind::kGateMask)] = {4, 5, 6, true};
  rates.memories.kinds[static_cast<std::size_t>(MemoryKind::kAddend)] = {7, 9, 8, true};
  rates.memories.leakage_uw = 1000;
  rates.dram = {"d", 10, ""};
  rates.logic.with = {100, 2};
  rates.logic.without = {50, 3};
  rates.clock_mhz = 500;
  return rates;
}

estimate::LayerEstimate layer() {
  estimate::LayerEstimate layer;
  layer.with.cycles = 200;
  layer.with.weight_read_bytes = 10;
  layer.with.map_read_bytes = 20;
  layer.with.write_bytes = 30;
  layer.with.accesses.reads_of(MemoryKind::kWeight) = 7;
  layer.with.accesses.writes_of(MemoryKind::kWeight) = 1;
  layer.with.accesses.reads_of(MemoryKind::kGateMask) = 10;
  layer.with.accesses.reads_of(MemoryKind::kAddend) = 3;
  layer.with.accesses.writes_of(MemoryKind::kAddend) = 2;
  layer.with.work.products_of(8) = 250;
  layer.with.work.products_of(4) = 300;
  layer.with.work.products_of(2) = 400;
  layer.without = layer.with;
  layer.without.work.products_of(8) = 1750;
  layer.without.cycles = 600;
  return layer;
}

TEST_CASE("NetworkEnergy.EachEventTimesWhatItTakes") {
  estimate::Estimate estimate;
  estimate.layers = {layer()};
  estimate.compared = true;
  estimate.command_bytes = 5;
  const results::EnergyResult result = network_energy(rates(), estimate);
  const results::Energy& with = result.with;
  CHECK(with[EnergyPart::dram_weights] == Approx(10 * 80e-6));
  CHECK(with[EnergyPart::dram_maps_read] == Approx(20 * 80e-6));
  CHECK(with[EnergyPart::dram_maps_written] == Approx(30 * 80e-6));
  CHECK(with[EnergyPart::dram_commands] == Approx(5 * 80e-6));
  CHECK(with[EnergyPart::weight_buffer] == Approx((7 * 1 + 1 * 2) * 1e-6));
  CHECK(with[EnergyPart::gate_memories] == Approx(10 * 4 * 1e-6));
  CHECK(with[EnergyPart::addend_buffer] == Approx((3 * 7 + 2 * 9) * 1e-6));
  CHECK(with.of(EnergyTensor::kMaps) == Approx(50 * 80e-6 + 39e-6));
  // 1000 uW for 200 cycles of 2 ns
  CHECK(with[EnergyPart::memory_leakage] == Approx(400e-6));
  CHECK(with[EnergyPart::logic_clock] == Approx(200 * 100e-6));
  // Products of 4 bits take half of those of 8, of 2 bits a quarter: 250 + 150 + 100
  CHECK(with[EnergyPart::logic_data] == Approx(500 * 2e-6));
  CHECK(with.of(EnergyLevel::kDram) == Approx(65 * 80e-6));
  CHECK(with.of(EnergyTensor::kWeights) == Approx(10 * 80e-6 + 9e-6));
  CHECK(result.layers[0].of(EnergyLevel::kDram) == Approx(60 * 80e-6));
  REQUIRE(result.without.has_value());
  CHECK((*result.without)[EnergyPart::logic_clock] == Approx(600 * 50e-6));
  CHECK((*result.without)[EnergyPart::logic_data] == Approx(2000 * 3e-6));
}

TEST_CASE("NetworkEnergy.LogicIsPutIntoTheMemoriesNode") {
  EnergyRates scaled = rates();
  LogicModel& logic = scaled.logic;
  CHECK_FALSE(logic_scale(logic, table()).has_value());
  logic.process_nm = 180;
  logic.supply_v = 1.8;
  scaled.logic_scale = logic_scale(logic, table());
  REQUIRE(scaled.logic_scale.has_value());
  CHECK(*scaled.logic_scale == Approx(0.5 * 0.25));
  estimate::Estimate estimate;
  estimate.layers = {layer()};
  CHECK(network_energy(scaled, estimate).with[EnergyPart::logic_clock] ==
        Approx(0.125 * 200 * 100e-6));
}

TEST_CASE("NetworkEnergy.AMemoryTakesTheEnergyOfOneRowOfItsMacros") {
  const Plan plan = make_plan(test::design("t_small").config);
  const MemoryRates rates = memory_rates(plan, table());
  double leakage = 0;
  for (const Memory& memory : memories_of(plan)) {
    const int columns = (memory.bits + 63) / 64, rows = (memory.words + 63) / 64;
    const MemoryEnergy& kind = rates.kinds[static_cast<std::size_t>(memory.kind)];
    CHECK(kind.read_pj == Approx(columns));
    CHECK(kind.write_pj == Approx(2 * columns));
    leakage += 3.0 * columns * rows * memory.count;
  }
  CHECK(rates.leakage_uw == Approx(leakage));
}

TEST_CASE("NetworkEnergy.AnEnergyThatTheTableLacksIsAnErrorNotAZero") {
  const Plan plan = make_plan(test::design("t_small").config);
  CHECK_THROWS_WITH(memory_rates(plan, table("")),
                    Catch::Contains("t.csv") &&
                        Catch::Contains("has no read_pj of a macro of 64") &&
                        Catch::Contains("--memories"));
  CHECK_THROWS_WITH(memory_rates(plan, load_memory_table("sky130")), Catch::Contains("sky130"));
}

TEST_CASE("NetworkEnergy.LogicOfAnExampleIsTakenInProportionToProductsACycle") {
  Config config = test::design("t_small").config;
  const LogicModel small = logic_of_examples(make_plan(config));
  CHECK_FALSE(small.measured);
  CHECK(small.process_nm == 180.0);
  Config wide = config;
  wide.lanes *= 2;
  const LogicModel large = logic_of_examples(make_plan(wide));
  if (large.design == small.design) {
    CHECK(large.with.cycle_pj == Approx(2 * small.with.cycle_pj));
    CHECK(large.with.product_pj == small.with.product_pj);
  }
}

TEST_CASE("NetworkEnergy.DramByNameOrByPicojoules") {
  CHECK(dram_of("LPDDR4").pj_per_bit == 14);
  CHECK(dram_of("ddr3").pj_per_bit == 70);
  CHECK(dram_of("8.5").pj_per_bit == 8.5);
  for (const char* bad : {"-1", "ddr", "8.5pJ", "nan", "1e9"}) {
    CHECK_THROWS_WITH(dram_of(bad), Catch::Contains("not a memory"));
  }
}

}  // namespace
}  // namespace sluice::synth
