// SPDX-License-Identifier: Apache-2.0
// Parts of logic.h: registers matched by name, networks cut at registers and instances.
#pragma once

#include <string>
#include <vector>

#include "synth/equivalence/logic.h"

namespace sluice::synth {

// What is compared of a register, behind its name
inline constexpr const char* kNext = " next value";  // unless cleared or preset
inline constexpr const char* kClear = " clear";
inline constexpr const char* kPreset = " preset";
inline constexpr const char* kClock = " clock";
inline constexpr const char* kConstant =
    " constant";  // that it leaves the value it is taken to have

/// Names of the RTL's registers, and which of the netlist's belongs to each.
struct Keys {
  std::vector<std::string> of;    ///< of each register of the RTL
  std::vector<bool> matched;      ///< the netlist has it
  std::vector<int> gate_of;       ///< its number in the netlist, or -1
  std::vector<std::string> gate;  ///< name of each register of the netlist
  std::vector<int> hint;          ///< of those not matched: the register that the netlist connects
                                  ///< to their name, or -1
  int extra = 0;                  ///< registers of the netlist without counterpart
};

Keys match_registers(const Network& gold, const Network& gate);

/// What takes the place of a register that only the RTL has.
struct Substitute {
  enum Kind { kNone, kZero, kOne, kCopy };
  Kind kind = kNone;
  int copied = -1;  ///< number of a matched register
};

/// With `all`, registers without counterpart and substitute are free, and their next values
/// outputs; otherwise those are no outputs.
Logic cut_gold(const Network& gold, const Keys& keys, const std::vector<Substitute>& substitutes,
               const Directions& directions, bool all);
Logic cut_gate(const Network& gate, const Keys& keys, const std::vector<Substitute>& substitutes,
               const Directions& directions);

/// "data_i" of "data_i[3]".
std::string base_name(const std::string& port);

}  // namespace sluice::synth
