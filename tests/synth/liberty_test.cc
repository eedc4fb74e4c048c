// SPDX-License-Identifier: Apache-2.0
// The Liberty reader, on the two libraries of Debian and on texts made for it.
#include "synth/liberty/liberty.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "generator/util/user_error.h"
#include "synth/liberty/function.h"
#include "synth/liberty/syntax.h"
#include "tests/support/files.h"

namespace sluice::synth {
namespace {

/// A library with all that a design needs; `more` is added to it.
std::string small_library(const std::string& more = "") {
  return R"lib(library (small) {
  cell (NAND) { area : 2; pin (A) { direction : input; } pin (B) { direction : input; }
    pin (Y) { direction : output; function : "!(A&B)"; } }
  cell (NOT) { area : 1; pin (A) { direction : input; }
    pin (Y) { direction : output; function : "A'"; } }
  cell (D) { area : 6; ff (IQ, IQN) { next_state : "D"; clocked_on : "C"; }
    pin (D) { direction : input; } pin (C) { direction : input; clock : true; }
    pin (Q) { direction : output; function : "IQ"; } }
  cell (DR) { area : 8; ff (IQ, IQN) { next_state : "D"; clocked_on : "C"; clear : "!R"; }
    pin (D) { direction : input; } pin (C) { direction : input; } pin (R) { direction : input; }
    pin (Q) { direction : output; function : "IQ"; } }
)lib" + more +
         "}\n";
}

std::string message_of(const std::string& text) {
  try {
    read_liberty(text, "x.lib");
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

/// The small library without the lines of one cell.
std::string library_without(const std::string& cell) {
  std::string text = small_library();
  const std::size_t start = text.find("  cell (" + cell + ")");
  std::size_t end = text.find("\n  cell (", start + 1);
  if (end == std::string::npos) end = text.rfind("\n}");
  return text.erase(start, end + 1 - start);
}

TEST_CASE("Liberty.Osu018HasTheseUnitsAndCells") {
  const Liberty liberty = load_liberty("osu018");
  CHECK(liberty.name == "osu018_stdcells");
  CHECK(liberty.path == "/usr/share/qflow/tech/osu018/osu018_stdcells.lib");
  CHECK(liberty.version.starts_with("sha256 "));
  CHECK(liberty.version.size() == 15);
  CHECK(liberty.time_unit == Approx(1e-9));
  CHECK(liberty.cap_unit == Approx(1e-12));
  CHECK(liberty.voltage == Approx(1.8));
  CHECK(liberty.cells.size() == 32);
  CHECK(liberty.nand2 == "NAND2X1");
  CHECK(liberty.nand2_area() == 24);
  CHECK(liberty.inverter == "INVX1");
  CHECK(liberty.buffer == "BUFX2");
  CHECK(liberty.flip_flop == "DFFPOSX1");
  CHECK(liberty.clear_flip_flop == "DFFSR");
}

TEST_CASE("Liberty.Osu018sAddersAreFoundByWhatTheyCompute") {
  const Liberty liberty = load_liberty("osu018");
  REQUIRE(liberty.full_adder);
  CHECK(liberty.full_adder->name == "FAX1");
  CHECK(liberty.full_adder->sum == "YS");
  CHECK(liberty.full_adder->carry == "YC");
  REQUIRE(liberty.half_adder);
  CHECK(liberty.half_adder->name == "HAX1");
  CHECK(liberty.half_adder->c.empty());
}

TEST_CASE("Liberty.Osu018sCellsHaveAreasLeakageAndPins") {
  const Liberty liberty = load_liberty("osu018");
  const LibertyCell& flop = *liberty.find("DFFSR");
  CHECK(flop.area == 176);
  CHECK(flop.leakage == Approx(0.27727e-9));
  CHECK(flop.is_flip_flop);
  CHECK(flop.clear == "(!R)");
  CHECK(flop.preset == "(!S)");
  CHECK(flop.find_pin("CLK")->capacitance == Approx(0.00937511e-12));
  CHECK(flop.find_pin("CLK")->clock);
  const LibertyCell& latch = *liberty.find("LATCH");
  CHECK(latch.is_latch);
  CHECK(latch.area == 0);
  CHECK(liberty.find("TBUFX1")->find_pin("Y")->three_state);
  CHECK(liberty.find("NOSUCH") == nullptr);
}

TEST_CASE("Liberty.Osu035IsAnotherLibraryOfTheSameCells") {
  const Liberty liberty = load_liberty("osu035");
  CHECK(liberty.name == "osu035_stdcells");
  CHECK(liberty.voltage == Approx(3.3));
  CHECK(liberty.nand2 == "NAND2X1");
  CHECK(liberty.version != load_liberty("osu018").version);
}

TEST_CASE("Liberty.CommentsContinuedLinesAndMissingSemicolonsAreTaken") {
  const LibertyGroup library = parse_liberty(
      "/* a\n b */ library(x) {\n  time_unit : \"10ps\" // rest\n  values ( \\\n \"1, 2\", \\\n "
      "\"3\" );\n  k : 0.5 * VDD ;\n  g (a, \"b c\")\n  {\n  deep () { y : 1 }\n  }\n}\n",
      "x.lib");
  CHECK(library.argument() == "x");
  CHECK(library.value("time_unit") == "10ps");
  CHECK(library.find("values")->values == std::vector<std::string>{"1, 2", "3"});
  CHECK(library.find("values")->line == 4);
  CHECK(library.value("k") == "0.5*VDD");
  REQUIRE(library.groups.size() == 1);
  CHECK(library.groups[0].arguments == std::vector<std::string>{"a", "b c"});
  CHECK(library.groups[0].groups[0].value("y") == "1");
}

TEST_CASE("Liberty.FunctionsAreComparedAsTruthTables") {
  const std::vector<std::string> abc = {"A", "B", "C"};
  CHECK(truth_table("(!(A B))", {"A", "B"}) == 0b0111u);
  CHECK(truth_table("A' + B'", {"A", "B"}) == 0b0111u);
  CHECK(truth_table("!A*!B+A&B", {"A", "B"}) == 0b1001u);
  CHECK(truth_table("A^B^C", abc) == 0b10010110u);
  CHECK(truth_table("(((A B)+(B C))+(C A))", abc) == 0b11101000u);
  CHECK(truth_table("A B^C", abc) == truth_table("A (B^C)", abc));
  CHECK(truth_table("1", {}) == 1u);
  CHECK_FALSE(truth_table("A B)", abc));
  CHECK_FALSE(truth_table("A+D", abc));
  CHECK_FALSE(truth_table("A+", abc));
  CHECK_FALSE(truth_table("", abc));
}

TEST_CASE("Liberty.ALibraryOfOtherNamesIsUnderstood") {
  const Liberty liberty = read_liberty(small_library(), "x.lib");
  CHECK(liberty.nand2 == "NAND");
  CHECK(liberty.inverter == "NOT");
  CHECK(liberty.buffer.empty());
  CHECK(liberty.flip_flop == "D");
  CHECK(liberty.clear_flip_flop == "DR");
  CHECK_FALSE(liberty.full_adder);
}

TEST_CASE("Liberty.TheSmallestNandCountsNotTheFirstOrOneOfArea0") {
  const std::string nand = R"lib( pin (A) { direction : input; } pin (B) { direction : input; }
    pin (Y) { direction : output; function : "!A+!B"; } })lib";
  const Liberty liberty = read_liberty(
      small_library("cell (FREE) { area : 0;" + nand + "cell (LESS) { area : 1.5;" + nand),
      "x.lib");
  CHECK(liberty.nand2 == "LESS");
  CHECK(liberty.nand2_area() == 1.5);
}

TEST_CASE("Liberty.LeakageMayBeStatedForEachState") {
  const Liberty liberty = read_liberty(
      small_library("leakage_power_unit : \"1pW\"; cell (L) { area : 1; leakage_power () { value "
                    ": 2; } leakage_power () { value : 4; } }"),
      "x.lib");
  CHECK(liberty.find("L")->leakage == Approx(3e-12));
}

TEST_CASE("Liberty.BrokenFilesAreNamedWithTheirLine") {
  CHECK(message_of("") ==
        "x.lib:1:1: expected library (name) {, found the end of the file: this is not a Liberty "
        "file");
  CHECK(message_of("\n\nmodule top;") ==
        "x.lib:3:1: expected library (name) {, found 'module': this is not a Liberty file");
  CHECK(message_of("library (x);") ==
        "x.lib:1:12: library has no { .. }: this is not a Liberty file");
  CHECK(message_of("library (x) {\n cell (A) {\n area : 1;\n") ==
        "x.lib:4:1: the file ends within cell (A) of line 2; it is cut short: get the whole file "
        "again, or add the missing }");
  CHECK(message_of("library (x) {\n a : \"1;\n}\n") ==
        "x.lib:2:6: the text that starts here has no closing \"; the file may be cut short");
  CHECK(message_of("library (x) {\n /* }\n") ==
        "x.lib:2:2: the comment that starts here has no end; add */ or get the whole file again");
  CHECK(message_of("library (x) {\n a b;\n}\n") ==
        "x.lib:2:4: expected : or ( after 'a', found 'b'");
  CHECK(message_of("library (x) {\n a (1, 2\n}\n") ==
        "x.lib:3:1: expected ) for 'a' of line 2, found '}'");
  CHECK(message_of("library (x) { }\n}") ==
        "x.lib:2:1: found '}' after the end of the library; a } too many?");
}

TEST_CASE("Liberty.ValuesThatMakeNoSenseAreNamedWithTheirLine") {
  CHECK(message_of("library (x) {\n cell (A) {\n area : big;\n } }") ==
        "x.lib:3:2: area of cell (A) must be a number, not 'big'");
  CHECK(message_of("library (x) {\n cell (A) { area : -1; } }") ==
        "x.lib:2: cell A has the area -1, which must not be negative");
  CHECK(message_of("library (x) {\n time_unit : ns; }") ==
        "x.lib:2:2: time_unit must be a number and a unit such as \"1ns\", not 'ns'");
  CHECK(message_of("library (x) {\n capacitive_load_unit (pf); }") ==
        "x.lib:2:2: capacitive_load_unit must be a number and a unit such as (1,pf)");
  CHECK(message_of(small_library("cell (NOT) { area : 3; }")) ==
        "x.lib:12: cell NOT is there twice (first in line 4); remove one");
}

TEST_CASE("Liberty.LibrariesThatLackWhatADesignNeedsAreRefused") {
  const std::string remedy = "give a complete standard cell library, or --liberty osu018";
  const auto lacks = [&](const char* what) {
    return std::string("x.lib:1: library small has no ") + what +
           " among its 3 cells (looked for by function, with an area above 0); a design cannot be "
           "mapped to it: " +
           remedy;
  };
  CHECK(message_of(library_without("NAND")) == lacks("2-input NAND"));
  CHECK(message_of(library_without("NOT")) == lacks("inverter"));
  CHECK(message_of(library_without("D")) == lacks("plain D flip-flop"));
  CHECK(message_of(library_without("DR")) == lacks("D flip-flop with asynchronous clear"));
  CHECK(message_of("library (x) {\n}\n") ==
        "x.lib:1: library x has no cells; give a standard cell library, or --liberty osu018");
  CHECK(message_of("library (x) { cell (A) { } cell (B) { area : 0; } }") ==
        "x.lib:1: library x: all 2 cells have the area 0, so there is nothing to add up; give a "
        "library with areas, or --liberty osu018");
}

TEST_CASE("Liberty.FilesThatCannotBeReadSaySo") {
  const test::TempDir folder;
  const std::string path = (folder.path() / "binary.lib").string();
  test::write_file(path, std::string("\x1f\x8b\0\0", 4));
  CHECK_THROWS_WITH(load_liberty(path),
                    path +
                        ": this is not a text, so not a Liberty file; unpack it if it is "
                        "compressed");
  for (const std::string& name : {std::string("/no/such.lib"), folder.path().string()}) {
    CHECK_THROWS_WITH(load_liberty(name),
                      name +
                          ": cannot read this cell library; give a Liberty file or one of the "
                          "names osu018, osu035");
  }
}

std::string library_with_function(const std::string& function) {
  return "library (x) {\n cell (A) {\n area : 1;\n pin (A) { direction : input; }\n"
         " pin (Y) { direction : output;\n  function : \"" +
         function + "\"; } } }";
}

TEST_CASE("LibertyFunction.NestingIsBounded") {
  const auto wrapped = [](const std::string& open, int times, const std::string& close) {
    std::string head, tail;
    for (int k = 0; k < times; k++) head += open, tail += close;
    return head + "A" + tail;
  };
  CHECK(truth_table(wrapped("(", 100, ")"), {"A"}) == 0b10u);
  CHECK(truth_table(wrapped("!", 100, ""), {"A"}) == 0b10u);
  CHECK(truth_table(wrapped("!(", 49, ")"), {"A"}) == 0b01u);
  CHECK(truth_table(wrapped("A'", 2000, ""), {"A"}) == 0u);
  for (const std::string& deep : {wrapped("(", 101, ")"), wrapped("!", 101, ""),
                                  wrapped("(!", 60, ")"), wrapped("!(", 60, ")")}) {
    CHECK_FALSE(truth_table(deep, {"A"}));
    CHECK(message_of(library_with_function(deep)) ==
          "x.lib:6: function of pin (Y) has more than 100 parentheses and inversions in each "
          "other; simplify it, or remove the cell");
  }
  for (const char* mark : {"(", "!", "(!"}) {
    const std::string huge = wrapped(mark, 20000, "");
    CHECK_FALSE(truth_table(huge, {"A"}));
    CHECK_THAT(message_of(library_with_function(huge)),
               Catch::Matchers::Contains("x.lib:6: function of pin (Y) has ") &&
                   Catch::Matchers::Contains(" characters; at most 4096 are read"));
  }
}

TEST_CASE("Liberty.SizeAndNestingAreBounded") {
  std::string groups = "library (x) {";
  for (int k = 0; k < 100000; k++) groups += "a () {";
  CHECK_THAT(message_of(groups), Catch::Matchers::Contains("more than 50 groups in each other"));
  std::string names = "library (x) { cell (A) { pin (a";
  for (int k = 0; k < 100; k++) names += ", a" + std::to_string(k);
  CHECK_THAT(message_of(names + ") { } } }"),
             Catch::Matchers::Contains("a pin group has 101 names; at most 64 are read"));
  std::string parts = "library (x) {";
  for (int k = 0; k < 4'000'001; k++) parts += "a:;";
  CHECK_THAT(message_of(parts),
             Catch::Matchers::Contains("more than 4000000 attributes and values"));
  CHECK_THROWS_WITH(load_liberty("/dev/zero"),
                    "/dev/zero: is larger than 128 MiB, the most that is read of a cell library");
}

}  // namespace
}  // namespace sluice::synth
