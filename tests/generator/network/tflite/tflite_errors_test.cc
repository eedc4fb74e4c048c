// SPDX-License-Identifier: Apache-2.0
// TFLite files that are refused, and files that are broken.
#include <catch2/catch.hpp>

#include "tests/generator/network/tflite/tflite_model.h"

namespace sluice::test {
namespace {

/// A convolution of 1 x 1; its map is tensor 2.
TfliteModel convolution() {
  TfliteModel model;
  model.map({1, 3, 3, 2}, 0.5F, 0);
  model.weights({2, 1, 1, 2}, {1, 2, 3, 4}, {1.0F});
  model.map({1, 3, 3, 2}, 0.5F, 0);
  model.add(tfl::kConv, {0, 1}, 2);
  return model;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("TfliteErrors.AllOperatorsThatAreNotSupportedAreNamed") {
  TfliteModel model = convolution();
  model.map({1, 3, 3, 2}, 0.5F, 0);
  model.map({1, 3, 3, 2}, 0.5F, 0);
  model.add(23, {2}, 3);  // RESIZE_BILINEAR
  model.add(tfl::kCustom, {3}, 4);
  const std::string error = complaint_of(model.bytes(0, 4));
  CHECK(has(error, "2 nodes are not supported"));
  CHECK(has(error,
            "node 'block/tensor3' (RESIZE_BILINEAR): this operator is not supported; "
            "supported are ABS, ADD, AVERAGE_POOL_2D, "));
  CHECK(has(error, "node 'block/tensor4' (Mine): this operator is not supported"));
  CHECK(has(error, "\n    help: build the network without it, or end the network before it"));
}

TEST_CASE("TfliteErrors.TypesAndOptions") {
  TfliteModel wide;
  wide.tensor({1, 2, 2, 1}, tfl::kInt16, {0.5F}, 0);
  wide.weights({1, 1, 1, 1}, {1}, {1.0F});
  wide.tensor({1, 2, 2, 1}, tfl::kInt16, {0.5F}, 0);
  wide.add(tfl::kConv, {0, 1}, 2);
  CHECK(has(complaint_of(wide.bytes(0, 2)),
            "its tensor 'block/tensor0' is of type 7 of the schema; supported are INT8"));
  TfliteModel beta = convolution();
  beta.map({1, 3, 3, 2}, 1.0F / 256, -128);
  beta.add(tfl::kSoftmax, {2}, 3, {{0, flat_scalar(2.0F)}});
  CHECK(has(complaint_of(beta.bytes(0, 3)), "node 'block/tensor3' (SOFTMAX): its beta is not 1"));
  TfliteModel tanh;
  tanh.map({1, 3, 3, 2}, 0.5F, 0);
  tanh.weights({2, 1, 1, 2}, {1, 2, 3, 4}, {1.0F});
  tanh.map({1, 3, 3, 2}, 0.5F, 0);
  tanh.add(tfl::kConv, {0, 1}, 2, {{3, flat_scalar<std::int8_t>(4)}});
  CHECK(has(complaint_of(tanh.bytes(0, 2)), "its fused activation is 4 of the schema"));
  TfliteModel computed;
  computed.map({1, 3, 3, 2}, 0.5F, 0);
  computed.map({2, 1, 1, 2}, 1.0F, 0);
  computed.map({1, 3, 3, 2}, 0.5F, 0);
  computed.add(tfl::kConv, {0, 1}, 2);
  CHECK(has(complaint_of(computed.bytes(0, 2)), "its weights 'block/tensor1' are computed"));
}

TEST_CASE("TfliteErrors.WhatWouldSeeTheOrderOfAFlattenedMap") {
  TfliteModel model = convolution();
  model.map({1, 18}, 0.5F, 0);
  model.add(tfl::kReshape, {2}, 3);
  CHECK(has(complaint_of(model.bytes(0, 3)),
            "its output is a flattened map: end the network before it is flattened"));
  model.map({1, 36}, 0.5F, 0);
  model.add(tfl::kConcatenation, {3, 3}, 4, {{0, flat_scalar(1)}});
  CHECK(has(complaint_of(model.bytes(0, 4)),
            "node 'block/tensor4' (CONCATENATION): reads a flattened map"));
  TfliteModel shape = convolution();
  shape.map({1, 3, 2, 3}, 0.5F, 0);
  shape.add(tfl::kReshape, {2}, 3);
  CHECK(has(complaint_of(shape.bytes(0, 3)),
            "(RESHAPE): gives a tensor of shape [1, 3, 3, 2] the shape [1, 3, 2, 3]"));
}

TEST_CASE("TfliteErrors.VersionAndGraphs") {
  TfliteModel model = convolution();
  model.version = 2;
  CHECK(complaint_of(model.bytes(0, 2)) == "is of version 2 of TFLite's schema; supported is 3");
  TfliteModel two = convolution();
  two.graphs = {FlatFields{}};
  CHECK(has(complaint_of(two.bytes(0, 2)), "has 2 subgraphs; supported is one"));
}

TEST_CASE("TfliteErrors.BrokenFilesAreRefusedOrRead") {
  const std::string good = convolution().bytes(0, 2);
  REQUIRE(complaint_of(good) == "accepted");
  for (std::size_t size = 9; size < good.size(); ++size) {
    INFO("cut to " << size << " bytes");
    CHECK(complaint_of(good.substr(0, size)) != "accepted");
  }
  for (std::size_t at = 0; at < good.size(); ++at)
    for (const char value : {'\0', '\x01', '\x7f', '\xff'}) {
      std::string broken = good;
      broken[at] = value;
      INFO("byte " << at << " is " << int{value});
      CHECK_FALSE(complaint_of(broken).empty());  // whatever it says, no other exception
    }
}

}  // namespace sluice::test
