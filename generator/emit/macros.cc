// SPDX-License-Identifier: Apache-2.0
#include "generator/emit/macros.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "generator/util/powers_of_two.h"

namespace sluice {
namespace {

constexpr MacroSize kExample = {256, 32, 8};

int parts(int whole, int part) { return (whole - 1) / part + 1; }

/// Bits of the memory that lie beside each other in a macro, and those until the next such piece.
struct Pieces {
  int bits, stride;
};

Pieces pieces_of(const MacroCut& cut) {
  if (cut.used == cut.macro.bits) return {cut.used, cut.used};
  const int masks = parts(cut.memory.granule, cut.macro.granule);
  return {cut.memory.granule, masks * cut.macro.granule};
}

Values cut_values(const MacroCut& cut) {
  const Pieces pieces = pieces_of(cut);
  Values row;
  row.number("cut_depth", cut.memory.words);
  row.number("cut_width", cut.memory.bits);
  row.number("cut_granule", cut.memory.granule);
  row.number("cut_used", cut.used);
  row.number("cut_piece", pieces.bits);
  row.number("cut_stride", pieces.stride);
  row.number("cut_columns", parts(cut.memory.bits, cut.used));
  row.number("cut_rows", parts(cut.memory.words, cut.macro.words));
  return row;
}

}  // namespace

void add_macro_values(Values& values, const std::string& design,
                      const std::optional<MacroCuts>& cuts) {
  const std::vector<MacroSize> sizes = cuts ? macro_sizes(*cuts) : std::vector{kExample};
  Values::Rows macros, rows;
  for (const MacroSize& size : sizes) {
    const std::string name = cuts ? macro_name(design, size) : design + "_sram_256x32";
    Values row;
    add_macro(row, name, size);
    row.number("macro_number", static_cast<int>(macros.size()) + 1);
    row.text("macro_comma", macros.size() + 1 < sizes.size() ? "," : "");
    macros.push_back(std::move(row));
  }
  for (const MacroCut& cut : cuts.value_or(MacroCuts{})) {
    const auto at = std::find(sizes.begin(), sizes.end(), cut.macro);
    Values row = cut_values(cut);
    row.number("cut_number", static_cast<int>(rows.size()) + 1);
    row.number("cut_macro", at - sizes.begin() + 1);
    row.text("cut_macro_name", macro_name(design, cut.macro));
    rows.push_back(std::move(row));
  }
  values.list("macros", std::move(macros));
  values.list("macro_cuts", std::move(rows));
  values.flag("macro_example", !cuts);
}

std::vector<MacroSize> macro_sizes(const MacroCuts& cuts) {
  std::set<MacroSize> sizes;
  for (const MacroCut& cut : cuts) sizes.insert(cut.macro);
  return {sizes.begin(), sizes.end()};
}

std::string macro_name(const std::string& design, const MacroSize& macro) {
  const std::string name = fmt::format("{}_sram_{}x{}", design, macro.words, macro.bits);
  return macro.granule == macro.bits ? name : fmt::format("{}m{}", name, macro.granule);
}

void add_macro(Values& values, const std::string& name, const MacroSize& macro) {
  values.text("macro", name);
  values.number("macro_words", macro.words);
  values.number("macro_bits", macro.bits);
  values.number("macro_granule", macro.granule);
  values.number("macro_last_word", macro.words - 1);
  values.number("macro_last_bit", macro.bits - 1);
  values.number("macro_last_mask", parts(macro.bits, macro.granule) - 1);
  values.number("macro_last_address", index_bits(macro.words) - 1);
  values.flag("macro_masked", macro.granule < macro.bits);
}

}  // namespace sluice
