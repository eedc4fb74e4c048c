// SPDX-License-Identifier: Apache-2.0
// The ports of a design through which memory and registers are reached.
#pragma once

#include <string>

namespace sluice {

enum class Port {
  kNative,  ///< the core's own, of <name>_core
  kAxi,     ///< AXI4 and AXI4-Lite, of <name>_axi; only with 'bus.kind: axi4'
};

/// As options and JSON have it: "native", "axi".
inline const char* port_key(Port port) { return port == Port::kAxi ? "axi" : "native"; }

/// As texts have it: "native", "AXI".
inline const char* port_title(Port port) { return port == Port::kAxi ? "AXI" : "native"; }

/// The module that has the ports.
inline std::string top_module(const std::string& design, Port port) {
  return design + (port == Port::kAxi ? "_axi" : "_core");
}

}  // namespace sluice
