// SPDX-License-Identifier: Apache-2.0
#include "generator/estimate/totals.h"

#include <algorithm>

namespace sluice::estimate {

double peak_of(const Plan& plan, int bits) {
  const Config& config = plan.config;
  return 1.0 * config.lanes * config.columns * config.rows * (8 / bits);
}

void count_gates(LayerEstimate& layer, const GateMap& gates, int partitions) {
  layer.gated = true;
  layer.gates = gates.size();
  layer.gates_open = gates.count();
  const std::int64_t base = layer.macs / partitions;
  const double conditional = static_cast<double>(layer.macs - base) * layer.open_share();
  layer.macs_done = base + static_cast<std::int64_t>(conditional + 0.5);
}

void add_totals(Estimate& estimate) {
  estimate.read_bytes += estimate.command_bytes;
  estimate.accesses += estimate.command_accesses;
  for (const LayerEstimate& layer : estimate.layers) {
    if (!layer.on_accelerator) continue;
    estimate.cycles += layer.with.cycles;
    estimate.cycles_without += layer.without.cycles;
    estimate.macs += layer.macs;
    estimate.macs_done += layer.macs_done;
    estimate.read_bytes += layer.with.read_bytes;
    estimate.weight_read_bytes += layer.with.weight_read_bytes;
    estimate.map_read_bytes += layer.with.map_read_bytes;
    estimate.write_bytes += layer.with.write_bytes;
    estimate.output_bytes += layer.with.output_bytes;
    estimate.accesses += layer.with.accesses;
    estimate.work += layer.with.work;
    estimate.activation_bytes = std::max(estimate.activation_bytes, layer.with.activation_bytes);
    estimate.weight_bytes = std::max(estimate.weight_bytes, layer.with.weight_bytes);
  }
}

}  // namespace sluice::estimate
