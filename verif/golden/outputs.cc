// SPDX-License-Identifier: Apache-2.0
#include "verif/golden/outputs.h"

#include <cstring>

#include "verif/data/npz.h"

namespace sluice::golden {
namespace {

constexpr const char* kOutput = "output";

void append(std::vector<std::uint8_t>& bytes, const void* value, std::size_t size) {
  const auto* from = static_cast<const std::uint8_t*>(value);
  bytes.insert(bytes.end(), from, from + size);
}

}  // namespace

Outputs::Outputs(const net::Network& network) : format_(network.result) {
  const net::FeatureMap& map = network.maps[network.layers.back().output];
  codes_.kind = format_.is_signed ? 'i' : 'u';
  codes_.shape = {0, map.channels, map.height, map.width};
  if (format_.flat) codes_.shape = {0, std::int64_t{map.channels} * map.height * map.width};
  reals_.kind = 'f';
  reals_.item_bytes = 4;
  reals_.shape = codes_.shape;
}

void Outputs::add(const Tensor& result) {
  for (int c = 0; c < result.channels; ++c)
    for (int y = 0; y < result.height; ++y)
      for (int x = 0; x < result.width; ++x) {
        const int code = result.at(y, x, c) + format_.offset;
        codes_.bytes.push_back(static_cast<std::uint8_t>(code));
        if (!format_.scale) continue;
        const float real = static_cast<float>(code - format_.zero_point) * *format_.scale;
        append(reals_.bytes, &real, sizeof real);
      }
  ++codes_.shape[0];
  ++reals_.shape[0];
}

void Outputs::check(const std::string& path) { data::check_npz_target(path, kOutput); }

void Outputs::write(const std::string& path) const {
  data::write_npz(path, {{kOutput, format_.scale ? reals_ : codes_}, {"codes", codes_}});
}

}  // namespace sluice::golden
