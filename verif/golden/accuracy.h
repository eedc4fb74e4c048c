// SPDX-License-Identifier: Apache-2.0
// Accuracy of a network over a set of images, and how much work its gates leave out.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "generator/network/network.h"
#include "verif/data/images.h"
#include "verif/golden/golden.h"

namespace sluice::golden {

/// What the gates of one layer did over all images.
struct GateStatistics {
  int layer = 0;    ///< index into Network::layers
  int network = 0;  ///< of a chain, from 0
  std::string name;
  std::int64_t outputs = 0;           ///< output values seen
  std::int64_t open_outputs = 0;      ///< of these, with an open gate
  std::int64_t base_macs = 0;         ///< multiply-accumulates, always done
  std::int64_t conditional_macs = 0;  ///< multiply-accumulates that would be done if all were open
  std::int64_t opened_macs = 0;       ///< of the conditional ones, those behind an open gate
  std::vector<double> channel_open;   ///< share of open gates of each output channel

  double open_share() const { return outputs == 0 ? 0.0 : double(open_outputs) / double(outputs); }
  std::int64_t all_macs() const { return base_macs + conditional_macs; }
  std::int64_t done_macs() const { return base_macs + opened_macs; }
};

struct AccuracyReport {
  int images = 0;
  bool labelled = false;         ///< whether labels are known: without, there is no accuracy
  int correct = 0;               ///< images whose largest output is their label; 0 without labels
  std::vector<int> predictions;  ///< index of the largest output, the first of equal ones
  std::vector<GateStatistics> gated_layers;  ///< empty when evaluated without gates

  double accuracy() const { return images == 0 ? 0.0 : double(correct) / images; }
  /// MACs of the gated layers with all gates open, divided by those done. Multiplications with
  /// padding count like all others. 1 when evaluated without gates.
  double mac_reduction() const;
};

/// Index of the largest value, the first of equal ones.
int argmax(const Tensor& tensor);

/// Evaluates the first `count` images (all, if there are fewer); `results`, if there is one,
/// gets what the layers give for each. Throws UserError if the images do not fit the network.
AccuracyReport measure(
    const net::Network& network, const data::ImageSet& images, int count, bool gated,
    const std::function<void(const std::vector<LayerResult>&)>& results = nullptr);

/// The same of networks one after the other, on images of the first; `results` gets what the layers
/// of all give. The gates are those of all, by the layer's place in its network.
AccuracyReport measure(
    std::span<const net::Network> chain, const data::ImageSet& images, int count, bool gated,
    const std::function<void(const std::vector<LayerResult>&)>& results = nullptr);

}  // namespace sluice::golden
