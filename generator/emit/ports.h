// SPDX-License-Identifier: Apache-2.0
// The ports of a design's top module, for descriptions that other tools read.
#pragma once

#include <string>
#include <vector>

#include "generator/emit/template.h"
#include "generator/plan/plan.h"

namespace sluice {

struct TopPort {
  std::string name;  ///< "s_axi_awaddr"
  bool input = false;
  int bits = 0;  ///< of a vector; 0: one bit that is no vector
};

/// In the order of the module: <name>_axi of a design with AXI, else <name>_core.
std::vector<TopPort> top_ports(const Plan& plan);

/// Adds the lists "top_ports", "slave_ports" and "master_ports" (those of the two AXI ports, by
/// their names in the bus's standard).
void add_port_values(Values& values, const Plan& plan);

}  // namespace sluice
