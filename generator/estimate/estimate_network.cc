// SPDX-License-Identifier: Apache-2.0
// Estimates of whole networks, with the gates of an image.
#include <fmt/format.h>

#include "generator/estimate/estimate.h"
#include "generator/estimate/program_costs.h"
#include "generator/estimate/totals.h"
#include "generator/util/text.h"

namespace sluice::estimate {
namespace {

const char* kind_text(const net::Network& network, const net::Layer& layer) {
  const net::FeatureMap& in = network.maps[layer.input];
  const bool whole = layer.kernel_h == in.height && layer.kernel_w == in.width;
  return net::spelling_of(layer.kind, {in.channels, layer.groups, whole});
}

LayerEstimate begin(const net::Network& network, const net::Layer& layer, const GateMap& gates) {
  LayerEstimate result;
  result.name = layer.name;
  result.kind = kind_text(network, layer);
  result.macs = result.macs_done = net::macs_of(network, layer);
  if (gates.size() > 0) count_gates(result, gates, layer.gate->partitions);
  return result;
}

/// Adds the layers of one network to those before it, with its commands.
void add_network(Estimate& result, const Plan& plan, const net::Network& network,
                 std::span<const GateMap> gates, const std::vector<std::vector<double>>& density,
                 const Options& options) {
  const bool gated = options.gates && plan.config.gating;
  const std::size_t first = result.layers.size();
  std::vector<const GateMap*> maps;
  bool compared = false;
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    maps.push_back(&gates[k]);
    result.layers.push_back(begin(network, network.layers[k], gated ? gates[k] : GateMap{}));
    compared = compared || (options.compare && result.layers.back().gated);
  }
  compiler::Options how;
  how.gated = gated;
  how.local = options.local;
  how.values = false;
  if (gated) how.density = density;
  const ProgramCost with = cost_of(plan, network, maps, how, options);
  how.gated = false;
  how.density.clear();
  const ProgramCost without = compared ? cost_of(plan, network, maps, how, options) : with;
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    LayerEstimate& layer = result.layers[first + k];
    layer.with = with.layers[k].cost;
    layer.without = without.layers[k].cost;
    layer.bits = with.layers[k].mode;
    layer.circulant = with.layers[k].circulant;
    layer.hadamard = with.layers[k].hadamard;
    layer.plane_bits = with.layers[k].plane_bits;
    if (with.layers[k].split > 0)
      layer.note = fmt::format("in {} bits, with {} more for wide weights", layer.bits,
                               count_of(with.layers[k].split, "input channel"));
    const auto host = static_cast<std::size_t>(with.layers[k].host);
    if (host != k) layer.computed_with = network.layers[host].name;
    layer.peak = peak_of(plan, layer.bits) / (layer.plane_bits > 0 ? 2 : 1);
  }
  result.compared = result.compared || compared;
  result.command_bytes += with.command_bytes;
  result.command_accesses += with.command_accesses;
  ++result.programs;
}

}  // namespace

Estimate estimate(const Plan& plan, std::span<const net::Network> chain,
                  const std::vector<GateMap>& gates,
                  const std::vector<std::vector<double>>& density, const Options& options) {
  Estimate result;
  result.network = chain.front().name;
  for (std::size_t k = 0; k < chain.size(); ++k) {
    const std::span<const GateMap> of_network =
        std::span(gates).subspan(result.layers.size(), chain[k].layers.size());
    add_network(result, plan, chain[k], of_network, net::of_network(chain, k, density), options);
  }
  add_totals(result);
  return result;
}

}  // namespace sluice::estimate
