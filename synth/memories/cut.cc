// SPDX-License-Identifier: Apache-2.0
#include "synth/memories/cut.h"

#include <fmt/format.h>

#include <numeric>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "generator/util/user_error.h"

namespace sluice::synth {
namespace {

constexpr int kEachUpTo = 16;

int parts(int whole, int part) { return (whole - 1) / part + 1; }

/// Sizes that share out `whole` among rows or columns.
std::set<int> shares_of(int whole) {
  std::set<int> sizes;
  for (int count = 1; count <= whole; count = count < kEachUpTo ? count + 1 : 2 * count) {
    sizes.insert(parts(whole, count));
    if (count > whole / 2 && count >= kEachUpTo) break;
  }
  return sizes;
}

/// A way to put bits of a word into a macro: how many, and the granule that the macro must have.
struct Slice {
  int used, granule;
};

/// The ways that a macro of `bits` can hold a part of the memory's word, at least one.
std::vector<Slice> slices_in(const MemoryTable& table, const MemoryShape& memory, int bits) {
  const bool whole = memory.granule == memory.bits || memory.granule % bits == 0;
  if (whole) return {{bits, bits}};  // all bits are written at once
  std::vector<Slice> slices = {
      {bits, bits >= memory.bits ? memory.granule : std::gcd(memory.granule, bits)}};
  std::set<int> masks;
  for (const MemoryLine& line : table.lines) masks.insert(line.shape.granule);
  for (const int mask : masks) {  // each granule has write enables of its own
    const int granules = (bits / mask) / parts(memory.granule, mask);
    if (granules > 0) slices.push_back({granules * memory.granule, mask});
  }
  return slices;
}

/// Words and bits of the macros to try.
std::set<std::pair<int, int>> sizes_for(const MemoryTable& table, const MemoryShape& memory) {
  std::set<std::pair<int, int>> sizes;
  std::set<int> words, bits;
  if (table.sizes_between) {
    words = shares_of(memory.words);
    bits = shares_of(memory.bits);
  }
  for (const MemoryLine& line : table.lines) {
    sizes.emplace(line.shape.words, line.shape.bits);
    if (!table.sizes_between) continue;
    words.insert(line.shape.words);
    bits.insert(line.shape.bits);
  }
  for (const int deep : words) {
    for (const int wide : bits) sizes.emplace(deep, wide);
  }
  return sizes;
}

std::optional<MemoryCut> cut_into(const MemoryTable& table, const MemoryShape& memory,
                                  const MemoryShape& macro, int used) {
  auto found = try_find_memory(table, macro);
  if (!found) return std::nullopt;
  return MemoryCut{macro, parts(memory.bits, used), parts(memory.words, macro.words), *found, used};
}

/// What makes one cut better than another.
auto rank(const MemoryCut& cut) { return std::tuple(cut.total().area, cut.macros(), cut.rows); }

std::optional<double> times(const std::optional<double>& value, int count) {
  return value ? std::optional<double>(*value * count) : std::nullopt;
}

}  // namespace

MemoryFigures MemoryCut::total() const {
  const MemoryFigures& one = found.figures;
  return {one.area * macros(), times(one.read, columns), times(one.write, columns),
          times(one.leakage, macros()), one.access};
}

std::optional<MemoryCut> try_cut_memory(const MemoryTable& table, const MemoryShape& memory) {
  std::optional<MemoryCut> best;
  for (const Ports ports : {Ports::kReadWrite, Ports::kReadAndWrite}) {
    if (memory.ports == Ports::kReadAndWrite && ports == Ports::kReadWrite) continue;
    for (const auto& [words, bits] : sizes_for(table, memory)) {
      for (const Slice& slice : slices_in(table, memory, bits)) {
        const auto cut = cut_into(table, memory, {words, bits, ports, slice.granule}, slice.used);
        if (cut && (!best || rank(*cut) < rank(*best))) best = cut;
      }
    }
  }
  return best;
}

MemoryCut cut_memory(const MemoryTable& table, const MemoryShape& memory) {
  if (auto cut = try_cut_memory(table, memory)) return *cut;
  throw UserError({table.file},
                  fmt::format("no macro of {} serves a memory of {}; give a table that has one "
                              "with --memories",
                              table.node, memory.text()));
}

}  // namespace sluice::synth
