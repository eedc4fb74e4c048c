// SPDX-License-Identifier: Apache-2.0
#include "verif/golden/accuracy.h"

#include <algorithm>

#include "verif/golden/chain.h"
#include "verif/golden/images.h"
#include "verif/golden/results.h"

namespace sluice::golden {
namespace {

void add_empty(std::vector<GateStatistics>& all, const net::Network& network, int place) {
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const net::Layer& layer = network.layers[i];
    if (!layer.gate) continue;
    GateStatistics statistics;
    statistics.layer = static_cast<int>(i);
    statistics.network = place;
    statistics.name = layer.name;
    statistics.channel_open.resize(network.maps[layer.output].channels);
    all.push_back(std::move(statistics));
  }
}

/// Adds one image's gates; `channel_open` counts until finish() turns counts into shares.
void add(const net::Network& network, const std::vector<std::uint8_t>& open,
         GateStatistics& statistics) {
  const net::Layer& layer = network.layers[statistics.layer];
  const std::int64_t macs_per_output =
      std::int64_t(network.maps[layer.input].channels) * layer.kernel_h * layer.kernel_w;
  const std::int64_t base = macs_per_output / layer.gate->partitions;
  const auto outputs = static_cast<std::int64_t>(open.size());
  std::int64_t opened = 0;
  const std::size_t channels = statistics.channel_open.size();
  for (std::size_t i = 0; i < open.size(); ++i) {
    opened += open[i];
    statistics.channel_open[i % channels] += open[i];
  }
  statistics.outputs += outputs;
  statistics.open_outputs += opened;
  statistics.base_macs += outputs * base;
  statistics.conditional_macs += outputs * (macs_per_output - base);
  statistics.opened_macs += opened * (macs_per_output - base);
}

void finish(GateStatistics& statistics) {
  const double per_channel = double(statistics.outputs) / double(statistics.channel_open.size());
  for (double& share : statistics.channel_open) share = per_channel > 0 ? share / per_channel : 0.0;
}

}  // namespace

double AccuracyReport::mac_reduction() const {
  std::int64_t all = 0, done = 0;
  for (const GateStatistics& layer : gated_layers) {
    all += layer.all_macs();
    done += layer.done_macs();
  }
  return done == 0 ? 1.0 : double(all) / double(done);
}

int argmax(const Tensor& tensor) {
  const auto largest = std::max_element(tensor.values.begin(), tensor.values.end());
  return static_cast<int>(largest - tensor.values.begin());
}

AccuracyReport measure(const net::Network& network, const data::ImageSet& images, int count,
                       bool gated,
                       const std::function<void(const std::vector<LayerResult>&)>& results) {
  return measure(std::span(&network, 1), images, count, gated, results);
}

AccuracyReport measure(std::span<const net::Network> chain, const data::ImageSet& images, int count,
                       bool gated,
                       const std::function<void(const std::vector<LayerResult>&)>& results) {
  check_images(chain.front(), images);
  AccuracyReport report;
  report.labelled = !images.labels.empty();
  report.images = std::clamp(count, 0, images.count);
  const std::size_t result = class_map(chain.back());
  for (std::size_t k = 0; gated && k < chain.size(); ++k)
    add_empty(report.gated_layers, chain[k], static_cast<int>(k));
  for (int i = 0; i < report.images; ++i) {
    auto networks = evaluate(chain, input_tensor(chain.front(), images, i), gated);
    report.predictions.push_back(argmax(results_of(chain.back(), networks.back())[result]));
    if (!images.labels.empty() && report.predictions.back() == images.labels[i]) ++report.correct;
    for (GateStatistics& layer : report.gated_layers)
      add(chain[layer.network], networks[layer.network][layer.layer].open, layer);
    if (results) results(joined(std::move(networks)));
  }
  for (GateStatistics& layer : report.gated_layers) finish(layer);
  return report;
}

}  // namespace sluice::golden
