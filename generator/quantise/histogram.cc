// SPDX-License-Identifier: Apache-2.0
#include "generator/quantise/histogram.h"

#include <algorithm>
#include <cmath>

namespace sluice::quantise {
namespace {

constexpr int kHalf = 4096;  // bins on each side of zero

}  // namespace

void Histogram::widen(double magnitude) {
  if (counts_.empty()) {
    counts_.assign(2 * kHalf, 0);
    width_ = std::exp2(std::ceil(std::log2(magnitude / kHalf)));
  }
  while (magnitude >= width_ * kHalf) {
    std::vector<double> wider(counts_.size(), 0);
    for (int i = 0; i < 2 * kHalf; ++i) wider[(i + kHalf) / 2] += counts_[i];
    counts_ = std::move(wider);
    width_ *= 2;
  }
}

void Histogram::add(const std::vector<float>& values) {
  if (values.empty()) return;
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  low_ = count_ == 0 ? *least : std::min<double>(low_, *least);
  high_ = count_ == 0 ? *most : std::max<double>(high_, *most);
  const double magnitude = std::max(-low_, high_);
  count_ += static_cast<double>(values.size());
  if (magnitude > 0) widen(magnitude);
  const double scale = width_ > 0 ? 1 / width_ : 0;
  for (const float value : values) {
    if (value == 0)
      ++zeros_;
    else
      ++counts_[static_cast<std::size_t>(std::floor(value * scale) + kHalf)];
  }
}

std::vector<Histogram::Bin> Histogram::bins() const {
  std::vector<Bin> bins;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    if (counts_[i] > 0)
      bins.push_back({(static_cast<double>(i) - kHalf + 0.5) * width_, counts_[i]});
  return bins;
}

std::vector<double> Histogram::magnitudes() const {
  std::vector<double> counts(counts_.size() / 2, 0);
  for (std::size_t i = 0; i < counts.size(); ++i)
    counts[i] = counts_[kHalf + i] + counts_[kHalf - 1 - i];
  while (!counts.empty() && counts.back() == 0) counts.pop_back();
  return counts;
}

double Histogram::share_outside(double low, double high) const {
  double outside = 0;
  for (const Bin& bin : bins())
    if (bin.value < low || bin.value > high) outside += bin.count;
  return count_ == 0 ? 0 : outside / count_;
}

}  // namespace sluice::quantise
