// SPDX-License-Identifier: Apache-2.0
// What `sluice area --json` prints has each figure of the table of columns.
#include <catch2/catch.hpp>

#include "generator/results/area_result.h"
#include "synth/area/render.h"

namespace sluice::synth {
namespace {

using Json = nlohmann::ordered_json;

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
  MemoryArea macros{{MemoryKind::kCommand, 16, 4, 4, 1}, MemoryCut(), 7.5, 10};
  macros.cut->macro = {16, 2, Ports::kReadAndWrite, 2};
  macros.cut->columns = 2;
  macros.cut->rows = 1;
  macros.cut->found.from_line = true;
  macros.cut->found.lines = {9};
  const MemoryArea flip_flops{{MemoryKind::kReadAddress, 2, 8, 8, 1}, std::nullopt, 1.5, 2};
  MemoryTable table;
  table.file = "synth/memories/table.csv";
  table.node = "9 nm";
  table.nand2 = 0.75;
  add_memories(report, table, {macros, flip_flops});
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
  CHECK(result.figures.logic_nand2_per_mac == 5.0);
  CHECK(result.figures.memory_bits == 80);
  CHECK(result.figures.memory_nand2 == 12.0);
  CHECK(result.figures.total_nand2 == 52.0);
  CHECK(result.figures.total_mm2 == 52 * 0.75e-6);
  CHECK(result.figures.nand2_per_mac == 6.5);
  CHECK(result.figures.array_nand2_per_mac == 3.75);
}

TEST_CASE("Columns.TheJsonOfAnAreaHasEachOfItsMemories") {
  const nlohmann::ordered_json json = area_json(report());
  const results::AreaResult result = area_result(report());
  for (std::size_t k = 0; k < 2; k++) {
    for (const auto& one : results::columns<results::KindFigures>()) {
      INFO(one.name);
      REQUIRE(json["memories"][k].contains(one.name));
      CHECK(json["memories"][k][one.name] == one.json(result.memories[k].figures));
      CHECK(one.has(result.memories[k].figures));
    }
  }
  CHECK(json["memories"][0]["kind"] == "commands");
  CHECK(json["memories"][0]["cut"] ==
        Json{{"columns", 2}, {"rows", 1}, {"words", 16}, {"bits", 2}, {"granule", 2}});
  CHECK(json["memories"][0]["from"] == "line");
  CHECK(json["memories"][0]["lines"] == Json{9});
  CHECK(json["memories"][1]["cut"].is_null());
  CHECK(json["memories"][1]["from"] == "flip-flops");
  CHECK(json["memories"][1]["lines"].empty());
  CHECK(json["memory_table"] == "table");
  CHECK(json["memory_node"] == "9 nm");
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
  CHECK(read.memories == written.memories);
  CHECK(read.memory_table == written.memory_table);
  CHECK(read.memory_node == written.memory_node);
  REQUIRE(read.blocks.size() == 1);
  CHECK(read.blocks[0].name == "PE array");
  CHECK(read.blocks[0].figures == written.blocks[0].figures);
}

}  // namespace
}  // namespace sluice::synth
