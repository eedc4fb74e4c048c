// SPDX-License-Identifier: Apache-2.0
#include "synth/fpga/target.h"

#include <fmt/format.h>

#include "generator/util/text.h"
#include "generator/util/user_error.h"

namespace sluice::synth {
namespace {

FpgaTarget ice40(const char* name, const char* device, bool dsp, const char* chip,
                 const char* own_device) {
  FpgaTarget target;
  target.name = name;
  target.device = device;
  target.dsp = dsp;
  target.without_dsp = fmt::format("synth_ice40 -device {}", chip);
  target.synthesis = target.without_dsp + (dsp ? " -dsp" : "");
  target.chains = true;
  target.own_device = own_device;
  target.logic_cells = true;
  target.block_ram_unit = "EBR of 4 kbit";
  target.dsp_unit = dsp ? "SB_MAC16" : "";
  target.luts = {"SB_LUT4"};
  target.flip_flops = {"SB_DFF*"};
  target.carries = {"SB_CARRY"};
  target.block_rams = {"SB_RAM40_4K*"};
  target.dsps = {"SB_MAC16"};
  return target;
}

FpgaTarget ecp5() {
  FpgaTarget target;
  target.name = "ecp5";
  target.device = "Lattice ECP5";
  target.dsp = true;
  target.synthesis = "synth_ecp5";
  target.without_dsp = "synth_ecp5 -nodsp";
  target.block_ram_unit = "EBR of 18 kbit";
  target.dsp_unit = "MULT18X18D";
  target.luts = {"LUT4"};
  target.flip_flops = {"TRELLIS_FF"};
  target.carries = {"CCU2C"};
  target.luts_per_carry = 2;
  target.lut_rams = {{"TRELLIS_DPR16X4", 4, 6}};  // 4 for the bits, 2 for the write port
  target.block_rams = {"DP16KD", "PDPW16KD"};
  target.dsps = {"MULT18X18D"};
  return target;
}

FpgaTarget xc7() {
  FpgaTarget target;
  target.name = "xc7";
  target.device = "Xilinx 7 series";
  target.dsp = true;
  target.synthesis = "synth_xilinx -family xc7 -flatten";
  target.without_dsp = "synth_xilinx -family xc7 -flatten -nodsp";
  target.block_ram_unit = "RAMB18";
  target.dsp_unit = "DSP48E1";
  target.luts = {"LUT*"};
  target.flip_flops = {"FD*E"};
  target.carries = {"CARRY4"};
  // UG474: a LUT is 64 x 1 bits with one port; a carry cell adds no LUT to those of its bits
  target.lut_rams = {{"RAM*M", 4, 4},      {"RAM128X1D*", 4, 4}, {"RAM*X1D*", 2, 2},
                     {"RAM128X1S*", 2, 2}, {"RAM256X1S*", 4, 4}, {"RAM*X1S*", 1, 1},
                     {"SRL*", 1, 1}};
  target.block_rams = {"RAMB18E1"};
  target.double_block_rams = {"RAMB36E1"};
  target.dsps = {"DSP48E1"};
  return target;
}

}  // namespace

const std::vector<FpgaTarget>& fpga_targets() {
  static const std::vector<FpgaTarget> targets = {
      ice40("ice40up5k", "Lattice iCE40 UP5K", true, "u", "iCE40UP5K"),
      ice40("ice40hx8k", "Lattice iCE40 HX8K", false, "hx", "iCE40HX8K"),
      ecp5(),
      xc7(),
  };
  return targets;
}

const FpgaTarget& fpga_target(const std::string& name) {
  std::vector<std::string> names;
  for (const FpgaTarget& target : fpga_targets()) {
    if (target.name == name) return target;
    names.push_back(target.name);
  }
  throw UserError(
      fmt::format("there is no FPGA target '{}'; use {}", name, join_words(names, "or")));
}

}  // namespace sluice::synth
