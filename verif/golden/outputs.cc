// SPDX-License-Identifier: Apache-2.0
#include "verif/golden/outputs.h"

#include <fmt/format.h>

#include <set>

#include "verif/data/npz.h"
#include "verif/golden/chain.h"

namespace sluice::golden {
namespace {

constexpr const char *kOutput = "output", *kCodes = "codes";

void append(std::vector<std::uint8_t>& bytes, const void* value, std::size_t size) {
  const auto* from = static_cast<const std::uint8_t*>(value);
  bytes.insert(bytes.end(), from, from + size);
}

/// Appends a number of the host's as the type that it has in the graph.
void append(std::vector<std::uint8_t>& bytes, float real, net::HostType type) {
  const auto integer = static_cast<std::int64_t>(real);
  switch (type) {
    case net::HostType::kReal:
      return append(bytes, &real, sizeof real);
    case net::HostType::kInt64:
      return append(bytes, &integer, sizeof integer);
    case net::HostType::kInt32:
      return append(bytes, &integer, 4);  // little endian, as all hosts we run on
    default:
      return append(bytes, &integer, 1);
  }
}

void set_type(data::NpyArray& array, net::HostType type) {
  array.kind = type == net::HostType::kReal ? 'f' : type == net::HostType::kUint8 ? 'u' : 'i';
  array.item_bytes = type == net::HostType::kInt64                                   ? 8
                     : type == net::HostType::kReal || type == net::HostType::kInt32 ? 4
                                                                                     : 1;
}

/// Values of a map in the order that most files have.
std::vector<std::int8_t> channels_first(const Tensor& map) {
  std::vector<std::int8_t> values;
  for (int c = 0; c < map.channels; ++c)
    for (int y = 0; y < map.height; ++y)
      for (int x = 0; x < map.width; ++x) values.push_back(map.at(y, x, c));
  return values;
}

/// (channel, place) as (place, channel).
std::vector<float> turned_to_last(const std::vector<float>& numbers, int channels) {
  std::vector<float> turned(numbers.size());
  const std::size_t area = numbers.size() / channels;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    turned[i % area * channels + i / area] = numbers[i];
  return turned;
}

}  // namespace

Outputs::Outputs(const net::Network& network, bool every_map)
    : Outputs(std::span(&network, 1), every_map) {}

Outputs::Outputs(std::span<const net::Network> chain, bool every_map)
    : format_(chain.back().result), channels_last_(chain.back().channels_last) {
  const net::Network& network = chain.back();
  const net::FeatureMap& map = network.maps[network.layers.back().output];
  codes_.kind = format_.is_signed ? 'i' : 'u';
  codes_.shape = {0, map.channels, map.height, map.width};
  if (channels_last_) codes_.shape = {0, map.height, map.width, map.channels};
  if (format_.flat) codes_.shape = {0, std::int64_t{map.channels} * map.height * map.width};
  reals_.shape = codes_.shape;
  std::set<std::string> taken = {kOutput, kCodes};
  for (const net::Network& each : chain)
    if (every_map) add_maps(each, taken);
  set_type(reals_, format_.host.type);
  if (format_.host.empty()) return;
  reals_.shape = format_.host.dims;
  if (reals_.shape.empty() || reals_.shape[0] != 1) reals_.shape.insert(reals_.shape.begin(), 1);
  reals_.shape[0] = 0;
}

/// An array for the map of each layer. Names that are taken get a number behind.
void Outputs::add_maps(const net::Network& network, std::set<std::string>& taken) {
  for (const net::Layer& layer : network.layers) {
    const net::FeatureMap& map = network.maps[layer.output];
    std::string name = map.name;
    for (int k = 2; !taken.insert(name).second; ++k) name = fmt::format("{} ({})", map.name, k);
    data::NpyArray array;
    array.kind = map.is_signed ? 'i' : 'u';
    array.shape = {0, map.channels, map.height, map.width};
    if (channels_last_) array.shape = {0, map.height, map.width, map.channels};
    formats_.push_back(map);
    maps_.emplace_back(name, array);
  }
}

void Outputs::add(const Tensor& result, const std::vector<LayerResult>& layers) {
  for (std::size_t k = 0; k < maps_.size(); ++k) {
    const Tensor& map = layers[k].output;
    for (const std::int8_t value : channels_last_ ? map.values : channels_first(map))
      maps_[k].second.bytes.push_back(static_cast<std::uint8_t>(value + formats_[k].offset));
    ++maps_[k].second.shape[0];
  }
  const std::vector<std::int8_t> turned = channels_first(result);
  const std::vector<std::int8_t>& in_order = channels_last_ ? result.values : turned;
  for (const std::int8_t value : in_order)
    codes_.bytes.push_back(static_cast<std::uint8_t>(value + format_.offset));
  std::vector<float> reals = numbers_of(format_, result);
  if (format_.host.empty() && channels_last_) reals = turned_to_last(reals, result.channels);
  for (const float real : reals) append(reals_.bytes, real, format_.host.type);
  ++codes_.shape[0];
  ++reals_.shape[0];
}

void Outputs::check(const std::string& path) { data::check_npz_target(path, kOutput); }

void Outputs::write(const std::string& path) const {
  const bool reals = format_.scale || !format_.host.empty();
  data::NamedArrays arrays = {{kOutput, reals ? reals_ : codes_}, {kCodes, codes_}};
  arrays.insert(arrays.end(), maps_.begin(), maps_.end());
  data::write_npz(path, arrays);
}

}  // namespace sluice::golden
