// SPDX-License-Identifier: Apache-2.0
// Test helper: TFLite files under construction, and what TFLite defines that they give.
#pragma once

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>

#include "generator/network/import_network.h"
#include "generator/util/user_error.h"
#include "tests/generator/network/import_checks.h"
#include "tests/generator/network/tflite/flat_writer.h"
#include "verif/golden/golden.h"

namespace sluice::test {

using Shape = std::vector<std::int32_t>;

// Numbers of operators and types in the schema.
namespace tfl {
inline constexpr int kAdd = 0, kAveragePool = 1, kConcatenation = 2, kConv = 3, kDepthwise = 4,
                     kDequantize = 6, kFullyConnected = 9, kMaxPool = 17, kReshape = 22,
                     kSoftmax = 25, kCustom = 32, kMean = 40, kArgMax = 56, kQuantize = 114;
inline constexpr std::int8_t kFloat32 = 0, kInt32 = 2, kInt16 = 7, kInt8 = 9, kInt4 = 17;
}  // namespace tfl

class TfliteModel {
 public:
  std::uint32_t version = 3;
  std::vector<FlatFields> graphs;  ///< more than the one that is built
  std::string custom = "Mine";

  int tensor(const Shape& shape, std::int8_t type, const std::vector<float>& scales, int zero,
             int dimension = 0, const std::string& data = "", const std::string& name = "") {
    buffers_.push_back(data.empty() ? FlatFields{} : FlatFields{{0, flat_text(data)}});
    FlatFields quantisation;
    if (!scales.empty()) {
      const std::vector<std::int64_t> zeros(scales.size(), zero);
      quantisation = {{2, flat_vector(scales)},
                      {3, flat_vector(zeros)},
                      {6, flat_scalar<std::int32_t>(dimension)}};
    }
    const std::string own = "block/tensor" + std::to_string(tensors_.size());
    tensors_.push_back({{0, flat_vector(shape)},
                        {1, flat_scalar(type)},
                        {2, flat_scalar(static_cast<std::uint32_t>(buffers_.size() - 1))},
                        {3, flat_text(name.empty() ? own : name)},
                        {4, flat_table(quantisation)}});
    return static_cast<int>(tensors_.size()) - 1;
  }
  /// A quantised map.
  int map(const Shape& shape, float scale, int zero) {
    return tensor(shape, tfl::kInt8, {scale}, zero);
  }
  int weights(const Shape& shape, const std::vector<std::int8_t>& values,
              const std::vector<float>& scales, int dimension = 0) {
    return tensor(shape, tfl::kInt8, scales, 0, dimension, flat_bytes(values));
  }
  int integers(const std::vector<std::int32_t>& values, float scale = 0) {
    return tensor({static_cast<std::int32_t>(values.size())}, tfl::kInt32,
                  scale == 0 ? std::vector<float>{} : std::vector<float>{scale}, 0, 0,
                  flat_bytes(values));
  }
  void add(int code, const std::vector<std::int32_t>& inputs, int output,
           const FlatFields& options = {}) {
    add(code, inputs, std::vector<std::int32_t>{output}, options);
  }
  void add(int code, const std::vector<std::int32_t>& inputs,
           const std::vector<std::int32_t>& outputs, const FlatFields& options = {}) {
    FlatFields row = {{0, flat_scalar(static_cast<std::int8_t>(std::min(code, 127)))},
                      {3, flat_scalar<std::int32_t>(code)}};
    if (code == tfl::kCustom) row[1] = flat_text(custom);
    codes_.push_back(row);
    operators_.push_back({{0, flat_scalar(static_cast<std::uint32_t>(codes_.size() - 1))},
                          {1, flat_vector(inputs)},
                          {2, flat_vector(outputs)},
                          {4, flat_table(options)}});
  }
  /// The file, from map `input` to map `output`, or to several.
  std::string bytes(int input, int output) const {
    return bytes(input, std::vector<std::int32_t>{output});
  }
  std::string bytes(int input, const std::vector<std::int32_t>& outputs) const {
    std::vector<FlatFields> all = {{{0, flat_tables(tensors_)},
                                    {1, flat_vector(std::vector<std::int32_t>{input})},
                                    {2, flat_vector(outputs)},
                                    {3, flat_tables(operators_)},
                                    {4, flat_text("net")}}};
    all.insert(all.end(), graphs.begin(), graphs.end());
    return FlatWriter::write({{0, flat_scalar(version)},
                              {1, flat_tables(codes_)},
                              {2, flat_tables(all)},
                              {4, flat_tables(buffers_)}},
                             "TFL3");
  }

 private:
  std::vector<FlatFields> tensors_, buffers_, codes_, operators_;
};

inline net::Network import_bytes(const std::string& bytes) {
  TemporaryFile file;
  file.write(bytes);
  return net::import_network(file.path());
}

/// What importing a file complains of, with its remedies; "accepted" if it does not.
inline std::string complaint_of(const std::string& bytes) {
  TemporaryFile file;
  file.write(bytes);
  try {
    net::import_network(file.path());
  } catch (const UserError& error) {
    return std::string(error.what()).substr(file.path().size() + 2);
  }
  return "accepted";
}

/// Real numbers [y][x][channel].
struct Real {
  int height = 0, width = 0, channels = 0;
  std::vector<double> values;

  double at(int y, int x, int c) const {
    return values[(static_cast<std::size_t>(y) * width + x) * channels + c];
  }
};

/// Of the layers that round twice.
inline double half_of_first_rounding(const net::Network& network) {
  double most = 0;
  for (const net::Layer& layer : network.layers)
    for (const net::Requant& requant : layer.requant)
      if (layer.rounds_twice)
        most = std::max(most, std::ldexp(0.5, net::kMultiplierBits - requant.shift));
  return most;
}

/// Evaluates a network on random codes of its input, whose scale and zero point are given. Each
/// stored value of the result must be `wanted` of the real numbers over `scale` plus `zero`, to
/// within half a step, a little for multipliers of 20 bits, and half of what a first rounding
/// leaves; values are limited to what INT8
/// holds.
inline void check_values(const net::Network& network, double in_scale, int in_zero, double scale,
                         int zero, const std::function<Real(const Real&)>& wanted) {
  Random random(5);
  const double allowed = 0.51 + half_of_first_rounding(network);
  const net::FeatureMap& map = network.maps[0];
  for (int run = 0; run < 3; ++run) {
    golden::Tensor input{map.height, map.width, map.channels, {}};
    input.values = random.numbers<std::int8_t>(map.height * map.width * map.channels, -128, 127);
    Real real{map.height, map.width, map.channels, {}};
    for (const int code : input.values) real.values.push_back((code - in_zero) * in_scale);
    const golden::Tensor got = golden::evaluate(network, input, true).back().output;
    const Real exact = wanted(real);
    REQUIRE(got.values.size() == exact.values.size());
    for (std::size_t i = 0; i < exact.values.size(); ++i) {
      INFO("run " << run << " value " << i);
      const double code = std::clamp(exact.values[i] / scale + zero, -128.0, 127.0);
      REQUIRE(std::abs(got.values[i] - code) <= allowed);
    }
  }
}

}  // namespace sluice::test
