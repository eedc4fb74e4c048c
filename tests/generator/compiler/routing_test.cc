// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/routing.h"

#include <catch2/catch.hpp>

#include "tests/generator/compiler/support.h"

namespace sluice::compiler::test {
namespace {

constexpr std::int64_t kNone = INT64_MIN;

/// A step of `parts` blocks of `slots` slots each, which read `windows` windows `pitch` apart.
std::vector<SlotRead> step_of(int parts, int slots, int windows, int pitch, int valid) {
  std::vector<SlotRead> step;
  for (int j = 0; j < parts; ++j) {
    for (int i = 0; i < slots; ++i) step.push_back({i < valid, j * windows / parts * pitch + i});
  }
  return step;
}

/// Simulates the butterfly from the banks: every node of every stage takes one of two nodes of the
/// stage before, whichever a slot needs. Returns whether all slots get their atoms, for one bank.
bool delivered(const std::vector<SlotRead>& slots, int banks, int first) {
  const auto bank_of = [&](const SlotRead& read) {
    return static_cast<int>(((read.atom + first) % banks + banks) % banks);
  };
  // What the bank puts out: one of the atoms that lie in it and are asked for.
  std::vector<std::int64_t> nodes(banks, kNone);
  for (const SlotRead& read : slots) {
    if (read.valid) nodes[bank_of(read)] = read.atom;
  }
  for (int bit = banks / 2; bit > 0; bit /= 2) {
    std::vector<std::int64_t> next(banks, kNone);
    for (std::size_t s = 0; s < slots.size(); ++s) {
      if (!slots[s].valid) continue;
      // Bits above and at `bit` are the slot's now, those below still the bank's
      const int at = static_cast<int>(s) / bit * bit + bank_of(slots[s]) % bit;
      const int from = (at & ~bit) | (bank_of(slots[s]) & bit);
      if (next[at] != kNone && next[at] != nodes[from]) return false;
      next[at] = nodes[from];
    }
    nodes = next;
  }
  for (std::size_t s = 0; s < slots.size(); ++s) {
    if (slots[s].valid && nodes[s] != slots[s].atom) return false;
  }
  return true;
}

bool delivered_from_all_banks(const std::vector<SlotRead>& slots, int banks) {
  for (int first = 0; first < banks; ++first) {
    if (!delivered(slots, banks, first)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("Routing.ConsecutiveAtomsRouteFromEveryBank") {
  for (const int slots : {1, 2, 3, 4, 7, 16}) CHECK(routes(step_of(1, slots, 1, 0, slots), 16));
}

TEST_CASE("Routing.BlocksThatReadTheSameAtomsShareTheirReads") {
  for (const int parts : {2, 4, 8, 16}) CHECK(routes(step_of(parts, 16 / parts, 1, 0, 16), 16));
}

TEST_CASE("Routing.WindowsOneBehindTheOtherRoute") {
  CHECK(routes(step_of(16, 4, 4, 4, 4), 64));
  CHECK(routes(step_of(16, 4, 16, 4, 4), 64));
}

TEST_CASE("Routing.WindowsInTheSameBankConflict") {
  CHECK_FALSE(routes(step_of(2, 4, 2, 8, 4), 8));
  CHECK_FALSE(routes(step_of(2, 4, 2, 10, 4), 8));
  CHECK(routes(step_of(2, 4, 2, 8, 0), 8));  // nothing is read
}

TEST_CASE("Routing.AgreesWithTheButterflyItselfOnAllWindows") {
  int good = 0, bad = 0;
  for (const int parts : {1, 2, 4, 8}) {
    for (int windows = 1; windows <= parts; windows *= 2) {
      for (int pitch = 0; pitch < 20; ++pitch) {
        for (int valid = 0; valid <= 16 / parts; ++valid) {
          const auto step = step_of(parts, 16 / parts, windows, pitch, valid);
          CHECK(routes(step, 16) == delivered_from_all_banks(step, 16));
          (routes(step, 16) ? good : bad) += 1;
        }
      }
    }
  }
  CHECK(good > 100);
  CHECK(bad > 100);
}

TEST_CASE("Routing.AgreesWithTheButterflyItselfOnRandomSlots") {
  Random random(3);
  int good = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<SlotRead> step(8);
    for (SlotRead& read : step) read = {random.between(0, 3) == 0, random.between(-9, 20)};
    CHECK(routes(step, 8) == delivered_from_all_banks(step, 8));
    good += routes(step, 8);
  }
  CHECK(good > 300);
  CHECK(good < 2700);
}

}  // namespace sluice::compiler::test
