// SPDX-License-Identifier: Apache-2.0
// Cell area in studies: of each config, as in sweeps.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/files.h"

namespace sluice::synth {
namespace {

using Catch::Matchers::Contains;
using nlohmann::json;

TEST_CASE("StudyArea.IsThatOfTheConfigWhateverTheNetwork") {
  const test::TempDir temp;
  const std::string networks = (test::source_dir() / "verif/networks").string();
  test::write_file(temp.path() / "study.yaml",
                   "networks: [{file: " + networks + "/fashion_output8.onnx}, {file: " + networks +
                       "/fashion_output4.onnx}]\nconfigs: [" +
                       (test::source_dir() / "configs/tiny.yaml").string() +
                       "]\nevaluate: {count: 5, images: 1}\narea: true\n");
  const std::string folder = (temp.path() / "out").string();
  const test::RunResult result =
      test::run_sluice("codesign " + (temp.path() / "study.yaml").string() + " -o " + folder);
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  CHECK_THAT(result.out, Contains("has less area, logic and memories"));
  const json points = json::parse(test::read_file(folder + "/points.json"))["points"];
  REQUIRE(points.size() == 2);
  const json alone = json::parse(test::run_sluice("area configs/tiny.yaml --json").out);
  for (const json& point : points) {
    CHECK(point["area_nand2"].get<double>() ==
          Approx(alone["total"]["nand2"].get<double>()).epsilon(0.002));
    CHECK(point["memory_nand2"] == alone["memory_nand2"]);
    CHECK_THAT(point["commands"].back().get<std::string>(), Contains("sluice area "));
  }
  CHECK_THAT(test::read_file(folder + "/report.html"),
             Contains("Accuracy against area") && Contains("macros of cacti65, 65 nm"));
}

}  // namespace
}  // namespace sluice::synth
