// SPDX-License-Identifier: Apache-2.0
#include "generator/results/gains.h"

namespace sluice::results {
namespace {

double ratio(double part, double all) { return all > 0 ? part / all : 0; }

}  // namespace

bool has_gains(const estimate::Estimate& result) {
  return result.compared && result.off_without == 0;
}

Gain gated_layers_gain(const estimate::Estimate& result) {
  double with = 0, without = 0, all = 0, done = 0;
  for (const estimate::LayerEstimate& layer : result.layers) {
    if (!layer.gated || !layer.on_accelerator) continue;
    with += static_cast<double>(layer.with.cycles);
    without += static_cast<double>(layer.without.cycles);
    all += static_cast<double>(layer.macs);
    done += static_cast<double>(layer.macs_done);
  }
  return filled<Gain>({ratio(without, with), ratio(all, done)});
}

Gain all_layers_gain(const estimate::Estimate& result) {
  return filled<Gain>(
      {ratio(static_cast<double>(result.cycles_without), static_cast<double>(result.cycles)),
       ratio(static_cast<double>(result.macs), static_cast<double>(result.macs_done))});
}

}  // namespace sluice::results
