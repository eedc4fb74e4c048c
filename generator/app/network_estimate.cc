// SPDX-License-Identifier: Apache-2.0
#include "generator/app/network_estimate.h"

#include <fmt/format.h>

#include "generator/app/host_note.h"
#include "generator/estimate/read_layers.h"
#include "generator/network/import_network.h"
#include "generator/util/user_error.h"
#include "verif/golden/images.h"
#include "verif/run/measured_gates.h"

namespace sluice::app {
namespace {

/// The gates of one image, as the golden model finds them.
std::vector<estimate::GateMap> gates_of_image(std::span<const net::Network> chain,
                                              const NetworkOptions& options) {
  const data::ImageSet images =
      load_images(chain, options.network, options.images, options.image + 1, options.how.seed);
  if (options.image >= images.count) {
    throw UserError(fmt::format("--image {}: there are {} images; the first is 0", options.image,
                                images.count));
  }
  return run::measured_gates(chain, golden::input_tensor(chain.front(), images, options.image));
}

}  // namespace

void check_gate_options(const NetworkOptions& options) {
  if (!net::is_network_file(options.network) || options.densities.empty()) return;
  const bool file = !estimate::densities_of(options.densities).file.empty();
  if (!file && options.density_given) return;
  throw UserError(file ? "densities of layers are for lists of layers; a network file takes "
                         "--density, or gates of an image"
                       : fmt::format("'{}' says how gates are drawn; of a network file they are "
                                     "those of an image, unless --density says how many are open",
                                     options.densities));
}

NetworkEstimator::NetworkEstimator(const NetworkOptions& options) : options_(options) {
  const estimate::Densities densities = estimate::densities_of(options_.densities);
  options_.how.spread = densities.spread;
  if (net::is_network_file(options_.network)) {
    read_file();
  } else {
    list_ = estimate::list_of(options_.network, densities.file);
  }
}

/// Gates at random, for a network whose inputs are not at hand.
void NetworkEstimator::draw_gates() {
  std::size_t k = 0;
  for (const net::Network& network : chain_)
    for (const net::Layer& layer : network.layers) {
      const std::size_t place = k++;
      if (!layer.gate) continue;
      const net::FeatureMap& out = network.maps[layer.output];
      const int block = layer.gate->block;
      estimate::DrawnGates drawn = estimate::draw_gates(
          options_.how.spread, (out.channels + block - 1) / block, block, out.height, out.width,
          options_.how.density, options_.how.seed + place + 1);
      gates_[place] = std::move(drawn.map);
      // Equal shares need no balance
      if (options_.how.spread == estimate::GateSpread::kEven) continue;
      density_.resize(gates_.size());
      density_[place] = estimate::of_channels(drawn.expected, block, out.channels);
    }
}

void NetworkEstimator::read_file() {
  chain_ = load_chain(options_.network, options_.no_host);
  gates_.resize(net::layers_of(chain_));
  if (!options_.how.gates || !net::has_gates(chain_)) return;
  if (options_.density_given) {
    draw_gates();
    return;
  }
  gates_ = gates_of_image(chain_, options_);
  // As `sluice run` deals blocks to lanes
  if (options_.calibrate > 0 && options_.images.fashion_mnist()) {
    density_ = training_density(chain_, options_.network, options_.calibrate);
  }
}

estimate::Estimate NetworkEstimator::estimate(const Plan& plan) const {
  if (!list_) {
    if (plan.config.gating) {
      estimate::Estimate result = estimate::estimate(plan, chain_, gates_, density_, options_.how);
      for (estimate::LayerEstimate& layer : result.layers) {
        if (layer.gated && options_.density_given) layer.drawn = options_.how.spread;
      }
      return result;
    }
    const std::vector<estimate::GateMap> none(gates_.size());
    return estimate::estimate(plan, chain_, none, {}, options_.how);
  }
  estimate::Options how = options_.how;
  if (!options_.open_gates.empty()) how.measured = measured_gates(plan);
  return estimate::estimate(plan, *list_, how);
}

std::map<std::string, estimate::GateMap> NetworkEstimator::measured_gates(const Plan& plan) const {
  if (list_) {
    if (options_.open_gates.empty()) return {};
    return estimate::read_open_gates(options_.open_gates, *list_, plan);
  }
  std::map<std::string, estimate::GateMap> maps;
  if (options_.density_given) return maps;
  auto gates = gates_.begin();
  for (const net::Network& network : chain_)
    for (const net::Layer& layer : network.layers) {
      if (layer.gate && gates->size() > 0) maps[layer.name] = *gates;
      ++gates;
    }
  return maps;
}

}  // namespace sluice::app
