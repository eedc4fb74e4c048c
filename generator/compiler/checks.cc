// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/checks.h"

#include <algorithm>
#include <cstdlib>

#include "generator/compiler/errors.h"
#include "generator/compiler/hadamard.h"
#include "generator/compiler/math.h"
#include "generator/compiler/planes.h"
#include "generator/network/parts.h"

namespace sluice::compiler {
namespace {

using net::Layer;
using net::Network;

int output_size(int in, int pad, int kernel, int stride) {
  return (in + pad - kernel) / stride + 1;
}

void check_geometry(const Network& network, const Layer& layer) {
  const auto& in = network.maps[layer.input];
  const auto& out = network.maps[layer.output];
  if (std::min({layer.kernel_h, layer.kernel_w, layer.stride_h, layer.stride_w}) < 1) {
    fail(layer, "kernel and stride must be at least 1");
  }
  if (std::min({layer.pad_top, layer.pad_left, layer.pad_bottom, layer.pad_right}) < 0) {
    fail(layer, "padding must not be negative");
  }
  const int pad_h = layer.pad_top + layer.pad_bottom;
  const int pad_w = layer.pad_left + layer.pad_right;
  if (layer.kernel_h > in.height + pad_h || layer.kernel_w > in.width + pad_w) {
    fail(layer, "the {} x {} kernel is larger than the padded input", layer.kernel_h,
         layer.kernel_w);
  }
  const int height = output_size(in.height, pad_h, layer.kernel_h, layer.stride_h);
  const int width = output_size(in.width, pad_w, layer.kernel_w, layer.stride_w);
  // A part may leave out the last rows and columns
  const bool fewer = out.part && out.height <= height && out.width <= width;
  if (!fewer && (height != out.height || width != out.width)) {
    fail(layer, "the output map is {} x {}, but kernel, stride and padding give {} x {}",
         out.height, out.width, height, width);
  }
}

/// Of additions and products.
void check_second(const Network& network, const Layer& layer, const Plan& plan) {
  if (!plan.config.additions) fail(layer, "{}", no_additions_text(plan, layer.traits().second));
  const auto& a = network.maps[layer.input];
  const auto& b = network.maps[layer.addend];
  const bool vector = layer.traits().second == net::Second::kProduct && b.height == 1 &&
                      b.width == 1 && b.channels == a.channels;
  for (const auto* map : {&b, &network.maps[layer.output]}) {
    if (map->height == a.height && map->width == a.width && map->channels == a.channels) continue;
    if (map == &b && vector) continue;
    fail(layer,
         "{} takes and gives maps of one shape, but '{}' is {} x {} x {} and '{}' is {} x "
         "{} x {} (height x width x channels); bring them to one shape with a 1 x 1 convolution "
         "before",
         layer.traits().title, a.name, a.height, a.width, a.channels, map->name, map->height,
         map->width, map->channels);
  }
}

void check_product(const Layer& layer, bool values) {
  for (const int zero : {layer.input_zero, layer.addend_zero}) {
    if (zero < -128 || zero > 127) fail(layer, "a zero of {} does not fit 8 bits", zero);
  }
  if (!values) return;
  for (const net::Requant& requant : layer.requant) {
    const net::Requant& first = layer.requant.front();
    if (requant.bias != 0 || requant.shift != first.shift ||
        requant.multiplier != first.multiplier || requant.shift < 0 ||
        requant.shift > net::kLargestShift) {
      fail(layer,
           "the channels of a product have one multiplier, one shift from 0 to {} and no bias",
           net::kLargestShift);
    }
  }
}

void check_addition(const Layer& layer, bool values) {
  for (const int factor : {layer.factor, layer.addend_factor}) {
    if (factor >= 0 && factor <= net::kLargestFactor) continue;
    fail(layer, "the factor {} is not in 0 to {}; scale both factors and the shift", factor,
         net::kLargestFactor);
  }
  if (!values) return;
  for (const net::Requant& requant : layer.requant) {
    const net::Requant& first = layer.requant.front();
    if (requant.bias != first.bias || requant.shift != first.shift || requant.multiplier != 1) {
      fail(layer, "the channels of an addition have one bias and shift, and the multiplier 1");
    }
    if (std::abs(requant.bias) > net::kLargestAdditionBias || requant.shift < 0 ||
        requant.shift > net::kLargestShift) {
      fail(layer,
           "the bias is {} and the shift {}; an addition holds biases from -{} to {} and shifts "
           "from 0 to {}",
           requant.bias, requant.shift, net::kLargestAdditionBias, net::kLargestAdditionBias,
           net::kLargestShift);
    }
  }
}

void check_channels(const Network& network, const Layer& layer, bool values) {
  const int in = network.maps[layer.input].channels;
  const int out = network.maps[layer.output].channels;
  if (!layer.traits().has_weights()) {
    if (in != out) fail(layer, "{} of {} channels cannot give {}", layer.traits().title, in, out);
    return;
  }
  if (layer.groups < 1 || in % layer.groups != 0 || out % layer.groups != 0) {
    fail(layer, "{} groups do not divide {} input and {} output channels", layer.groups, in, out);
  }
  const std::size_t weights =
      std::size_t{1} * out * (in / layer.groups) * layer.kernel_h * layer.kernel_w;
  if (values && layer.weights.size() != weights) {
    fail(layer, "{} weights given, {} needed", layer.weights.size(), weights);
  }
  if (layer.rounds() == 1) return;
  if (layer.groups != 1 || layer.gate || layer.more_weights.size() != weights) {
    fail(layer, "weights of more than 8 bits are for convolutions without gates and groups");
  }
}

void check_gate(const Network& network, const Layer& layer, const Plan& plan, bool values) {
  const net::Gate& gate = *layer.gate;
  const int in = network.maps[layer.input].channels;
  const std::size_t out = network.maps[layer.output].channels;
  const bool planes = plane_bits(layer, true) > 0;
  if (!plan.config.gating) {
    fail(layer, "is gated, but design '{}' has no gating; set gating: true or compile ungated",
         plan.config.name);
  }
  if (!layer.traits().has_weights() || layer.groups != 1) {
    fail(layer, "gates need a convolution without groups");
  }
  if (planes) check_planes(network, layer, plan);
  if (!planes && (gate.partitions < 2 || in % gate.partitions != 0)) {
    fail(layer, "needs at least 2 partitions that divide its {1} input channels, has {0}",
         gate.partitions, in);
  }
  if (gate.block < 1 || gate.block > plan.config.columns) {
    fail(layer, "{} channels share a gate, but a lane has {} columns; set columns to at least {}",
         gate.block, plan.config.columns, gate.block);
  }
  if (!values) return;
  if (gate.tau.size() != out || layer.requant_closed.size() != out) {
    fail(layer, "needs {} thresholds and closed requantisations, has {} and {}", out,
         gate.tau.size(), layer.requant_closed.size());
  }
}

void check_hadamard(const Network& network, const Layer& layer) {
  const int size = layer.hadamard, outputs = network.maps[layer.output].channels;
  const bool power = size >= 4 && size <= net::kLargestHadamard && (size & (size - 1)) == 0;
  if (!power || outputs % size != 0 || !layer.traits().has_weights()) {
    fail(layer,
         "transforms the sums of {} channels each, of {}; supported are powers of two from 4 to {} "
         "that divide the outputs of a convolution",
         size, outputs, net::kLargestHadamard);
  }
  if (layer.gate) {
    fail(layer, "has gates and transforms its sums; quantise its output before the transform");
  }
}

void check_numbers(const Network& network, const Layer& layer, bool values) {
  const auto& in = network.maps[layer.input];
  const auto& out = network.maps[layer.output];
  if (values && layer.requant.size() != static_cast<std::size_t>(out.channels)) {
    fail(layer, "{} requantisations given, {} needed", layer.requant.size(), out.channels);
  }
  const bool planes = plane_bits(layer, true) > 0;
  if (layer.rounds_twice && (layer.traits().two_inputs() || in.bits != 8 || planes))
    fail(layer, "rounds twice, as only layers of one input of 8 bits do, which gates do not split");
  for (const auto* list : {&layer.requant, &layer.requant_closed}) {
    for (const net::Requant& requant : *list) {
      if (layer.rounds_twice && requant.shift <= net::kMultiplierBits)
        fail(layer, "rounds twice, but has the shift {}; such layers have shifts above {}",
             requant.shift, net::kMultiplierBits);
      if (requant.multiplier >= 0 && requant.multiplier <= net::kLargestMultiplier) continue;
      fail(layer, "the multiplier {} is not in 0 to {}; scale it and the shift", requant.multiplier,
           net::kLargestMultiplier);
    }
  }
  for (const int bits : {in.bits, out.bits, layer.weight_bits}) {
    if (bits < 2 || bits > 8) fail(layer, "{}-bit values are not supported", bits);
  }
  const int low = -(1 << (out.bits - 1));
  if (layer.clamp_low < low || layer.clamp_high > -low - 1 || layer.clamp_low > layer.clamp_high) {
    fail(layer, "the clamp range {} to {} does not fit the {}-bit output map", layer.clamp_low,
         layer.clamp_high, out.bits);
  }
  if (layer.zero_point < -128 || layer.zero_point > 127) {
    fail(layer, "zero point {} does not fit 8 bits", layer.zero_point);
  }
}

/// A part lies in a map of another number, which has room for it.
void check_part(const Network& network, int map) {
  const net::FeatureMap& part = network.maps[map];
  const net::Part& place = *part.part;
  const int maps = static_cast<int>(network.maps.size());
  const auto within = [](int first, int count, int step, int all) {
    return first >= 0 && step >= 1 && first + (count - 1) * step < all;
  };
  bool good = map != 0 && place.whole >= 0 && place.whole < maps;
  for (int whole = map, depth = 0; good && network.maps[whole].part; ++depth) {
    whole = network.maps[whole].part->whole;
    good = whole >= 0 && whole < maps && depth < maps;
  }
  if (good) {
    const net::FeatureMap& whole = network.maps[place.whole];
    good = part.bits <= whole.bits && part.pad_value == whole.pad_value &&
           within(place.channel, part.channels, 1, whole.channels) &&
           within(place.row, part.height, place.row_step, whole.height) &&
           within(place.column, part.width, place.column_step, whole.width);
  }
  if (!good) {
    throw CompileError(
        fmt::format("map '{}' does not fit into map {} as its part", part.name, place.whole));
  }
}

void check_table(const Network& network, const Layer& layer, const Plan& plan) {
  if (!plan.config.activation_table) fail(layer, "{}", no_table_text(plan));
  if (layer.traits().two_inputs()) {
    fail(layer, "{} has no table; a layer of its own behind it can", layer.traits().title);
  }
  if (layer.table.size() != static_cast<std::size_t>(net::kTableEntries)) {
    fail(layer, "the table has {} entries, not {}", layer.table.size(), net::kTableEntries);
  }
  const int most = 1 << (network.maps[layer.output].bits - 1);
  for (const int entry : layer.table) {
    if (entry >= -most && entry < most) continue;
    fail(layer, "the table's entry {} does not fit the {}-bit output map", entry,
         network.maps[layer.output].bits);
  }
}

/// A layer's input map is the network's, or written by layers before.
void check_written(const Network& network, std::size_t index, int map) {
  const Layer& layer = network.layers[index];
  if (map < 0 || map >= static_cast<int>(network.maps.size())) {
    fail(layer, "reads map {} of {} maps", map, network.maps.size());
  }
  const net::Place place = net::place_of(network, map);
  if (net::written_values(network, place, index) < net::common_values(place, place)) {
    fail(layer, "reads map {} before any layer writes it", map);
  }
}

void check_order(const Network& network, std::size_t index) {
  const Layer& layer = network.layers[index];
  const int maps = static_cast<int>(network.maps.size());
  if (layer.input < 0 || layer.input >= maps || layer.output <= 0 || layer.output >= maps) {
    fail(layer, "reads map {} and writes map {}, of {} maps", layer.input, layer.output, maps);
  }
  const net::Place written = net::place_of(network, layer.output);
  if (written.root == 0) fail(layer, "writes into the network's input");
  for (std::size_t i = 0; i < index; ++i) {
    const net::Place before = net::place_of(network, network.layers[i].output);
    if (net::common_values(before, written) > 0) {
      fail(layer, "writes map {}, as does layer '{}'", layer.output, network.layers[i].name);
    }
  }
  check_written(network, index, layer.input);
  if (layer.traits().two_inputs()) check_written(network, index, layer.addend);
}

}  // namespace

std::string no_additions_text(const Plan& plan, net::Second second) {
  return fmt::format("{} two maps, but design '{}' has no additions; set additions: true",
                     second == net::Second::kProduct ? "multiplies" : "adds", plan.config.name);
}

std::string no_table_text(const Plan& plan) {
  return fmt::format(
      "looks its outputs up in a table, but design '{}' has none; set activation_table: true",
      plan.config.name);
}

namespace {

void check_result(const Network& network, int map) {
  const auto writer = std::find_if(network.layers.begin(), network.layers.end(),
                                   [&](const Layer& layer) { return layer.output == map; });
  if (writer == network.layers.end()) throw CompileError("the network's result is of no layer");
  if (network.maps[map].part) fail(*writer, "the network's result is a part of another map");
}

}  // namespace

void check_network(const Network& network, const Plan& plan, const Options& options) {
  if (network.layers.empty()) throw CompileError("the network has no layers");
  for (int map = 0; map < static_cast<int>(network.maps.size()); ++map) {
    if (network.maps[map].part) check_part(network, map);
  }
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    check_order(network, i);
    check_numbers(network, layer, options.values);
    if (layer.traits().two_inputs()) check_second(network, layer, plan);
    if (layer.traits().second == net::Second::kSum) check_addition(layer, options.values);
    if (layer.traits().second == net::Second::kProduct) check_product(layer, options.values);
    if (!layer.table.empty()) check_table(network, layer, plan);
    check_geometry(network, layer);
    check_channels(network, layer, options.values);
    if (layer.hadamard != 1) check_hadamard(network, layer);
    if (layer.gate && options.gated) check_gate(network, layer, plan, options.values);
  }
  for (const int map : net::result_maps(network)) check_result(network, map);
}

namespace {

/// The largest sum of magnitudes of the weights of a transformed output; or more, where channels of
/// several groups are transformed together.
std::int64_t largest_transformed(const net::Layer& layer, int outputs) {
  const auto magnitude = [](const auto& weights, std::size_t first, std::size_t count) {
    std::int64_t sum = 0;
    for (std::size_t i = first; i < first + count; ++i) sum += std::abs(std::int64_t{weights[i]});
    return sum;
  };
  const bool alike = reads_alike(layer, outputs);
  const std::vector<std::int32_t> transformed =
      alike ? transformed_weights(layer, outputs)
            : std::vector<std::int32_t>(layer.weights.begin(), layer.weights.end());
  // Of all channels of a transform, or of one that has those of all
  const std::size_t count = transformed.size() / outputs * (alike ? 1 : layer.hadamard);
  std::int64_t largest = 0;
  for (std::size_t first = 0; first < transformed.size(); first += count) {
    largest = std::max(largest, magnitude(transformed, first, count));
  }
  return largest;
}

/// The largest magnitude of an input: of planes what both come to, the lower one less half its
/// range.
std::int64_t largest_input(int mode, bool planes) {
  return planes ? (1 << (2 * mode - 1)) + (1 << (mode - 1)) : 1 << (mode - 1);
}

/// The largest magnitude that a sum of an output channel can have, in any order of its products.
std::int64_t largest_sum(const net::Layer& layer, int outputs, int mode, bool planes) {
  if (layer.hadamard > 1)
    return largest_transformed(layer, outputs) << (mode - 1) << scale_bits(mode);
  const std::size_t size = layer.weights.size() / outputs;
  std::int64_t largest = 0;
  for (int c = 0; c < outputs; ++c) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < size; ++i) {
      sum += std::abs(int{layer.weights[c * size + i]});
      if (layer.rounds() > 1) sum += std::abs(int{layer.more_weights[c * size + i]});
    }
    largest = std::max(largest, sum);
  }
  return (largest * largest_input(mode, planes)) << scale_bits(mode);
}

}  // namespace

void check_sums(const net::Network& network, const net::Layer& layer, int mode, bool planes,
                const Plan& plan) {
  if (!layer.traits().has_weights()) return;
  const auto& accumulator = plan.config.accumulator;
  const int channels = network.maps[layer.input].channels / layer.groups;
  const int taps = layer.kernel_h * layer.kernel_w * layer.rounds();
  // Both planes of a channel come to a byte, and a little more
  const int reduction =
      taps * (planes ? channels + ceil_div(channels, 8) : ceil_div(channels * mode, 8));
  if (layer.hadamard > 1 && layer.weights.empty()) return;
  if (std::int64_t{reduction} * layer.hadamard <= accumulator.max_reduction) return;
  const std::int64_t sum = largest_sum(layer, network.maps[layer.output].channels, mode, planes);
  if (sum < std::int64_t{1} << (accumulator.bits - 1)) return;
  if (layer.hadamard > 1) {
    fail(layer,
         "a sum of its channels, transformed over {}, is {} at most with these weights, more than "
         "accumulators of {} bits hold; raise accumulator.bits",
         layer.hadamard, sum, accumulator.bits);
  }
  fail(layer,
       "an output sums {} bytes, to {} at most with these weights; accumulators of {} bits hold {} "
       "bytes of any weights; raise accumulator.bits, or accumulator.max_reduction",
       reduction, sum, accumulator.bits, accumulator.max_reduction);
}

}  // namespace sluice::compiler
