// SPDX-License-Identifier: Apache-2.0
// Test helper: programs of the host for a network, with steps of all kinds.
#pragma once

#include <vector>

#include "generator/network/network.h"

namespace sluice::test {

/// A program under construction; add() returns the number of the step's result.
class HostProgramBuilder {
 public:
  explicit HostProgramBuilder(std::int64_t size) : sizes_{size} {}

  int add(net::HostStep::Kind kind, std::vector<int> inputs, net::HostStep step = {}) {
    step.kind = kind;
    step.inputs = std::move(inputs);
    if (step.size == 0) step.size = size_of(step.inputs[0]);
    sizes_.push_back(step.size);
    program_.steps.push_back(step);
    return static_cast<int>(program_.steps.size());
  }

  std::int64_t size_of(int value) const { return sizes_[static_cast<std::size_t>(value)]; }

  /// All values behind each other.
  net::HostProgram finish() {
    net::HostStep step;
    std::vector<int> all;
    for (std::size_t k = 1; k < sizes_.size(); ++k) {
      all.push_back(static_cast<int>(k));
      step.size += sizes_[k];
    }
    program_.result = add(net::HostStep::Kind::kConcatenate, all, step);
    program_.dims = {1, step.size};
    return program_;
  }

 private:
  std::vector<std::int64_t> sizes_;
  net::HostProgram program_;
};

inline std::int64_t values_of(const net::FeatureMap& map) {
  return std::int64_t{map.height} * map.width * map.channels;
}

/// All functions of one number, and of two.
inline net::HostProgram host_functions_program(std::int64_t size) {
  using Kind = net::HostStep::Kind;
  HostProgramBuilder builder(size);
  net::HostStep step;
  step.a = 0.75F;
  step.b = 1.25F;
  // Square roots and logarithms are of positive numbers.
  step.function = net::HostFunction::kSoftplus;
  const int positive = builder.add(Kind::kFunction, {0}, step);
  for (int f = 0; f < static_cast<int>(net::HostFunction::kAdd); ++f) {
    step.function = static_cast<net::HostFunction>(f);
    builder.add(Kind::kFunction, {positive}, step);
    const bool any = step.function != net::HostFunction::kLog &&
                     step.function != net::HostFunction::kSqrt &&
                     step.function != net::HostFunction::kReciprocal;
    if (any) builder.add(Kind::kFunction, {0}, step);
  }
  for (int f = static_cast<int>(net::HostFunction::kAdd);
       f <= static_cast<int>(net::HostFunction::kPRelu); ++f) {
    step.function = static_cast<net::HostFunction>(f);
    step.length = size;
    builder.add(Kind::kJoin, {positive, positive}, step);
    step.reversed = f % 2 == 0;
    step.constants = {2.0F, 0.5F};
    step.length = 2;
    step.inner = 3;
    builder.add(Kind::kJoin, {positive}, step);
    step.constants.clear();
    step.inner = 1;
  }
  return builder.finish();
}

/// Steps along the channels, and along all values of one.
inline net::HostProgram host_axes_program(const net::FeatureMap& map) {
  using Kind = net::HostStep::Kind;
  const std::int64_t area = std::int64_t{map.height} * map.width, size = area * map.channels;
  HostProgramBuilder builder(size);
  for (const bool channels : {true, false}) {
    net::HostStep step;
    step.length = channels ? map.channels : area;
    step.inner = channels ? area : 1;
    step.a = 0.5F;
    for (const Kind kind : {Kind::kSoftmax, Kind::kLogSoftmax, Kind::kHardmax, Kind::kNormalise})
      builder.add(kind, {0}, step);
    step.size = size / step.length;
    for (const auto function :
         {net::HostFunction::kAdd, net::HostFunction::kMax, net::HostFunction::kMin}) {
      step.function = function;
      builder.add(Kind::kReduce, {0}, step);
    }
    for (int k = 0; k < 4; ++k) {
      step.largest = k % 2 == 0;
      step.last = k > 1;
      builder.add(Kind::kPlace, {0}, step);
    }
    step.count = (step.length + 1) / 2;
    step.size *= step.count;
    for (const Kind kind : {Kind::kTop, Kind::kTopPlaces}) builder.add(kind, {0}, step);
    step.size = size / step.length * 3;
    step.count = 3;
    for (std::int64_t k = 0; k < 3 * step.length; ++k)
      step.constants.push_back(static_cast<float>(k % 5 - 2) / 4);
    builder.add(Kind::kMatrix, {0}, step);
  }
  return builder.finish();
}

/// Numbers in another order, repeated and rounded.
inline net::HostProgram host_moves_program(const net::FeatureMap& map) {
  using Kind = net::HostStep::Kind;
  const std::int64_t area = std::int64_t{map.height} * map.width;
  HostProgramBuilder builder(area * map.channels);
  net::HostStep step;
  step.dims = {area, 2, map.channels};
  step.strides = {-1, 0, area};
  step.offset = area - 1;
  step.size = 2 * area * map.channels;
  const int moved = builder.add(Kind::kMove, {0}, step);
  net::HostStep joined;
  joined.count = area;
  joined.size = 3 * area * map.channels;
  builder.add(Kind::kConcatenate, {moved, 0}, joined);
  net::HostStep codes;
  codes.a = 0.125F;
  codes.zero_point = -3;
  codes.is_signed = true;
  const int quantised = builder.add(Kind::kQuantise, {moved}, codes);
  builder.add(Kind::kDequantise, {quantised}, codes);
  return builder.finish();
}

inline std::vector<net::HostProgram> host_programs(const net::Network& network) {
  const net::FeatureMap& map = network.maps[network.layers.back().output];
  return {host_functions_program(values_of(map)), host_axes_program(map), host_moves_program(map)};
}

/// A mean is taken off each channel of an input with channels last.
inline void add_head(net::Network& network) {
  const net::FeatureMap& map = network.maps[0];
  const std::int64_t area = std::int64_t{map.height} * map.width;
  HostProgramBuilder builder(values_of(map));
  net::HostStep mean;
  mean.function = net::HostFunction::kSub;
  mean.length = map.channels;
  for (int c = 0; c < map.channels; ++c) mean.constants.push_back(static_cast<float>(c % 3) - 1);
  const int centred = builder.add(net::HostStep::Kind::kJoin, {0}, mean);
  net::HostStep turn;
  turn.dims = {map.channels, area};
  turn.strides = {1, map.channels};
  const int turned = builder.add(net::HostStep::Kind::kMove, {centred}, turn);
  net::InputFormat& input = network.input;
  input.host = builder.finish();
  input.host.steps.pop_back();
  input.host.result = turned;
  input.host.dims = {1, map.channels, map.height, map.width};
  input.height = map.height;
  input.width = map.width;
  input.channels = map.channels;
  input.channels_last = true;
}

/// A step of each kind, and few words.
inline void set_small_host(net::Network& network) {
  using Kind = net::HostStep::Kind;
  const net::FeatureMap& map = network.maps[network.layers.back().output];
  const std::int64_t area = std::int64_t{map.height} * map.width, size = area * map.channels;
  add_head(network);
  HostProgramBuilder builder(size);
  net::HostStep step;
  step.length = map.channels;
  step.inner = area;
  step.a = 0.5F;
  for (const Kind kind : {Kind::kFunction, Kind::kSoftmax, Kind::kHardmax, Kind::kNormalise,
                          Kind::kQuantise, Kind::kDequantise})
    builder.add(kind, {0}, step);
  step.function = net::HostFunction::kMul;
  builder.add(Kind::kJoin, {1, 2}, step);
  step.size = area;
  builder.add(Kind::kReduce, {0}, step);
  builder.add(Kind::kPlace, {0}, step);
  builder.add(Kind::kTopPlaces, {0}, step);
  step.count = 1;
  step.constants.assign(static_cast<std::size_t>(step.length), 0.25F);
  builder.add(Kind::kMatrix, {0}, step);
  net::HostStep move;
  move.dims = {area, map.channels};
  move.strides = {1, area};
  builder.add(Kind::kMove, {0}, move);
  network.results[0].host = builder.finish();
}

}  // namespace sluice::test
