// SPDX-License-Identifier: Apache-2.0
#include "generator/app/sweep_measures.h"

#include <memory>
#include <vector>

#include "generator/app/network_estimate.h"
#include "generator/app/sweep_area.h"

namespace sluice::app {
namespace {

NetworkOptions network_options(const sweep::Spec& spec, const std::string& network) {
  const sweep::EstimateSettings& from = spec.estimate;
  NetworkOptions options;
  options.network = network;
  options.images.file = "";  // a sweep has no such option
  options.images.otherwise = "give gates at random with 'density' under 'estimate'";
  options.density_given = from.density.has_value();
  options.how.density = from.density.value_or(options.how.density);
  options.densities = from.densities;
  options.how.gates = from.gates;
  options.how.compare = from.compare;
  options.how.local = !from.memory_maps;
  options.how.seed = static_cast<std::uint64_t>(from.seed);
  options.how.memory = {from.latency, from.read_interval, from.latency, from.write_interval};
  return options;
}

}  // namespace

sweep::Measures sweep_measures(const sweep::Spec& spec, const std::filesystem::path& area_folder,
                               const std::function<void(const std::string&)>& tell) {
  sweep::Measures measures;
  if (spec.area.measure) {
    const auto cache = std::make_shared<AreaCache>(area_folder, spec.area, tell);
    measures.area_method = cache->method();
    measures.memories = cache->memories();
    measures.area = [cache](const Plan& plan) { return cache->area_of(plan); };
  }
  const auto networks = std::make_shared<std::vector<NetworkEstimator>>();
  for (const std::string& network : spec.networks) {
    networks->emplace_back(network_options(spec, network));
  }
  measures.estimate = [networks](const Plan& plan, std::size_t network) {
    return networks->at(network).estimate(plan);
  };
  return measures;
}

}  // namespace sluice::app
