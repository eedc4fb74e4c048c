// SPDX-License-Identifier: Apache-2.0
#include "synth/energy/dram.h"

#include <fmt/format.h>

#include <charconv>

#include "generator/util/text.h"
#include "generator/util/user_error.h"

namespace sluice::synth {
namespace {

constexpr double kMostPj = 1e6;

}  // namespace

const std::vector<Dram>& drams() {
  static const std::vector<Dram> table = {
      {"LPDDR4", 14.0,
       "32 Gb at 3.2 Gb/s a pin, simulated with DramDSE; H. Ha, thesis, Stanford, 2018"},
      {"DDR3", 70.0,
       "1.5 V, 800 MHz, at full use of the bus; Malladi et al., Towards Energy-Proportional "
       "Datacenter Memory with Mobile DRAM, ISCA 2012"},
  };
  return table;
}

Dram dram_of(const std::string& text) {
  for (const Dram& one : drams()) {
    if (lower_case(one.name) == lower_case(text)) return one;
  }
  double pj = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pj);
  if (error == std::errc() && end == text.data() + text.size() && pj >= 0 && pj <= kMostPj) {
    return {fmt::format("{:g} pJ a bit", pj), pj, "as given"};
  }
  throw UserError(
      fmt::format("--dram {}: not a memory; give lpddr4, ddr3, or pJ for each bit from "
                  "0 to {:.0f}, such as 8.5",
                  shortened(text, 40), kMostPj));
}

}  // namespace sluice::synth
