// SPDX-License-Identifier: Apache-2.0
// Two versions of a module made comparable: registers and inner modules are cut out, their outputs
// become free inputs and their inputs become outputs, under the same names on both sides.
//
// If all outputs are then equal for all inputs, the versions are equal from cycle to cycle: equal
// states stay equal. Registers without a reset start undefined, on both sides.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "synth/equivalence/network.h"

namespace sluice::synth {

/// Gates between named inputs and outputs, without state.
struct Logic {
  int nets = 0;
  std::vector<Gate> gates;            ///< each after those that drive it
  std::vector<Port> inputs, outputs;  ///< sorted by name
};

struct Pair {
  std::string problem;  ///< why the two cannot be compared; empty if they can
  Logic gold, gate;     ///< the RTL and the netlist; both have the same names
  int registers = 0;    ///< of the RTL
  int merged = 0;       ///< of these, not in the netlist: equal to another, or constant
  int extra = 0;        ///< registers that only the netlist has
  std::vector<std::string> unknown;  ///< registers that only the RTL has, for no reason found
};

/// Ports of the inner modules: name of the module, then of the port without its bit; true for
/// outputs.
using Directions = std::map<std::string, std::map<std::string, bool>>;
Directions directions_of(const std::vector<Network>& networks);

/// Cuts both and matches registers and instances by name. Registers that only the RTL has are taken
/// for copies of others, or constants, where random patterns suggest it; that is then among what
/// has to be compared, as further outputs.
Pair make_pair(const Network& gold, const Network& gate, const Directions& directions);

/// Values of all outputs for 64 patterns at a time: bit k of each word is pattern k. `inputs` in
/// the order of `logic.inputs`.
std::vector<std::uint64_t> evaluate(const Logic& logic, const std::vector<std::uint64_t>& inputs);

/// 64 bits of a random pattern. By round: even, mostly zeros, even, mostly ones, for wide
/// comparisons need such patterns, too.
std::uint64_t random_word(std::mt19937_64& random, std::int64_t round);

}  // namespace sluice::synth
