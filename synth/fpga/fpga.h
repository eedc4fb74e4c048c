// SPDX-License-Identifier: Apache-2.0
// A design on an FPGA: what it takes, and for iCE40 whether it fits and how fast it is.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "generator/emit/bundle.h"
#include "synth/fpga/devices.h"
#include "synth/fpga/results.h"
#include "synth/fpga/target.h"

namespace sluice::synth {

struct FpgaOptions {
  bool dsp = true;                     ///< multiply in DSP blocks, where the target has them
  std::uint32_t seed = 1;              ///< of nextpnr's placement
  bool place = true;                   ///< place and route, where that can be done
  const FpgaDevice* device = nullptr;  ///< of the target; null: its own, or the smallest that fits
  std::function<void(const std::string&)> progress;  ///< told what is going on; may be empty
};

struct FpgaResult {
  FpgaCounts counts;                 ///< with the pins' registers
  std::vector<FpgaMemory> memories;  ///< sorted by name
  std::int64_t pin_flip_flops = 0;   ///< of these flip-flops, those that stand for pins

  bool placed = false;             ///< nextpnr ran
  std::vector<DeviceUse> nextpnr;  ///< of nextpnr's device, after packing
  double mhz = 0;                  ///< of the routed design; 0 if it does not fit

  const FpgaDevice* device = nullptr;  ///< that it was to fit; null: any of the target
  std::vector<DeviceUse> uses;         ///< of that device, or of the choice's
  bool fits = false;                   ///< that device, or any: by the counts where not placed
  DeviceChoice choice;                 ///< the smallest that it fits, or the largest there is
};

/// Maps the core of a design, behind the pins of flow/fpga/, to an FPGA; places and routes it if
/// the target can be. Throws UserError if a tool is missing, fails or takes more than half an
/// hour, or the device is of another target; a design that is too large is no error, but a result.
FpgaResult try_on_fpga(const Bundle& bundle, const FpgaTarget& target, const FpgaOptions& options);

/// What is over, in words: "logic cells: 10891 of 7680, 3211 too many (142 %)"; one entry each.
std::vector<std::string> what_is_over(const std::vector<DeviceUse>& uses);

}  // namespace sluice::synth
