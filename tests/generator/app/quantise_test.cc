// SPDX-License-Identifier: Apache-2.0
// sluice quantise from outside: what it writes and prints, and what it refuses.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "generator/quantise/evaluate.h"
#include "tests/generator/network/onnx_model.h"
#include "tests/support/files.h"
#include "tests/support/normal.h"
#include "tests/support/npy.h"
#include "verif/data/images.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using nlohmann::json;

constexpr int kFloat = onnx::TensorProto::FLOAT;

/// A convolution, and a dense layer behind `middle`, if it is given.
OnnxModel small_network(const std::string& middle = "") {
  OnnxModel model(kFloat, {1, 1, 8, 8});
  const std::string weights = model.tensor<float>({4, 1, 3, 3}, normal(36, 1, 0.5));
  std::string x = model.node("Conv", {"input", weights}, "conv");
  x = model.node("Relu", {x}, "relu");
  x = model.node("MaxPool", {x}, "pool");
  model.set("kernel_shape", {2, 2}).set("strides", {2, 2});
  if (!middle.empty()) x = model.node(middle, {x}, "middle");
  x = model.node("Flatten", {x}, "flatten");
  model.output(
      model.node("MatMul", {x, model.tensor<float>({36, 5}, normal(180, 2, 0.3F))}, "dense"));
  return model;
}

/// Two convolutions whose inputs a design reads faster with fewer bits.
OnnxModel wide_network() {
  OnnxModel model(kFloat, {1, 1, 8, 8});
  const std::string first = model.tensor<float>({32, 1, 3, 3}, normal(288, 1, 0.5));
  std::string x = model.node("Relu", {model.node("Conv", {"input", first}, "first")});
  const std::string second = model.tensor<float>({32, 32, 3, 3}, normal(9216, 2, 0.1F));
  x = model.node("Relu", {model.node("Conv", {x, second}, "second")});
  x = model.node("Flatten", {model.node("GlobalAveragePool", {x}, "mean")});
  model.output(model.node("MatMul", {x, model.tensor<float>({32, 5}, normal(160, 3, 1))}, "dense"));
  return model;
}

/// Twenty images of 8 x 8 and labels, as NPY files.
struct Files {
  Files() {
    write_file(path("images.npy"),
               npy_bytes("<f4", "(20, 1, 8, 8)", bytes_of(normal(20 * 64, 3, 1))));
    std::vector<std::uint8_t> labels;
    for (int i = 0; i < 20; ++i) labels.push_back(static_cast<std::uint8_t>(i % 5));
    write_file(path("labels.npy"), npy_bytes("|u1", "(20,)", bytes_of(labels)));
    write_file(path("float.onnx"), small_network().bytes());
  }
  /// Labels as the float network itself has them.
  void write_own_labels() const {
    const quantise::FloatNetwork network = quantise::read_float_network(path("float.onnx"));
    const quantise::Evaluator evaluator(network);
    const data::ImageSet images = data::read_images(path("images.npy"), "");
    std::vector<std::uint8_t> labels;
    for (std::size_t i = 0; i < 20; ++i) {
      const auto begin = images.reals.begin() + std::ptrdiff_t(64 * i);
      const auto result = evaluator.run({{1, 1, 8, 8}, {begin, begin + 64}, {}, kFloat}).reals;
      const auto largest = std::max_element(result.begin(), result.end());
      labels.push_back(static_cast<std::uint8_t>(largest - result.begin()));
    }
    write_file(path("labels.npy"), npy_bytes("|u1", "(20,)", bytes_of(labels)));
  }
  std::string path(const std::string& name) const { return (temp.path() / name).string(); }
  RunResult quantise(const std::string& options, const std::string& network = "float.onnx") const {
    return run_sluice("quantise " + path(network) + " -o " + path("net.onnx") + " --images " +
                      path("images.npy") + " " + options);
  }

  TempDir temp;
};

}  // namespace

TEST_CASE("Quantise.WritesANetworkThatSluiceRuns") {
  const Files files;
  const RunResult result = files.quantise("--count 10");
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  CHECK(result.err == "");
  CHECK_THAT(result.out,
             StartsWith(files.path("net.onnx") + ": quantised, calibrated on 10 images\n"));
  CHECK_THAT(result.out, Contains("\n  conv   Conv      8 x 8    0.00 %     8            0 .. "));
  CHECK_THAT(result.out, Contains("\n  dense  Gemm      8 x 8    0.00 %     8 "));
  CHECK_THAT(result.out, Contains(" dB\n"));
  CHECK_THAT(result.out, !Contains("accuracy"));
  const RunResult run =
      run_sluice("accuracy " + files.path("net.onnx") + " --images " + files.path("images.npy"));
  CHECK(run.exit_code == 0);
  // The same bytes again, in place of what was written
  const std::string bytes = read_file(files.path("net.onnx"));
  CHECK(files.quantise("--count 10").exit_code == 0);
  CHECK(read_file(files.path("net.onnx")) == bytes);
}

TEST_CASE("Quantise.MeasuresAccuraciesWhereThereAreLabels") {
  const Files files;
  const std::string labels = "--labels " + files.path("labels.npy");
  const RunResult behind = files.quantise("--count 8 " + labels);
  INFO(behind.out << behind.err);
  CHECK_THAT(behind.out, Contains("\naccuracy on 12 images behind those that calibrate: float "));
  CHECK_THAT(files.quantise("--count 20 --test-count 5 " + labels).out,
             Contains("\naccuracy on 5 images that calibrate: float "));
}

TEST_CASE("Quantise.JsonHasTheLayers") {
  const Files files;
  const RunResult result =
      files.quantise("--bits conv=4,dense=4x4 --json --labels " + files.path("labels.npy"));
  REQUIRE(result.exit_code == 0);
  const json found = json::parse(result.out);
  CHECK(found["ok"] == true);
  CHECK(found["images"] == 20);
  CHECK(found["runs"] == true);
  CHECK(found["left_in_float"] == json::array());
  REQUIRE(found["layers"].size() == 2);
  CHECK(found["layers"][0]["name"] == "conv");
  CHECK(found["layers"][0]["weight_bits"] == 4);
  CHECK(found["layers"][0]["input_bits"] == 8);
  CHECK(found["layers"][0]["output_bits"] == 4);
  CHECK(found["layers"][1]["input_bits"] == 4);
  CHECK(found["layers"][1]["sqnr_db"] > 5);
  CHECK(found["accuracy"]["float"]["correct"].is_number());
  CHECK(found["accuracy"]["quantised"]["correct"].is_number());
}

TEST_CASE("Quantise.BitsMayComeFromAFile") {
  const Files files;
  write_file(files.path("bits.txt"), "# all but the last\n*=4\ndense=8\n");
  const json found = json::parse(files.quantise("--json --bits " + files.path("bits.txt")).out);
  CHECK(found["layers"][0]["weight_bits"] == 4);
  CHECK(found["layers"][1]["weight_bits"] == 8);
  write_file(files.path("bits.txt"), "dense=9\n");
  const RunResult result = files.quantise("--bits " + files.path("bits.txt"));
  CHECK(result.exit_code == 1);
  CHECK(result.err ==
        "error: " + files.path("bits.txt") +
            ": 'dense=9' is no number of bits: give 2 to 8 for weights, and 8 or 4 for "
            "the layer's input behind an x, as 8, 4, 4x4 or conv1=4\n");
}

TEST_CASE("Quantise.SplitChannelsHaveAColumn") {
  const Files files;
  const std::string split = "--bits conv=8,dense=4 --split 0.05";
  const json found = json::parse(files.quantise("--json " + split).out);
  CHECK(found["layers"][0]["splits"] == 0);
  CHECK(found["layers"][1]["splits"] == 2);  // of 36 channels
  CHECK_THAT(files.quantise(split).out, Contains("bits   split   clipped"));
  CHECK_THAT(files.quantise("--bits 4").out, !Contains("split"));
  // No share is as no option
  const std::string bytes = read_file(files.path("net.onnx"));
  CHECK(files.quantise("--bits 4 --split 0").exit_code == 0);
  CHECK(read_file(files.path("net.onnx")) == bytes);
  CHECK(files.quantise("--split 1.5").exit_code == 2);
}

TEST_CASE("Quantise.SplitChannelsLeaveALayerNarrow") {
  const Files files;
  write_file(files.path("float.onnx"), wide_network().bytes());
  const auto estimate_of = [&](const std::string& options) {
    REQUIRE(
        files.quantise("--bits second=4x4 --per-tensor --clip-weights max " + options).exit_code ==
        0);
    return run_sluice("estimate configs/edge.yaml " + files.path("net.onnx")).out;
  };
  CHECK_THAT(estimate_of("--split 0.05"),
             Contains("\n    in 4 bits, with 2 input channels more for wide weights\n"));
  CHECK_THAT(estimate_of(""), !Contains("for wide weights"));
}

TEST_CASE("Quantise.WhatStaysInFloatIsListed") {
  const Files files;
  write_file(files.path("softmax.onnx"), small_network("Softmax").bytes());
  const RunResult result = files.quantise("", "softmax.onnx");
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.out, Contains("left in float: middle (Softmax)\n"));
  CHECK_THAT(result.out, Contains("Sluice does not run this network as it is:\n" +
                                  files.path("net.onnx") + ": node 'middle' (Softmax): "));
  CHECK(fs::exists(files.path("net.onnx")));
}

TEST_CASE("Quantise.OnlyWhatItWroteIsReplaced") {
  const Files files;
  const std::string bytes = read_file(files.path("float.onnx"));
  const RunResult result =
      run_sluice("quantise " + files.path("float.onnx") + " -o " + files.path("float.onnx") +
                 " --images " + files.path("images.npy"));
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err, StartsWith("error: " + files.path("float.onnx") + ": "));
  CHECK(read_file(files.path("float.onnx")) == bytes);
}

TEST_CASE("Quantise.MistakesAreToldWithWhatToDo") {
  const Files files;
  const RunResult unknown = files.quantise("--bits con=4");
  CHECK(unknown.exit_code == 1);
  CHECK(unknown.err == "error: 'con' is none of the layers with weights: conv, dense\n");
  CHECK(!fs::exists(files.path("net.onnx")));
  CHECK(files.quantise("--clip mean").exit_code == 2);
  REQUIRE(files.quantise("").exit_code == 0);
  const RunResult again =
      run_sluice("quantise " + files.path("net.onnx") + " -o " + files.path("second.onnx"));
  CHECK(again.exit_code == 1);
  CHECK_THAT(again.err, Contains("(QuantizeLinear): this file is quantised already; give the float "
                                 "network it was made of"));
  const RunResult clothes =
      run_sluice("quantise " + files.path("float.onnx") + " -o " + files.path("second.onnx"));
  CHECK(clothes.err ==
        "error: " + files.path("float.onnx") +
            ": takes images of 8 x 8 x 1 (height, width, channels), but these are "
            "28 x 28 x 1: those of Fashion-MNIST, grey pictures of clothes; give "
            "others with --images FILE (IDX or NPY), and for accuracies their labels "
            "with --labels FILE\n");
}

TEST_CASE("Quantise.SearchFindsBitsWithFewerCycles") {
  const Files files;
  write_file(files.path("float.onnx"), wide_network().bytes());
  files.write_own_labels();
  const std::string labels = "--labels " + files.path("labels.npy") + " ";
  const std::string search = labels + "--json --search configs/edge.yaml --drop ";
  const json any = json::parse(files.quantise(search + "1").out)["search"];
  CHECK(any["config"] == "configs/edge.yaml");
  CHECK(any["images"] == 20);
  CHECK(any["least_correct"] == 0);
  REQUIRE(!any["steps"].empty());
  std::uint64_t cycles = any["cycles_before"];
  for (const json& step : any["steps"]) {
    CHECK(step["kept"] == true);
    CHECK(step["cycles"] < cycles);
    cycles = step["cycles"];
  }
  CHECK(any["cycles"] == cycles);
  // They are those of the file
  const RunResult estimate =
      run_sluice("estimate configs/edge.yaml " + files.path("net.onnx") + " --json");
  CHECK(json::parse(estimate.out)["cycles"] == cycles);
  const json none = json::parse(files.quantise(search + "0").out)["search"];
  CHECK(none["least_correct"] == 20);
  CHECK((none["correct"] >= 20 || none["cycles"] == none["cycles_before"]));
}

TEST_CASE("Quantise.SearchNeedsLabelsAndADesignThatRunsTheNetwork") {
  const Files files;
  const RunResult bare = files.quantise("--search configs/edge.yaml");
  CHECK(bare.exit_code == 1);
  CHECK(bare.err == "error: --search needs labels, to measure accuracies: give --labels FILE\n");
  CHECK(files.quantise("--search configs/bad/unknown-key.yaml").exit_code == 1);
  CHECK(files.quantise("--drop 0.1").exit_code == 2);
  CHECK(!fs::exists(files.path("net.onnx")));
}

TEST_CASE("Quantise.FilesRunInOnnxruntime") {
  const char* needs = "python3 -c 'import numpy, onnx, onnxruntime.quantization'";
  if (run_shell(source_dir(), needs).exit_code != 0) {
    WARN("skipped: needs python3 with numpy, onnx and onnxruntime");
    return;
  }
  const TempDir temp;
  const std::string script = "python3 tests/generator/app/quantise_set.py '";
  const RunResult result =
      run_shell(source_dir(), script + program() + "' " + temp.path().string());
  INFO(result.out);
  CHECK(result.exit_code == 0);
  CHECK(result.out.find("98 of 98 files as in onnxruntime") != std::string::npos);
}

}  // namespace sluice::test
