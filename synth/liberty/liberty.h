// SPDX-License-Identifier: Apache-2.0
// What costs need to know of a cell library: a Liberty file read and checked.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::synth {

struct LibertyPin {
  std::string name;
  std::string direction;   ///< "input", "output", "inout" or "internal"
  double capacitance = 0;  ///< F
  std::string function;    ///< of an output, such as "(!(A B))"; may be empty
  bool three_state = false;
  bool clock = false;
};

struct LibertyCell {
  std::string name;
  int line = 0;        ///< in the file
  double area = 0;     ///< in the library's own unit, which Liberty files do not state
  double leakage = 0;  ///< W
  bool is_flip_flop = false;
  bool is_latch = false;
  bool dont_use = false;
  std::string state;       ///< flip-flops: name of the stored bit
  std::string next_state;  ///< flip-flops, as are the next three
  std::string clocked_on;
  std::string clear;
  std::string preset;
  std::vector<LibertyPin> pins;

  const LibertyPin* find_pin(std::string_view pin) const;
  std::vector<std::string> inputs() const;
  std::vector<std::string> outputs() const;
};

/// A cell that adds: which pin is what. `c` is empty for a half adder.
struct AdderCell {
  std::string name, a, b, c, sum, carry;
};

struct Liberty {
  std::string name;  ///< as the file states it
  std::string path;
  std::string text;         ///< of the file, for the tools that read it themselves
  std::string version;      ///< "sha256 1234abcd", preceded by the file's revision if it has one
  double time_unit = 1e-9;  ///< s
  double cap_unit = 1e-12;  ///< F
  double voltage = 0;       ///< V; 0 if the file does not state it
  std::vector<LibertyCell> cells;  ///< in the order of the file

  // Cells found by what they do, not by their names; the smallest of each kind
  std::string nand2;
  std::string inverter;
  std::string buffer;           ///< empty if there is none
  std::string flip_flop;        ///< plain D flip-flop
  std::string clear_flip_flop;  ///< with asynchronous clear
  std::optional<AdderCell> full_adder, half_adder;

  /// The cell of this name, or null.
  const LibertyCell* find(std::string_view cell) const;

  /// Area of the NAND2 cell, the unit of "NAND2 equivalents". More than 0.
  double nand2_area() const { return find(nand2)->area; }
};

/// Reads a library. The names osu018 and osu035 mean the files of the Debian packages
/// qflow-tech-osu018 and qflow-tech-osu035; everything else is a path. Throws UserError, with
/// file, line and remedy, if the file cannot be read, is broken, or lacks what a design needs: a
/// 2-input NAND, an inverter, a D flip-flop and one with asynchronous clear, and areas.
Liberty load_liberty(const std::string& name_or_path);

/// The same from a text; `path` is for messages and Liberty::path.
Liberty read_liberty(std::string_view text, const std::string& path);

}  // namespace sluice::synth
