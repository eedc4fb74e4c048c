// SPDX-License-Identifier: Apache-2.0
#include "synth/memories/lookup.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "generator/util/user_error.h"

namespace sluice::synth {
namespace {

using Lines = std::vector<const MemoryLine*>;
using Figure = std::optional<double>;

/// The lines that serve a shape; of those of one size, which differ in granule, the smallest.
Lines lines_for(const MemoryTable& table, const MemoryShape& shape) {
  std::map<std::pair<int, int>, const MemoryLine*> smallest;
  for (const MemoryLine& line : table.lines) {
    if (line.shape.ports != shape.ports) continue;
    const bool masks = shape.granule == shape.bits || shape.granule % line.shape.granule == 0;
    if (!masks) continue;
    const MemoryLine*& kept = smallest[{line.shape.words, line.shape.bits}];
    if (kept == nullptr || line.figures.area < kept->figures.area) kept = &line;
  }
  Lines lines;
  for (const auto& [size, line] : smallest) lines.push_back(line);
  return lines;
}

const MemoryLine* line_of(const Lines& lines, int words, int bits) {
  for (const MemoryLine* line : lines) {
    if (line->shape.words == words && line->shape.bits == bits) return line;
  }
  return nullptr;
}

/// The values of the lines next to one, and how far it is between them.
struct Side {
  int low = 0, high = 0;  ///< equal: exactly there
  double part = 0;        ///< 0 at low, 1 at high, by logarithms
};

std::optional<Side> side_of(const Lines& lines, int MemoryShape::*size, int value) {
  Side side{0, std::numeric_limits<int>::max(), 0};
  for (const MemoryLine* line : lines) {
    const int there = line->shape.*size;
    if (there <= value) side.low = std::max(side.low, there);
    if (there >= value) side.high = std::min(side.high, there);
  }
  if (side.low == 0 || side.high == std::numeric_limits<int>::max()) return std::nullopt;
  if (side.low != side.high) {
    side.part = std::log(double(value) / side.low) / std::log(double(side.high) / side.low);
  }
  return side;
}

/// A line around a shape, and its share of the fit.
struct Corner {
  const MemoryLine* line;
  double share;
};

/// The lines around a shape; empty if one is not there.
std::vector<Corner> corners_of(const Lines& lines, const Side& words, const Side& bits) {
  std::vector<Corner> corners;
  for (const bool high_words : {false, true}) {
    if (high_words && words.low == words.high) continue;
    for (const bool high_bits : {false, true}) {
      if (high_bits && bits.low == bits.high) continue;
      const MemoryLine* line =
          line_of(lines, high_words ? words.high : words.low, high_bits ? bits.high : bits.low);
      if (line == nullptr) return {};
      corners.push_back({line, (high_words ? words.part : 1 - words.part) *
                                   (high_bits ? bits.part : 1 - bits.part)});
    }
  }
  return corners;
}

/// The largest value of a figure up to a line's size; nothing if the line has none.
template <typename Of>
Figure rising(const Lines& lines, const MemoryLine& corner, Of of) {
  Figure value = of(corner.figures);
  if (!value) return value;
  for (const MemoryLine* line : lines) {
    if (line->shape.words > corner.shape.words || line->shape.bits > corner.shape.bits) continue;
    value = std::max(*value, of(line->figures).value_or(0));
  }
  return value;
}

template <typename Of>
Figure fitted(const Lines& lines, const std::vector<Corner>& corners, Of of) {
  double logarithm = 0;
  for (const Corner& corner : corners) {
    const Figure value = rising(lines, *corner.line, of);
    if (!value) return std::nullopt;
    logarithm += corner.share * std::log(*value);
  }
  return std::exp(logarithm);
}

FoundMemory fit(const Lines& lines, const std::vector<Corner>& corners) {
  FoundMemory found;
  using F = MemoryFigures;
  found.figures.area = *fitted(lines, corners, [](const F& f) -> Figure { return f.area; });
  found.figures.read = fitted(lines, corners, [](const F& f) { return f.read; });
  found.figures.write = fitted(lines, corners, [](const F& f) { return f.write; });
  found.figures.leakage = fitted(lines, corners, [](const F& f) { return f.leakage; });
  found.figures.access = fitted(lines, corners, [](const F& f) { return f.access; });
  for (const Corner& corner : corners) found.lines.push_back(corner.line->line);
  std::sort(found.lines.begin(), found.lines.end());
  return found;
}

/// "32 to 65536 words of 8 to 1024 bits".
std::string reach_of(const Lines& lines) {
  MemoryShape least = lines.front()->shape, most = least;
  for (const MemoryLine* line : lines) {
    least.words = std::min(least.words, line->shape.words);
    most.words = std::max(most.words, line->shape.words);
    least.bits = std::min(least.bits, line->shape.bits);
    most.bits = std::max(most.bits, line->shape.bits);
  }
  return fmt::format("{} to {} words of {} to {} bits", least.words, most.words, least.bits,
                     most.bits);
}

}  // namespace

std::optional<FoundMemory> try_find_memory(const MemoryTable& table, const MemoryShape& shape) {
  const Lines lines = lines_for(table, shape);
  if (const MemoryLine* line = line_of(lines, shape.words, shape.bits)) {
    return FoundMemory{line->figures, true, {line->line}};
  }
  if (!table.sizes_between) return std::nullopt;
  const auto words = side_of(lines, &MemoryShape::words, shape.words);
  const auto bits = side_of(lines, &MemoryShape::bits, shape.bits);
  if (!words || !bits) return std::nullopt;
  const std::vector<Corner> corners = corners_of(lines, *words, *bits);
  if (corners.empty()) return std::nullopt;
  return fit(lines, corners);
}

FoundMemory find_memory(const MemoryTable& table, const MemoryShape& shape) {
  if (auto found = try_find_memory(table, shape)) return *found;
  const Lines lines = lines_for(table, shape);
  const std::string holds =
      lines.empty() ? fmt::format("it has none with {} and this granule", spelling(shape.ports))
                    : fmt::format("its lines reach from {}{}", reach_of(lines),
                                  table.sizes_between ? "" : ", with nothing between them");
  throw UserError({table.file},
                  fmt::format("no line of {} for a memory of {}, nor lines around it; {}; give a "
                              "table that has it with --memories",
                              table.node, shape.text(), holds));
}

}  // namespace sluice::synth
