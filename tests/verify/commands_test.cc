// The commands that run RTL, from the command line.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "support/files.h"

namespace sluice::test {
namespace {

nlohmann::json json_of(const std::string& arguments) {
  const RunResult result = run_sluice(arguments + " --json");
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  return nlohmann::json::parse(result.out);
}

}  // namespace

TEST_CASE("Verify prints what it ran as JSON") {
  const nlohmann::json json = json_of("verify configs/tiny.yaml --runs 6 --seed 11 --quick");
  CHECK(json["ok"] == true);
  CHECK(json["passed"] == 6);
  CHECK(json["failed"] == 0);
  CHECK(json["seed"] == 11);
  CHECK(json["layers"] >= 6);
}

TEST_CASE("Verify writes a waveform") {
  const TempDir folder;
  const std::filesystem::path file = folder.path() / "out.fst";
  json_of("verify configs/tiny.yaml --runs 1 --seed 5 --quick --waves " + file.string());
  std::ifstream in(file, std::ios::binary);
  CHECK(in.get() == 0);  // an FST file starts with its header block
  CHECK(std::filesystem::file_size(file) > 10000);
}

TEST_CASE("Run classifies images bit-exactly and as predicted") {
  const nlohmann::json json =
      json_of("run configs/edge.yaml verif/networks/fashion_block8.onnx --count 2 --calibrate 20");
  CHECK(json["runs"] == 4);
  CHECK(json["bit_exact"] == 4);
  CHECK(json["cycles_predicted"] == 4);
  CHECK(json["gated_layers"]["measured_over_theoretical"] > 0.9);
}

TEST_CASE("Run refuses what is no network") {
  const RunResult result = run_sluice("run configs/edge.yaml configs/edge.yaml --count 1");
  CHECK(result.exit_code == 1);
  CHECK(result.err.find("configs/edge.yaml") != std::string::npos);
}

}  // namespace sluice::test
