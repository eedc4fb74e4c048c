// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/host_section.h"

#include <algorithm>
#include <bit>
#include <optional>

namespace sluice::compiler {
namespace {

using Words = std::vector<std::uint32_t>;

std::uint32_t word(std::int64_t value) { return static_cast<std::uint32_t>(value); }
std::uint32_t word(float value) { return std::bit_cast<std::uint32_t>(value); }

/// What a program begins with, or in front of the first layer ends with: how many numbers, and how
/// they are quantised and stored.
struct Codes {
  std::int64_t size = 0;
  std::optional<float> scale;
  int zero_point = 0, offset = 0;
  bool is_signed = false;
  std::size_t map = 0;  ///< of the image's outputs
};

void add_step(Words& words, const net::HostStep& step) {
  const std::size_t first = words.size();
  const std::uint32_t flags = (step.is_signed ? 1U : 0U) | (step.reversed ? 2U : 0U) |
                              (step.largest ? 4U : 0U) | (step.last ? 8U : 0U);
  words.insert(words.end(),
               {0, word(static_cast<std::int64_t>(step.kind)),
                word(static_cast<std::int64_t>(step.function)), flags, word(step.size),
                word(step.a), word(step.b), word(static_cast<std::int64_t>(step.zero_point)),
                word(step.length), word(step.inner), word(step.count), word(step.offset),
                word(static_cast<std::int64_t>(step.inputs.size())),
                word(static_cast<std::int64_t>(step.dims.size())),
                word(static_cast<std::int64_t>(step.constants.size()))});
  for (const int input : step.inputs) words.push_back(word(std::int64_t{input}));
  for (const std::int64_t dim : step.dims) words.push_back(word(dim));
  for (const std::int64_t stride : step.strides) words.push_back(word(stride));
  for (const float constant : step.constants) words.push_back(word(constant));
  words[first] = word(static_cast<std::int64_t>(words.size() - first));
}

Words words_of(const net::HostProgram& program, const std::vector<Codes>& inputs) {
  const auto value = static_cast<std::size_t>(program.result);
  const std::int64_t result_size =
      value < inputs.size() ? inputs[value].size : program.steps[value - inputs.size()].size;
  Words words = {word(static_cast<std::int64_t>(inputs.size())), word(result_size),
                 word(static_cast<std::int64_t>(program.steps.size())),
                 word(std::int64_t{program.result})};
  for (const Codes& codes : inputs) {
    const std::uint32_t flags = (codes.scale ? 1U : 0U) | (codes.is_signed ? 2U : 0U);
    words.insert(words.end(),
                 {word(codes.size), flags, word(codes.scale.value_or(1.0F)),
                  word(std::int64_t{codes.zero_point}), word(std::int64_t{codes.offset}),
                  word(static_cast<std::int64_t>(codes.map))});
  }
  for (const net::HostStep& step : program.steps) add_step(words, step);
  return words;
}

/// A map between the order of arrays with channels last and (channel, y, x).
net::HostProgram turned(const net::FeatureMap& map, bool to_last) {
  const std::int64_t area = std::int64_t{map.height} * map.width;
  net::HostStep step;
  step.kind = net::HostStep::Kind::kMove;
  step.inputs = {0};
  step.size = area * map.channels;
  step.dims = to_last ? std::vector<std::int64_t>{area, map.channels}
                      : std::vector<std::int64_t>{map.channels, area};
  step.strides =
      to_last ? std::vector<std::int64_t>{1, area} : std::vector<std::int64_t>{1, map.channels};
  net::HostProgram program;
  program.steps = {step};
  program.result = 1;
  return program;
}

/// What is given, or what turns a map; `chained`: another network's.
net::HostProgram program_of(const net::HostProgram& given, const net::Network& network,
                            const net::FeatureMap& map, bool chained, bool to_last) {
  const bool one_position = map.height * map.width == 1;
  if (chained || !given.empty() || !network.channels_last || one_position) return given;
  return turned(map, to_last);
}

std::int64_t values_of(const net::FeatureMap& map) {
  return std::int64_t{map.height} * map.width * map.channels;
}

Words head_of(const net::Network& network) {
  const net::FeatureMap& first = network.maps[0];
  const net::InputFormat& input = network.input;
  const std::int64_t image = input.host.empty()
                                 ? values_of(first)
                                 : std::int64_t{input.height} * input.width * input.channels;
  return words_of(program_of(input.host, network, first, input.chained, false),
                  {{image, input.scale, input.zero_point, input.offset, input.is_signed}});
}

Words tail_of(const net::Network& network, const net::ResultFormat& result) {
  const std::vector<int> maps = net::result_maps(network);
  std::vector<Codes> inputs;
  for (const net::ResultSource& source : result.sources) {
    const int map = net::map_of(network, source);
    const auto place = std::find(maps.begin(), maps.end(), map) - maps.begin();
    inputs.push_back({values_of(network.maps[map]), source.scale, source.zero_point, source.offset,
                      source.is_signed, static_cast<std::size_t>(place)});
  }
  const net::FeatureMap& first = network.maps[net::map_of(network, result.sources.front())];
  return words_of(program_of(result.host, network, first, result.chained, true), inputs);
}

}  // namespace

std::vector<std::uint32_t> host_section(const net::Network& network) {
  std::vector<Words> programs = {head_of(network)};
  for (const net::ResultFormat& result : network.results)
    programs.push_back(tail_of(network, result));
  Words words = {word(static_cast<std::int64_t>(network.results.size()))};
  for (const Words& program : programs) {
    words.push_back(word(static_cast<std::int64_t>(program.size())));
    words.insert(words.end(), program.begin(), program.end());
  }
  return words;
}

}  // namespace sluice::compiler
