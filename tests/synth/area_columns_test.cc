// SPDX-License-Identifier: Apache-2.0
// What `sluice area --json` prints has each figure of the table of columns.
#include <catch2/catch.hpp>

#include "generator/results/area_result.h"
#include "synth/area/render.h"

namespace sluice::synth {
namespace {

/// A flat design with a block: no real one, but it has every figure.
AreaReport report() {
  AreaReport report;
  report.design = "d";
  report.recipe = "adders";
  report.library = "lib";
  report.flat = true;
  report.hierarchical_nand2 = 45;
  report.blocks = {{"PE array", 300, 30, 75, 4}};
  report.total = {"total", 400, 40, 100, 5};
  report.macs = 8;
  report.memory_bits = 64;
  return report;
}

TEST_CASE("Columns.TheJsonOfAnAreaHasEach") {
  const nlohmann::ordered_json json = area_json(report());
  const results::AreaResult result = area_result(report());
  for (const auto& one : results::columns<results::BlockFigures>()) {
    INFO(one.name);
    REQUIRE(json["total"].contains(one.name));
    CHECK(json["total"][one.name] == one.json(result.total));
    CHECK(json["blocks"]["PE array"][one.name] == one.json(result.blocks[0].figures));
    CHECK(one.has(result.total));
  }
  for (const auto& one : results::columns<results::AreaFigures>()) {
    INFO(one.name);
    REQUIRE(json.contains(one.name));
    CHECK(json[one.name] == one.json(result.figures));
    CHECK(one.has(result.figures));
  }
  CHECK(result.figures.nand2_per_mac == 5.0);
  CHECK(result.figures.array_nand2_per_mac == 3.75);
}

TEST_CASE("Columns.AnAreaIsReadAsItWasWritten") {
  const results::AreaResult written = area_result(report());
  const json::Document file(area_json(report()).dump(), {"area.json", "make it again"});
  const results::AreaResult read = results::area_of(file.root());
  CHECK(read.design == written.design);
  CHECK(read.recipe == written.recipe);
  CHECK(read.library == written.library);
  CHECK(read.total == written.total);
  CHECK(read.figures == written.figures);
  REQUIRE(read.blocks.size() == 1);
  CHECK(read.blocks[0].name == "PE array");
  CHECK(read.blocks[0].figures == written.blocks[0].figures);
}

}  // namespace
}  // namespace sluice::synth
