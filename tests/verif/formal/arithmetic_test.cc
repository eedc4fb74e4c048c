// SPDX-License-Identifier: Apache-2.0
// What is proved of modules that add, choose and multiply.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/verif/formal/prover.h"

namespace sluice::test {
namespace {

Proof sum_tree(int segments) {
  int sum_bits = 2;
  for (int joined = 1; joined < segments; joined *= 2) ++sum_bits;
  return {
      .claim = fmt::format("blocks are the sums of their own of {} segments", segments),
      .module = "sum_tree",
      .properties = {"sum_tree"},
      .parameters = fmt::format("-chparam Segments {} -chparam Columns 2 -chparam SegmentSumBits 2 "
                                "-chparam SumBits {}",
                                segments, sum_bits),
      .faults = {
          {"takes another level", "fold == 4'(Levels - l)", "fold == 4'(l)"},
          {"joins sums of two columns", "Right = Left + Columns", "Right = Left + 1"},
          {"loses a sign", "Bits'($signed(taps[Below + Right*SumBits +: Bits-1]))",
           "Bits'(taps[Below + Right*SumBits +: Bits-1])"},
          {"gives the first block for all",
           "assign all_o = taps[Levels*LevelBits +: Columns*SumBits];",
           "assign all_o = block_o[Columns*SumBits-1:0];"},
      }};
}

Proof find_first() {
  return {.claim = "the lowest bit is found",
          .module = "find_first",
          .properties = {"find_first"},
          .parameters = "-chparam Width 16",
          .faults = {{"takes the higher half", "low ? gen_level[l-1]", "!high ? gen_level[l-1]"},
                     {"sees no bits in both halves", "many  = (low & high) |", "many  = "}}};
}

Proof requantise() {
  return {.claim = "the product of a sum and a multiplier is exact",
          .module = "requantise",
          .properties = {"requantise"},
          .parameters = "-chparam AccBits 2",
          .faults = {{"leaves the highest bit out", "[19:9], multiplier_q[19]", "[19:9], 1'b0"},
                     {"takes sums once and twice", "& ~once;", ";"},
                     {"forgets the ones of negative rows", "factor[2*l] & (l != 0)", "1'b0"}}};
}

Proof hadamard(int post, int longest) {
  return {.claim = fmt::format("{} sums a cycle are transformed over up to {}", post, longest),
          .module = "hadamard",
          .properties = {"hadamard"},
          .parameters = fmt::format("-chparam LaneColumns 8 -chparam AccBits 2 -chparam Post {} "
                                    "-chparam Longest {}",
                                    post, longest),
          .faults = {{"joins columns of other transforms", "size_i > 3'(l)", "size_i >= 3'(l)"}},
          .transforms = true};
}

TEST_CASE("Proof.BlocksAreTheSumsOfTheirOwnOfTwoSegments") { check(sum_tree(2)); }
TEST_CASE("Proof.BlocksAreTheSumsOfTheirOwnOfFourSegments") { check(sum_tree(4)); }
TEST_CASE("Proof.LowestBitIsFound") { check(find_first()); }
TEST_CASE("Proof.SumsAreTransformed") {
  Proof over_chunks = hadamard(2, 8);
  over_chunks.faults.insert(
      over_chunks.faults.end(),
      {{"begins with the chunk in turn", "(chunk_i >> Outer) << Outer", "chunk_i"},
       {"adds in all chunks", "is_over[l] & place[l]", "1'b0"},
       {"subtracts the other way", "other + (own ^ {AccBits{is_over[l]}})",
        "(other ^ {AccBits{is_over[l]}}) + own"},
       {"takes the chunk beside", "is_over[l] | ~place[l]", "is_over[l] | place[l]"}});
  check(over_chunks);
  check(hadamard(8, 4));
  check(hadamard(1, 4));
}
TEST_CASE("Proof.SumsAreMultipliedExactly") { check(requantise()); }

}  // namespace
}  // namespace sluice::test
