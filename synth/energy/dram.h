// SPDX-License-Identifier: Apache-2.0
// Energy of external memory for each bit that is moved.
#pragma once

#include <string>
#include <vector>

namespace sluice::synth {

struct Dram {
  std::string name;       ///< "LPDDR4"
  double pj_per_bit = 0;  ///< of a bit read or written: array, interface and what idles meanwhile
  std::string source;
};

/// Those that have a name, for --dram.
const std::vector<Dram>& drams();

/// "lpddr4", "ddr3", or pJ for each bit, such as "8.5". Throws UserError.
Dram dram_of(const std::string& text);

}  // namespace sluice::synth
