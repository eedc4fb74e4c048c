// SPDX-License-Identifier: Apache-2.0
// Test helper: layers with operators of the host behind, and what these give.
#pragma once

#include <catch2/catch.hpp>
#include <vector>

#include "tests/generator/network/import_checks.h"
#include "verif/golden/host.h"
#include "verif/golden/results.h"

namespace sluice::test {

/// A dense layer with real numbers behind: the tensor is "real_out".
inline OnnxModel dense(bool flat = true) {
  Random random(1);
  OnnxModel model(kInt8, flat ? Dims{1, 4} : Dims{1, 4, 1, 1});
  const Dims weights = flat ? Dims{4, 3} : Dims{3, 4, 1, 1};
  const auto codes =
      model.node(flat ? "QLinearMatMul" : "QLinearConv",
                 {"input", model.scalar(0.5F), zero_point(model, kInt8, 0),
                  model.tensor(weights, random.numbers<std::int8_t>(12, -9, 9)), model.scalar(0.5F),
                  zero_point(model, kInt8, 0), model.scalar(1.0F), zero_point(model, kInt8, 5)},
                 "layer");
  model.node("DequantizeLinear", {codes, model.scalar(1.0F), zero_point(model, kInt8, 5)}, "real");
  return model;
}

/// What the host gives of stored values of the last map, (channel, y, x).
inline std::vector<float> host_of(const net::Network& network, const std::vector<int>& stored) {
  const net::ResultFormat& format = network.results[0];
  std::vector<float> reals;
  for (const int value : stored)
    reals.push_back(golden::number_of(format.sources[0], static_cast<std::int8_t>(value)));
  return golden::evaluate(format.host, reals);
}

/// A map of 2 channels, 2 x 3 positions, as real numbers "real_out" and codes "layer_out".
inline OnnxModel map_model(int opset = 13) {
  OnnxModel model(kInt8, {1, 2, 2, 3}, opset);
  const auto codes =
      model.node("QLinearConv",
                 {"input", model.scalar(0.5F), zero_point(model, kInt8, 0),
                  model.tensor<std::int8_t>({2, 2, 1, 1}, {1, 0, 0, 1}), model.scalar(1.0F),
                  zero_point(model, kInt8, 0), model.scalar(0.5F), zero_point(model, kInt8, 2)},
                 "layer");
  model.node("DequantizeLinear", {codes, model.scalar(0.5F), zero_point(model, kInt8, 2)}, "real");
  return model;
}

/// Stored values of that map: real numbers 0, 0.5, .. 5.5
inline const std::vector<int> kStored = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13};

inline void check(const std::vector<float>& got, const std::vector<double>& wanted) {
  REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i] == Approx(wanted[i]).margin(1e-6));
}

}  // namespace sluice::test
