// SPDX-License-Identifier: Apache-2.0
// The trained networks in verif/networks: what they give, and that other runtimes take them.
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "generator/network/import_network.h"
#include "generator/network/onnx_proto.h"
#include "tests/support/files.h"
#include "verif/data/fashion_mnist.h"
#include "verif/golden/accuracy.h"
#include "verif/golden/images.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> shipped_networks() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(source_dir() / "verif/networks")) {
    if (entry.path().extension() == ".onnx") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

onnx::ModelProto read_model(const fs::path& file) {
  onnx::ModelProto model;
  REQUIRE(model.ParseFromString(read_file(file)));
  return model;
}

/// Types and, of constants, shapes of a graph's tensors, found from node to node.
struct Tensors {
  explicit Tensors(const onnx::GraphProto& graph) {
    for (const auto& input : graph.input()) {
      types[input.name()] = input.type().tensor_type().elem_type();
    }
    for (const auto& constant : graph.initializer()) {
      types[constant.name()] = constant.data_type();
      ranks[constant.name()] = constant.dims_size();
    }
    for (const auto& node : graph.node()) types[node.output(0)] = result_type(node);
  }

  std::string type(const std::string& name) const {
    return onnx::TensorProto::DataType_Name(
        static_cast<onnx::TensorProto::DataType>(types.at(name)));
  }

  std::map<std::string, int> types, ranks;

 private:
  int result_type(const onnx::NodeProto& node) const {
    const std::string& kind = node.op_type();
    if (kind == "QLinearConv") return types.at(node.input(7));
    if (kind == "QuantizeLinear") return types.at(node.input(2));
    if (kind == "ConvInteger") return onnx::TensorProto::INT32;
    if (kind == "DequantizeLinear") return onnx::TensorProto::FLOAT;
    if (kind == "Greater") return onnx::TensorProto::BOOL;
    if (kind == "Where") return types.at(node.input(1));
    if (kind == "Cast") return static_cast<int>(node.attribute(0).i());
    return types.at(node.input(0));
  }
};

/// Types of inputs that the kernels of onnxruntime's CPU provider take, in all versions from 1.15
/// on; of the operators and types that the shipped networks have.
const std::map<std::string, std::set<std::string>>& kernels() {
  static const std::map<std::string, std::set<std::string>> all = {
      {"QLinearConv",  // input and output of one type
       {"UINT8 FLOAT UINT8 INT8 FLOAT INT8 FLOAT UINT8 INT32",
        "UINT8 FLOAT UINT8 UINT8 FLOAT UINT8 FLOAT UINT8 INT32",
        "INT8 FLOAT INT8 INT8 FLOAT INT8 FLOAT INT8 INT32"}},
      {"ConvInteger", {"UINT8 UINT8 UINT8", "UINT8 UINT8 UINT8 UINT8"}},
      {"QuantizeLinear", {"FLOAT FLOAT UINT8", "FLOAT FLOAT INT8"}},
      {"DequantizeLinear", {"UINT8 FLOAT UINT8", "INT8 FLOAT INT8", "INT32 FLOAT"}},
      {"MaxPool", {"UINT8", "INT8", "FLOAT"}},
      {"GlobalAveragePool", {"FLOAT"}},
      {"Clip", {"UINT8 UINT8 UINT8", "INT8 INT8 INT8", "FLOAT FLOAT FLOAT"}},
      {"Greater", {"INT32 INT32"}},
      {"Where", {"BOOL INT32 INT32", "BOOL FLOAT FLOAT"}},
      {"Add", {"INT32 INT32"}},
      {"Mul", {"FLOAT FLOAT", "INT32 INT32"}},
      {"BitShift", {"UINT8 UINT8"}},
      {"Conv", {"FLOAT FLOAT", "FLOAT FLOAT FLOAT"}},
      {"Relu", {"FLOAT"}},
      {"Transpose", {"UINT8"}},
      {"Cast", {"BOOL", "INT32"}},
      {"Reshape", {"INT32 INT64", "UINT8 INT64"}},
      {"Expand", {"INT32 INT64"}},
      {"ReduceMax", {"INT32"}},
      {"Flatten", {"UINT8", "INT8", "FLOAT"}}};
  return all;
}

/// What of a graph onnxruntime would refuse, a node a line.
std::string refused(const onnx::GraphProto& graph) {
  const Tensors tensors(graph);
  std::string text;
  for (const auto& node : graph.node()) {
    std::string types;
    for (const std::string& input : node.input()) {
      types += (types.empty() ? "" : " ") + tensors.type(input);
    }
    const auto kernel = kernels().find(node.op_type());
    if (kernel == kernels().end() || !kernel->second.contains(types)) {
      text += node.name() + ": " + node.op_type() + " of " + types + "\n";
    }
    if (node.op_type() != "Clip") continue;
    for (const int bound : {1, 2}) {  // onnxruntime refuses a vector of one value
      if (tensors.ranks.at(node.input(bound)) != 0) text += node.name() + ": bound is no scalar\n";
    }
  }
  return text;
}

}  // namespace

TEST_CASE("ShippedNetworks.HaveOnlyNodesThatOnnxruntimeHasKernelsFor") {
  REQUIRE(shipped_networks().size() == 12);
  for (const fs::path& file : shipped_networks()) {
    INFO(file);
    CHECK(refused(read_model(file).graph()) == "");
  }
}

TEST_CASE("ShippedNetworks.TakeAndGiveRealNumbers") {
  for (const fs::path& file : shipped_networks()) {
    INFO(file);
    const onnx::ModelProto model = read_model(file);
    CHECK(model.graph().input(0).type().tensor_type().elem_type() == onnx::TensorProto::FLOAT);
    CHECK(model.graph().output(0).type().tensor_type().elem_type() == onnx::TensorProto::FLOAT);
  }
}

TEST_CASE("ShippedNetworks.GoldenModelGivesTheExpectedLogits") {
  if (!fs::exists(data::kFashionMnistFolder)) {
    WARN("skipped: package dataset-fashion-mnist is not installed");
    return;
  }
  const auto expected =
      nlohmann::json::parse(read_file(source_dir() / "verif/networks/expected.json"));
  const data::ImageSet images = data::fashion_mnist(data::Split::kTest);
  for (const fs::path& file : shipped_networks()) {
    const net::Network network = net::import_network(file.string());
    const auto& logits = expected.at(file.filename().string()).at("first20_logits");
    REQUIRE(logits.size() == 20);
    for (int i = 0; i < 20; ++i) {
      INFO(file << ", image " << i);
      const golden::Tensor input = golden::input_tensor(network, images, i);
      CHECK(golden::evaluate(network, input, true).back().output.values ==
            logits[i].get<std::vector<std::int8_t>>());
    }
  }
}

TEST_CASE("ShippedNetworks.RunInOnnxruntimeWithinAStepOfEachLayer") {
  const std::string needs = "python3 -c 'import numpy, onnx, onnxruntime' && test -d ";
  if (run_shell(source_dir(), needs + data::kFashionMnistFolder).exit_code != 0) {
    WARN("skipped: needs python3 with numpy, onnx and onnxruntime, and dataset-fashion-mnist");
    return;
  }
  const RunResult result = run_shell(source_dir(), "python3 verif/train/check_onnx.py 20");
  INFO(result.out);
  CHECK(result.exit_code == 0);
  std::size_t files = 0;
  for (std::size_t at = result.out.find("  logits: "); at != std::string::npos;
       at = result.out.find("  logits: ", at + 1)) {
    files++;
  }
  CHECK(files == shipped_networks().size() - 1);  // but the one that `sluice quantise` made
}

}  // namespace sluice::test
