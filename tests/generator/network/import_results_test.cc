// SPDX-License-Identifier: Apache-2.0
// Graphs with several outputs: each is compared with what the operators' definitions say.
#include "tests/generator/network/import_checks.h"
#include "verif/golden/results.h"

namespace sluice::test {
namespace {

constexpr float kScale = 0.25F;
constexpr int kZero = 5;

/// A convolution of four channels of INT8 of that scale and zero point.
std::string layer(OnnxModel& model, const std::string& x, const std::string& name,
                  int outputs = 4) {
  Random random(static_cast<unsigned>(name.size() + static_cast<unsigned char>(name[0])));
  const auto scale = model.scalar(kScale), zero = zero_point(model, kInt8, kZero);
  const auto weights =
      model.tensor({outputs, 4, 1, 1}, random.numbers<std::int8_t>(outputs * 4, -99, 99));
  return model.node(
      "QLinearConv",
      {x, scale, zero, weights, model.scalar(1 / 64.0F), zero_point(model, kInt8, 0), scale, zero},
      name);
}

std::string real(OnnxModel& model, const std::string& codes, const std::string& name) {
  return model.node("DequantizeLinear",
                    {codes, model.scalar(kScale), zero_point(model, kInt8, kZero)}, name);
}

std::string codes(OnnxModel& model, const std::string& real, const std::string& name) {
  return model.node("QuantizeLinear", {real, model.scalar(kScale), zero_point(model, kInt8, kZero)},
                    name);
}

OnnxModel trunk() { return OnnxModel(kInt8, {1, 4, 2, 3}); }

/// Compares each output with the definition; returns the network.
net::Network check_results(const OnnxModel& model) {
  net::Network network = import_model(model);
  const auto& outputs = model.proto.graph().output();
  REQUIRE(network.results.size() == static_cast<std::size_t>(outputs.size()));
  Random random(7);
  for (int run = 0; run < 3; ++run) {
    const Input input = random_input(model, random);
    OnnxReference reference(model);
    reference.run(input.value);
    const std::vector<golden::Tensor> maps =
        golden::results_of(network, golden::evaluate(network, input.tensor, true));
    for (std::size_t k = 0; k < network.results.size(); ++k) {
      INFO("run " << run << " output " << network.results[k].name);
      CHECK(network.results[k].name == outputs[static_cast<int>(k)].name());
      const std::vector<float> got = golden::numbers_of(network, k, maps);
      const std::vector<double>& wanted = reference.value(network.results[k].name).v;
      REQUIRE(got.size() == wanted.size());
      for (std::size_t i = 0; i < got.size(); ++i)
        REQUIRE(got[i] == Approx(wanted[i]).margin(1e-6));
    }
  }
  return network;
}

}  // namespace

TEST_CASE("ImportResults.TwoHeadsOfOneTrunkInTheGraphsOrder") {
  OnnxModel model = trunk();
  const auto x = layer(model, "input", "trunk");
  const auto a = layer(model, x, "a", 3), b = layer(model, x, "bb", 8);
  model.output(real(model, b, "real"));
  model.output(a);
  const net::Network network = check_results(model);
  CHECK(network.layers.size() == 3);
  CHECK(net::result_maps(network) ==
        std::vector<int>{network.layers[2].output, network.layers[1].output});
  CHECK(network.results[0].sources[0].scale == kScale);
  CHECK_FALSE(network.results[1].sources[0].scale);
}

TEST_CASE("ImportResults.AMapThatLayersRead") {
  OnnxModel model = trunk();
  const auto x = layer(model, "input", "trunk");
  const auto y = layer(model, x, "y");
  SECTION("as codes") { model.output(x); }
  SECTION("as real numbers") { model.output(real(model, x, "real")); }
  SECTION("as both") {
    model.output(x);
    model.output(real(model, x, "real"));
  }
  model.output(y);
  CHECK(check_results(model).layers.size() == 2);
}

TEST_CASE("ImportResults.AMapThatOthersReadLimited") {
  OnnxModel model = trunk();
  const auto x = layer(model, "input", "trunk");
  SECTION("on codes") {
    const auto low = zero_point(model, kInt8, 0), high = zero_point(model, kInt8, 9);
    model.output(layer(model, model.node("Clip", {x, low, high}, "clip"), "y"));
    model.output(x);
  }
  SECTION("on real numbers") {
    const auto dequantised = real(model, x, "real");
    const auto relu = codes(model, model.node("Relu", {dequantised}, "relu"), "again");
    model.output(layer(model, relu, "y"));
    model.output(dequantised);
  }
  SECTION("on real numbers, with the codes as an output") {
    const auto relu = model.node("Relu", {real(model, x, "real")}, "relu");
    model.output(x);
    model.output(layer(model, codes(model, relu, "again"), "y"));
  }
  SECTION("by a table") {
    const auto function = model.node("Sigmoid", {real(model, x, "real")}, "sigmoid");
    model.output(x);
    model.output(layer(model, codes(model, function, "again"), "y"));
  }
  CHECK(check_results(model).layers.size() == 3);
}

TEST_CASE("ImportResults.AConcatenationAndItsOperands") {
  OnnxModel model = trunk();
  const auto a = layer(model, "input", "a"), b = layer(model, "input", "bb");
  const auto joined = model.node("Concat", {a, b}, "joined");
  model.set("axis", 1);
  model.output(joined);
  model.output(b);
  const net::Network network = check_results(model);
  CHECK(network.layers.size() == 4);
  CHECK(network.layers[2].name == "copy of joined_out");
}

TEST_CASE("ImportResults.FlattenedAndReshaped") {
  OnnxModel model = trunk();
  const auto x = layer(model, "input", "trunk");
  model.output(model.node("Flatten", {x}, "values"));
  model.output(real(model, layer(model, x, "y"), "real"));
  const net::Network network = check_results(model);
  CHECK(network.results[0].flat);
  CHECK_FALSE(network.results[1].flat);
}

TEST_CASE("ImportResults.EachHasItsOwnOperatorsOnTheHost") {
  OnnxModel model = trunk();
  const auto x = layer(model, "input", "trunk");
  const auto a = real(model, layer(model, x, "a"), "ra"), b = real(model, x, "rb");
  const auto turned = model.node("Transpose", {a}, "turned");
  model.set("perm", {0, 2, 3, 1});
  model.output(model.node("Sigmoid", {turned}, "first"));
  model.output(b);
  model.output(model.node("Reshape", {turned, model.shape({1, 24})}, "third"));
  const net::Network network = check_results(model);
  CHECK(network.layers.size() == 2);
  CHECK(network.results[0].host.steps.size() == 2);
  CHECK(network.results[1].host.empty());
  // What the first one begins with, too
  CHECK(network.results[2].host.steps.size() == 1);
  CHECK(network.results[2].host.steps[0].name == "turned");
}

TEST_CASE("ImportResults.HeadsThatTheHostJoins") {
  OnnxModel model = trunk();
  const auto x = layer(model, "input", "trunk");
  std::vector<std::string> heads;
  for (const char* name : {"a", "bb"}) {
    const auto head = real(model, layer(model, x, name), std::string("real_") + name);
    const auto turned = model.node("Transpose", {head}, std::string("turned_") + name);
    model.set("perm", {0, 2, 3, 1});
    heads.push_back(
        model.node("Reshape", {turned, model.shape({1, 6, 4})}, std::string("values_") + name));
  }
  const auto joined = model.node("Concat", heads, "joined");
  model.set("axis", 1);
  model.output(model.node("Sigmoid", {joined}, "scores"));
  const net::Network network = check_results(model);
  CHECK(network.layers.size() == 3);
  const net::ResultFormat& result = network.results[0];
  CHECK(result.sources.size() == 2);
  CHECK(result.host.inputs == 2);
  CHECK(result.host.dims == Dims{1, 12, 4});
}

TEST_CASE("ImportResults.TheLastNetworkOfAChainMayHaveSeveral") {
  OnnxModel model = trunk();
  const auto x = layer(model, "input", "trunk");
  const auto softmax = model.node("Softmax", {real(model, x, "real")}, "softmax");
  model.set("axis", 1);
  const auto y = layer(model, codes(model, softmax, "again"), "y");
  model.output(layer(model, y, "z"));
  model.output(real(model, y, "middle"));
  const std::vector<net::Network> chain = import_by(net::import_chain, model);
  REQUIRE(chain.size() == 2);
  CHECK(chain[0].results.size() == 1);
  CHECK(chain[0].results[0].chained);
  REQUIRE(chain[1].results.size() == 2);
  CHECK(chain[1].results[0].name == "z_out");
  CHECK(chain[1].results[1].name == "middle_out");
  CHECK_FALSE(chain[1].results[1].chained);
  model.output(x);
  CHECK_THAT(error_by(net::import_chain, model),
             Catch::Matchers::Contains("here 'trunk_out' is read behind it, too"));
}

TEST_CASE("ImportResults.WhatComesFromNoLayerIsRefused") {
  OnnxModel model = trunk();
  const auto x = layer(model, "input", "trunk");
  model.output(x);
  OnnxModel input = model;
  input.output("input");
  CHECK(import_error(input) ==
        "its output 'input' is its input, or made of it by the host; results come from layers");
  OnnxModel twice = model;
  twice.output(x);
  CHECK(import_error(twice) == "has the output 'trunk_out' twice");
  OnnxModel unknown = model;
  unknown.output("nothing");
  CHECK(import_error(unknown) ==
        "its output 'nothing' is no result of a layer, nor what the host computes behind layers");
  layer(model, x, "unread");
  CHECK(import_error(model) ==
        "its output 'trunk_out' must be the result of the last layer, 'unread_out'");
}

}  // namespace sluice::test
