// SPDX-License-Identifier: Apache-2.0
// Changes of every cell of a mapped netlist, without a simulation of the netlist.
//
// Registers, memories and inputs have the values that the RTL's waveforms show; between them there
// are only gates, whose values follow, 64 windows of the waveforms at a time. What the gates
// give to each register is held against what it has in the next cycle.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <unordered_map>
#include <vector>

#include "synth/liberty/liberty.h"
#include "synth/yosys/mapping.h"

namespace sluice::synth {

/// Changes per cycle of the first output of each cell, by path from the top, "u_load/u_queue/_12_".
class CellRates {
 public:
  /// Negative if unknown.
  double rate(const std::string& path) const;

  std::uint64_t cycles = 0;    ///< sampled
  std::int64_t registers = 0;  ///< of the netlist
  std::int64_t unnamed = 0;    ///< of these, not in the waveforms: they follow from the gates
  std::uint64_t compared = 0, differing = 0;  ///< next values of registers
  std::string first_differing;                ///< name of such a register

 private:
  friend class GateRun;
  std::unordered_map<std::string, double> rates_;  ///< by path with dots
};

/// A netlist, ready to be evaluated.
class GateModel {
 public:
  /// Throws UserError if Yosys fails, or the netlist has loops.
  GateModel(const Rtl& rtl, const MapResult& map, const Liberty& liberty);

  /// The waveforms as for Activity; `window` at least 1. Throws UserError if they lack an input.
  CellRates rates(std::istream& vcd, std::uint64_t window) const;

 private:
  friend class GateRun;

  /// A function of at most six nets: bit i of `table` is its value if input k is bit k of i.
  struct Node {
    int output = 0;
    std::vector<int> inputs;
    std::uint64_t table = 0;
  };
  struct FlipFlop {
    int q = 0;
    bool inverted = false;  ///< q is the opposite of the stored bit
    std::vector<int> inputs;
    std::uint64_t next = 0, clear = 0, preset = 0;  ///< tables of `inputs`
    std::vector<std::string> names;                 ///< of q
  };
  struct Source {
    int net = 0;
    std::vector<std::string> names;  ///< one of which the waveforms must have
  };

  void sort(std::vector<Node> nodes);

  std::string top_;
  int nets_ = 0;
  std::vector<Node> nodes_;  ///< each after those that drive it
  std::vector<FlipFlop> flip_flops_;
  std::vector<Source> sources_;                       ///< memories and inputs
  std::vector<std::pair<std::string, int>> outputs_;  ///< cells, their first output
};

}  // namespace sluice::synth
