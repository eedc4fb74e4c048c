// SPDX-License-Identifier: Apache-2.0
// Access times of memories: which are the table's, which are assumed, and why.
#include "synth/timing/memory_access.h"

#include <catch2/catch.hpp>

namespace sluice::synth {
namespace {

/// A library of a name and a 2-input NAND.
Liberty library(const std::string& name, double nand2) {
  Liberty liberty;
  liberty.name = name;
  liberty.nand2 = "ND2";
  liberty.cells.push_back({});
  liberty.cells.back().name = "ND2";
  liberty.cells.back().area = nand2;
  return liberty;
}

MemoryTable table(const std::string& rows, const std::string& between = "fit") {
  return read_memory_table("node,9 nm\nnand2_um2,0.5\nnand2_source,s\nbetween," + between +
                               "\nwords,bits,ports,granule,area_um2,read_pj,write_pj,leakage_uw,"
                               "access_ps,source\n" +
                               rows,
                           "my.csv");
}

const std::string kRows = "64,32,1r1w,8,100,,,,400,s\n256,32,1r1w,8,300,,,,1600,s\n";

TEST_CASE("MemoryAccess.MacrosHaveTheTimeOfTheirCutAndSmallMemoriesTheAssumedOne") {
  const std::map<RamShape, std::int64_t> rams = {
      {{16, 32, 32}, 3}, {{64, 32, 8}, 2}, {{128, 32, 32}, 1}, {{512, 32, 32}, 4}};
  const auto memories =
      memory_accesses(rams, library("mine", 0.5), table(kRows), AccessTimes::kOwnNode, {1700, 300});
  REQUIRE(memories.size() == 4);
  CHECK(memories[0].access_ps == 1700);
  CHECK(memories[0].count == 3);
  CHECK(memories[0].from == AccessFrom::kAssumed);
  CHECK(memories[0].why == "no macro: flip-flops");
  CHECK(!memories[0].macro);
  CHECK(memories[1].access_ps == 400);
  CHECK(memories[1].from == AccessFrom::kLine);
  CHECK(memories[1].why == "");
  CHECK(memories[2].access_ps == Approx(800));  // halfway by logarithms
  CHECK(memories[2].from == AccessFrom::kFit);
  CHECK(memories[3].access_ps == 1600);  // two rows of 256 words
  CHECK(memories[3].macro->words == 256);
  const RamTiming timing = with_accesses({1700, 300}, memories);
  CHECK(timing.access_of({64, 32, 8}) == 400);
  CHECK(timing.access_of({16, 32, 32}) == 1700);
  CHECK(timing.access_of({17, 32, 32}) == 1700);
}

TEST_CASE("MemoryAccess.WhatTheTableCannotTellIsAssumedWithAReason") {
  const auto one = [](const RamShape& shape, const MemoryTable& of, AccessTimes times) {
    return memory_accesses({{shape, 1}}, library("mine", 5), of, times, {}).at(0);
  };
  CHECK(one({64, 32, 8}, table(kRows), AccessTimes::kOwnNode).why ==
        "the table is of 9 nm, not of the library's node");
  CHECK(one({64, 32, 8}, table(kRows), AccessTimes::kTable).access_ps == 400);
  CHECK(one({64, 32, 8}, table(kRows), AccessTimes::kAssumed).why == "as asked for");
  CHECK(one({64, 32, 8}, table("64,32,1r1w,8,100,,,,,s\n"), AccessTimes::kTable).why ==
        "the table has no access time of it");
  const MemoryAccess none =
      one({64, 32, 8}, table("64,32,1rw,8,100,,,,400,s\n"), AccessTimes::kTable);
  CHECK(none.why == "no macro of the table serves it");
  CHECK(none.access_ps == 1800);
}

TEST_CASE("MemoryAccess.ALibraryIsOfATablesNodeByNameOrByItsNand2") {
  const MemoryTable cacti45 = load_memory_table("cacti45"), cacti65 = load_memory_table("cacti65");
  CHECK(same_node(library("NangateOpenCellLibrary", 0.798), cacti45));
  CHECK(!same_node(library("NangateOpenCellLibrary", 0.798), cacti65));
  CHECK(same_node(library("gscl45nm", 1.8), cacti45));
  CHECK(!same_node(library("gscl45nm", 1.8), cacti65));
  CHECK(same_node(library("sky130_fd_sc_hd__tt_025C_1v80", 3.7536), load_memory_table("sky130")));
  CHECK(!same_node(library("osu018_stdcells", 1.44), cacti65));
  CHECK(same_node(library("mine", 1.44), cacti65));
  CHECK(same_node(library("mine", 1.44 * 1.49), cacti65));
  CHECK(!same_node(library("mine", 1.44 * 1.51), cacti65));
  CHECK(same_node(library("mine", 1.44 / 1.49), cacti65));
  CHECK(!same_node(library("mine", 1.44 / 1.51), cacti65));
}

}  // namespace
}  // namespace sluice::synth
