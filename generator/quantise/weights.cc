// SPDX-License-Identifier: Apache-2.0
#include "generator/quantise/weights.h"

#include <algorithm>
#include <cmath>

#include "generator/quantise/split.h"

namespace sluice::quantise {
namespace {

/// The channel of each value along an axis.
class Channels {
 public:
  Channels(const Tensor& weights, const WeightOptions& options) {
    if (options.per_tensor) return;
    count = static_cast<std::size_t>(weights.dims[options.axis]);
    for (std::size_t d = options.axis + 1; d < weights.dims.size(); ++d)
      inner_ *= static_cast<std::size_t>(weights.dims[d]);
  }
  std::size_t of(std::size_t i) const { return i / inner_ % count; }

  std::size_t count = 1;

 private:
  std::size_t inner_ = 1;
};

/// The parts of each input channel.
Splits parts_of(const Tensor& weights, const WeightOptions& options,
                const InputChannels& channels) {
  std::vector<double> largest(channels.count);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    double& most = largest[channels.of(i)];
    most = std::max(most, std::abs(double(weights.reals[i])));
  }
  const bool splits = channels.inputs > 1;
  const std::size_t most = 127U / ((1U << (options.bits - 1)) - 1);  // whose codes INT8 holds
  return split_largest(largest, splits ? splits_of(options.split, channels.count) : 0, most);
}

/// The grids of all channels, over the weights of all parts.
class Grids {
 public:
  Grids(const Tensor& weights, const WeightOptions& options)
      : outputs_(weights, options),
        inputs_(input_channels(weights, options.input_axis, options.groups)),
        splits_(parts_of(weights, options, inputs_)) {
    std::vector<std::vector<float>> values(outputs_.count);
    for (std::size_t i = 0; i < weights.size(); ++i)
      for (const Part& part : parts(i))
        values[outputs_.of(i)].push_back(std::ldexp(weights.reals[i], -part.halvings));
    for (std::size_t c = 0; c < outputs_.count; ++c)
      grids_.push_back(grid_of(values[c], c, options));
  }

  int code(std::size_t i, float weight) const {
    const Grid& grid = at(i);
    if (parts(i).size() == 1) return grid.code(weight);
    return split_code(double(weight) / grid.scale, parts(i), grid.most);
  }
  bool clips(std::size_t i, float weight) const {
    const double most = static_cast<double>(parts(i).size()) * at(i).most;
    return std::abs(weight) > (most + 0.5) * at(i).scale;
  }
  std::vector<float> scales() const {
    std::vector<float> scales;
    for (const Grid& grid : grids_) scales.push_back(grid.scale);
    return scales;
  }
  int splits() const {
    std::size_t parts = 0;
    for (const auto& channel : splits_) parts += channel.size();
    return static_cast<int>(parts - splits_.size());
  }

 private:
  static Grid grid_of(const std::vector<float>& values, std::size_t channel,
                      const WeightOptions& options) {
    Grid grid = symmetric_grid(clip_magnitude(values, options.clip, options.bits), options.bits);
    const bool empty =
        std::all_of(values.begin(), values.end(), [](float value) { return value == 0; });
    const float least = channel < options.smallest.size() ? options.smallest[channel] : 0;
    if (empty && least > 0) grid.scale = least;
    grid.scale = std::max(grid.scale, least);
    return grid;
  }
  const Grid& at(std::size_t i) const { return grids_[outputs_.of(i)]; }
  const std::vector<Part>& parts(std::size_t i) const { return splits_[inputs_.of(i)]; }

  Channels outputs_;
  InputChannels inputs_;
  Splits splits_;
  std::vector<Grid> grids_;
};

}  // namespace

QuantisedWeights quantise_weights(const Tensor& weights, const WeightOptions& options) {
  const Grids grids(weights, options);
  QuantisedWeights result;
  result.axis = options.axis;
  result.codes = {weights.dims, {}, {}, onnx::TensorProto::INT8};
  result.scales = grids.scales();
  result.splits = grids.splits();
  double clipped = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    result.codes.ints.push_back(grids.code(i, weights.reals[i]));
    clipped += grids.clips(i, weights.reals[i]) ? 1 : 0;
  }
  result.clipped = weights.size() == 0 ? 0 : clipped / static_cast<double>(weights.size());
  return result;
}

}  // namespace sluice::quantise
