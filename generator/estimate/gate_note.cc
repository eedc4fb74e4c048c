// SPDX-License-Identifier: Apache-2.0
#include "generator/estimate/gate_note.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::estimate {
namespace {

constexpr const char* kDrawnEven = "drawn at random with one chance for all of a layer";
constexpr const char* kOwnQuantiles =
    "a block's threshold is its own quantile on the image that runs";
constexpr const char* kTrained = "the gates of a trained network are uneven";

/// "14.3 % open", or "12.0 to 15.1 % open by layer" and `end`.
std::string share_text(const OpenShares& open, const char* end) {
  const std::string least = fmt::format("{:.1f}", 100 * open.low),
                    most = fmt::format("{:.1f}", 100 * open.high);
  return least == most ? least + " % open"
                       : fmt::format("{} to {} % open by layer{}", least, most, end);
}

std::string even_note(const OpenShares& open, const char* how) {
  return fmt::format("gates: {} in every block, by construction ({}); {}", share_text(open, ","),
                     how, kTrained);
}

/// How drawn gates spread, as trained ones do.
std::string spread_text() {
  return fmt::format(
      "drawn at random and uneven, about as in trained networks (log-odds of blocks spread by "
      "{:.2f}, of a block over images by {:.2f}; neighbours are alike)",
      kBlockLogOdds, kImageLogOdds);
}

}  // namespace

std::string drawn_gates_note(const OpenShares& open, GateSpread spread) {
  if (spread == GateSpread::kEven) return even_note(open, kDrawnEven);
  return fmt::format("gates: {}, {}", share_text(open, ""), spread_text());
}

std::string drawn_gates_note(GateSpread spread) {
  if (spread == GateSpread::kUneven) return "gates: " + spread_text();
  return fmt::format("gates: as many open in every block, by construction ({}); {}", kDrawnEven,
                     kTrained);
}

std::string gates_note(const Estimate& result) {
  OpenShares open;
  GateSpread spread{};
  for (const LayerEstimate& layer : result.layers) {
    if (!layer.drawn || !layer.on_accelerator) continue;
    spread = *layer.drawn;
    open.add(layer.open_share());
  }
  return open.empty() ? "" : drawn_gates_note(open, spread);
}

std::string thresholds_note(const OpenShares& open, GateSpread spread) {
  if (spread == GateSpread::kEven) return even_note(open, kOwnQuantiles);
  return fmt::format(
      "gates: {}, uneven: thresholds are quantiles on other images than those that run, where "
      "log-odds of blocks spread by {:.2f}, about as in trained networks",
      share_text(open, ""), kBlockLogOdds);
}

bool drawn(const Estimate& result) {
  return drawn(result, GateSpread::kEven) || drawn(result, GateSpread::kUneven);
}

bool drawn(const Estimate& result, GateSpread spread) {
  return std::any_of(result.layers.begin(), result.layers.end(), [&](const LayerEstimate& layer) {
    return layer.on_accelerator && layer.drawn == spread;
  });
}

}  // namespace sluice::estimate
