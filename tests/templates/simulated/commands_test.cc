// SPDX-License-Identifier: Apache-2.0
// The commands that run RTL, from the command line.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

nlohmann::json json_of(const std::string& arguments) {
  const RunResult result = run_sluice(arguments + " --json");
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  return nlohmann::json::parse(result.out);
}

}  // namespace

TEST_CASE("Verify.PrintsWhatItRanAsJson") {
  const nlohmann::json json = json_of("verify configs/tiny.yaml --runs 6 --seed 11 --quick");
  CHECK(json["ok"] == true);
  CHECK(json["passed"] == 6);
  CHECK(json["failed"] == 0);
  CHECK(json["seed"] == 11);
  CHECK(json["layers"] >= 6);
}

TEST_CASE("Verify.GoesThroughBothPortsOfADesignWithAxi") {
  const nlohmann::json json =
      json_of("verify configs/tiny.yaml --set bus.kind=axi4 --runs 8 --seed 3 --quick");
  CHECK(json["passed"] == 16);
  REQUIRE(json["ports"].size() == 2);
  const nlohmann::json &native = json["ports"][0], &axi = json["ports"][1];
  CHECK(native["port"] == "native");
  CHECK(native["timed_runs"] > 0);
  CHECK(axi["port"] == "axi");
  CHECK(axi["passed"] == 8);
  CHECK(axi["layers"] == native["layers"]);
  CHECK(axi["stalled_runs"] == 7);
  CHECK(axi["timed_runs"] == 0);
}

TEST_CASE("Verify.SaysThatADesignHasNoAxi") {
  const RunResult result = run_sluice("verify configs/tiny.yaml --port axi");
  CHECK(result.exit_code == 1);
  CHECK(result.err == "error: --port axi needs a design with AXI: add --set bus.kind=axi4\n");
}

TEST_CASE("Verify.WritesAWaveform") {
  const TempDir folder;
  const std::filesystem::path file = folder.path() / "out.fst";
  json_of("verify configs/tiny.yaml --runs 1 --seed 5 --quick --waves " + file.string());
  std::ifstream in(file, std::ios::binary);
  CHECK(in.get() == 0);  // an FST file starts with its header block
  CHECK(std::filesystem::file_size(file) > 10000);
}

TEST_CASE("Run.ClassifiesImagesBitExactlyAndAsPredicted") {
  const nlohmann::json json =
      json_of("run configs/edge.yaml verif/networks/fashion_block8.onnx --count 2 --calibrate 20");
  CHECK(json["runs"] == 4);
  CHECK(json["bit_exact"] == 4);
  CHECK(json["cycles_predicted"] == 4);
  CHECK(json["gated_layers"]["measured_over_theoretical"] > 0.9);
}

TEST_CASE("Run.MovesTheSameBytesAtBothPortsOfADesignWithAxi") {
  const nlohmann::json json = json_of(
      "run configs/edge.yaml verif/networks/fashion_block8.onnx --count 1 --calibrate 20 "
      "--set bus.kind=axi4 --set bus.data_bits=128 --set bus.ordering=by_id");
  REQUIRE(json.size() == 2);
  const nlohmann::json &native = json[0], &axi = json[1];
  CHECK(native["port"] == "native");
  CHECK(native["cycles_predicted"] == 2);
  CHECK(axi["port"] == "axi");
  CHECK(axi["bit_exact"] == 2);
  CHECK(axi["stalled_bit_exact"] == 1);
  CHECK_FALSE(axi.contains("cycles_predicted"));
  for (const char* mode : {"memory_bytes_gated", "memory_bytes_ungated"}) {
    INFO(mode);
    CHECK(axi[mode] == native[mode]);
    CHECK(axi[mode]["read_per_image"] > 0);
    CHECK(axi[mode]["written_with_strobe_per_image"] > 0);
    CHECK(axi[mode]["written_with_strobe_per_image"] <= axi[mode]["written_per_image"]);
  }
}

TEST_CASE("Demo.RunsANetworkOfEachTechnique") {
  const TempDir folder;
  const nlohmann::json runs = json_of("demo --all --count 1 -o " + folder.path().string());
  REQUIRE(runs.size() == 6);
  for (const nlohmann::json& run : runs) {
    INFO(run["title"]);
    const bool gated = run["title"].get<std::string>().find("gate") != std::string::npos;
    CHECK(run["runs"] == (gated ? 2 : 1));
    CHECK(run["bit_exact"] == run["runs"]);
    CHECK(run["cycles_predicted"] == run["runs"]);
  }
  for (const char* design : {"sluice_edge", "sluice_edge_output", "sluice_edge_planes",
                             "sluice_edge_circulant", "sluice_edge_hadamard"}) {
    CHECK(std::filesystem::exists(folder.path() / design / "README.md"));
  }
}

TEST_CASE("Run.RefusesWhatIsNoNetwork") {
  const RunResult result = run_sluice("run configs/edge.yaml configs/edge.yaml --count 1");
  CHECK(result.exit_code == 1);
  CHECK(result.err.find("configs/edge.yaml") != std::string::npos);
}

}  // namespace sluice::test
