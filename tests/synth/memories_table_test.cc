// SPDX-License-Identifier: Apache-2.0
// Tables of memories: those of the program, and what is said of mistakes in the user's own.
#include <catch2/catch.hpp>

#include "generator/util/user_error.h"
#include "synth/memories/table.h"
#include "tests/support/files.h"

namespace sluice::synth {
namespace {

const std::string kHead = "node,9 nm\nnand2_um2,0.5\nnand2_source,a book, page 3\nbetween,fit\n";
const std::string kColumns =
    "words,bits,ports,granule,area_um2,read_pj,write_pj,leakage_uw,access_ps,source\n";

std::string problem_of(const std::string& text) {
  try {
    read_memory_table(text, "my.csv");
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

std::string problem_of_row(const std::string& row) { return problem_of(kHead + kColumns + row); }

TEST_CASE("MemoryTable.HeadAndLinesAreReadAsTheyStand") {
  const MemoryTable table = read_memory_table("# mine\n" + kHead + "\n" + kColumns +
                                                  "64,8,1rw,8,100.5,0.25,0.5,0.125,900,sheet\n" +
                                                  "64,8,1r1w,1,200,,,,,\tsheet 2\n",
                                              "my.csv");
  CHECK(table.file == "my.csv");
  CHECK(table.node == "9 nm");
  CHECK(table.nand2 == 0.5);
  CHECK(table.nand2_source == "a book, page 3");
  CHECK(table.sizes_between);
  REQUIRE(table.lines.size() == 2);
  const MemoryLine& first = table.lines[0];
  CHECK(first.shape.text() == "64 x 8 bits, 1rw, granule 8");
  CHECK(first.figures.area == 100.5);
  CHECK(first.figures.read == 0.25);
  CHECK(first.figures.write == 0.5);
  CHECK(first.figures.leakage == 0.125);
  CHECK(first.figures.access == 900);
  CHECK(first.line == 8);
  const MemoryLine& second = table.lines[1];
  CHECK(second.shape.ports == Ports::kReadAndWrite);
  CHECK(!second.figures.read);
  CHECK(!second.figures.access);
  CHECK(second.source == "sheet 2");
}

TEST_CASE("MemoryTable.AMistakeIsToldWithLineAndColumn") {
  CHECK(problem_of_row("64,8,2rw,8,1,,,,,s\n") ==
        "my.csv:6:6: found '2rw' as ports; allowed are 1rw or 1r1w");
  CHECK(problem_of_row("0,8,1rw,8,1,,,,,s\n") ==
        "my.csv:6:1: found '0' as words; allowed are whole numbers from 1 to 16777216");
  CHECK(problem_of_row("64,8,1rw,9,1,,,,,s\n") ==
        "my.csv:6:10: found '9' as granule; allowed are whole numbers from 1 to 8");
  for (const std::string wrong : {"", "-1", "0", "nan", "inf", "1e999", "1 um2"}) {
    CHECK(problem_of_row("64,8,1rw,8," + wrong + ",,,,,s\n") ==
          "my.csv:6:12: found '" + wrong + "' as area_um2; allowed are numbers above 0");
  }
  CHECK(problem_of_row("64,8,1rw,8,1,x,,,,s\n") ==
        "my.csv:6:14: found 'x' as read_pj; allowed are numbers above 0");
  CHECK(problem_of_row("64,8,1rw,8,1,,,,,\n") ==
        "my.csv:6:18: no source; say where the figures are from");
  CHECK(problem_of_row("64,8,1rw,8,1,,,,,s\n64,8,1rw,8,2,,,,,s\n") ==
        "my.csv:7:1: found 64 x 8 bits, 1rw, granule 8 a second time, first in line 6; keep one");
  CHECK(problem_of_row("") == "my.csv: holds no memories; write one row for each");
}

TEST_CASE("MemoryTable.UnknownAndMissingColumnsAreErrors") {
  CHECK(problem_of(kHead + "words,depth\n") ==
        "my.csv:5:7: found column 'depth'; allowed are words, bits, ports, granule, area_um2, "
        "read_pj, write_pj, leakage_uw, access_ps or source; rename or remove it");
  CHECK(problem_of(kHead + "words,bits,ports,granule,area_um2\n64,8,1rw,8,1\n") ==
        "my.csv:5:1: no column 'read_pj'; add it");
}

TEST_CASE("MemoryTable.TheHeadIsComplete") {
  CHECK(problem_of(kColumns) == "my.csv: no line 'node,VALUE' above the headings; add it");
  CHECK(problem_of("node,a\nnode,b\n" + kColumns) ==
        "my.csv:2:6: found 'node' a second time; keep one");
  CHECK(problem_of("node,\n" + kColumns) == "my.csv:1:6: no value of node; write it");
  CHECK(problem_of("node,a\nnand2_um2, 0\n") ==
        "my.csv:2:12: found '0' as nand2_um2; allowed are numbers above 0");
  CHECK(problem_of("node,a\nnand2_um2,1\nnand2_source,s\nbetween,all\n") ==
        "my.csv:4:9: found 'all' as between; allowed are fit, if memories of sizes between the "
        "lines can be had, or nothing");
}

TEST_CASE("MemoryTable.ThoseOfTheProgramStateNodeAndNand2") {
  const std::vector<std::string> names = {"cacti22", "cacti45", "cacti65", "gf180", "sky130"};
  REQUIRE(memory_tables() == names);
  std::vector<std::string> nodes;
  std::vector<double> nand2;
  for (const std::string& name : names) {
    const MemoryTable table = load_memory_table(name);
    nodes.push_back(table.node);
    nand2.push_back(table.nand2.value());
    CHECK(table.nand2_source != "");
    CHECK(table.sizes_between == name.starts_with("cacti"));
  }
  CHECK(nodes == std::vector<std::string>{"22 nm", "45 nm", "65 nm", "GF180MCU", "SKY130"});
  CHECK(nand2 == std::vector<double>{0.199, 0.798, 1.44, 10.976, 3.7536});
}

TEST_CASE("MemoryTable.AFileOfTheUserIsReadByItsPath") {
  const test::TempDir temp;
  const std::string path = (temp.path() / "mine.csv").string();
  test::write_file(path, kHead + kColumns + "64,8,1rw,8,100,,,,,s\n");
  CHECK(load_memory_table(path).lines.front().figures.area == 100);
  CHECK_THROWS_WITH(
      load_memory_table("cacti90"),
      Catch::Contains("cacti90") && Catch::Contains("cacti22, cacti45, cacti65, gf180 or sky130"));
}

}  // namespace
}  // namespace sluice::synth
