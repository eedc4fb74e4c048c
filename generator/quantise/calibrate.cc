// SPDX-License-Identifier: Apache-2.0
#include "generator/quantise/calibrate.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <set>

#include "generator/quantise/evaluate.h"

namespace sluice::quantise {
namespace {

void check_finite(const FloatNetwork& network, const std::string& name, const Tensor& value,
                  std::size_t image) {
  for (const float one : value.reals)
    if (!std::isfinite(one))
      network.graph->fail(fmt::format(
          "its tensor '{}' has a value that is not a finite number, with image {} (of 0 on); check "
          "the images and the weights",
          name, image));
}

}  // namespace

std::map<std::string, Histogram> calibrate(const FloatNetwork& network, const Plan& plan,
                                           const Images& images, const Progress& progress) {
  std::map<std::string, Histogram> histograms;
  for (const Group& group : plan.groups)
    for (const std::string& source : group.sources) histograms[source];
  const Evaluator evaluator(network);
  for (std::size_t i = 0; i < images.count; ++i) {
    evaluator.run(images.image(i), [&](const std::string& name, const Tensor& value) {
      const auto histogram = histograms.find(name);
      if (histogram == histograms.end()) return;
      check_finite(network, name, value, i);
      histogram->second.add(value.reals);
    });
    if (progress) progress(i + 1, images.count);
  }
  return histograms;
}

double Noise::decibels() const {
  if (noise == 0) return std::numeric_limits<double>::infinity();
  return 10 * std::log10(signal / noise);
}

std::map<std::string, Noise> compare(const FloatNetwork& network, const Plan& plan,
                                     const QdqNetwork& quantised, const Images& images,
                                     const Progress& progress) {
  std::map<std::string, Noise> result;
  std::map<std::string, std::string> outputs;  // the quantised one of each
  for (const PlannedLayer& layer : plan.layers)
    outputs[quantised.real_of.at(layer.output)] = layer.output;
  const Evaluator real(network), codes(quantised.network);
  for (std::size_t i = 0; i < images.count; ++i) {
    const Tensor image = images.image(i);
    std::map<std::string, Tensor> wanted;
    real.run(image, [&](const std::string& name, const Tensor& value) {
      if (quantised.real_of.contains(name)) wanted[name] = value;
    });
    codes.run(image, [&](const std::string& name, const Tensor& value) {
      const auto layer = outputs.find(name);
      if (layer == outputs.end()) return;
      const Tensor& exact = wanted.at(layer->second);
      Noise& noise = result[layer->second];
      for (std::size_t k = 0; k < value.size(); ++k) {
        const double error = double(value.reals[k]) - exact.reals[k];
        noise.signal += double(exact.reals[k]) * exact.reals[k];
        noise.noise += error * error;
      }
    });
    if (progress) progress(i + 1, images.count);
  }
  return result;
}

}  // namespace sluice::quantise
