// The FPGAs that designs can be tried on: how Yosys is called for them and what they hold.
#pragma once

#include <string>
#include <vector>

namespace sluice::synth {

struct FpgaTarget {
  std::string name;    ///< as on the command line: "ice40hx8k"
  std::string device;  ///< in words
  bool dsp = false;    ///< has blocks that multiply

  std::string synthesis;             ///< Yosys command without the name of the top module
  std::string without_dsp;           ///< the same with multipliers in logic
  bool chains = false;               ///< without DSP blocks, additions map to carry chains first
  std::vector<std::string> nextpnr;  ///< device options of nextpnr-ice40; empty if not placed
  std::string block_ram_unit;        ///< what a block RAM is, such as "EBR of 4 kbit"
  std::string dsp_unit;              ///< what a DSP block is; empty if there is none

  // Cell types as patterns of the whole name, with '*' for any letters
  std::vector<std::string> luts, flip_flops, carries, lut_rams;
  std::vector<std::string> block_rams;         ///< of one unit
  std::vector<std::string> double_block_rams;  ///< of two units
  std::vector<std::string> dsps;
};

/// All of them, in the order of the help text.
const std::vector<FpgaTarget>& fpga_targets();

/// Throws SynthError, which lists the names, if there is none of this name.
const FpgaTarget& fpga_target(const std::string& name);

}  // namespace sluice::synth
