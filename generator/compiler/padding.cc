// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/padding.h"

#include <algorithm>

#include "generator/compiler/math.h"

namespace sluice::compiler {
namespace {

/// Cost of one FILL command beside its words: fetching and starting it.
constexpr std::int64_t kFillOverhead = 30;

/// Collects ranges of atoms as memory words, merging neighbours.
class WordRanges {
 public:
  WordRanges(std::int64_t first_byte, int atom, int word)
      : first_byte_(first_byte), atom_(atom), word_(word) {}

  void add(std::int64_t first_atom, std::int64_t end_atom) {
    if (first_atom >= end_atom) return;
    const std::int64_t first_byte = first_byte_ + first_atom * atom_;
    const std::int64_t end_byte = first_byte_ + end_atom * atom_;
    exact_ = exact_ && first_byte % word_ == 0 && end_byte % word_ == 0;
    const std::int64_t first = first_byte / word_;
    const std::int64_t end = ceil_div(end_byte, std::int64_t{word_});
    if (!ranges_.empty() && ranges_.back().first + ranges_.back().count >= first) {
      WordRange& last = ranges_.back();
      last.count = std::max<std::int64_t>(last.count, end - last.first);
      return;
    }
    ranges_.push_back({static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(end - first)});
  }
  const std::vector<WordRange>& ranges() const { return ranges_; }
  /// No range had to be rounded.
  bool exact() const { return exact_; }

 private:
  std::int64_t first_byte_;
  int atom_, word_;
  bool exact_ = true;
  std::vector<WordRange> ranges_;
};

std::int64_t fill_cycles(const std::vector<WordRange>& ranges) {
  std::int64_t sum = 0;
  for (const WordRange& range : ranges) sum += range.count + kFillOverhead;
  return sum;
}

}  // namespace

Padding padding_around(const MapLayout& layout, const net::FeatureMap& map, const Plan& plan) {
  if (layout.rows == map.height && layout.columns == map.width) return {};
  WordRanges ranges(layout.address, layout.atom, plan.config.memory.bytes);
  const std::int64_t values = std::int64_t{map.width} * layout.atoms_per_position;
  for (int group = 0; group < layout.groups; ++group) {
    std::int64_t filled = std::int64_t{group} * layout.group_pitch;
    const std::int64_t first = filled + std::int64_t{layout.pad_top} * layout.row_pitch +
                               std::int64_t{layout.pad_left} * layout.atoms_per_position;
    for (int y = 0; y < map.height; ++y) {
      const std::int64_t row = first + std::int64_t{y} * layout.row_pitch;
      ranges.add(filled, row);
      filled = row + values;
    }
    ranges.add(filled, std::int64_t{group + 1} * layout.group_pitch);
  }
  return {ranges.ranges(), ranges.exact()};
}

std::vector<WordRange> cheaper_fills(const std::vector<WordRange>& around,
                                     const std::vector<WordRange>& whole) {
  return fill_cycles(around) < fill_cycles(whole) ? around : whole;
}

}  // namespace sluice::compiler
