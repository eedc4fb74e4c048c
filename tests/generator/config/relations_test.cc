// SPDX-License-Identifier: Apache-2.0
#include "generator/config/relations.h"

#include <catch2/catch.hpp>

namespace sluice {
namespace {

TEST_CASE("AccumulatorBits.HoldTheSumOfAllLargestProducts") {
  CHECK(accumulator_bits_needed(1) == 16);
  CHECK(accumulator_bits_needed(2) == 17);
  CHECK(accumulator_bits_needed(4608) == 28);
  CHECK(accumulator_bits_needed(8191) == 28);
  CHECK(accumulator_bits_needed(8192) == 29);
  CHECK(accumulator_bits_needed(1 << 24) == 40);
}

TEST_CASE("MostProducts.IsTheInverseOfTheBitsNeeded") {
  for (int bits = 16; bits <= 40; bits++) {
    INFO(bits);
    CHECK(accumulator_bits_needed(most_products(bits)) == bits);
    CHECK(accumulator_bits_needed(most_products(bits) + 1) == bits + 1);
  }
}

}  // namespace
}  // namespace sluice
