// SPDX-License-Identifier: Apache-2.0
// The SRAM macros of a design as its flow files name them: plain data, whatever it was found by.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generator/emit/template.h"

namespace sluice {

/// A macro: all bits of a word, or granules of it, are written at once.
struct MacroSize {
  int words = 0;    ///< at least 2
  int bits = 0;     ///< of a word
  int granule = 0;  ///< bits of one write enable; the last one may have fewer

  auto operator<=>(const MacroSize&) const = default;
};

/// The macros of all memories of one shape: as many beside each other as hold a word, as many rows
/// of them as hold all words.
struct MacroCut {
  MacroSize memory;  ///< its shape
  MacroSize macro;
  /// Bits of the memory's word in each macro, in order: as many as the macro has, or else whole
  /// granules of the memory, each of which begins at a write enable of its own.
  int used = 0;

  bool operator==(const MacroCut&) const = default;
};

/// The cuts of a design: one for each shape of memory that becomes macros; no shape twice.
using MacroCuts = std::vector<MacroCut>;

/// Tags of the templates below flow/ that name macros: of these, or, without any, of the example of
/// 256 words of 32 bits.
void add_macro_values(Values& values, const std::string& design,
                      const std::optional<MacroCuts>& cuts);

/// The macros of these cuts, each once, ascending.
std::vector<MacroSize> macro_sizes(const MacroCuts& cuts);

/// "edge_sram_512x32m8": its module; without m8, words are written whole.
std::string macro_name(const std::string& design, const MacroSize& macro);

/// Tags of the file of one macro.
void add_macro(Values& values, const std::string& name, const MacroSize& macro);

}  // namespace sluice
