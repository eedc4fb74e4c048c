// SPDX-License-Identifier: Apache-2.0
#include "generator/network/network_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "generator/network/layer_weights.h"
#include "generator/network/parts.h"
#include "generator/network/requant_scale.h"
#include "generator/network/weight_sums.h"

namespace sluice::net {
namespace {

bool fits_int32(std::int64_t value) {
  return value >= std::numeric_limits<std::int32_t>::min() &&
         value <= std::numeric_limits<std::int32_t>::max();
}

/// Weights of a convolution of groups as those of one without: zero between groups.
std::vector<std::int16_t> without_groups(const std::vector<std::int16_t>& weights, int groups,
                                         int out_channels) {
  const std::size_t filter = weights.size() / out_channels;  // of a group
  std::vector<std::int16_t> all(weights.size() * groups, 0);
  for (int c = 0; c < out_channels; ++c) {
    const std::size_t group = std::size_t(c) * groups / out_channels;
    const auto from = weights.begin() + static_cast<std::ptrdiff_t>(c * filter);
    std::copy(from, from + static_cast<std::ptrdiff_t>(filter),
              all.begin() + static_cast<std::ptrdiff_t>((c * groups + group) * filter));
  }
  return all;
}

}  // namespace

void NetworkBuilder::add_input(const std::string& tensor, int type,
                               const std::vector<int>& channels_height_width, bool flat) {
  assert(network_.maps.empty());
  add_map(tensor, type, channels_height_width[0], flat);
  network_.maps[0].height = channels_height_width[1];
  network_.maps[0].width = channels_height_width[2];
  states_[0].producer = -1;
}

void NetworkBuilder::quantise_input(float scale, int zero_point) {
  network_.input.scale = scale;
  network_.input.zero_point = zero_point;
}

int NetworkBuilder::add_map(const std::string& tensor, int type, int channels, bool flat) {
  const int index = static_cast<int>(network_.maps.size());
  FeatureMap map;
  map.name = tensor;
  map.channels = channels;
  network_.maps.push_back(map);
  MapState state;
  state.type = type;
  state.low = lowest_of_type(type);
  state.high = state.low + 255;
  state.offset = state.low + 128;
  state.producer = static_cast<int>(network_.layers.size());
  state.zero_point_owner = index;
  states_.push_back(state);
  tensors_[tensor] = {index, flat};
  return index;
}

/// The map that a layer of its own format gives.
int NetworkBuilder::add_output(const Graph::Node& node, const std::string& tensor,
                               const OutputFormat& format, int channels, bool flat) {
  const int map = add_map(tensor, format.type, channels, flat);
  MapState& state = states_[map];
  state.low = std::max(state.low, format.low);
  state.high = std::min(state.high, format.high);
  if (state.low > state.high)
    graph_.fail(node, "leaves no value: what limits its output is outside of what its type holds");
  state.zero_point = format.zero_point;
  choose_bits(map);
  return map;
}

std::optional<MapTensor> NetworkBuilder::find(const std::string& tensor) const {
  const auto found = tensors_.find(tensor);
  if (found == tensors_.end()) return std::nullopt;
  return found->second;
}

MapTensor NetworkBuilder::input(const Graph::Node& node, int index) const {
  const std::string name = Graph::input_of(node, index);
  if (const auto found = find(name)) return *found;
  if (const auto clip = narrowed_.find(name); clip != narrowed_.end())
    graph_.fail(
        node,
        fmt::format("reads '{}', the tensor before '{}'; only the tensor after it can be read",
                    name, clip->second));
  if (graph_.is_constant(name))
    graph_.fail(node,
                fmt::format("its input '{}' is a constant; supported are feature maps", name));
  graph_.fail(node,
              fmt::format("its input '{}' is not a quantised feature map; such come from the "
                          "network's input, QLinearConv, QLinearMatMul, MaxPool and QuantizeLinear",
                          name));
}

void NetworkBuilder::alias(const std::string& tensor, MapTensor same) { tensors_[tensor] = same; }

std::optional<int>& NetworkBuilder::zero_point_of(int map) {
  return states_[states_[map].zero_point_owner].zero_point;
}

int NetworkBuilder::zero_point(const Graph::Node& node, int map,
                               const std::optional<Constant>& given) {
  const MapState& state = states_[map];
  int value = 0;
  if (given) {
    if (given->size() != 1 || given->type != state.type)
      graph_.fail(
          node, fmt::format("the zero point of its input has type {} and {} values; needed is one "
                            "of type {}, as '{}' has it",
                            type_name(given->type), given->size(), type_name(state.type),
                            network_.maps[map].name));
    value = static_cast<int>(given->ints[0]);
  }
  std::optional<int>& known = zero_point_of(map);
  if (known && *known != value)
    graph_.fail(node, fmt::format("the zero point of its input is {}, but '{}' has zero point {}",
                                  value, network_.maps[map].name, *known));
  known = value;
  states_[map].used = true;
  return value - state.offset;
}

void NetworkBuilder::set_output_size(const Graph::Node& node, const Layer& layer,
                                     FeatureMap& to) const {
  const FeatureMap& from = network_.maps[layer.input];
  const int rows = from.height + layer.pad_top + layer.pad_bottom - layer.kernel_h;
  const int columns = from.width + layer.pad_left + layer.pad_right - layer.kernel_w;
  if (rows < 0 || columns < 0)
    graph_.fail(
        node, fmt::format("its kernel of {} x {} is larger than its input of {} x {} with padding",
                          layer.kernel_h, layer.kernel_w, from.height, from.width));
  to.height = rows / layer.stride_h + 1;
  to.width = columns / layer.stride_w + 1;
  if (std::int64_t{to.height} * to.width * to.channels > kLargestMap)
    graph_.fail(node, fmt::format("its output of {} x {} x {} has more than {} values", to.channels,
                                  to.height, to.width, kLargestMap));
}

void NetworkBuilder::add_layer(const Graph::Node& node, Layer layer) {
  const MapState& out = states_[layer.output];
  if (layer.name.empty())
    layer.name = node.name().empty() ? network_.maps[layer.output].name : node.name();
  layer.clamp_low = out.low - out.offset;
  layer.clamp_high = out.high - out.offset;
  set_output_size(node, layer, network_.maps[layer.output]);
  states_[layer.input].used = true;
  network_.layers.push_back(std::move(layer));
}

/// Gives the layer its weights, without groups if they have more than 8 bits.
void NetworkBuilder::set_weights(const Graph::Node& node, Sums& sums) const {
  if (!fits_8_bits(sums.weights)) widen_weights(node, sums);
  net::set_weights(sums.layer, sums.weights);
}

void NetworkBuilder::widen_weights(const Graph::Node& node, Sums& sums) const {
  Layer& layer = sums.layer;
  if (layer.gate) {
    const auto [low, high] = std::minmax_element(sums.weights.begin(), sums.weights.end());
    graph_.fail(node, fmt::format("its weights less their zero point lie in {}..{}; those of a "
                                  "layer with gates must lie in -128..127: quantise them "
                                  "symmetrically (INT8 with zero point 0)",
                                  *low, *high));
  }
  if (layer.groups > 1) {
    if (std::int64_t(sums.weights.size()) * layer.groups > kLargestMap)
      graph_.fail(node,
                  "its weights less their zero point take 9 bits, which groups do not have, "
                  "and without groups they are too many: quantise weights symmetrically "
                  "(INT8 with zero point 0)");
    sums.weights = without_groups(sums.weights, layer.groups, sums.out_channels);
    layer.groups = 1;
  }
}

void NetworkBuilder::add_convolution(const Graph::Node& node, Sums sums, const Scaling& scaling,
                                     OutputFormat format, const std::string& tensor) {
  Layer& layer = sums.layer;
  layer.output = add_output(node, tensor, format, sums.out_channels, sums.flat_output);
  layer.zero_point = format.zero_point - states_[layer.output].offset;
  set_weights(node, sums);
  const std::int64_t largest_input = std::int64_t{1} << (network_.maps[layer.input].bits - 1);

  const auto folded = [&](const char* what, int c, std::int64_t value) {
    if (!fits_int32(value))
      graph_.fail(node,
                  fmt::format("its {} of channel {} is {} with the zero point folded in, more than "
                              "32 bits",
                              what, c, value));
    return static_cast<std::int32_t>(value);
  };
  const auto requant = [&](int c, double scale, std::int64_t bias) {
    auto result = nearest_requant(scale);
    if (!result)
      graph_.fail(
          node, fmt::format("its scale of channel {} is {}; positive scales below {} are supported",
                            c, scale, kLargestMultiplier + 1));
    result->bias = folded("bias", c, bias);
    return scaling.averages_codes ? mean_of_codes(*result) : *result;
  };
  const std::vector<WeightSums> all = sums_of_all(layer, sums.weights, sums.out_channels);
  for (int c = 0; c < sums.out_channels; ++c) {
    const WeightSums& weights = all[c];
    folded("largest possible sum", c, weights.magnitude * largest_input);
    layer.requant.push_back(
        requant(c, scaling.scale[c], scaling.bias[c] - sums.zero_point * weights.all));
    if (!layer.gate) continue;
    // Of planes the base takes the upper one, and the sum counts it 2^p times
    const int plane_bits = layer.gate->plane_bits;
    const std::int64_t base_correction = (sums.zero_point >> plane_bits) * weights.base;
    layer.requant_closed.push_back(
        requant(c, scaling.scale_closed[c],
                scaling.bias_closed[c] - base_correction * (std::int64_t{1} << plane_bits)));
    layer.gate->tau[c] = folded("threshold", c, layer.gate->tau[c] + base_correction);
  }
  if (scaling.averages_codes) layer.zero_point = 0;
  layer.rounds_twice =
      scaling.rounds_twice && network_.maps[layer.input].bits == 8 && may_round_twice(layer);
  add_layer(node, std::move(layer));
}

void NetworkBuilder::add_quantised(const Graph::Node& node, Layer layer, OutputFormat format,
                                   MapTensor like, const std::string& tensor) {
  layer.output = add_output(node, tensor, format, network_.maps[like.map].channels, like.flat);
  layer.zero_point = format.zero_point - states_[layer.output].offset;
  if (layer.traits().two_inputs()) states_[layer.addend].used = true;
  add_layer(node, std::move(layer));
}

void NetworkBuilder::add_max_pool(const Graph::Node& node, Layer layer, const std::string& tensor) {
  const FeatureMap from = network_.maps[layer.input];
  const MapState in = states_[layer.input];
  layer.requant.assign(from.channels, Requant{});
  layer.output = add_map(tensor, in.type, from.channels, false);
  network_.maps[layer.output].bits = from.bits;
  MapState& out = states_[layer.output];
  out.low = in.low;
  out.high = in.high;
  out.offset = in.offset;
  out.zero_point_owner = in.zero_point_owner;
  add_layer(node, std::move(layer));
}

/// The narrowest format that holds all values of a map and its zero point.
void NetworkBuilder::choose_bits(int map) {
  MapState& state = states_[map];
  const int zero = zero_point_of(map).value_or(state.low);
  const int low = std::min(state.low, zero), high = std::max(state.high, zero);
  const int bits = high - low < 4 ? 2 : high - low < 16 ? 4 : 8;
  const int half = 1 << (bits - 1);
  const int usual = state.type == onnx::TensorProto::UINT8 ? half : 0;
  const bool usual_fits = low >= usual - half && high < usual + half;
  state.offset = usual_fits ? usual : low + half;
  network_.maps[map].bits = bits;
}

bool NetworkBuilder::is_read(int map) const {
  return std::any_of(network_.layers.begin(), network_.layers.end(),
                     [&](const Layer& layer) { return reads(layer, map); });
}

void NetworkBuilder::limit(const Graph::Node& node, int map, std::int64_t low, std::int64_t high) {
  MapState& state = states_[map];
  const int old_offset = state.offset;
  state.low = static_cast<int>(std::max<std::int64_t>(low, state.low));
  state.high = static_cast<int>(std::min<std::int64_t>(high, state.high));
  if (state.low > state.high)
    graph_.fail(node, "leaves no value: its minimum is above its maximum");
  if (limit_table(state)) return;
  choose_bits(map);
  if (state.producer < 0) {
    if (state.high - state.low + 1 != 1 << network_.maps[map].bits)
      graph_.fail(
          node, fmt::format("limits the network's input to {}..{}; supported are ranges of 16 or 4 "
                            "values there",
                            state.low, state.high));
    return;
  }
  Layer& layer = network_.layers[state.producer];
  layer.zero_point += old_offset - state.offset;
  layer.clamp_low = state.low - state.offset;
  layer.clamp_high = state.high - state.offset;
}

void NetworkBuilder::narrow(const Graph::Node& node, std::int64_t low, std::int64_t high) {
  const MapTensor tensor = input(node, 0);
  const MapState& state = states_[tensor.map];
  if (low <= state.low && high >= state.high) return alias(node.output(0), tensor);
  // What others read, too, stays as it is
  if (state.used || state.kept || graph_.readers(node.input(0)) > 1) {
    const int copy = add_copy(node, tensor.map, node.output(0), "");
    limit(node, copy, low, high);
    return alias(node.output(0), {copy, tensor.flat});
  }
  limit(node, tensor.map, low, high);
  for (auto it = tensors_.begin(); it != tensors_.end();) {
    const bool same = it->second.map == tensor.map;
    if (same) narrowed_[it->first] = Graph::name_of(node);
    it = same ? tensors_.erase(it) : std::next(it);
  }
  network_.maps[tensor.map].name = node.output(0);
  alias(node.output(0), tensor);
}

/// How maps store codes.
void NetworkBuilder::set_formats() {
  const auto is_signed = [&](int map) { return states_[map].type == onnx::TensorProto::INT8; };
  for (std::size_t map = 0; map < network_.maps.size(); ++map) {
    network_.maps[map].offset = states_[map].offset;
    network_.maps[map].is_signed = is_signed(static_cast<int>(map));
  }
  network_.input.is_signed = is_signed(0);
  network_.input.offset = states_[0].offset;
  for (ResultFormat& result : network_.results) {
    for (ResultSource& source : result.sources) {
      source.is_signed = is_signed(source.map);
      source.offset = states_[source.map].offset;
    }
  }
}

Network NetworkBuilder::finish(std::vector<ResultFormat> results) {
  if (network_.layers.empty()) graph_.fail("has no layer");
  fold_paddings(results);
  set_results(std::move(results));
  separate_paddings();
  const int last = network_.layers.back().output;
  if (!is_result(network_, last))
    graph_.fail(fmt::format("its output '{}' must be the result of the last layer, '{}'",
                            network_.results.front().name, network_.maps[last].name));
  set_pad_values();
  set_formats();
  return std::move(network_);
}

}  // namespace sluice::net
