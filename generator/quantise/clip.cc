// SPDX-License-Identifier: Apache-2.0
#include "generator/quantise/clip.h"

#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace sluice::quantise {
namespace {

constexpr double kLeastShare = 0.05;  // of the largest value, that a search tries
constexpr double kStep = 0.01;

double squared_error(const std::vector<Histogram::Bin>& bins, const Grid& grid) {
  double sum = 0;
  for (const Histogram::Bin& bin : bins) {
    const double error = bin.value - grid.nearest(bin.value);
    sum += bin.count * error * error;
  }
  return sum;
}

/// The share in (0, 1] with the least `error`; 1 of equal ones.
template <typename Error>
double best_share(Error error) {
  double best = 1, least = error(1);
  for (double share = 1 - kStep; share > kLeastShare; share -= kStep) {
    const double given = error(share);
    if (given >= least) continue;
    least = given;
    best = share;
  }
  return best;
}

/// Both ends in turn.
Range least_squares(const Histogram& values, int bits) {
  const auto bins = values.bins();
  const Range all{std::min(values.low(), 0.0), std::max(values.high(), 0.0)};
  Range best = all;
  for (int round = 0; round < 2; ++round) {
    const auto error = [&](double low, double high) {
      return squared_error(bins, grid_of({low, high}, bits, false));
    };
    if (all.high > 0)
      best.high =
          all.high * best_share([&](double share) { return error(best.low, share * all.high); });
    if (all.low < 0)
      best.low =
          all.low * best_share([&](double share) { return error(share * all.low, best.high); });
    if (all.high <= 0 || all.low >= 0) break;
  }
  return best;
}

/// Moments about a centre.
struct Moments {
  double centre = 0, deviation = 0, mean_absolute = 0;

  /// Where to clip, as a distance from the centre.
  double clip(int bits) const {
    // Of a Gaussian distribution the ratio is sqrt(2 / pi), of a Laplace one sqrt(1 / 2).
    const bool gaussian = mean_absolute > deviation * (std::sqrt(2 / M_PI) + std::sqrt(0.5)) / 2;
    return gaussian ? deviation * gaussian_clip(bits) : mean_absolute * laplace_clip(bits);
  }
};

Moments moments_of(const std::vector<Histogram::Bin>& bins, double zeros, double centre) {
  double count = zeros, squares = zeros * centre * centre, absolute = zeros * std::abs(centre);
  for (const Histogram::Bin& bin : bins) {
    count += bin.count;
    squares += bin.count * (bin.value - centre) * (bin.value - centre);
    absolute += bin.count * std::abs(bin.value - centre);
  }
  if (count == 0) return {centre, 0, 0};
  return {centre, std::sqrt(squares / count), absolute / count};
}

/// A rectified map is half of a distribution around 0: its codes, mirrored, are twice as many.
Range expected_squares(const Histogram& values, int bits) {
  const auto bins = values.bins();
  if (values.low() >= 0) return {0, moments_of(bins, 0, 0).clip(bits + 1)};
  if (values.high() <= 0) return {-moments_of(bins, 0, 0).clip(bits + 1), 0};
  double sum = 0;
  for (const Histogram::Bin& bin : bins) sum += bin.count * bin.value;
  const Moments moments = moments_of(bins, values.zeros(), sum / values.count());
  const double clip = moments.clip(bits);
  return {moments.centre - clip, moments.centre + clip};
}

/// Counts of pairs of bins, until they have enough values to tell a distribution from chance.
std::vector<double> merged(std::vector<double> bins, double& width) {
  constexpr double kValuesPerBin = 16;
  const double count = std::accumulate(bins.begin(), bins.end(), 0.0);
  for (; bins.size() > 1 && count < kValuesPerBin * double(bins.size()); width *= 2) {
    std::vector<double> pairs((bins.size() + 1) / 2, 0);
    for (std::size_t i = 0; i < bins.size(); ++i) pairs[i / 2] += bins[i];
    bins = std::move(pairs);
  }
  return bins;
}

Range least_divergence(const Histogram& values, int bits) {
  const bool both = values.low() < 0 && values.high() > 0;
  double width = values.width();
  const auto magnitudes = merged(values.magnitudes(), width);
  const int levels = 1 << (both ? bits - 1 : bits);
  const double clip = static_cast<double>(divergence_clip(magnitudes, levels)) * width;
  return {-clip, clip};
}

Histogram histogram_of(const std::vector<float>& values) {
  Histogram histogram;
  histogram.add(values);
  return histogram;
}

double largest(const std::vector<float>& values) {
  double most = 0;
  for (const float value : values) most = std::max<double>(most, std::abs(value));
  return most;
}

}  // namespace

std::optional<Clip> clip_named(const std::string& name) {
  static const std::map<std::string, Clip> all = {
      {"aciq", Clip::kAciq}, {"kl", Clip::kKl}, {"max", Clip::kMax}, {"mse", Clip::kMse}};
  const auto found = all.find(name);
  if (found == all.end()) return std::nullopt;
  return found->second;
}

Range clip_range(const Histogram& values, Clip method, int bits) {
  Range range{values.low(), values.high()};
  if (method == Clip::kMse) return least_squares(values, bits);
  if (method == Clip::kAciq) range = expected_squares(values, bits);
  if (method == Clip::kKl) range = least_divergence(values, bits);
  return {std::clamp(range.low, std::min(values.low(), 0.0), 0.0),
          std::clamp(range.high, 0.0, std::max(values.high(), 0.0))};
}

double clip_magnitude(const std::vector<float>& weights, Clip method, int bits) {
  const double most = largest(weights);
  if (method == Clip::kMse) {
    return most * best_share([&](double share) {
             const Grid grid = symmetric_grid(share * most, bits);
             double sum = 0;
             for (const float weight : weights) {
               const double error = weight - grid.nearest(weight);
               sum += error * error;
             }
             return sum;
           });
  }
  if (method == Clip::kMax || most == 0) return most;
  const Histogram values = histogram_of(weights);
  const Range range =
      method == Clip::kAciq ? expected_squares(values, bits) : least_divergence(values, bits);
  return std::min(most, std::max(-range.low, range.high));
}

double laplace_clip(int bits) {
  const double product = 3 * std::pow(4.0, bits);
  double alpha = std::log(product);
  for (int i = 0; i < 50; ++i)  // Newton's method
    alpha -= (alpha * std::exp(alpha) - product) / ((alpha + 1) * std::exp(alpha));
  return alpha;
}

double gaussian_clip(int bits) {
  double low = 0, high = 40;
  for (int i = 0; i < 100; ++i) {  // by halving
    const double alpha = (low + high) / 2;
    const double slope = alpha * std::erfc(alpha / std::sqrt(2.0)) +
                         alpha / (3 * std::pow(4.0, bits)) -
                         std::sqrt(2 / M_PI) * std::exp(-alpha * alpha / 2);
    (slope < 0 ? low : high) = alpha;
  }
  return low;
}

namespace {

/// The divergence of the first `kept` bins.
double divergence(const std::vector<double>& bins, std::size_t kept, int levels, double outliers) {
  constexpr double kLeast = 1e-9;  // in place of a probability of 0, whose logarithm there is not
  double all = outliers, inside = 0, sum = 0;
  for (std::size_t i = 0; i < kept; ++i) inside += bins[i];
  all += inside;
  if (inside == 0) return std::numeric_limits<double>::infinity();
  for (int level = 0; level < levels; ++level) {
    const std::size_t begin = kept * level / levels, end = kept * (level + 1) / levels;
    double mass = 0, filled = 0;
    for (std::size_t i = begin; i < end; ++i) {
      mass += bins[i];
      filled += bins[i] > 0 ? 1 : 0;
    }
    for (std::size_t i = begin; i < end; ++i) {
      const double p = (bins[i] + (i + 1 == kept ? outliers : 0)) / all;
      const double q = bins[i] > 0 ? mass / filled / inside : kLeast;
      if (p > 0) sum += p * std::log(p / q);
    }
  }
  return sum;
}

}  // namespace

std::size_t divergence_clip(const std::vector<double>& magnitudes, int levels) {
  std::size_t best = magnitudes.size();
  double least = std::numeric_limits<double>::infinity(), outliers = 0;
  for (std::size_t kept = magnitudes.size(); kept >= static_cast<std::size_t>(levels); --kept) {
    const double given = divergence(magnitudes, kept, levels, outliers);
    if (given < least) {
      least = given;
      best = kept;
    }
    outliers += magnitudes[kept - 1];
  }
  return best;
}

}  // namespace sluice::quantise
