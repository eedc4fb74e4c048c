// SPDX-License-Identifier: Apache-2.0
#include "generator/plan/characteristics.h"

namespace sluice {

std::vector<Characteristic> characteristics(const Plan& plan) {
  const Config& config = plan.config;
  const std::int64_t lanes = config.lanes;
  const std::int64_t macs = lanes * config.columns * config.rows;
  const std::int64_t accumulators =
      2 * std::int64_t{config.accumulator.positions} * plan.lane_columns;
  const std::int64_t accumulator_bytes = accumulators * config.accumulator.bits / 8;

  std::vector<Characteristic> list = {
      {"output_channels", "Output channels at once", lanes * plan.lane_columns, "channels"},
      {"pe_count", "Processing elements", lanes * plan.lane_columns * plan.pe_rows, "PEs"},
      {"macs_per_cycle_8", "Peak at 8 bits", macs, "MACs/cycle"},
  };
  if (config.segments > 1) {
    list.insert(list.begin() + 1, {"unfolded_channels", "Output channels at once, not folded",
                                   lanes * config.columns, "channels"});
  }
  if (plan.precision4)
    list.push_back({"macs_per_cycle_4", "Peak at 4 bits", 2 * macs, "MACs/cycle"});
  if (plan.precision2)
    list.push_back({"macs_per_cycle_2", "Peak at 2 bits", 4 * macs, "MACs/cycle"});
  const std::vector<Characteristic> storage = {
      {"min_step_cycles", "Fewest cycles of a step", plan.min_step, "cycles"},
      {"activation_bytes_lane", "Activation buffer of a lane", config.buffers.activation, "bytes"},
      {"activation_bytes", "Activation buffers in all", lanes * config.buffers.activation, "bytes"},
      {"activation_banks", "Banks of an activation buffer", plan.banks, "banks"},
      {"weight_bytes_lane", "Weight buffer of a lane", config.buffers.weight, "bytes"},
      {"weight_bytes", "Weight buffers in all", lanes * config.buffers.weight, "bytes"},
      {"weight_tiles_lane", "Weight tiles a lane's buffer holds",
       plan.weight_columns / config.columns, "tiles"},
      {"accumulator_bytes_lane", "Accumulators of a lane", accumulator_bytes, "bytes"},
      {"accumulator_bytes", "Accumulators in all", lanes * accumulator_bytes, "bytes"},
      {"buffer_bytes", "Buffers and accumulators in all",
       lanes * (config.buffers.activation + config.buffers.weight + accumulator_bytes), "bytes"},
      {"memory_read_bytes_per_cycle", "Peak memory reads", config.memory.bytes, "bytes/cycle"},
      {"memory_write_bytes_per_cycle", "Peak memory writes", config.memory.bytes, "bytes/cycle"},
      {"memory_bytes_in_flight", "Memory reads in flight",
       std::int64_t{config.memory.bytes} * config.memory.burst * config.memory.outstanding,
       "bytes"},
      {"post_channels_per_cycle", "Peak post-processing", lanes * config.post, "channels/cycle"},
  };
  list.insert(list.end(), storage.begin(), storage.end());
  return list;
}

}  // namespace sluice
