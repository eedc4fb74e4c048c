// SPDX-License-Identifier: Apache-2.0
#include "verif/golden/outputs.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "verif/data/npz.h"

namespace sluice::golden {
namespace {

constexpr const char* kOutput = "output";

void append(std::vector<std::uint8_t>& bytes, const void* value, std::size_t size) {
  const auto* from = static_cast<const std::uint8_t*>(value);
  bytes.insert(bytes.end(), from, from + size);
}

/// Exponentials are of differences from the largest number, as runtimes take them.
void softmax(std::vector<float>& reals, bool logarithm) {
  const float largest = *std::max_element(reals.begin(), reals.end());
  double sum = 0;
  for (const float real : reals) sum += std::exp(double(real) - largest);
  for (float& real : reals) {
    const double difference = double(real) - largest;
    real = static_cast<float>(logarithm ? difference - std::log(sum) : std::exp(difference) / sum);
  }
}

void apply(const net::HostStep& step, std::vector<float>& reals) {
  using Kind = net::HostStep::Kind;
  if (step.kind != Kind::kRound) return softmax(reals, step.kind == Kind::kLogSoftmax);
  const float low = step.is_signed ? -128 : 0, zero = static_cast<float>(step.zero_point);
  for (float& real : reals) {
    const float code = std::clamp(std::nearbyint(real / step.scale) + zero, low, low + 255);
    real = (code - zero) * step.scale;
  }
}

}  // namespace

Outputs::Outputs(const net::Network& network)
    : format_(network.result), channels_last_(network.channels_last) {
  const net::FeatureMap& map = network.maps[network.layers.back().output];
  codes_.kind = format_.is_signed ? 'i' : 'u';
  codes_.shape = {0, map.channels, map.height, map.width};
  if (channels_last_) codes_.shape = {0, map.height, map.width, map.channels};
  if (format_.flat) codes_.shape = {0, std::int64_t{map.channels} * map.height * map.width};
  reals_.kind = 'f';
  reals_.item_bytes = 4;
  reals_.shape = codes_.shape;
}

/// Stored values in the order of the file's arrays.
std::vector<std::int8_t> Outputs::in_order(const Tensor& result) const {
  if (channels_last_) return result.values;
  std::vector<std::int8_t> values;
  for (int c = 0; c < result.channels; ++c)
    for (int y = 0; y < result.height; ++y)
      for (int x = 0; x < result.width; ++x) values.push_back(result.at(y, x, c));
  return values;
}

void Outputs::add(const Tensor& result) {
  std::vector<float> reals;
  for (const std::int8_t value : in_order(result)) {
    const int code = value + format_.offset;
    codes_.bytes.push_back(static_cast<std::uint8_t>(code));
    if (!format_.scale) continue;
    reals.push_back(static_cast<float>(code - format_.zero_point) * *format_.scale);
  }
  for (const net::HostStep& step : format_.host) apply(step, reals);
  for (const float real : reals) append(reals_.bytes, &real, sizeof real);
  ++codes_.shape[0];
  ++reals_.shape[0];
}

void Outputs::check(const std::string& path) { data::check_npz_target(path, kOutput); }

void Outputs::write(const std::string& path) const {
  data::write_npz(path, {{kOutput, format_.scale ? reals_ : codes_}, {"codes", codes_}});
}

}  // namespace sluice::golden
