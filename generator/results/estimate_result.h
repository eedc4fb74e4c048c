// SPDX-License-Identifier: Apache-2.0
// What a network costs on a design, as `sluice estimate` tells it: figures of the network and of
// each layer.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "generator/results/columns.h"
#include "generator/results/energy.h"

namespace sluice::results {

/// Part of a layer's cycles, by what they went to.
struct Share {
  std::string name;  ///< "compute"
  double share = 0;  ///< 0 to 1
};

struct LayerResult {
  std::string name, kind;
  bool on_accelerator = true;
  std::string note;           ///< why not; may be empty
  std::string computed_with;  ///< the layer in whose figures it is; empty: it has its own
  LayerFigures figures;
  std::string bound;  ///< the largest share's name
  std::vector<Share> shares;
  Gain gain;  ///< of a gated layer, if it was estimated without gates, too
  cycles::Accesses accesses;
  cycles::Work work;

  /// The share of this name; 0: there is none.
  double share_of(const std::string& name) const;
};

struct EstimateResult {
  std::string design, hash, network;
  std::string not_run;     ///< of a network that does not run whole: how much, and why not
  std::string gates_note;  ///< a caution if gates were drawn; else empty
  NetworkFigures figures;
  /// Sums over the layers that run, if those are not the whole network: then `figures` has none.
  std::optional<NetworkFigures> layers_that_run;
  Gain gated_layers, all_layers;  ///< empty if not compared, or if layers do not fit without gates
  std::optional<EnergyResult> energy;
  std::vector<LayerResult> layers;
  cycles::Accesses accesses;  ///< of all layers that run, with commands
  cycles::Work work;          ///< of all layers that run

  bool whole() const { return !layers_that_run; }
  /// Sums over all layers that run.
  const NetworkFigures& sums() const { return layers_that_run ? *layers_that_run : figures; }
};

/// "5 of 31 layers NOT RUN; the first: stage4.1.conv2: the input of ..": what stands in place of
/// figures of a network that a design does not run whole. Empty if it does.
std::string not_run_text(const estimate::Estimate& result);

/// Figures of the network: without sums if it does not run whole.
NetworkFigures network_figures(const NetworkFigures::Source& of);

/// `megahertz`: the clock that frames a second are computed for.
EstimateResult estimate_result(const estimate::Estimate& estimate, const Plan& plan,
                               double megahertz);

/// Frames a second, cycles, speed-ups and energy of the network are there only if it runs whole;
/// else there are "ok": false, "errors", null for the first two, and sums in "layers_that_run".
Json json_of(const EstimateResult& result);

/// Reads what `sluice estimate --json` prints, without counts of accesses, work and energy. Throws
/// UserError.
EstimateResult estimate_of(const json::Value& estimate);
EstimateResult read_estimate(const std::string& file);

}  // namespace sluice::results
