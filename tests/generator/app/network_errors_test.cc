// SPDX-License-Identifier: Apache-2.0
// Networks that cannot be read: what the commands say.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "generator/network/onnx_proto.h"
#include "tests/support/files.h"

namespace sluice::test {
namespace {

/// A float network of two operators that are not supported.
std::string float_network() {
  onnx::ModelProto model;
  model.set_ir_version(8);
  model.add_opset_import()->set_version(13);
  auto* graph = model.mutable_graph();
  auto* input = graph->add_input();
  input->set_name("x");
  input->mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
  for (const int size : {1, 2, 4, 4}) {
    input->mutable_type()->mutable_tensor_type()->mutable_shape()->add_dim()->set_dim_value(size);
  }
  const auto add = [&](const char* type, const char* name, const char* from) {
    auto* node = graph->add_node();
    node->set_op_type(type);
    node->set_name(name);
    node->add_input(from);
    node->add_output(name);
  };
  add("Conv", "first", "x");
  add("Sin", "second", "first");
  graph->add_output()->set_name("second");
  return model.SerializeAsString();
}

TEST_CASE("NetworkErrors.JsonListsEachNodeWithOperatorAndRemedy") {
  const TempDir temp;
  const std::string file = (temp.path() / "float.onnx").string();
  write_file(file, float_network());
  for (const std::string& command : {"accuracy " + file, "estimate configs/tiny.yaml " + file,
                                     "run configs/tiny.yaml " + file}) {
    const RunResult result = run_sluice(command + " --json");
    INFO(command << "\n" << result.out << result.err);
    REQUIRE(result.exit_code == 1);
    const auto json = nlohmann::json::parse(result.out);
    CHECK(json.at("ok") == false);
    const auto& errors = json.at("errors");
    REQUIRE(errors.size() == 2);
    CHECK(errors[0].at("file") == file);
    CHECK(errors[0].at("node") == "first");
    CHECK(errors[0].at("operator") == "Conv");
    CHECK(errors[0].at("message") == "is a float operator: this file is not quantised");
    CHECK(errors[0].at("help").get<std::string>().find("quantize_static") != std::string::npos);
    CHECK(errors[1].at("node") == "second");
    CHECK(errors[1].at("operator") == "Sin");
    CHECK(errors[1].at("help") == "build the network without it, or end the network before it");
  }
}

TEST_CASE("NetworkErrors.TextNamesAllNodes") {
  const TempDir temp;
  write_file(temp.path() / "float.onnx", float_network());
  const RunResult result = run_sluice("accuracy " + (temp.path() / "float.onnx").string());
  CHECK(result.exit_code == 1);
  CHECK(result.out == "");
  CHECK(result.err.find("node 'first' (Conv): is a float operator: this file is not quantised") !=
        std::string::npos);
  CHECK(result.err.find("node 'second' (Sin): this operator is not supported") !=
        std::string::npos);
}

TEST_CASE("NetworkErrors.UnknownNetworkListsTheKnown") {
  for (const std::string command : {"estimate", "run"}) {
    const RunResult result = run_sluice(command + " configs/tiny.yaml resnet51");
    INFO(command);
    CHECK(result.exit_code == 1);
    CHECK(result.err ==
          "error: resnet51: there is neither a built-in network of this name nor such a file; "
          "allowed are resnet18, resnet20-cifar, resnet50, mobilenet-v1, mobilenet-v2, "
          "efficientnet-lite0, vgg16, resnet8, mobilenet-v1-vww, autoencoder, ds-cnn or "
          "yolov8n-backbone, and the path of an "
          "existing CSV, ONNX or TFLite file\n");
  }
}

TEST_CASE("NetworkErrors.PowerTellsWhatItsMemoriesLack") {
  const std::string command =
      "power configs/edge.yaml verif/networks/fashion_block8.onnx --memories ";
  const RunResult no_macro = run_sluice(command + "gf180");
  CHECK(no_macro.exit_code == 1);
  CHECK(no_macro.err.find("no macro of GF180MCU serves a memory of 2048 x 32 bits, 1r1w") !=
        std::string::npos);
  const RunResult no_energy = run_sluice(command + "sky130");
  CHECK(no_energy.exit_code == 1);
  CHECK(no_energy.err.find("has no read_pj of a macro of") != std::string::npos);
  CHECK(no_energy.err.find("take another table with --memories, such as cacti65") !=
        std::string::npos);
}

}  // namespace
}  // namespace sluice::test
