// SPDX-License-Identifier: Apache-2.0
// sluice run: networks with random weights, and options that do not fit a network.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using nlohmann::json;

TEST_CASE("Run.AListOfLayersIsExactOnTheRtl") {
  const RunResult result = run_sluice(
      "run configs/tiny.yaml tests/templates/simulated/small_residual.csv --count 2 --density 0.3 "
      "--densities even --json");
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  const json report = json::parse(result.out);
  CHECK(report["images"] == 2);
  CHECK(report["runs"] == 4);
  CHECK(report["bit_exact"] == 4);
  CHECK(report["cycles_predicted"] == 4);
  CHECK(report["layers"].size() == 11);
  double gates = 0;
  for (const json& layer : report["layers"]) {
    if (layer["gated"] == false) continue;
    // Partitions of a quarter, the rest in 30 % of the positions
    CHECK(layer["macs_done"].get<double>() / layer["macs_all"].get<double>() ==
          Approx(0.25 + 0.75 * 0.3).margin(0.06));
    gates++;
  }
  CHECK(gates == 4);
  CHECK(report["gates_note"] ==
        "gates: 30.0 % open in every block, by construction (a block's threshold is its own "
        "quantile on the image that runs); the gates of a trained network are uneven");
}

TEST_CASE("Run.UnevenGatesAreAsOpenAsTheyComeOut") {
  const RunResult result = run_sluice(
      "run configs/tiny.yaml tests/templates/simulated/small_residual.csv --density 0.3 --json");
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  const json report = json::parse(result.out);
  CHECK(report["bit_exact"] == 2);
  CHECK(report["cycles_predicted"] == 2);
  double low = 1, high = 0;
  for (const json& layer : report["layers"]) {
    CHECK(layer.contains("open_share") == layer["gated"].get<bool>());
    if (layer["gated"] == false) continue;
    const double open = layer["open_share"];
    // Partitions of a quarter
    CHECK(layer["macs_done"].get<double>() / layer["macs_all"].get<double>() ==
          Approx(0.25 + 0.75 * open).margin(1e-6));
    CHECK(open == Approx(0.3).margin(0.15));
    low = std::min(low, open);
    high = std::max(high, open);
  }
  CHECK(high - low > 0.005);
  char share[64];
  std::snprintf(share, sizeof share, "gates: %.1f to %.1f %% open by layer, uneven: ", 100 * low,
                100 * high);
  CHECK_THAT(report["gates_note"].get<std::string>(),
             StartsWith(share) && Contains("quantiles on other images than those that run"));
}

TEST_CASE("Run.OptionsOfTheOtherKindOfNetwork") {
  const RunResult list = run_sluice("run configs/tiny.yaml resnet18 --images x.idx");
  CHECK(list.exit_code == 1);
  CHECK_THAT(list.err,
             Contains("--images is for network files; a list of layers gets random weights"));
  const RunResult onnx =
      run_sluice("run configs/tiny.yaml verif/networks/fashion_block8.onnx --seed 3");
  CHECK(onnx.exit_code == 1);
  CHECK_THAT(onnx.err, Contains("--seed is for lists of layers"));
}

TEST_CASE("Run.ListsThatCannotRun") {
  const RunResult unknown = run_sluice("run configs/tiny.yaml resnet19");
  CHECK(unknown.exit_code == 1);
  CHECK_THAT(unknown.err, Contains("resnet19"));
  const RunResult large = run_sluice("run configs/tiny.yaml vgg16");
  CHECK(large.exit_code == 1);
  CHECK_THAT(large.err, Contains("layer '"));
}

}  // namespace
}  // namespace sluice::test
