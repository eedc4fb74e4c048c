// SPDX-License-Identifier: Apache-2.0
// How far codes reach: the larger the range, the fewer values it clips, and the coarser it is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generator/quantise/grid.h"
#include "generator/quantise/histogram.h"

namespace sluice::quantise {

enum class Clip {
  kMax,   ///< from the least to the largest value: nothing is clipped
  kMse,   ///< the range with the least squared error, by search
  kAciq,  ///< the least expected squared error of a Gaussian or Laplace distribution: R. Banner, Y.
          ///< Nahshan, D. Soudry, "Post training 4-bit quantization of convolutional networks for
          ///< rapid-deployment", NeurIPS 2019
  kKl     ///< the least Kullback-Leibler divergence between the distributions of values and codes:
          ///< S. Migacz, "8-bit inference with TensorRT", GTC 2017
};

/// "max", "mse", "aciq" or "kl".
std::optional<Clip> clip_named(const std::string& name);

/// The range of a map's values for 2^bits codes.
Range clip_range(const Histogram& values, Clip method, int bits);

/// The largest magnitude of weights for codes of symmetric_grid().
double clip_magnitude(const std::vector<float>& weights, Clip method, int bits);

/// Of a Laplace distribution with mean absolute deviation 1, and of a Gaussian one with standard
/// deviation 1: the magnitude from which on 2^bits codes had better clip. The first solves
///   alpha * exp(alpha) = 3 * 4^bits,
/// the second
///   alpha * (1 - erf(alpha / sqrt(2))) + alpha / (3 * 4^bits) = sqrt(2 / pi) * exp(-alpha^2 / 2).
double laplace_clip(int bits);
double gaussian_clip(int bits);

/// In units of bins: how many of the first ones to keep, of a histogram of magnitudes, for `levels`
/// codes. Of each number of bins, P is the distribution in these with the outliers in the last, and
/// Q that of `levels` codes, spread evenly over the bins of each that are not empty.
std::size_t divergence_clip(const std::vector<double>& magnitudes, int levels);

}  // namespace sluice::quantise
