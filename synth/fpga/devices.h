// SPDX-License-Identifier: Apache-2.0
// Devices by name, and what they hold: for `sluice fpga` to say which is large enough.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "synth/fpga/results.h"
#include "synth/fpga/target.h"

namespace sluice::synth {

/// One device, as its maker's data sheet has it. 0: it has none, or the target does not count it.
struct FpgaDevice {
  std::string name;       ///< as on the command line: "LFE5U-25F"
  std::string words;      ///< with its maker: "Lattice LFE5U-25F"
  std::string target;     ///< that maps to it: "ecp5"
  std::int64_t luts = 0;  ///< of iCE40: logic cells, each with a LUT, a carry and a flip-flop
  std::int64_t flip_flops = 0;
  std::int64_t memory_luts = 0;  ///< of the LUTs, those that can be memory
  std::int64_t block_rams = 0;   ///< in the target's unit
  std::int64_t block_ram_bits = 0;
  std::int64_t dsps = 0;
  std::vector<std::string> nextpnr;  ///< options of nextpnr-ice40; empty if it is not placed
  std::string source;                ///< where these numbers are from
};

/// All of them: those of a target from the fewest LUTs to the most.
const std::vector<FpgaDevice>& fpga_devices();

/// Capital letters or not. Throws UserError, which lists the names, if there is none of this name.
const FpgaDevice& fpga_device(const std::string& name);

/// What a mapped design needs, in the units of FpgaDevice.
struct FpgaDemand {
  std::int64_t luts = 0, flip_flops = 0, memory_luts = 0, block_rams = 0, dsps = 0;
};

/// `logic_cells`: those of iCE40 after packing, or 0 if it was not packed. Then they are at least
/// as many as there are LUTs, flip-flops or carries.
FpgaDemand demand_of(const FpgaCounts& counts, const FpgaTarget& target, std::int64_t logic_cells);

/// Each resource of the device, used and available.
std::vector<DeviceUse> use_on(const FpgaDevice& device, const FpgaDemand& demand);

bool fits(const std::vector<DeviceUse>& uses);

/// A device for a design.
struct DeviceChoice {
  const FpgaDevice* device = nullptr;
  std::vector<DeviceUse> uses;
  bool fits = false;
};

/// The smallest device of a target that the design fits, by LUTs; or, if it fits none, the largest.
DeviceChoice choose_device(const FpgaTarget& target, const FpgaDemand& demand);

}  // namespace sluice::synth
