// SPDX-License-Identifier: Apache-2.0
// Sums of products behind the last layer that nobody has quantised: the host computes them.
#include <cmath>

#include "tests/generator/network/host_models.h"

namespace sluice::test {
namespace {

/// What the host gives of the map of kStored: 0, 0.5, .. 5.5 in two channels of 2 x 3.
std::vector<float> of_map(const OnnxModel& model) { return host_of(import_model(model), kStored); }

/// An attribute of the node added last.
void set_real(OnnxModel& model, const char* name, float value) {
  auto& nodes = *model.proto.mutable_graph()->mutable_node();
  onnx::AttributeProto* attribute = nodes.rbegin()->add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::FLOAT);
  attribute->set_f(value);
}

}  // namespace

TEST_CASE("HostMatrices.DenseLayersOfRealNumbersAreOnTheHost") {
  OnnxModel model = dense();
  const auto weights = model.tensor<float>({3, 2}, {1, 0.5, 2, -1, 0, 0.25});
  const bool gemm = GENERATE(false, true);
  if (gemm) {
    model.output(
        model.node("Gemm", {"real_out", weights, model.tensor<float>({2}, {10, 20})}, "last"));
    set_real(model, "alpha", 2);
    set_real(model, "beta", 0.5F);
  } else {
    model.output(model.node("MatMul", {"real_out", weights}, "last"));
  }
  const net::Network network = import_model(model);
  CHECK(network.layers.size() == 1);
  CHECK(network.results[0].host.dims == Dims{1, 2});
  CHECK(network.results[0].host.steps.at(0).operation == (gemm ? "Gemm" : "MatMul"));
  // Codes less their zero point: 1, -2, 4
  const std::vector<float> got = host_of(network, {6, 3, 9});
  if (gemm)
    check(got, {2 * (1 - 4 + 0) + 5.0, 2 * (0.5 + 2 + 1) + 10.0});
  else
    check(got, {1 - 4 + 0, 0.5 + 2 + 1});
}

TEST_CASE("HostMatrices.KernelsOfOnePositionMixChannels") {
  OnnxModel model = map_model();
  model.output(model.node(
      "Conv",
      {"real_out", model.tensor<float>({1, 2, 1, 1}, {2, -1}), model.tensor<float>({1}, {1})},
      "mix"));
  check(of_map(model), {-2, -1.5, -1, -0.5, 0, 0.5});
}

TEST_CASE("HostMatrices.MapsAreInterpolatedBehindTheLastLayer") {
  OnnxModel model = map_model();
  const auto scales = model.tensor<float>({4}, {1, 1, 1, 2});
  model.output(model.node("Resize", {"real_out", "", scales}, "larger"));
  model.set("mode", "linear");
  std::vector<double> wanted;
  for (int k = 0; k < 4; ++k)
    for (const double x : {0.0, 0.125, 0.375, 0.625, 0.875, 1.0}) wanted.push_back(1.5 * k + x);
  check(of_map(model), wanted);
}

TEST_CASE("HostMatrices.PositionsThatAreRepeatedAreALayers") {
  OnnxModel model = map_model();
  model.output(model.node("Resize", {"real_out", "", model.tensor<float>({4}, {1, 1, 1, 2})}));
  model.set("mode", "nearest").set("coordinate_transformation_mode", "asymmetric");
  model.set("nearest_mode", "floor");
  const net::Network network = import_model(model);
  CHECK(network.results[0].host.empty());
  CHECK(network.maps[network.layers.back().output].width == 6);
}

TEST_CASE("HostMatrices.SizesMayBeGivenAndFollowedByTheLargestClass") {
  OnnxModel model = map_model();
  const auto sizes = model.shape({1, 2, 4, 3});
  const auto larger = model.node("Resize", {"real_out", "", "", sizes}, "larger");
  model.set("mode", "linear").set("coordinate_transformation_mode", "align_corners");
  const auto best = model.node("ArgMax", {larger}, "best");
  model.set("axis", 1);
  model.output(best);
  const net::Network network = import_model(model);
  CHECK(network.results[0].host.dims == Dims{1, 1, 4, 3});
  check(host_of(network, kStored), std::vector<double>(12, 1));
}

TEST_CASE("HostMatrices.ChannelsAreNormalisedByTheirNeighbours") {
  OnnxModel model = map_model();
  model.output(model.node("LRN", {"real_out"}, "local"));
  model.set("size", 2);
  set_real(model, "alpha", 2);
  set_real(model, "beta", 0.5F);
  set_real(model, "bias", 3);
  // A size of 2: a channel and the next
  std::vector<double> wanted;
  for (int c = 0; c < 2; ++c)
    for (int i = 0; i < 6; ++i) {
      const double a = 0.5 * i, b = 3 + 0.5 * i;
      wanted.push_back((c == 0 ? a : b) / std::sqrt(3 + (c == 0 ? a * a : 0) + b * b));
    }
  check(of_map(model), wanted);
}

TEST_CASE("HostMatrices.WhatTheHostDoesNotComputeIsNamed") {
  OnnxModel wide = map_model();
  wide.output(
      wide.node("Conv", {"real_out", wide.tensor<float>({1, 2, 1, 2}, {2, -1, 1, 1})}, "wide"));
  CHECK(import_error(wide) ==
        "node 'wide' (Conv): has weights that are not quantised; the host computes kernels of one "
        "position, strides of 1 and one group");
  OnnxModel other = dense();
  other.output(other.node("MatMul", {"real_out", other.tensor<float>({2, 2}, {1, 0, 0, 1})}, "m"));
  CHECK(import_error(other) ==
        "node 'm' (MatMul): multiplies 3 places of [1, 3] by a matrix of [2, 2]");
}

TEST_CASE("HostMatrices.AFileOfRealNumbersIsStillNotQuantised") {
  OnnxModel model(onnx::TensorProto::FLOAT, {1, 4});
  model.output(model.node("MatMul", {"input", model.tensor<float>({4, 1}, {1, 2, 3, 4})}, "m"));
  CHECK_THAT(import_error(model),
             Catch::Matchers::Contains("is a float operator: this file is not quantised"));
}

}  // namespace sluice::test
