// SPDX-License-Identifier: Apache-2.0
#include "generator/quantise/weights.h"

#include <cmath>

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

}  // namespace

QuantisedWeights quantise_weights(const Tensor& weights, const WeightOptions& options) {
  const Channels channels(weights, options);
  std::vector<std::vector<float>> values(channels.count);
  for (std::size_t i = 0; i < weights.size(); ++i)
    values[channels.of(i)].push_back(weights.reals[i]);
  QuantisedWeights result;
  result.axis = options.axis;
  result.codes = {weights.dims, {}, {}, onnx::TensorProto::INT8};
  std::vector<Grid> grids;
  for (std::size_t c = 0; c < channels.count; ++c) {
    Grid grid = symmetric_grid(clip_magnitude(values[c], options.clip, options.bits), options.bits);
    const bool empty =
        std::all_of(values[c].begin(), values[c].end(), [](float value) { return value == 0; });
    const float least = c < options.smallest.size() ? options.smallest[c] : 0;
    if (empty && least > 0) grid.scale = least;
    grid.scale = std::max(grid.scale, least);
    grids.push_back(grid);
    result.scales.push_back(grid.scale);
  }
  double clipped = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Grid& grid = grids[channels.of(i)];
    result.codes.ints.push_back(grid.code(weights.reals[i]));
    clipped += std::abs(weights.reals[i]) > (grid.most + 0.5) * grid.scale ? 1 : 0;
  }
  result.clipped = weights.size() == 0 ? 0 : clipped / static_cast<double>(weights.size());
  return result;
}

}  // namespace sluice::quantise
