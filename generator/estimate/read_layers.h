// SPDX-License-Identifier: Apache-2.0
// Reads layer lists and gate files. Formats: docs/02_use/estimate.md. All throw UserError.
#pragma once

#include <map>
#include <string>

#include "generator/estimate/gates.h"
#include "generator/estimate/layer_list.h"
#include "generator/estimate/text_file.h"
#include "generator/plan/plan.h"

namespace sluice::estimate {

/// A CSV file with one layer a row.
LayerList read_layers(const std::string& file);

/// How the gates of a list are drawn, and which file says shares of its layers; it may be empty.
struct Densities {
  GateSpread spread = GateSpread::kUneven;
  std::string file;
};

/// Of the word "even" or "uneven", or of an existing CSV file, whose shares spread unevenly over
/// blocks; empty: "uneven".
Densities densities_of(const std::string& text);

/// The built-in network of this name, or else a CSV file; with the densities of a file, unless its
/// name is empty.
LayerList list_of(const std::string& network, const std::string& densities);

/// Sets the gates' densities of the layers that a CSV file (layer, density) names.
void read_densities(const std::string& file, LayerList& list);

/// Open gates of the layers that a CSV file (layer, gate, row, column) names, by layer. A layer
/// that is named with nothing else has no open gate.
std::map<std::string, GateMap> read_open_gates(const std::string& file, const LayerList& list,
                                               const Plan& plan);

}  // namespace sluice::estimate
