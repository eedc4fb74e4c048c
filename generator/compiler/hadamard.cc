// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/hadamard.h"

#include <algorithm>

#include "generator/compiler/errors.h"
#include "generator/network/layer_weights.h"

namespace sluice::compiler {
namespace {

using net::Layer;

/// What two weights of at most 8 bits add up to.
constexpr int kLowest = -256, kHighest = 254;

/// Weights of a convolution of groups as those of fewer, each of `joined` neighbours: zero where an
/// output did not read.
void join_groups(Layer& layer, int outputs, int joined) {
  const std::size_t filter = layer.weights.size() / outputs;
  std::vector<std::int8_t> all(layer.weights.size() * joined, 0);
  for (std::size_t c = 0; c < static_cast<std::size_t>(outputs); ++c) {
    const std::size_t place = c * layer.groups / outputs % joined;
    std::copy_n(layer.weights.begin() + static_cast<std::ptrdiff_t>(c * filter), filter,
                all.begin() + static_cast<std::ptrdiff_t>((c * joined + place) * filter));
  }
  layer.weights = std::move(all);
  layer.groups /= joined;
}

/// Takes weights in place of a layer's own; false if they do not fit.
bool take(Layer& layer, const std::vector<std::int32_t>& weights) {
  const auto [low, high] = std::minmax_element(weights.begin(), weights.end());
  const bool fits = *low >= -128 && *high <= 127;
  if (!fits && (*low < kLowest || *high > kHighest || layer.groups > 1)) return false;
  net::set_weights(layer, {weights.begin(), weights.end()});
  layer.hadamard = 1;
  return true;
}

/// Multiplies a layer's weights by the matrix.
bool compose(Layer& layer, int outputs) {
  if (layer.weights.empty()) return false;
  const int of_group = outputs / layer.groups;
  if (!reads_alike(layer, outputs)) {
    if (layer.hadamard % of_group != 0) return false;
    join_groups(layer, outputs, layer.hadamard / of_group);
  }
  return take(layer, transformed_weights(layer, outputs));
}

}  // namespace

bool reads_alike(const Layer& layer, int outputs) {
  return outputs / layer.groups % layer.hadamard == 0;
}

std::vector<std::int32_t> transformed_weights(const Layer& layer, int outputs) {
  std::vector<std::int32_t> weights(layer.weights.begin(), layer.weights.end());
  for (std::size_t i = 0; i < layer.more_weights.size(); ++i) weights[i] += layer.more_weights[i];
  const std::size_t filter = weights.size() / outputs;
  for (int apart = 1; apart < layer.hadamard; apart *= 2) {
    for (int c = 0; c < outputs; ++c) {
      if ((c & apart) != 0) continue;
      std::int32_t* first = weights.data() + c * filter;
      std::int32_t* second = first + apart * filter;
      for (std::size_t i = 0; i < filter; ++i) {
        const std::int32_t sum = first[i] + second[i];
        second[i] = first[i] - second[i];
        first[i] = sum;
      }
    }
  }
  return weights;
}

ComposedNetwork::ComposedNetwork(const net::Network& original, const Plan& plan)
    : original_(original) {
  for (std::size_t i = 0; i < original.layers.size(); ++i) {
    const Layer& layer = original.layers[i];
    if (layer.hadamard == 1 || layer.hadamard <= plan.config.hadamard) continue;
    if (!rewritten_) rewritten_ = original;
    if (compose(rewritten_->layers[i], original.maps[layer.output].channels)) continue;
    fail(layer,
         "transforms its sums over {} channels each, but design '{}' {}, and weights that do it "
         "are {}; set hadamard: {}",
         layer.hadamard, plan.config.name,
         plan.config.hadamard == 0 ? "has no Hadamard transforms"
                                   : fmt::format("has {} at most", plan.config.hadamard),
         layer.weights.empty() ? "not known" : "too large", layer.hadamard);
  }
}

bool holds_transforms(const Mapping& m, const Plan& plan) {
  const int size = m.layer->hadamard, columns = plan.config.columns;
  if (size == 1) return true;
  for (int r = 0; r < m.records(); ++r) {
    const std::span<const Block> blocks = m.record(r);
    for (std::size_t j = 0; j < blocks.size(); ++j) {
      for (int c = 0; c < blocks[j].channels; ++c) {
        // Channel and column have the same place in a transform, and so has the channel before
        const int channel = blocks[j].first_channel + c;
        const int column = static_cast<int>(j) * columns + c;
        if (channel % size != column % size) return false;
        if (c > 0 || channel % size == 0) continue;
        if (j == 0 || blocks[j - 1].first_channel + columns != channel) return false;
      }
    }
  }
  return true;
}

}  // namespace sluice::compiler
