// SPDX-License-Identifier: Apache-2.0
#include "generator/estimate/program_costs.h"

#include <algorithm>

namespace sluice::estimate {
namespace {

/// Above this share of its cycles the write port sets the pace, not post-processing.
constexpr double kPortFull = 0.9;

/// What one layer adds to the counts so far.
cycles::Events difference(const cycles::Events& end, const cycles::Events& begin) {
  return {end.issued - begin.issued,           end.stall_weights - begin.stall_weights,
          end.stall_post - begin.stall_post,   end.stall_gate - begin.stall_gate,
          end.stall_short - begin.stall_short, end.busy - begin.busy,
          end.active - begin.active,           end.write_words - begin.write_words};
}

void set_shares(LayerCost& cost, const cycles::Events& events, int lanes, int write_interval) {
  const double all = static_cast<double>(cost.cycles) * lanes;
  const auto set = [&](Bound bound, double lane_cycles) {
    cost.share[static_cast<int>(bound)] = all > 0 ? lane_cycles / all : 0;
  };
  const double busy = static_cast<double>(events.busy);
  const double active = static_cast<double>(events.active) * lanes;
  const double known =
      static_cast<double>(events.issued + events.stall_short + events.stall_weights +
                          events.stall_gate + events.stall_post);
  const double written = static_cast<double>(events.write_words) * write_interval;
  const bool port_full = written > kPortFull * static_cast<double>(cost.cycles);
  const auto post = static_cast<double>(events.stall_post);
  set(Bound::kCompute, static_cast<double>(events.issued));
  set(Bound::kShort, static_cast<double>(events.stall_short));
  set(Bound::kWeights, static_cast<double>(events.stall_weights));
  set(Bound::kGate, static_cast<double>(events.stall_gate));
  set(Bound::kPost, port_full ? 0 : post);
  set(Bound::kWrites, port_full ? post : 0);
  set(Bound::kBalance, active - busy);
  set(Bound::kMemory, all - active);
  set(Bound::kOther, busy - known);
  const double* largest = std::max_element(cost.share, cost.share + kBounds);
  cost.bound = static_cast<Bound>(largest - cost.share);
}

cycles::GateSource source_of(const compiler::Program& program,
                             const std::vector<const GateMap*>& gates) {
  return [&program, &gates](int layer, int block, int y, int x) {
    const compiler::LayerProgram& from = program.layers[layer];
    const compiler::Block& channels = from.blocks[block];
    return gates[from.layer]->open_channels(channels.first_channel, channels.channels, y, x);
  };
}

/// Bytes of what a layer writes without padding, if it is a map that has to leave.
std::uint64_t output_bytes(const net::Network& network, const compiler::LayerProgram& layer) {
  if (layer.output.local) return 0;
  const net::FeatureMap& map = network.maps[network.layers[layer.result].output];
  return (std::uint64_t{1} * map.height * map.width * map.channels * layer.output.bits + 7) / 8;
}

/// Of the LAYER commands [k, end), which share the channels of a layer.
LayerCost layer_cost(const Plan& plan, const net::Network& network,
                     const compiler::Program& program, const cycles::Prediction& prediction,
                     std::size_t k, std::size_t end, const Options& options) {
  const bool last = end == program.layers.size();
  const std::uint64_t word = plan.config.memory.bytes;
  // What comes before the first LAYER command belongs to the first layer
  const std::uint64_t begin = k == 0 ? 0 : prediction.layer_cycles[k];
  const cycles::Events before = k == 0 ? cycles::Events{} : prediction.layer_events[k - 1];
  const cycles::Events events = difference(prediction.layer_events[end - 1], before);
  LayerCost cost;
  cost.cycles = (last ? prediction.cycles : prediction.layer_cycles[end]) - begin;
  cost.output_bytes = output_bytes(network, program.layers[k]);
  for (; k < end; ++k) {
    const compiler::LayerProgram& part = program.layers[k];
    const std::uint64_t addends = prediction.layer_accesses[k].writes_of(MemoryKind::kAddend);
    const auto weights = static_cast<int>(prediction.layer_weight_words[k] * word);
    cost.weight_read_bytes += part.stream_words * word;
    cost.map_read_bytes += (part.load_words + addends) * word;
    cost.activation_bytes = std::max(cost.activation_bytes, part.activation_bytes);
    cost.weight_bytes = std::max(cost.weight_bytes, weights);
    cost.accesses += prediction.layer_accesses[k];
    cost.work += prediction.layer_work[k];
  }
  cost.read_bytes = cost.weight_read_bytes + cost.map_read_bytes;
  cost.write_bytes = events.write_words * word;
  set_shares(cost, events, plan.config.lanes, options.memory.write_interval);
  return cost;
}

}  // namespace

ProgramCost cost_of(const Plan& plan, const net::Network& network,
                    const std::vector<const GateMap*>& gates, const compiler::Options& how,
                    const Options& options) {
  const compiler::Program program = compiler::compile(network, plan, how);
  const cycles::Prediction prediction =
      cycles::predict(plan, program, options.memory, source_of(program, gates), options.stepping);
  ProgramCost result;
  result.layers.resize(network.layers.size());
  std::uint64_t read = 0;
  for (std::size_t k = 0, end = 0; k < program.layers.size(); k = end) {
    const compiler::LayerProgram& from = program.layers[k];
    while (end < program.layers.size() && program.layers[end].layer == from.layer) ++end;
    ProgramLayer& layer = result.layers[from.layer];
    layer.cost = layer_cost(plan, network, program, prediction, k, end, options);
    for (const int computed : {from.layer, from.result}) {
      result.layers[computed].mode = from.mode;
      result.layers[computed].circulant = from.circulant;
      result.layers[computed].hadamard = from.hadamard;
      result.layers[computed].plane_bits = from.input.planes ? from.input.bits : 0;
      result.layers[computed].split = computed == from.layer ? from.split_channels : 0;
      result.layers[computed].host = from.layer;
    }
    read += layer.cost.read_bytes;
  }
  result.command_accesses = prediction.command_accesses;
  result.command_bytes = prediction.counters[8] * plan.config.memory.bytes - read;
  return result;
}

}  // namespace sluice::estimate
