// SPDX-License-Identifier: Apache-2.0
#include "verif/run/random_case.h"

#include <fmt/format.h>

#include "verif/run/dice.h"
#include "verif/run/random_network.h"

namespace sluice::run {
namespace {

/// Draws network, input, timing and options, in this order.
class CaseMaker {
 public:
  CaseMaker(const Plan& plan, std::uint64_t seed) : plan_(plan), dice_(seed) { case_.seed = seed; }

  RandomCase make() {
    case_.network = random_network(plan_, case_.seed, dice_);
    fill_input();
    make_timing();
    case_.gated = plan_.config.gating && !dice_.percent(8);
    case_.local = !dice_.percent(25);
    return std::move(case_);
  }

 private:
  void fill_input() {
    const net::FeatureMap& map = case_.network.maps.front();
    case_.input = {map.height, map.width, map.channels, {}};
    const bool extreme = dice_.percent(10);
    for (int k = 0; k < map.height * map.width * map.channels; k++) {
      const int value = extreme ? (dice_.percent(80) ? low_of(map.bits) : high_of(map.bits))
                                : dice_.range(low_of(map.bits), high_of(map.bits));
      case_.input.values.push_back(static_cast<std::int8_t>(value));
    }
  }

  void make_timing() {
    SluiceMemory& timing = case_.timing;
    timing.read_latency = dice_.pick(std::vector<int>{1, 2, 7, 20, 100});
    timing.read_interval = dice_.percent(70) ? 1 : dice_.range(2, 4);
    timing.write_latency = dice_.pick(std::vector<int>{1, 3, 10, 50});
    timing.write_interval = dice_.percent(70) ? 1 : dice_.range(2, 8);
    if (dice_.percent(40)) {
      timing.stall_seed = case_.seed + 1;
      timing.stall_percent = dice_.pick(std::vector<int>{5, 30, 70});
    }
  }

  const Plan& plan_;
  Dice dice_;
  RandomCase case_;
};

const char* kind_text(const net::Layer& layer) {
  switch (layer.kind) {
    case net::LayerKind::kConv:
      return "convolution";
    case net::LayerKind::kMaxPool:
      return "maximum";
    case net::LayerKind::kAdd:
      return "addition";
    case net::LayerKind::kMultiply:
      return "product";
  }
  return "";
}

std::string describe_layer(const net::Network& network, const net::Layer& layer) {
  const net::FeatureMap& in = network.maps[layer.input];
  const net::FeatureMap& out = network.maps[layer.output];
  std::string text = fmt::format(
      "{}: {} {}x{}x{} ({} bits) -> {}x{}x{} ({} bits), kernel {}x{}, stride {}x{}, padding "
      "{},{},{},{}",
      layer.name, kind_text(layer), in.height, in.width, in.channels, in.bits, out.height,
      out.width, out.channels, out.bits, layer.kernel_h, layer.kernel_w, layer.stride_h,
      layer.stride_w, layer.pad_top, layer.pad_left, layer.pad_bottom, layer.pad_right);
  if (layer.groups > 1) text += fmt::format(", {} groups", layer.groups);
  if (layer.kind == net::LayerKind::kAdd) {
    text += fmt::format(", ({} * {} + {} * {} + {}) / 2^{}", layer.factor, in.name,
                        layer.addend_factor, network.maps[layer.addend].name,
                        layer.requant.front().bias, layer.requant.front().shift);
  } else if (layer.kind == net::LayerKind::kMultiply) {
    text += fmt::format(", ({} - {}) * ({} - {}) * {} / 2^{}", in.name, layer.input_zero,
                        network.maps[layer.addend].name, layer.addend_zero,
                        layer.requant.front().multiplier, layer.requant.front().shift);
  } else if (network.layers.size() > 1) {
    text += ", of " + in.name;
  }
  if (layer.traits().has_weights())
    text += fmt::format(", {}-bit weights", layer.weight_bits + layer.rounds() - 1);
  if (!layer.table.empty()) text += ", table";
  if (layer.gate && layer.gate->plane_bits > 0) {
    text += fmt::format(", gated: planes of {} bits, block {}", layer.gate->plane_bits,
                        layer.gate->block);
  } else if (layer.gate) {
    text +=
        fmt::format(", gated: {} partitions{}, block {}", layer.gate->partitions,
                    layer.gate->channel_groups ? " with channel groups" : "", layer.gate->block);
  }
  return text;
}

}  // namespace

RandomCase random_case(const Plan& plan, std::uint64_t seed, Port port) {
  RandomCase made = CaseMaker(plan, seed).make();
  if (port == Port::kAxi && made.timing.stall_seed == 0 && seed % 8 != 0) {
    made.timing.stall_seed = seed + 1;
    made.timing.stall_percent = 30;
  }
  return made;
}

std::string describe(const RandomCase& random_case) {
  std::string text;
  for (const net::Layer& layer : random_case.network.layers) {
    text += "  " + describe_layer(random_case.network, layer);
    const bool last = &layer == &random_case.network.layers.back();
    text += !last && net::is_result(random_case.network, layer.output) ? ", a result\n" : "\n";
  }
  const SluiceMemory& timing = random_case.timing;
  text += fmt::format(
      "  memory: read latency {}, interval {}, write latency {}, interval {}{}{}{}\n",
      timing.read_latency, timing.read_interval, timing.write_latency, timing.write_interval,
      timing.stall_seed ? fmt::format(", {} % stalls", timing.stall_percent) : "",
      random_case.gated ? "" : ", gates ignored", random_case.local ? "" : ", no local maps");
  return text;
}

}  // namespace sluice::run
