// SPDX-License-Identifier: Apache-2.0
// Files with several outputs, given to the commands.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/generator/network/onnx_model.h"
#include "tests/support/files.h"
#include "tests/support/npy.h"

namespace sluice::test {
namespace {

using Catch::Matchers::Contains;
using nlohmann::json;

constexpr float kScale = 1 / 64.0F;

/// A layer of two channels that doubles one and turns the other's sign, as codes.
std::string layer(OnnxModel& model, const std::string& codes, const std::string& name) {
  const auto scale = model.scalar(kScale), zero = model.scalar(std::int8_t{0});
  const auto weights = model.tensor<std::int8_t>({2, 2, 1, 1}, {2, 0, 0, -1});
  return model.node("QLinearConv",
                    {codes, scale, zero, weights, model.scalar(1.0F), zero, scale, zero}, name);
}

std::string real(OnnxModel& model, const std::string& codes, const std::string& name) {
  return model.node("DequantizeLinear", {codes, model.scalar(kScale), model.scalar(std::int8_t{0})},
                    name);
}

/// A head, the map that it reads, and both beside each other.
struct Folder {
  Folder() {
    OnnxModel model(onnx::TensorProto::INT8, {1, 2, 1, 3});
    const auto trunk = layer(model, "input", "trunk");
    const auto head = real(model, layer(model, trunk, "head"), "boxes");
    model.output(head);
    model.output(trunk);
    const auto both = model.node("Concat", {head, real(model, trunk, "real")}, "both");
    model.set("axis", 2);
    model.output(both);
    write_file(network, model.bytes());
    write_file(images, npy_bytes("|i1", "(1, 2, 1, 3)",
                                 bytes_of(std::vector<std::int8_t>{10, 20, -30, 40, 5, 6})));
  }
  TempDir temp;
  std::string network = (temp.path() / "net.onnx").string();
  std::string images = (temp.path() / "images.npy").string();
};

std::vector<float> reals(const std::vector<int>& codes) {
  std::vector<float> numbers;
  for (const int code : codes) numbers.push_back(static_cast<float>(code) * kScale);
  return numbers;
}

}  // namespace

TEST_CASE("SeveralOutputs.RunComparesAllAndWritesEach") {
  const Folder folder;
  const std::string outputs = (folder.temp.path() / "out.npz").string();
  const RunResult result = run_sluice("run configs/tiny.yaml " + folder.network + " --images " +
                                      folder.images + " --outputs " + outputs + " --json");
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  const json report = json::parse(result.out);
  CHECK(report["bit_exact"] == 1);
  CHECK(report["cycles_predicted"] == 1);
  REQUIRE(report["outputs"].size() == 3);
  const auto file = zip_entries(outputs);
  CHECK(npy_values(file.at("boxes_out.npy")) == bytes_of(reals({40, 80, -120, 40, 5, 6})));
  CHECK(npy_values(file.at("trunk_out.npy")) ==
        bytes_of(std::vector<std::int8_t>{20, 40, -60, -40, -5, -6}));
  CHECK(npy_values(file.at("both_out.npy")) ==
        bytes_of(reals({40, 80, -120, 20, 40, -60, 40, 5, 6, -40, -5, -6})));
  CHECK(file.at("output.npy") == file.at("boxes_out.npy"));
}

TEST_CASE("SeveralOutputs.CompileListsThemAsTheDriverCounts") {
  const Folder folder;
  const std::string image = (folder.temp.path() / "net.slim").string();
  const RunResult result =
      run_sluice("compile configs/tiny.yaml " + folder.network + " -o " + image);
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  CHECK_THAT(result.out,
             Contains("  output 'boxes_out': map 0, 1 x 3 x 2 (height, width, channels), 6 bytes\n"
                      "  output 'trunk_out': map 1, 1 x 3 x 2 (height, width, channels), 6 bytes\n"
                      "  output 'both_out': map 0, 1 x 3 x 2 (height, width, channels), 6 bytes; "
                      "map 1, 1 x 3 x 2 (height, width, channels), 6 bytes\n"));
}

TEST_CASE("SeveralOutputs.EstimateListsThemInJson") {
  const Folder folder;
  const RunResult result = run_sluice("estimate configs/tiny.yaml " + folder.network + " --json");
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  const json outputs = json::parse(result.out)["outputs"];
  REQUIRE(outputs.size() == 3);
  CHECK(outputs[1] == json::parse(R"({"name": "trunk_out", "maps": [{"map": 1, "height": 1,
                                      "width": 3, "channels": 2, "bytes": 6}]})"));
  CHECK(outputs[2]["maps"].size() == 2);
}

}  // namespace sluice::test
