// SPDX-License-Identifier: Apache-2.0
// Liberty files of memory compilers as tables of memories.
#include <catch2/catch.hpp>
#include <filesystem>

#include "generator/util/user_error.h"
#include "synth/area/render.h"
#include "synth/memories/choice.h"
#include "synth/memories/liberty_table.h"
#include "synth/timing/memory_access.h"
#include "tests/support/files.h"

namespace sluice::synth {
namespace {

using test::replace_all;

/// One read and write port and one read port, as OpenRAM writes them. 0.5 pF and 2 V: an energy of
/// 1 is 2 pJ.
constexpr const char* kOpen = R"(library (open_tt) {
  time_unit : "1ns";
  voltage_unit : "2V";
  leakage_power_unit : "1mW";
  capacitive_load_unit (0.5, pF);
  nom_voltage : 1.8;
  type (data) { base_type : array; data_type : bit; bit_width : 32; bit_from : 31; bit_to : 0; }
  type (addr) { bit_width : 8; bit_from : 7; bit_to : 0; }
  type (wmask) { bit_width : 4; bit_from : 0; bit_to : 3; }
  cell (ram_256x32) {
    memory () { type : ram; address_width : 8; word_width : 32; }
    area : 190712.5;
    cell_leakage_power : 0.004;
    bus (din0) {
      bus_type : data; direction : input;
      memory_write () { address : addr0; clocked_on : clk0; }
    }
    bus (dout0) {
      bus_type : data; direction : output;
      memory_read () { address : addr0; }
      pin (dout0[31:0]) {
        timing () {
          related_pin : "clk0"; timing_type : falling_edge;
          cell_rise (T) { values ("9, 9", "9, 9"); }
        }
      }
    }
    bus (dout1) {
      bus_type : data; direction : output;
      memory_read () { address : addr1; }
      pin (dout1[31:0]) {
        timing () {
          related_pin : "clk1"; timing_type : falling_edge;
          cell_rise (T) { values ("0.31, 0.4, 0.5", "0.6, 0.7, 0.8"); }
          cell_fall (T) { values ("0.32, 0.4, 0.5", "0.6, 0.7, 0.8"); }
          rise_transition (T) { values ("7, 7, 7", "7, 7, 7"); }
        }
      }
    }
    bus (addr0) { bus_type : addr; direction : input; }
    bus (addr1) { bus_type : addr; direction : input; }
    bus (wmask0) { bus_type : wmask; direction : input; }
    pin (csb0) { direction : input; }
    pin (csb1) { direction : input; }
    pin (web0) { direction : input; }
    pin (clk0) {
      clock : true; direction : input;
      internal_power () {
        when : "!csb0 & web0";
        rise_power (scalar) { values ("50"); } fall_power (scalar) { values ("50"); }
      }
      internal_power () {
        when : "!csb0 & !web0";
        rise_power (scalar) { values ("4"); } fall_power (scalar) { values ("5"); }
      }
      internal_power () {
        when : "csb0";
        rise_power (scalar) { values ("70"); } fall_power (scalar) { values ("70"); }
      }
    }
    pin (clk1) {
      clock : true; direction : input;
      internal_power () {
        when : "!csb1";
        rise_power (scalar) { values ("3"); } fall_power (scalar) { values ("3.5"); }
      }
      internal_power () {
        when : "csb1";
        rise_power (scalar) { values ("0.1"); } fall_power (scalar) { values ("0.1"); }
      }
    }
  }
}
)";

/// Two ports by a compiler: clocks, addresses and enables of their own, tables, supplies, and cells
/// that are no memories. The second cell has no memory ().
constexpr const char* kTwoPorts = R"(library (compiler_ss) {
  time_unit : "100ps";
  voltage_unit : "1V";
  leakage_power_unit : "10uW";
  capacitive_load_unit (10, ff);
  nom_voltage : 0.9;
  type (W) { bit_width : 9; }
  type (M) { bit_width : 3; }
  type (A) { bit_width : 6; }
  type (EMA) { bit_width : 3; }
  cell (filler) { area : 1; }
  cell (rom) { area : 5; memory () { type : rom; address_width : 6; word_width : 9; } }
  cell (two) {
    area : 900;
    cell_leakage_power : 2.5;
    memory () { type : "ram"; address_width : 6; word_width : 9; }
    pin (CLKW) { direction : input; clock : true;
      internal_power () { related_pg_pin : VDD; when : "(!WEN[0]&!WEN[1]&!WEN[2]) & !TEST";
        rise_power (T) { values ("1,2,3,4", "5,60,7,8", "9,10,11,12"); }
        fall_power (T) { values ("0,0,0,0", "0,6,0,0", "0,0,0,0"); } }
      internal_power () { related_pg_pin : VDD; when : "(!WEN[0]&!WEN[1]&!WEN[2]) & TEST";
        power (T) { values ("20"); } }
      internal_power () { related_pg_pin : VDDA; when : "!CENW";
        rise_power (T) { values ("7"); } }
      internal_power () { when : "WEN[0]&WEN[1]&WEN[2]"; related_pg_pin : VDD;
        power (T) { values ("900"); } }
    }
    pin (CLKR) { direction : input; clock : true;
      internal_power () { power (T) { values ("15"); } }
    }
    bus (WEN) { bus_type : M; direction : input; }
    bus (EMA) { bus_type : EMA; direction : input; }
    bus (AW) { bus_type : A; direction : input; }
    bus (AR) { bus_type : A; direction : input; }
    bus (D) { bus_type : W; direction : input;
      memory_write () { address : AW; clocked_on : "CLKW"; } }
    bus (Q) { bus_type : W; direction : output;
      memory_read () { address : AR; }
      timing () { related_pin : "CLKR"; timing_type : rising_edge; when : "TEST";
        cell_rise (T) { values ("8, 9"); } cell_fall (T) { values ("7, 9"); } }
      timing () { related_pin : "CLKR"; timing_type : rising_edge; when : "!TEST";
        cell_rise (T) { values ("5, 9"); } cell_fall (T) { values ("6, 9"); } }
      timing () { related_pin : "CLKW"; timing_type : rising_edge;
        cell_rise (T) { values ("90, 9"); } }
    }
  }
  cell (one) {
    area : 400;
    pin (CLK) { direction : input; clock : true; }
    pin (CEN) { direction : input;
      internal_power () { when : "WE"; rise_power (T) { values ("11"); } }
      internal_power () { when : "!WE"; rise_power (T) { values ("8"); } } }
    pin (WE) { direction : input; }
    bus (A) { bus_type : A; direction : input; }
    bus (D) { bus_type : W; direction : input; memory_write () { address : A; } }
    bus (Q) { bus_type : W; direction : output; memory_read () { address : A; } }
  }
}
)";

MemoryTable table_of(const std::string& text) {
  return read_liberty_memories({{"m.lib", text}}, "m.lib");
}

std::string problem_of(const std::string& text) {
  try {
    table_of(text);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

/// kOpen with something replaced; it has to be there.
std::string open_with(const std::string& from, const std::string& to) {
  const std::string text = replace_all(kOpen, from, to);
  REQUIRE(text != kOpen);
  return text;
}

MemoryFigures open_figures(const std::string& from, const std::string& to) {
  return table_of(open_with(from, to)).lines.at(0).figures;
}

TEST_CASE("MemoriesLiberty.AReadAndWritePortAndAReadPortAreReadAsByHand") {
  const MemoryTable table = table_of(kOpen);
  CHECK(table.file == "m.lib");
  CHECK(table.node == "open_tt");
  CHECK(!table.nand2);
  CHECK(!table.process_nm);
  CHECK(table.supply_v == 1.8);
  CHECK(!table.sizes_between);
  REQUIRE(table.lines.size() == 1);
  const MemoryLine& line = table.lines.front();
  // It writes by port 0 and reads by port 1
  CHECK(line.shape.text() == "256 x 32 bits, 1r1w, granule 8");
  CHECK(line.figures.area == 190712.5);
  CHECK(line.figures.write.value() == Approx((4 + 5) * 2));
  CHECK(line.figures.read.value() == Approx((3 + 3.5) * 2));
  CHECK(line.figures.leakage.value() == Approx(4));
  CHECK(line.figures.access.value() == Approx(320));
  CHECK(line.line == 10);
  CHECK(line.source == "cell ram_256x32 of m.lib, line 10");
}

TEST_CASE("MemoriesLiberty.ACompilersTwoPortsAndOnePortAreReadAsByHand") {
  const MemoryTable table = table_of(kTwoPorts);
  REQUIRE(table.lines.size() == 2);
  CHECK(table.supply_v == 0.9);
  // 10 fF x 1 V^2: an energy of 1 is 0.01 pJ
  const MemoryLine& one = table.lines[0];
  CHECK(one.shape.text() == "64 x 9 bits, 1rw, granule 9");
  CHECK(one.figures.area == 400);
  CHECK(one.figures.write.value() == Approx(0.11));  // by its enable, since the clock has none
  CHECK(one.figures.read.value() == Approx(0.08));
  CHECK(!one.figures.leakage);
  CHECK(!one.figures.access);
  const MemoryLine& two = table.lines[1];
  CHECK(two.shape.text() == "64 x 9 bits, 1r1w, granule 3");
  CHECK(two.figures.area == 900);
  // 60 + 6 and twice 20, of which the mean; and 7 of the other supply
  CHECK(two.figures.write.value() == Approx(0.53 + 0.07));
  CHECK(two.figures.read.value() == Approx(0.30));
  CHECK(two.figures.leakage.value() == Approx(25));
  CHECK(two.figures.access.value() == Approx(800));
}

TEST_CASE("MemoriesLiberty.WhatIsNotStatedIsNotKnown") {
  CHECK(!open_figures("leakage_power_unit : \"1mW\";", "").leakage);
  CHECK(!open_figures("0.004", "0").leakage);
  CHECK(!open_figures("time_unit : \"1ns\";", "").access);
  CHECK(!open_figures("timing ()", "other ()").access);
  CHECK(!open_figures("capacitive_load_unit (0.5, pF);", "").read);
  CHECK(!open_figures("internal_power ()", "other ()").write);
  CHECK(!open_figures("\"!csb1\"", "\"!csb1 & (\"").read);
  CHECK(open_figures("voltage_unit : \"2V\";", "").read.value() == Approx(6.5 / 2));
  CHECK(!table_of(open_with("nom_voltage : 1.8;", "")).supply_v);
  // A clock whose conditions do not tell reads from writes
  const MemoryFigures same = open_figures("when : \"!csb0 & web0\";", "");
  CHECK(same.write.value() == Approx(18));
  CHECK(table_of(open_with("wmask", "spare")).lines[0].shape.granule == 32);
}

TEST_CASE("MemoriesLiberty.WithoutAccessGroupsTheOnlyAddressIsThePort") {
  const std::string text =
      "library (l) { type (A) { bit_width : 5; } type (D) { bit_width : 7; }\n"
      " cell (c) { area : 2; memory () { type : ram; address_width : 5; word_width : 7; }\n"
      "  bus (A) { bus_type : A; direction : input; }\n"
      "  bus (B) { bus_type : D; direction : input; }\n"
      "  bus (Q) { bus_type : D; direction : output; } } }\n";
  CHECK(table_of(text).lines.at(0).shape.text() == "32 x 7 bits, 1rw, granule 7");
  CHECK(problem_of(replace_all(text, "bus_type : D; direction : input",
                               "bus_type : A; direction : input")) ==
        "m.lib:2:2: cell c does not say its ports: no bus has memory_read () or memory_write (), "
        "and several have the widths of an address and of read data");
}

TEST_CASE("MemoriesLiberty.MistakesHaveTheirPlace") {
  CHECK(problem_of("library (gates) {\n  cell (INV) { area : 1; }\n}\n") ==
        "m.lib:1:1: library gates has no memory: no cell has a memory () of type ram, or buses "
        "with memory_read () and memory_write (); give a Liberty file of memories, or a folder of "
        "such files");
  CHECK(problem_of("library (x) {\n  cell (A) {\n    area 5;\n") ==
        "m.lib:3:10: expected : or ( after 'area', found '5'");
  CHECK(problem_of(open_with("address_width : 8", "address_width : 9")) ==
        "m.lib:40:5: bus addr0 of cell ram_256x32 has 8 bits, but memory () the address_width 9");
  CHECK(problem_of(open_with("word_width : 32", "word_width : 33")) ==
        "m.lib:18:5: bus dout0 of cell ram_256x32 has 32 bits, but memory () the word_width 33");
  CHECK(problem_of(open_with("bit_width : 8;", "bit_width : 9;")) ==
        "m.lib:8:3: type (addr) has bits 7 to 0, but the bit_width 9");
  CHECK(problem_of(open_with("bit_width : 4; bit_from : 0; bit_to : 3;", "bit_width : 5;")) ==
        "m.lib:42:5: bus wmask0 of cell ram_256x32 has 5 bits, which do not divide words of 32 "
        "bits");
  CHECK(problem_of(open_with("type (addr)", "type (other)")) ==
        "m.lib:40:5: bus addr0 has the type 'addr', which states no bit_width");
  CHECK(problem_of(open_with("address : addr1", "address : addr7")) ==
        "m.lib:30:7: memory_read () of dout1 has the address 'addr7', which is no bus of cell "
        "ram_256x32");
  CHECK(problem_of(open_with("area : 190712.5;", "")) ==
        "m.lib:10:3: cell ram_256x32 has no area above 0; add area : UM2;");
  CHECK(problem_of(open_with("word_width : 32", "word_width : 0")) ==
        "m.lib:11:48: found 0 as word_width of memory (); allowed are 1 to 65536");
  CHECK(problem_of(open_with("\"0.31, 0.4", "\"0.31, fast")) ==
        "m.lib:34:27: values must be numbers, not 'fast'");
  CHECK(problem_of(open_with("memory_write ()", "other ()")) ==
        "m.lib:10:3: cell ram_256x32 has no bus with memory_write (); a memory is read and "
        "written");
}

TEST_CASE("MemoriesLiberty.AFolderIsOneTableSortedBySize") {
  const test::TempDir temp;
  std::filesystem::create_directories(temp.path() / "srams");
  std::filesystem::create_directories(temp.path() / "none");
  const std::string larger =
      replace_all(open_with("memory ()", "no_memory ()"), "bit_width : 8; ", "bit_width : 9; ");
  test::write_file(
      temp.path() / "srams/a.lib",
      replace_all(replace_all(larger, "bit_from : 7", "bit_from : 8"), "(open_tt)", "(large_tt)"));
  test::write_file(temp.path() / "srams/b.lib", kOpen);
  test::write_file(temp.path() / "srams/notes.txt", "none of them");
  const std::string folder = (temp.path() / "srams").string();
  for (const std::string& path : {folder, folder + "/"}) {
    const MemoryTable table = load_memory_table(path);
    CHECK(table.file == folder);
    CHECK(table.node == "large_tt and 1 more");
    REQUIRE(table.lines.size() == 2);
    CHECK(table.lines[0].shape.words == 256);
    CHECK(table.lines[1].shape.words == 512);
  }
  CHECK(load_memory_table(folder + "/b.lib").lines.size() == 1);

  test::write_file(temp.path() / "srams/c.lib", kOpen);
  CHECK_THROWS_WITH(load_memory_table(folder),
                    folder +
                        "/c.lib:10:3: found 256 x 32 bits, 1r1w, granule 8 a second time, "
                        "first as cell ram_256x32 of " +
                        folder + "/b.lib, line 10; keep one");
  test::write_file(temp.path() / "srams/c.lib", open_with("1.8", "1.6"));
  CHECK_THROWS_WITH(load_memory_table(folder),
                    folder + "/c.lib:6:3: found nom_voltage 1.6, but 1.8 in " + folder +
                        "/b.lib; give files of one corner");
  test::write_file(temp.path() / "none/notes.txt", "");
  CHECK_THROWS_WITH(load_memory_table((temp.path() / "none").string()),
                    Catch::Contains("none: has no *.lib file; give a Liberty file of memories"));
  CHECK_THROWS_WITH(load_memory_table("/no/such.lib"), Catch::Contains("/no/such.lib"));
}

TEST_CASE("MemoriesLiberty.TheLogicsLibraryGivesTheNand2AndIsOfTheSameNode") {
  const test::TempDir temp;
  const std::string path = (temp.path() / "m.lib").string();
  test::write_file(path, kOpen);
  const Liberty logic = load_liberty("osu018");
  const MemoryTable table = load_memory_table(path, logic);
  CHECK(table.nand2 == 24);
  CHECK(table.nand2_source == logic.name);
  CHECK(table.node_of_logic);
  CHECK(same_node(logic, table));
  AreaReport report;
  report.library = logic.name;
  add_memories(report, table, {});
  CHECK(report.node_nand2 == 24);
  CHECK(area_json(report)["memory_node_as_of"] == logic.name);
  CHECK(load_memory_table("cacti65", logic).nand2 == 1.44);
  CHECK(!same_node(logic, load_memory_table("cacti65", logic)));
  const MemoryAccess access =
      memory_accesses({{{256, 32, 8}, 1}}, logic, table, AccessTimes::kOwnNode, {}).at(0);
  CHECK(access.from == AccessFrom::kLine);
  CHECK(access.access_ps == Approx(320));
}

TEST_CASE("MemoriesLiberty.CommandsTakeThem") {
  const test::TempDir temp;
  std::filesystem::create_directories(temp.path() / "srams");
  test::write_file(temp.path() / "srams/one.lib", kOpen);
  const std::string option = " configs/tiny.yaml --memories " + (temp.path() / "srams").string();
  const test::RunResult area = test::run_sluice("area" + option);
  REQUIRE(area.exit_code == 0);
  // 512 words of 32 bits are two macros, four times; 381425 um2 are 15893 NAND2 of 24
  CHECK_THAT(area.out, Catch::Contains("1 x 2 of 256x32") && Catch::Contains("63571") &&
                           Catch::Contains("memories of srams: open_tt, NAND2 of 24 um2") &&
                           Catch::Contains("srams states no node: taken as that of osu018"));
  CHECK(area.out.find("the macros of open_tt") == std::string::npos);
  // Without a cell library
  const test::RunResult generate =
      test::run_sluice("generate" + option + " -o " + temp.path().string());
  CHECK(generate.exit_code == 0);
  CHECK(test::read_file(temp.path() / "sluice_tiny/flow/synth.tcl").find("_sram_256x32m8.sv") !=
        std::string::npos);

  test::write_file(temp.path() / "srams/one.lib", open_with("addr1", "addr0"));
  const test::RunResult refused = test::run_sluice("area" + option);
  CHECK(refused.exit_code == 1);
  CHECK_THAT(refused.err, Catch::Contains("srams: activation buffer: no macro of open_tt serves a "
                                          "memory of 512 x 32 bits, 1r1w, granule 8"));
}

}  // namespace
}  // namespace sluice::synth
