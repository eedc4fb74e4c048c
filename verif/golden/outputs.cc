// SPDX-License-Identifier: Apache-2.0
#include "verif/golden/outputs.h"

#include <fmt/format.h>

#include "verif/golden/results.h"

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

/// A name that is not taken yet: those that are get a number behind.
std::string free_name(std::set<std::string>& taken, const std::string& wanted) {
  std::string name = wanted;
  for (int k = 2; !taken.insert(name).second; ++k) name = fmt::format("{} ({})", wanted, k);
  return name;
}

/// (channel, place) as (place, channel).
std::vector<float> turned_to_last(const std::vector<float>& numbers, std::size_t channels) {
  std::vector<float> turned(numbers.size());
  const std::size_t area = numbers.size() / channels;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    turned[i % area * channels + i / area] = numbers[i];
  return turned;
}

}  // namespace

Outputs::Outputs(const net::Network& network, bool every_map)
    : Outputs(std::span(&network, 1), every_map) {}

Outputs::Outputs(std::span<const net::Network> chain, bool every_map) : network_(chain.back()) {
  const net::Network& network = network_;
  std::set<std::string> taken;
  const bool single = network.results.size() == 1;
  if (network.results.front().name != kOutput && !single) taken.insert(kOutput);
  for (const net::ResultFormat& result : network.results)
    results_.push_back({free_name(taken, single ? kOutput : result.name), array_of(result)});
  for (const net::ResultFormat& result : network.results) {
    const std::string name = single ? kCodes : fmt::format("{} {}", result.name, kCodes);
    for (const net::ResultSource& source : result.sources) {
      data::NpyArray array = map_array(network.maps[net::map_of(network, source)], result.flat);
      array.kind = source.is_signed ? 'i' : 'u';
      codes_.push_back({free_name(taken, name), array});
    }
  }
  for (const net::Network& each : chain)
    if (every_map) add_maps(each, taken);
}

/// An array of the codes of a map.
data::NpyArray Outputs::map_array(const net::FeatureMap& map, bool flat) const {
  data::NpyArray array;
  array.shape = {0, map.channels, map.height, map.width};
  if (network_.channels_last) array.shape = {0, map.height, map.width, map.channels};
  if (flat) array.shape = {0, std::int64_t{map.channels} * map.height * map.width};
  array.kind = map.is_signed ? 'i' : 'u';
  return array;
}

/// An array of what the graph gives.
data::NpyArray Outputs::array_of(const net::ResultFormat& result) const {
  const net::ResultSource& first = result.sources.front();
  data::NpyArray array = map_array(network_.maps[net::map_of(network_, first)], result.flat);
  array.kind = first.is_signed ? 'i' : 'u';
  if (result.host.empty()) {
    if (first.scale) set_type(array, net::HostType::kReal);
    return array;
  }
  set_type(array, result.host.type);
  array.shape = result.host.dims;
  if (array.shape.empty() || array.shape[0] != 1) array.shape.insert(array.shape.begin(), 1);
  array.shape[0] = 0;
  return array;
}

/// An array for the map of each layer.
void Outputs::add_maps(const net::Network& network, std::set<std::string>& taken) {
  for (const net::Layer& layer : network.layers) {
    const net::FeatureMap& map = network.maps[layer.output];
    offsets_.push_back(map.offset);
    maps_.emplace_back(free_name(taken, map.name), map_array(map, false));
  }
}

void Outputs::add_codes(const Tensor& map, int offset, data::NpyArray& array) const {
  for (const std::int8_t value : network_.channels_last ? map.values : channels_first(map))
    array.bytes.push_back(static_cast<std::uint8_t>(value + offset));
  ++array.shape[0];
}

/// The type that the numbers of a result have in the graph.
net::HostType Outputs::type_of(const net::ResultFormat& result) {
  if (!result.host.empty()) return result.host.type;
  const net::ResultSource& source = result.sources.front();
  if (source.scale) return net::HostType::kReal;
  return source.is_signed ? net::HostType::kInt8 : net::HostType::kUint8;
}

void Outputs::add(const std::vector<Tensor>& results, const std::vector<LayerResult>& layers) {
  for (std::size_t k = 0; k < maps_.size(); ++k)
    add_codes(layers[k].output, offsets_[k], maps_[k].second);
  std::size_t codes = 0;
  for (std::size_t k = 0; k < results_.size(); ++k) {
    const net::ResultFormat& result = network_.results[k];
    for (const net::ResultSource& source : result.sources)
      add_codes(results[place_of(network_, source)], source.offset, codes_[codes++].second);
    const Tensor& first = results[place_of(network_, result.sources.front())];
    std::vector<float> numbers = numbers_of(network_, k, results);
    if (result.host.empty() && network_.channels_last)
      numbers = turned_to_last(numbers, static_cast<std::size_t>(first.channels));
    data::NpyArray& array = results_[k].second;
    for (const float number : numbers) append(array.bytes, number, type_of(result));
    ++array.shape[0];
  }
}

void Outputs::check(const std::string& path) { data::check_npz_target(path, kOutput); }

void Outputs::write(const std::string& path) const {
  data::NamedArrays arrays = results_;
  // Files of outputs begin with this
  if (arrays.front().first != kOutput)
    arrays.insert(arrays.begin(), {kOutput, results_.front().second});
  arrays.insert(arrays.end(), codes_.begin(), codes_.end());
  arrays.insert(arrays.end(), maps_.begin(), maps_.end());
  data::write_npz(path, arrays);
}

}  // namespace sluice::golden
