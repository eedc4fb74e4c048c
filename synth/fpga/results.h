// SPDX-License-Identifier: Apache-2.0
// What Yosys and nextpnr say about a design, read from their reports.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "synth/fpga/target.h"

namespace sluice::synth {

/// Cells after mapping to a family.
struct FpgaCounts {
  std::int64_t luts = 0;
  std::int64_t flip_flops = 0;
  std::int64_t carries = 0;       ///< cells: one bit on iCE40, two on ECP5, four on Xilinx
  std::int64_t lut_rams = 0;      ///< cells of memory in LUTs
  std::int64_t memory_luts = 0;   ///< the LUTs that hold their bits
  std::int64_t lut_ram_luts = 0;  ///< and all that they take; not among `luts`
  std::int64_t block_rams = 0;    ///< in the target's unit
  std::int64_t dsps = 0;
};

/// Counts the cells in the text of Yosys' `stat -json`. Throws UserError if it is not that.
FpgaCounts count_cells(const std::string& stat_json, const FpgaTarget& target);

enum class MemoryPlace { kBlockRam, kLutRam, kFlipFlops };

struct FpgaMemory {
  std::string name;  ///< hierarchical, below the core, or below the bus around it
  MemoryPlace place = MemoryPlace::kFlipFlops;
};

/// Where each memory went, from Yosys' log; sorted by name.
std::vector<FpgaMemory> memories_in(const std::string& yosys_log);

struct DeviceUse {
  std::string resource;  ///< as nextpnr calls it: "ICESTORM_LC"
  std::int64_t used = 0;
  std::int64_t available = 0;
  double percent() const { return available > 0 ? 100.0 * used / available : 0; }
};

/// The table of the device's use in nextpnr's log; empty if it did not come so far.
std::vector<DeviceUse> device_use(const std::string& nextpnr_log);

/// The clock's frequency in MHz after routing, from nextpnr's JSON report. Throws UserError if
/// there is none.
double clock_mhz(const std::string& report_json);

}  // namespace sluice::synth
