// SPDX-License-Identifier: Apache-2.0
// The points of a study: networks with one value of each knob, each on every config.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generator/results/sweep_result.h"
#include "generator/study/spec.h"
#include "generator/util/checked_json.h"

namespace sluice::study {

/// A network with one value of each knob: trained, quantised or taken as it is, once.
struct NetworkPoint {
  std::string network;                     ///< its name in tables
  std::vector<results::Setting> settings;  ///< knobs; of a trained network all that it has
  std::string file;                        ///< of a network that is not trained
  json::Json train;                        ///< what the trainer is told, but for "start"
  std::string key;                         ///< names it: another one for another network

  bool trained() const { return file.empty(); }
  /// A float file that is quantised.
  bool quantised() const { return !file.empty() && !settings.empty(); }
  /// The value of a knob without quotes; empty: it has none.
  std::string text_of(const std::string& knob) const;
};

/// All of them, in the order of the file, the last knob fastest. Knobs of gates that a network does
/// not have are left out, and what is then the same is there once. Throws UserError if a file
/// cannot be read.
std::vector<NetworkPoint> network_points(const Spec& spec);

}  // namespace sluice::study
