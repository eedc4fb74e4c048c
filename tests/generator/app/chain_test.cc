// SPDX-License-Identifier: Apache-2.0
// Files with operators of the host between layers, given to the commands.
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/generator/network/onnx_model.h"
#include "tests/support/files.h"
#include "tests/support/npy.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;
using nlohmann::json;

constexpr float kScale = 1 / 64.0F;

std::string zero(OnnxModel& model) { return model.scalar(std::int8_t{0}); }

/// A layer of two channels that doubles one and turns the other's sign; it gives real numbers.
std::string layer(OnnxModel& model, const std::string& codes, const std::string& name) {
  const auto scale = model.scalar(kScale);
  const auto weights = model.tensor<std::int8_t>({2, 2, 1, 1}, {2, 0, 0, -1});
  const auto y = model.node(
      "QLinearConv",
      {codes, scale, zero(model), weights, model.scalar(1.0F), zero(model), scale, zero(model)},
      name);
  return model.node("DequantizeLinear", {y, scale, zero(model)});
}

/// Softmax over the channels between two layers.
std::string chain_file() {
  OnnxModel model(onnx::TensorProto::INT8, {1, 2, 1, 3});
  const std::string scores = model.node("Softmax", {layer(model, "input", "first")}, "scores");
  model.set("axis", 1);
  const auto codes = model.node("QuantizeLinear", {scores, model.scalar(kScale), zero(model)});
  model.output(layer(model, codes, "second"));
  return model.bytes();
}

struct Folder {
  Folder() {
    write_file(network, chain_file());
    write_file(images, npy_bytes("|i1", "(1, 2, 1, 3)",
                                 bytes_of(std::vector<std::int8_t>{10, 20, -30, 40, 5, 6})));
  }
  TempDir temp;
  std::string network = (temp.path() / "net.onnx").string();
  std::string images = (temp.path() / "images.npy").string();
};

/// What the file gives of the image, by its definition.
std::vector<float> expected() {
  const std::vector<int> input = {10, 20, -30, 40, 5, 6};
  std::vector<float> result(6);
  for (int x = 0; x < 3; ++x) {
    const double a = std::exp(2 * input[x] * kScale), b = std::exp(-input[3 + x] * kScale);
    const auto codes = [](double real) {
      return static_cast<float>(std::nearbyint(real / kScale));
    };
    result[x] = 2 * codes(a / (a + b)) * kScale;
    result[3 + x] = -codes(b / (a + b)) * kScale;
  }
  return result;
}

constexpr const char* kNamed =
    "on the host, between layers: 'scores' (Softmax), reads 6 bytes and writes 24; it is in no "
    "figure above";

}  // namespace

TEST_CASE("ChainCommands.RunTakesBothNetworksAndGivesTheLastResult") {
  const Folder folder;
  const std::string outputs = (folder.temp.path() / "out.npz").string();
  const RunResult result = run_sluice("run configs/tiny.yaml " + folder.network + " --images " +
                                      folder.images + " --outputs " + outputs + " --json");
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  const json report = json::parse(result.out);
  CHECK(report["runs"] == 1);
  CHECK(report["bit_exact"] == 1);
  CHECK(report["cycles_predicted"] == 1);
  REQUIRE(report["layers"].size() == 2);
  CHECK(report["layers"][0]["name"] == "first");
  CHECK(report["layers"][1]["name"] == "second");
  CHECK(report["layers"][1]["macs_all"] == 12);
  REQUIRE(report["host"].size() == 1);
  CHECK(report["host"][0]["why"] == "between layers");
  CHECK(npy_values(zip_entries(outputs)["output.npy"]) == bytes_of(expected()));
}

TEST_CASE("ChainCommands.AnEstimateHasAllLayersAndTheCyclesOfARun") {
  const Folder folder;
  const RunResult run = run_sluice("run configs/tiny.yaml " + folder.network + " --images " +
                                   folder.images + " --json");
  INFO(run.out << run.err);
  REQUIRE(run.exit_code == 0);
  const RunResult result = run_sluice("estimate configs/tiny.yaml " + folder.network + " --json");
  REQUIRE(result.exit_code == 0);
  const json estimate = json::parse(result.out), measured = json::parse(run.out);
  REQUIRE(estimate["layers"].size() == 2);
  CHECK(estimate["cycles"] == measured["whole_network"]["cycles_per_image_gated"]);
  CHECK(estimate["host"] == measured["host"]);
  const RunResult text = run_sluice("estimate configs/tiny.yaml " + folder.network);
  CHECK_THAT(text.out, Contains(kNamed));
  CHECK_THAT(text.out, Contains("2 programs, one after the other"));
}

TEST_CASE("ChainCommands.EachNetworkIsCompiledToAFileOfItsOwn") {
  const Folder folder;
  const fs::path out = folder.temp.path() / "net.slim";
  const std::string command = "compile configs/tiny.yaml " + folder.network + " -o " + out.string();
  const RunResult result = run_sluice(command);
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  CHECK_FALSE(fs::exists(out));
  for (const char* name : {"net.1.slim", "net.2.slim"}) {
    CHECK(fs::file_size(folder.temp.path() / name) > 192);
    CHECK_THAT(result.out, Contains(std::string(name) + ": "));
  }
  CHECK_THAT(result.out, Contains(kNamed));
  const RunResult report = run_sluice(command + " --json");
  REQUIRE(report.exit_code == 0);
  const json files = json::parse(report.out)["networks"];
  REQUIRE(files.size() == 2);
  CHECK(files[1]["file"] == (folder.temp.path() / "net.2.slim").string());
  CHECK(files[1]["file_bytes"] == fs::file_size(folder.temp.path() / "net.2.slim"));
}

TEST_CASE("ChainCommands.NothingIsWrittenIfOneFileIsSomebodyElses") {
  const Folder folder;
  const fs::path second = folder.temp.path() / "net.2.slim";
  write_file(second, "a letter");
  const RunResult result = run_sluice("compile configs/tiny.yaml " + folder.network + " -o " +
                                      (folder.temp.path() / "net.slim").string());
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err, Contains(second.string() + ": this is there and no compiled network"));
  CHECK_FALSE(fs::exists(folder.temp.path() / "net.1.slim"));
  CHECK(read_file(second) == "a letter");
}

TEST_CASE("ChainCommands.WhoTakesOneNetworkOrNoHostNamesTheOperator") {
  const Folder folder;
  for (const char* command : {"estimate configs/tiny.yaml ", "run configs/tiny.yaml "}) {
    const RunResult refused = run_sluice(command + folder.network + " --no-host");
    CHECK(refused.exit_code == 1);
    CHECK_THAT(refused.err,
               Contains("node 'scores' (Softmax): is left to the host, which --no-host refuses"));
  }
  const RunResult power = run_sluice("power configs/tiny.yaml " + folder.network);
  CHECK(power.exit_code == 1);
  CHECK_THAT(power.err, Contains("node 'scores' (Softmax): is left to the host between layers, "
                                 "which accuracy, estimate, run, compile, sweep and report take"));
}

}  // namespace sluice::test
