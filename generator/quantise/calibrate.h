// SPDX-License-Identifier: Apache-2.0
// What images tell of a network: the values of its maps, and how far codes are from them.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "generator/quantise/float_network.h"
#include "generator/quantise/histogram.h"
#include "generator/quantise/qdq.h"

namespace sluice::quantise {

/// Images as the network takes them.
struct Images {
  std::size_t count = 0;
  std::function<Tensor(std::size_t image)> image;
};

/// Told after each image; may be empty.
using Progress = std::function<void(std::size_t done, std::size_t all)>;

/// The values of the sources of a plan's groups, by tensor. Throws UserError if one is not finite.
std::map<std::string, Histogram> calibrate(const FloatNetwork& network, const Plan& plan,
                                           const Images& images,
                                           const Progress& progress = nullptr);

/// Power of a tensor's values in float, and of their difference from the quantised ones.
struct Noise {
  double signal = 0, noise = 0;

  /// Ratio of both in dB; infinite without noise.
  double decibels() const;
};

/// Of the output of each layer of a plan, by tensor, over all images: what codes before it did
/// wrong is in it.
std::map<std::string, Noise> compare(const FloatNetwork& network, const Plan& plan,
                                     const QdqNetwork& quantised, const Images& images,
                                     const Progress& progress = nullptr);

}  // namespace sluice::quantise
