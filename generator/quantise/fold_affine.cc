// SPDX-License-Identifier: Apache-2.0
// Folds what scales and shifts channels into the weights before it:
//   slope * (W x + b) + offset = (slope * W) x + (slope * b + offset)
#include <cmath>
#include <optional>

#include "generator/quantise/simplify.h"

namespace sluice::quantise {
namespace {

/// slope * x + offset, one of both for each channel.
struct Affine {
  std::vector<double> slope, offset;
};

std::size_t channels_of(const FloatNetwork& network, const Node& node) {
  const Tensor& weights = *network.constant(node, 1);
  if (node.op_type() != "ConvTranspose") return static_cast<std::size_t>(weights.dims[0]);
  return static_cast<std::size_t>(weights.dims[1] * network.graph->integer(node, "group", 1));
}

/// One value for each channel of a constant that has one in all, or varies along axis 1 of `rank`
/// dimensions alone.
std::optional<std::vector<double>> per_channel(const Tensor& constant, std::size_t channels,
                                               std::size_t rank) {
  if (!constant.is_real() || constant.dims.size() > rank) return std::nullopt;
  if (constant.size() == 1) return std::vector<double>(channels, constant.reals[0]);
  Dims dims(rank, 1);
  std::copy_backward(constant.dims.begin(), constant.dims.end(), dims.end());
  if (constant.size() != channels || dims[1] != static_cast<std::int64_t>(channels))
    return std::nullopt;
  return std::vector<double>(constant.reals.begin(), constant.reals.end());
}

std::optional<Affine> normalisation(const FloatNetwork& network, const Node& node,
                                    std::size_t channels) {
  const double epsilon = network.graph->real(node, "epsilon", 1e-5);
  Affine affine;
  for (int index = 1; index <= 4; ++index) {
    const Tensor* given = network.constant(node, index);
    if (given == nullptr || !given->is_real() || given->size() != channels) return std::nullopt;
  }
  for (std::size_t c = 0; c < channels; ++c) {
    const auto value = [&](int index) -> double { return network.constant(node, index)->reals[c]; };
    affine.slope.push_back(value(1) / std::sqrt(value(4) + epsilon));
    affine.offset.push_back(value(2) - value(3) * affine.slope.back());
  }
  return affine;
}

/// The function of a node whose operand `operand` is what is computed.
std::optional<Affine> affine_of(const FloatNetwork& network, const Node& node, int operand,
                                std::size_t channels, std::size_t rank) {
  const std::string& type = node.op_type();
  if (type == "BatchNormalization") {
    if (operand != 0) return std::nullopt;
    return normalisation(network, node, channels);
  }
  if (!net::is_of(node, {"Add", "Div", "Mul", "Sub"})) return std::nullopt;
  const Tensor* constant = network.constant(node, 1 - operand);
  if (constant == nullptr) return std::nullopt;
  const auto values = per_channel(*constant, channels, rank);
  if (!values || (type == "Div" && operand == 1)) return std::nullopt;
  Affine affine{std::vector<double>(channels, 1), std::vector<double>(channels, 0)};
  for (std::size_t c = 0; c < channels; ++c) {
    const double value = (*values)[c];
    if (type == "Mul") affine.slope[c] = value;
    if (type == "Div") affine.slope[c] = 1 / value;
    if (type == "Add") affine.offset[c] = value;
    if (type == "Sub") affine.offset[c] = operand == 0 ? -value : value;
    if (type == "Sub" && operand == 1) affine.slope[c] = -1;
    if (!std::isfinite(affine.slope[c])) return std::nullopt;
  }
  return affine;
}

/// The output channel of each weight.
std::size_t channel_of(const FloatNetwork& network, const Node& node, const Tensor& weights,
                       std::size_t i) {
  const std::size_t size = weights.size() / static_cast<std::size_t>(weights.dims[0]);
  if (node.op_type() != "ConvTranspose") return i / size;
  const auto filters = static_cast<std::size_t>(weights.dims[1]);
  const auto groups = static_cast<std::size_t>(network.graph->integer(node, "group", 1));
  const std::size_t group = i / size / (static_cast<std::size_t>(weights.dims[0]) / groups);
  return group * filters + i % size / (size / filters);
}

void apply(FloatNetwork& network, Node& node, const Affine& affine) {
  Tensor weights = *network.constant(node, 1);
  for (std::size_t i = 0; i < weights.size(); ++i)
    weights.reals[i] =
        static_cast<float>(weights.reals[i] * affine.slope[channel_of(network, node, weights, i)]);
  Tensor bias = real_tensor({static_cast<std::int64_t>(affine.slope.size())});
  const Tensor* given = network.constant(node, 2);
  for (std::size_t c = 0; c < bias.size(); ++c) {
    const double before = given == nullptr ? 0 : given->reals[c];
    bias.reals[c] = static_cast<float>(before * affine.slope[c] + affine.offset[c]);
  }
  replace_constant(network, node, 1, std::move(weights));
  replace_constant(network, node, 2, std::move(bias));
}

/// Whether a node has constant weights and bias.
bool has_weights(const FloatNetwork& network, const Node& node) {
  if (!net::is_of(node, {"Conv", "ConvTranspose", "Gemm"})) return false;
  const bool bias = net::Graph::input_of(node, 2).empty() || network.constant(node, 2) != nullptr;
  return bias && network.constant(node, 1) != nullptr;
}

/// Folds node `at` into the one before; false if that cannot be.
bool fold(FloatNetwork& network, std::size_t at) {
  const Node node = network.nodes[at];
  for (int operand = 0; operand < std::min(node.input_size(), 2); ++operand) {
    const int producer = network.producer(node.input(operand));
    if (producer < 0 || network.readers(node.input(operand)) != 1) continue;
    Node& before = network.nodes[static_cast<std::size_t>(producer)];
    if (!has_weights(network, before)) continue;
    const std::size_t rank = before.op_type() == "Gemm" ? 2 : 4;
    const auto affine = affine_of(network, node, operand, channels_of(network, before), rank);
    if (!affine) continue;
    apply(network, before, *affine);
    before.set_output(0, node.output(0));
    network.nodes.erase(network.nodes.begin() + static_cast<std::ptrdiff_t>(at));
    return true;
  }
  return false;
}

}  // namespace

void fold_affine(FloatNetwork& network) {
  for (std::size_t at = 0; at < network.nodes.size();)
    if (!fold(network, at)) ++at;
}

}  // namespace sluice::quantise
