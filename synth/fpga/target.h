// SPDX-License-Identifier: Apache-2.0
// The FPGAs that designs can be tried on: how Yosys is called for them and what they hold.
#pragma once

#include <string>
#include <vector>

namespace sluice::synth {

/// A cell of memory in LUTs.
struct LutRam {
  std::string cell;     ///< a pattern as those below
  int memory_luts = 0;  ///< LUTs that hold the bits
  int luts = 0;         ///< with those that it takes beside them
};

struct FpgaTarget {
  std::string name;    ///< as on the command line: "ice40hx8k"
  std::string device;  ///< in words
  bool dsp = false;    ///< has blocks that multiply

  bool logic_cells = false;  ///< LUT, carry and flip-flop are one cell, which is what is counted
  int luts_per_carry = 0;    ///< LUTs that a carry cell takes, which are not among those counted

  std::string synthesis;       ///< Yosys command without the name of the top module
  std::string without_dsp;     ///< the same with multipliers in logic
  bool chains = false;         ///< without DSP blocks, additions map to carry chains first
  std::string own_device;      ///< of FpgaDevice, for targets that are one; else empty
  std::string block_ram_unit;  ///< what a block RAM is, such as "EBR of 4 kbit"
  std::string dsp_unit;        ///< what a DSP block is; empty if there is none

  // Cell types as patterns of the whole name, with '*' for any letters
  std::vector<std::string> luts, flip_flops, carries;
  std::vector<LutRam> lut_rams;                ///< the first that matches a cell counts
  std::vector<std::string> block_rams;         ///< of one unit
  std::vector<std::string> double_block_rams;  ///< of two units
  std::vector<std::string> dsps;
};

/// All of them, in the order of the help text.
const std::vector<FpgaTarget>& fpga_targets();

/// Throws UserError, which lists the names, if there is none of this name.
const FpgaTarget& fpga_target(const std::string& name);

}  // namespace sluice::synth
