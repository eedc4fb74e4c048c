// SPDX-License-Identifier: Apache-2.0
// Images of all commands that take them: sizes, labels, formats, and files of outputs.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/generator/network/gated_model.h"
#include "tests/support/files.h"
#include "tests/support/npy.h"
#include "verif/data/fashion_mnist.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;
using nlohmann::json;

constexpr const char* kFashion = "verif/networks/fashion_block8.onnx";

/// Images, and classes.
struct Shape {
  int channels = 3, size = 8, outputs = 8;
};

/// QuantizeLinear, a convolution over the whole map, Flatten, DequantizeLinear: real numbers in and
/// out, `outputs` classes.
void write_network(const fs::path& path, const Shape& shape, float scale, int zero) {
  Random random(3);
  OnnxModel model(onnx::TensorProto::FLOAT, {1, shape.channels, shape.size, shape.size});
  const Dims weights = {shape.outputs, shape.channels, shape.size, shape.size};
  std::string x =
      model.node("QuantizeLinear", {"input", model.scalar(scale), zero_point(model, kInt8, zero)});
  x = model.node("QLinearConv",
                 {x, model.scalar(scale), zero_point(model, kInt8, zero),
                  model.tensor(weights, random.numbers<std::int8_t>(count(weights), -9, 9)),
                  model.scalar(0.01F), zero_point(model, kInt8, 0), model.scalar(0.1F),
                  zero_point(model, kInt8, 4)});
  x = model.node("Flatten", {x});
  model.output(
      model.node("DequantizeLinear", {x, model.scalar(0.1F), zero_point(model, kInt8, 4)}));
  write_file(path, model.bytes());
}

std::string idx(std::initializer_list<int> dimensions, std::size_t size) {
  std::string bytes{0, 0, 8, static_cast<char>(dimensions.size())};
  for (const int dimension : dimensions) bytes += {0, 0, 0, static_cast<char>(dimension)};
  for (std::size_t i = 0; i < size; i++) bytes += static_cast<char>(37 * i + 11 * (i / 7));
  return bytes;
}

TEST_CASE("Images.OfAnotherSizeAreRefusedByAllCommands") {
  const TempDir temp;
  const std::string small = (temp.path() / "small.idx").string();
  write_file(small, idx({2, 8, 8}, 128));
  const std::string why =
      "the network takes images of 28 x 28 x 1 (height, width, channels), but these are 8 x 8 x 1";
  const std::string config = std::string(" configs/edge.yaml ") + kFashion;
  for (const std::string& command :
       {"accuracy " + std::string(kFashion) + " --images ", "run" + config + " --images ",
        "estimate" + config + " --images ", "power" + config + " --image-file "}) {
    INFO(command);
    const RunResult result = run_sluice(command + small);
    CHECK(result.exit_code == 1);
    CHECK(result.out.empty());
    CHECK(result.err == "error: " + std::string(kFashion) + ": " + why + "\n");
  }
}

TEST_CASE("Images.NetworksThatFashionMnistDoesNotFitSayWhatFits") {
  if (!fs::exists(data::kFashionMnistFolder)) {
    WARN("skipped: package dataset-fashion-mnist is not installed");
    return;
  }
  const TempDir temp;
  const std::string net = (temp.path() / "net.onnx").string();
  write_network(net, {}, 0.02F, 0);
  const std::string start =
      net +
      ": takes images of 8 x 8 x 3 (height, width, channels); those of Fashion-MNIST, grey "
      "pictures of clothes, are 28 x 28 x 1; give others with ";
  const RunResult accuracy = run_sluice("accuracy " + net);
  CHECK(accuracy.exit_code == 1);
  CHECK(accuracy.out.empty());
  CHECK(accuracy.err == "error: " + start +
                            "--images FILE (IDX or NPY), and for accuracy their labels with "
                            "--labels FILE\n");
  const RunResult run = run_sluice("run configs/tiny.yaml " + net + " --json");
  CHECK(run.exit_code == 1);
  CHECK_THAT(json::parse(run.out)["errors"][0]["message"].get<std::string>(),
             Contains(start) && Contains("--random"));
  const RunResult power = run_sluice("power configs/tiny.yaml " + net);
  CHECK(power.exit_code == 1);
  CHECK_THAT(power.err, Contains(start + "--image-file FILE") && Contains("--random"));
}

TEST_CASE("Images.EstimatesOfGatedNetworksSayHowToDoWithoutFashionMnist") {
  if (!fs::exists(data::kFashionMnistFolder)) {
    WARN("skipped: package dataset-fashion-mnist is not installed");
    return;
  }
  const TempDir temp;
  const std::string net = (temp.path() / "net.onnx").string();
  write_file(net, gated_model({.channels = 8, .outputs = 16, .size = 6}).bytes());
  const std::string start = net + ": takes images of 6 x 6 x 8 (height, width, channels); those of";
  const RunResult estimate = run_sluice("estimate configs/edge.yaml " + net);
  CHECK(estimate.exit_code == 1);
  CHECK(estimate.out.empty());
  CHECK_THAT(estimate.err, Contains(start) && Contains("--images FILE") && Contains("--random") &&
                               Contains("or give gates at random with --density SHARE\n"));
  write_file(temp.path() / "sweep.yaml", "base: " + (source_dir() / "configs/edge.yaml").string() +
                                             "\nnetworks: [" + net + "]\n");
  const RunResult sweep = run_sluice("sweep " + (temp.path() / "sweep.yaml").string() + " -o " +
                                     (temp.path() / "out").string());
  CHECK(sweep.exit_code == 1);
  CHECK_THAT(sweep.err, Contains(start) && Contains("; give gates at random with 'density' under"));
  CHECK(run_sluice("estimate configs/edge.yaml " + net + " --density 0.2").exit_code == 0);
  CHECK(run_sluice("estimate configs/edge.yaml " + net + " --random").exit_code == 0);
}

TEST_CASE("Images.WithoutFittingLabelsThereIsNoAccuracy") {
  const TempDir temp;
  const std::string net = (temp.path() / "net.onnx").string();
  const std::string images = (temp.path() / "x.idx").string();
  const std::string labels = (temp.path() / "labels.npy").string();
  write_network(net, {}, 0.02F, 0);
  write_file(images, idx({2, 8, 8, 3}, 2 * 192));
  const std::string command = "accuracy " + net + " --images " + images;
  const RunResult plain = run_sluice(command);
  CHECK(plain.exit_code == 0);
  CHECK(plain.out == net + ": 2 images without labels\n");
  const json report = json::parse(run_sluice(command + " --json").out);
  CHECK(report[0]["images"] == 2);
  CHECK_FALSE(report[0].contains("accuracy"));
  CHECK_FALSE(report[0].contains("correct"));
  write_file(labels, npy_bytes("<i4", "(2,)", bytes_of<std::int32_t>({1, 8})));
  const RunResult unfit = run_sluice(command + " --labels " + labels);
  CHECK(unfit.exit_code == 1);
  CHECK_THAT(unfit.err, Contains("image 1 has label 8, but the network has 8 outputs"));
  write_file(labels, npy_bytes("<i4", "(2,)", bytes_of<std::int32_t>({1, 7})));
  CHECK_THAT(run_sluice(command + " --labels " + labels).out, Contains("% of 2 images"));
  CHECK(run_sluice("accuracy " + net + " --labels " + labels).exit_code == 2);
}

TEST_CASE("Images.RandomOnesRunWithoutAccuracy") {
  const TempDir temp;
  const std::string net = (temp.path() / "net.onnx").string();
  write_network(net, {}, 0.02F, 0);
  const std::string run = "run configs/tiny.yaml " + net + " --random --count 2 --seed ";
  const RunResult result = run_sluice(run + "3 --json");
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  const json report = json::parse(result.out);
  CHECK(report["images"] == 2);
  CHECK(report["bit_exact"] == report["runs"]);
  CHECK_FALSE(report.contains("correct_gated"));
  CHECK_FALSE(report.contains("correct_ungated"));
  CHECK(run_sluice("run configs/tiny.yaml " + net + " --random --images x").exit_code == 2);
  const RunResult list = run_sluice("run configs/tiny.yaml resnet18 --random");
  CHECK(list.exit_code == 1);
  CHECK_THAT(list.err, Contains("--random is for network files"));
  const RunResult estimate = run_sluice("estimate configs/tiny.yaml resnet18 --random");
  CHECK(estimate.exit_code == 1);
  CHECK_THAT(estimate.err, Contains("--random and --pixel-scale are for network files"));
}

TEST_CASE("Images.EstimatedGatesAreThoseOfTheImagesThatRun") {
  if (!fs::exists(data::kFashionMnistFolder)) {
    WARN("skipped: package dataset-fashion-mnist is not installed");
    return;
  }
  const std::string of =
      std::string(" configs/edge.yaml ") + kFashion + " --json --random --seed 5";
  const json first = json::parse(run_sluice("estimate" + of).out);
  const json second = json::parse(run_sluice("estimate" + of + " --image 1").out);
  const json others = json::parse(
      run_sluice("estimate configs/edge.yaml " + std::string(kFashion) + " --json --random").out);
  CHECK(first["macs_done"] != second["macs_done"]);
  CHECK(first["macs_done"] != others["macs_done"]);
  CHECK(first["macs_done"].get<double>() < first["macs"].get<double>());
}

/// The codes that the network of write_network() gives for real images, by the definition: sums in
/// double, then rounded.
std::vector<int> expected_codes(const std::vector<float>& images, const Shape& shape, float scale,
                                int zero) {
  Random random(3);
  const std::size_t inputs = std::size_t(shape.channels) * shape.size * shape.size;
  const auto weights =
      random.numbers<std::int8_t>(static_cast<std::int64_t>(inputs) * shape.outputs, -9, 9);
  std::vector<int> codes;
  for (std::size_t image = 0; image < images.size(); image += inputs) {
    for (int c = 0; c < shape.outputs; c++) {
      double sum = 0;
      for (std::size_t i = 0; i < inputs; i++) {
        const double steps = std::nearbyint(images[image + i] / scale) + zero;
        sum += (std::clamp(steps, -128.0, 127.0) - zero) * weights[c * inputs + i];
      }
      const double code = std::floor(sum * scale * 0.01F / 0.1F + 0.5) + 4;
      codes.push_back(static_cast<int>(std::clamp(code, -128.0, 127.0)));
    }
  }
  return codes;
}

/// Checks the codes of a file of outputs, up to one step, and that `output` is what they stand for.
void check_outputs(const std::string& path, const std::vector<int>& expected) {
  const auto file = zip_entries(path);
  const std::string codes = npy_values(file.at("codes.npy"));
  REQUIRE(codes.size() == expected.size());
  std::vector<float> reals;
  int different = 0;
  for (std::size_t i = 0; i < codes.size(); i++) {
    const int code = static_cast<std::int8_t>(codes[i]);
    INFO("value " << i);
    CHECK(std::abs(code - expected[i]) <= 1);
    different += code != expected[i];
    reals.push_back(static_cast<float>(code - 4) * 0.1F);
  }
  CHECK(different <= 1);
  CHECK(npy_values(file.at("output.npy")) == bytes_of(reals));
}

TEST_CASE("Images.OfANetworkWithSymmetricInputAreQuantisedAsOnnxSays") {
  const TempDir temp;
  const Shape shape;
  const std::string net = (temp.path() / "net.onnx").string();
  const std::string images = (temp.path() / "x.npy").string();
  const std::string outputs = (temp.path() / "y.npz").string();
  Random random(11);
  const auto pixels = random.numbers<std::uint8_t>(3 * 192, 0, 255);
  std::vector<float> real, centred;
  for (const std::uint8_t pixel : pixels) {
    real.push_back(static_cast<float>(pixel) / 255);
    centred.push_back((static_cast<float>(pixel) - 120) / 50);
  }
  for (const auto& [scale, zero] : {std::pair{1.0F / 127, 0}, {0.03F, 0}, {1.0F / 255, -128}}) {
    INFO("scale " << scale << ", zero point " << zero);
    write_network(net, shape, scale, zero);
    const std::string command = "accuracy " + net + " --images " + images + " --outputs " + outputs;
    write_file(images, npy_bytes("|u1", "(3, 3, 8, 8)", bytes_of(pixels)));
    REQUIRE(run_sluice(command).exit_code == 0);
    check_outputs(outputs, expected_codes(real, shape, scale, zero));
    write_file(images, npy_bytes("<f4", "(3, 3, 8, 8)", bytes_of(centred)));
    REQUIRE(run_sluice(command).exit_code == 0);
    check_outputs(outputs, expected_codes(centred, shape, scale, zero));
  }
}

TEST_CASE("Images.PixelScaleIsTheRealNumberOfAByte") {
  const TempDir temp;
  const Shape shape;
  const std::string net = (temp.path() / "net.onnx").string();
  const std::string images = (temp.path() / "x.npy").string();
  const std::string outputs = (temp.path() / "y.npz").string();
  write_network(net, shape, 2.0F, -3);
  Random random(12);
  const auto pixels = random.numbers<std::uint8_t>(192, 0, 255);
  write_file(images, npy_bytes("|u1", "(1, 3, 8, 8)", bytes_of(pixels)));
  const std::string command = "accuracy " + net + " --images " + images + " --pixel-scale 1";
  REQUIRE(run_sluice(command + " --outputs " + outputs).exit_code == 0);
  check_outputs(outputs, expected_codes({pixels.begin(), pixels.end()}, shape, 2.0F, -3));
  write_file(images, npy_bytes("<f4", "(1, 3, 8, 8)", std::string(4 * 192, '\0')));
  const RunResult reals = run_sluice(command);
  CHECK(reals.exit_code == 1);
  CHECK_THAT(reals.err, Contains("--pixel-scale is for images that are bytes"));
}

TEST_CASE("Images.OutputsOfTheRtlAreThoseOfTheModel") {
  const TempDir temp;
  const std::string net = (temp.path() / "net.onnx").string();
  const std::string images = (temp.path() / "x.npy").string();
  const std::string model = (temp.path() / "model.npz").string();
  const std::string rtl = (temp.path() / "rtl.npz").string();
  write_network(net, {}, 0.02F, 0);
  Random random(13);
  const auto pixels = random.numbers<std::uint8_t>(3 * 192, 0, 255);
  write_file(images, npy_bytes("|u1", "(3, 3, 8, 8)", bytes_of(pixels)));
  const std::string every_map = GENERATE("", " --every-map");
  const std::string of = net + " --count 2 --images " + images + every_map + " --outputs ";
  REQUIRE(run_sluice("accuracy " + of + model).exit_code == 0);
  REQUIRE(run_sluice("run configs/tiny.yaml " + of + rtl).exit_code == 0);
  const auto file = zip_entries(rtl);
  CHECK_THAT(file.at("output.npy"), Contains("(2, 8)"));
  CHECK(file.size() == (every_map.empty() ? 2 : 3));
  CHECK(read_file(rtl) == read_file(model));
}

TEST_CASE("Images.EveryMapNeedsAFile") {
  const RunResult alone = run_sluice("accuracy verif/networks/fashion_block8.onnx --every-map");
  CHECK(alone.exit_code != 0);
  CHECK_THAT(alone.err, Contains("--every-map requires --outputs"));
}

TEST_CASE("Images.FilesOfOutputsReplaceNothingElse") {
  const TempDir temp;
  const std::string net = (temp.path() / "net.onnx").string();
  const std::string images = (temp.path() / "x.npy").string();
  const std::string outputs = (temp.path() / "y.npz").string();
  write_network(net, {}, 0.02F, 0);
  write_file(images, npy_bytes("|u1", "(1, 3, 8, 8)", std::string(192, 'x')));
  const std::string command = "accuracy " + net + " --images " + images + " --outputs ";
  REQUIRE(run_sluice(command + outputs).exit_code == 0);
  const std::string before = folder_text(temp.path());
  for (const std::string& path : {net, images}) {
    const RunResult result = run_sluice(command + path);
    CHECK(result.exit_code == 1);
    CHECK_THAT(result.err, Contains("this is there and no file of outputs"));
  }
  CHECK_THAT(run_sluice(command + temp.path().string()).err, Contains("this is a folder"));
  // What fails leaves the last outputs as they are
  CHECK(run_sluice("accuracy " + net + " --images " + net + " --outputs " + outputs).exit_code ==
        1);
  CHECK(run_sluice(command + outputs + " " + net).exit_code == 1);
  CHECK(run_sluice(command + (temp.path() / "no/y.npz").string()).exit_code == 1);
  CHECK(folder_text(temp.path()) == before);
}

}  // namespace
}  // namespace sluice::test
