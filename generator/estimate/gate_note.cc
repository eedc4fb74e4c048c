// SPDX-License-Identifier: Apache-2.0
#include "generator/estimate/gate_note.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::estimate {
namespace {

constexpr const char* kDrawn = "drawn at random with one chance for all of a layer";
constexpr const char* kQuantiles = "a block's threshold is its own quantile on the image that runs";
constexpr const char* kTrained = "the gates of a trained network are uneven";

}  // namespace

std::string even_gates_note(double low, double high, EvenGates how) {
  const std::string least = fmt::format("{:.1f}", 100 * low),
                    most = fmt::format("{:.1f}", 100 * high);
  const std::string share =
      least == most ? least + " % open" : fmt::format("{} to {} % open by layer,", least, most);
  return fmt::format("gates: {} in every block, by construction ({}); {}", share,
                     how == EvenGates::kDrawn ? kDrawn : kQuantiles, kTrained);
}

std::string even_gates_note() {
  return fmt::format("gates: as many open in every block, by construction ({}); {}", kDrawn,
                     kTrained);
}

std::string even_gates_note(const estimate::Estimate& result) {
  double low = 1, high = 0;
  for (const estimate::LayerEstimate& layer : result.layers) {
    if (!layer.drawn || !layer.on_accelerator) continue;
    low = std::min(low, layer.open_share());
    high = std::max(high, layer.open_share());
  }
  return low > high ? "" : even_gates_note(low, high, EvenGates::kDrawn);
}

}  // namespace sluice::estimate
