// SPDX-License-Identifier: Apache-2.0
// The table of a network run on RTL, shared by `sluice run` and `sluice demo`.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "verif/run/network_run.h"

namespace sluice::app {

/// Speed of gating: over all layers, or over the gated ones.
struct Gain {
  double cycles_gated = 0, cycles_ungated = 0;  ///< per image
  double measured = 0;                          ///< cycles without gates / cycles with gates
  double theoretical = 0;  ///< multiplications without gates / with the gates as they were
  double share() const { return theoretical > 0 ? measured / theoretical : 0; }
};

Gain whole_gain(const run::NetworkReport& report);
Gain gated_gain(const run::NetworkReport& report);

/// Results as text, one row for each layer and the totals.
std::string table_text(const std::string& title, const run::NetworkReport& report);
nlohmann::ordered_json table_json(const std::string& title, const run::NetworkReport& report);

}  // namespace sluice::app
