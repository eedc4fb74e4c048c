// SPDX-License-Identifier: Apache-2.0
// The memories of designs as macros of tables and as flip-flops, by lines and by hand.
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>

#include "generator/emit/bundle.h"
#include "generator/util/user_error.h"
#include "synth/area/memories.h"
#include "synth/area/render.h"
#include "synth/memories/choice.h"
#include "tests/support/designs.h"
#include "tests/support/files.h"

namespace sluice::synth {
namespace {

using Catch::Matchers::Contains;
namespace fs = std::filesystem;

const MemoryArea& find(const std::vector<MemoryArea>& memories, MemoryKind kind) {
  for (const MemoryArea& memory : memories) {
    if (memory.memory.kind == kind) return memory;
  }
  throw std::logic_error("a design without such memories");
}

/// The line of a table, as it stands in the file.
const MemoryLine& line_of(const MemoryTable& table, int words, int bits) {
  for (const MemoryLine& line : table.lines) {
    const MemoryShape& shape = line.shape;
    if (shape.words == words && shape.bits == bits && shape.ports == Ports::kReadAndWrite) {
      return line;
    }
  }
  throw std::logic_error("a table without this line");
}

Liberty named(const std::string& name) {
  Liberty library;
  library.name = name;
  return library;
}

TEST_CASE("AreaMemories.OfALibraryOfTheNodeTheTableOfThisNode") {
  CHECK(table_for(named("sky130_fd_sc_hd__tt_025C_1v80")) == "sky130");
  CHECK(table_for(named("gf180mcu_fd_sc_mcu7t5v0__tt_025C_5v00")) == "gf180");
  CHECK(table_for(named("NangateOpenCellLibrary")) == "cacti45");
  CHECK(table_for(named("FreePDK45_std")) == "cacti45");
  CHECK(table_for(named("gscl45nm")) == "cacti45");
  CHECK(table_for(named("osu018_stdcells")) == "cacti65");
  CHECK(table_for(named("mine")) == "cacti65");
  CHECK(node_of(named("osu035_stdcells")) == "350 nm");
  CHECK(node_of(named("mine")).empty());
  // As the tables write them, so that they can be compared
  for (const char* name : {"sky130_a", "gf180_a", "Nangate_a"}) {
    INFO(name);
    CHECK(load_memory_table(table_for(named(name))).node == node_of(named(name)));
  }
}

TEST_CASE("AreaMemories.ThreeOfEdgeHaveTheAreasOfTheirLines") {
  const MemoryTable table = load_memory_table("cacti65");
  const std::vector<MemoryArea> memories =
      cut_memories(test::shipped_plan("edge", {"accumulator.positions=256"}), table);
  struct Case {
    MemoryKind kind;
    int words, bits, columns, rows;
  };
  // 2048 x 32 bits, 512 x 256 and 512 x 16
  for (const Case& one :
       {Case{MemoryKind::kActivation, 2048, 8, 4, 1}, Case{MemoryKind::kWeight, 512, 32, 8, 1},
        Case{MemoryKind::kGateMask, 512, 16, 1, 1}}) {
    INFO(text_of(one.kind));
    const MemoryArea& memory = find(memories, one.kind);
    const MemoryLine& line = line_of(table, one.words, one.bits);
    REQUIRE(memory.cut);
    CHECK(memory.cut->found.from_line);
    CHECK(memory.cut->found.lines == std::vector<int>{line.line});
    CHECK(memory.cut->macro.words == one.words);
    CHECK(memory.cut->macro.bits == one.bits);
    CHECK(memory.cut->columns == one.columns);
    CHECK(memory.cut->rows == one.rows);
    const double area = line.figures.area * one.columns * one.rows * memory.memory.count;
    CHECK(memory.area == Approx(area));
    CHECK(memory.nand2 == Approx(area / 1.44));
  }
}

TEST_CASE("AreaMemories.TheWeightBufferOfTinyIsCutAsByHand") {
  // 128 words of 64 bits of OpenRAM's macros: two of 256 x 32 beside each other take 381,425 um2,
  // two of 512 x 32 569,077 and eight of 1024 x 8 1,626,186
  const MemoryTable table = load_memory_table("sky130");
  const std::vector<MemoryArea> memories = cut_memories(test::shipped_plan("tiny"), table);
  const MemoryArea& weights = find(memories, MemoryKind::kWeight);
  REQUIRE(weights.cut);
  CHECK(weights.cut->macro.words == 256);
  CHECK(weights.cut->macro.bits == 32);
  CHECK(weights.cut->columns == 2);
  CHECK(weights.cut->rows == 1);
  CHECK(weights.cut->found.from_line);
  CHECK(weights.area == Approx(2 * 2 * 190712.55));
  CHECK(weights.nand2 == Approx(2 * 2 * 190712.55 / 3.7536));
}

TEST_CASE("AreaMemories.AreasAreOfTheTablesNode") {
  const Plan plan = test::shipped_plan("tiny");
  for (const auto& [name, nand2] : {std::pair("cacti22", 0.199), std::pair("cacti45", 0.798)}) {
    INFO(name);
    const MemoryTable table = load_memory_table(name);
    AreaReport report;
    report.macs = 1;
    report.total.nand2 = 1e6;
    report.library_node = "45 nm";
    add_memories(report, table, cut_memories(plan, table));
    const double area = 4 * line_of(table, 512, 32).figures.area;
    CHECK(find(report.memories, MemoryKind::kActivation).area == Approx(area));
    CHECK(find(report.memories, MemoryKind::kActivation).nand2 == Approx(area / nand2));
    CHECK(report.mm2(1e6) == Approx(nand2));
    CHECK(report.total_nand2() == Approx(1e6 + report.memory_nand2));
    // A line says that the nodes differ where they do
    const bool differ = table.node != "45 nm";
    CHECK((area_text(report).find(" is of 45 nm, the macros of 22 nm: ") != std::string::npos) ==
          differ);
    CHECK((area_text(report).find("the macros of") != std::string::npos) == differ);
  }
}

TEST_CASE("AreaMemories.OneThatNoMacroServesIsNamed") {
  CHECK_THROWS_WITH(
      cut_memories(test::shipped_plan("tiny"), load_memory_table("gf180")),
      "synth/memories/gf180.csv: activation buffer: no macro of GF180MCU serves a memory of 512 x "
      "32 bits, 1r1w, granule 8; give a table that has one with --memories");
  CHECK_NOTHROW(cut_memories(test::shipped_plan("tiny"), load_memory_table("sky130")));
}

TEST_CASE("AreaMemories.SmallOnesAreFlipFlopsMappedOnceForEachShape") {
  const test::TempDir temp;
  KeptResults modules(temp.path());
  const Liberty library = load_liberty("osu018");
  const MemoryTable table = load_memory_table("cacti65");
  const Plan plan = test::shipped_plan("tiny");
  std::vector<MemoryArea> memories = cut_memories(plan, table);
  const Rtl rtl = rtl_of(render_bundle(plan, make_origin("x.yaml", {})));
  MappedDesign mapped;
  map_flip_flops(memories, rtl, library, table, {}, modules, mapped);
  std::map<std::vector<int>, double> shapes;  // NAND2 of one memory
  for (const MemoryArea& memory : memories) {
    const Memory& of = memory.memory;
    INFO(text_of(of.kind));
    CHECK(memory.cut.has_value() == of.is_macro());
    if (memory.cut) continue;
    const double one = memory.nand2 / of.count;
    const auto shape = shapes.insert({{of.words, of.bits, of.granule}, one}).first;
    CHECK(shape->second == Approx(one));
    // Each bit, and each of the word that was read, is at least a flip-flop
    const double least = library.find(library.flip_flop)->area / library.nand2_area();
    CHECK(memory.nand2 >= least * of.count * (of.words + 1) * of.bits);
    CHECK(memory.area == Approx(memory.nand2 * table.nand2.value()));
  }
  const auto files = fs::directory_iterator(temp.path());
  CHECK(std::distance(fs::begin(files), fs::end(files)) == std::ptrdiff_t(shapes.size()));
  CHECK(mapped.seconds > 0);
  // Parameters: one memory for each channel that a lane post-processes
  CHECK(find(memories, MemoryKind::kParameter).memory.count ==
        plan.config.lanes * plan.config.post);
}

}  // namespace
}  // namespace sluice::synth
