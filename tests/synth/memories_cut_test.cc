// SPDX-License-Identifier: Apache-2.0
// What memories cost by a table: lines, the fit between them, and cuts counted by hand.
#include <catch2/catch.hpp>
#include <cmath>

#include "generator/util/user_error.h"
#include "synth/memories/cut.h"
#include "synth/memories/lookup.h"

namespace sluice::synth {
namespace {

constexpr Ports kOne = Ports::kReadWrite;
constexpr Ports kTwo = Ports::kReadAndWrite;

/// Four lines around a square; the access time of the largest is smaller than that of the others.
MemoryTable square(const std::string& between = "fit") {
  return read_memory_table("node,9 nm\nnand2_um2,1\nnand2_source,s\nbetween," + between +
                               "\nwords,bits,ports,granule,area_um2,read_pj,write_pj,leakage_uw,"
                               "access_ps,source\n"
                               "16,8,1rw,8,100,1,1,1,500,s\n"
                               "16,16,1rw,8,150,2,,1,600,s\n"
                               "32,8,1rw,8,160,1,1,1,700,s\n"
                               "32,16,1rw,8,250,2,4,1,400,s\n",
                           "square.csv");
}

TEST_CASE("MemoryLookup.ThreeMemoriesHaveTheFiguresOfTheirLines") {
  const FoundMemory cacti65 = find_memory(load_memory_table("cacti65"), {1024, 64, kOne, 64});
  CHECK(cacti65.from_line);
  CHECK(cacti65.figures.area == 59970);
  CHECK(cacti65.figures.read == 4.502);
  CHECK(cacti65.figures.write == 18.6);
  CHECK(cacti65.figures.leakage == 79.87);
  CHECK(cacti65.figures.access == 1727);
  const FoundMemory cacti22 = find_memory(load_memory_table("cacti22"), {1024, 64, kTwo, 8});
  CHECK(cacti22.from_line);
  CHECK(cacti22.figures.area == 12800);
  CHECK(cacti22.figures.read == 1.626);
  const FoundMemory gf180 = find_memory(load_memory_table("gf180"), {512, 8, kOne, 1});
  CHECK(gf180.from_line);
  CHECK(gf180.figures.area == 209400.2768);
  CHECK(gf180.figures.access == 5007.96);
  CHECK(gf180.lines == std::vector<int>{15});
}

TEST_CASE("MemoryLookup.BetweenLinesTheFitIsLogarithmicAndNamesThem") {
  const MemoryTable table = square();
  const FoundMemory deep = find_memory(table, {24, 8, kOne, 8});
  CHECK(!deep.from_line);
  CHECK(deep.lines == std::vector<int>{6, 8});
  CHECK(deep.figures.area == Approx(100 * std::pow(1.6, std::log2(1.5))));
  const FoundMemory middle = find_memory(table, {24, 12, kOne, 12});
  CHECK(middle.lines == std::vector<int>{6, 7, 8, 9});
  const double part = std::log2(1.5);
  CHECK(middle.figures.area ==
        Approx(100 * std::pow(1.5, part * (1 - part)) * std::pow(1.6, part * (1 - part)) *
               std::pow(2.5, part * part)));
}

TEST_CASE("MemoryLookup.TheFitTakesTheLargestFigureUpToALineAndKnowsNoneThatALineLacks") {
  const FoundMemory found = find_memory(square(), {32, 12, kOne, 12});
  CHECK(found.figures.access == Approx(700));  // 700 at 8 bits, 400 at 16
  CHECK(found.figures.write == Approx(std::pow(4.0, std::log2(1.5))));
  CHECK(!find_memory(square(), {16, 12, kOne, 12}).figures.write);
}

/// True if no figure of `more` is below that of `less`, but for rounding.
bool not_below(const MemoryFigures& more, const MemoryFigures& less) {
  const auto holds = [](double large, double small) { return large >= small * (1 - 1e-12); };
  return holds(more.area, less.area) && holds(*more.read, *less.read) &&
         holds(*more.write, *less.write) && holds(*more.leakage, *less.leakage) &&
         holds(*more.access, *less.access);
}

TEST_CASE("MemoryLookup.TheFitNeverFallsWithWordsOrBits") {
  for (const char* name : {"cacti22", "cacti45", "cacti65"}) {
    const MemoryTable table = load_memory_table(name);
    for (const Ports ports : {kOne, kTwo}) {
      MemoryFigures last = find_memory(table, {64, 48, ports, 48}).figures;
      for (int words = 65; words <= 16384; words += 1 + words / 7) {
        const FoundMemory found = find_memory(table, {words, 48, ports, 48});
        CHECK(!found.from_line);
        CHECK(not_below(found.figures, last));
        last = found.figures;
      }
      last = find_memory(table, {200, 8, ports, 8}).figures;
      for (int bits = 9; bits <= 1024; bits += 1 + bits / 7) {
        const MemoryFigures found = find_memory(table, {200, bits, ports, bits}).figures;
        CHECK(not_below(found, last));
        last = found;
      }
    }
  }
}

TEST_CASE("MemoryLookup.OutsideOfTheLinesIsAnErrorThatSaysWhatTheyReach") {
  CHECK_THROWS_WITH(find_memory(square(), {64, 8, kOne, 8}),
                    "square.csv: no line of 9 nm for a memory of 64 x 8 bits, 1rw, granule 8, nor "
                    "lines around it; its lines reach from 16 to 32 words of 8 to 16 bits; give a "
                    "table that has it with --memories");
  CHECK_THROWS_WITH(find_memory(square(), {16, 8, kTwo, 8}),
                    "square.csv: no line of 9 nm for a memory of 16 x 8 bits, 1r1w, granule 8, nor "
                    "lines around it; it has none with 1r1w and this granule; give a table that "
                    "has it with --memories");
  CHECK_THROWS_WITH(find_memory(square("nothing"), {24, 8, kOne, 8}),
                    Catch::Contains("16 to 32 words of 8 to 16 bits, with nothing between them"));
  CHECK_THROWS_AS(find_memory(square(), {16, 16, kOne, 4}), UserError);
}

TEST_CASE("MemoryCut.DepthAndWidthAreCutAsCountedByHand") {
  // 600 x 20 of 8 bits: 3 columns. 512 words: 2 rows, 6 x 209400 = 1256402 um2; 256 words: 3 rows,
  // 9 x 147212 = 1324912; 128 words: 5 rows, 15 x 116119 = 1741778; 64 words: 10 rows, 3017147.
  const MemoryCut cut = cut_memory(load_memory_table("gf180"), {600, 20, kOne, 20});
  CHECK(cut.macro.words == 512);
  CHECK(cut.macro.bits == 8);
  CHECK(cut.columns == 3);
  CHECK(cut.rows == 2);
  CHECK(cut.found.from_line);
  CHECK(cut.total().area == Approx(6 * 209400.2768));
  CHECK(*cut.total().read == Approx(3 * 908.1));
  CHECK(*cut.total().write == Approx(3 * 1017.1));
  CHECK(*cut.total().leakage == Approx(6 * 0.0006242));
  CHECK(*cut.total().access == 5007.96);
  // 130 x 8: one of 256 words, 147212 um2, not two of 128, 232237.
  const MemoryCut small = cut_memory(load_memory_table("gf180"), {130, 8, kOne, 1});
  CHECK(small.macro.words == 256);
  CHECK(small.macros() == 1);
}

TEST_CASE("MemoryCut.SizesBetweenTheLinesAreUsedWhereTheyCanBeHad") {
  const MemoryCut fitted = cut_memory(square(), {48, 8, kOne, 8});  // 24 words: 2 x 131.6
  CHECK(fitted.macro.words == 24);
  CHECK(fitted.rows == 2);
  CHECK(!fitted.found.from_line);
  const MemoryCut lines = cut_memory(square("nothing"), {48, 8, kOne, 8});  // 3 x 100 or 2 x 160
  CHECK(lines.macro.words == 16);
  CHECK(lines.rows == 3);
  const MemoryCut deep = cut_memory(square(), {64, 16, kOne, 16});  // 2 x 250; 4 x 150; 4 x 160
  CHECK(deep.macro.words == 32);
  CHECK(deep.macro.bits == 16);
  CHECK(deep.columns == 1);
  CHECK(deep.rows == 2);
}

TEST_CASE("MemoryCut.EachGranuleHasWriteEnablesOfItsOwn") {
  const MemoryTable sky130 = load_memory_table("sky130");
  const MemoryCut bytes = cut_memory(sky130, {256, 32, kTwo, 8});
  CHECK(bytes.macro.bits == 32);
  CHECK(bytes.macros() == 1);
  // Granules of 4 bits on masks of 8: half of each macro is used, 2 x 190713 um2.
  const MemoryCut nibbles = cut_memory(sky130, {256, 32, kTwo, 4});
  CHECK(nibbles.macro.bits == 32);
  CHECK(nibbles.columns == 2);
  CHECK(nibbles.rows == 1);
  // One port: a macro of two serves.
  CHECK(cut_memory(sky130, {256, 32, kOne, 32}).macro.ports == kTwo);
}

TEST_CASE("MemoryCut.AMemoryThatNoMacroServesIsAnError") {
  CHECK_THROWS_WITH(cut_memory(load_memory_table("gf180"), {64, 8, kTwo, 8}),
                    "synth/memories/gf180.csv: no macro of GF180MCU serves a memory of 64 x 8 "
                    "bits, 1r1w, granule 8; give a table that has one with --memories");
}

}  // namespace
}  // namespace sluice::synth
