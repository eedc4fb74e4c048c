// SPDX-License-Identifier: Apache-2.0
// Cell area in sweeps: each distinct RTL is mapped once.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/files.h"

namespace sluice::synth {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

TEST_CASE("SweepArea.ConfigsWithTheSameHardwareAreMappedOnce") {
  const test::TempDir temp;
  const fs::path file = temp.path() / "sweep.yaml", out = temp.path() / "out";
  // Without a bus its width is in no RTL, but the configs differ, and with them their hashes
  test::write_file(file,
                   "base: " + (test::source_dir() / "configs/tiny.yaml").string() +
                       "\nnetworks: [net.csv]\ngrid: {bus.data_bits: [64, 128]}\narea: true\n");
  test::write_file(temp.path() / "net.csv",
                   "name,kind,height,width,channels,outputs\na,conv,8,8,16,16\n");
  const std::string command = "sweep " + file.string() + " -o " + out.string() + " --jobs 2";
  const test::RunResult first = test::run_sluice(command);
  INFO(first.out << first.err);
  REQUIRE(first.exit_code == 0);
  const json points = json::parse(test::read_file(out / "results.json"))["points"];
  REQUIRE(points.size() == 2);
  CHECK(points[0]["key"] != points[1]["key"]);
  CHECK(points[0]["area_nand2"] == points[1]["area_nand2"]);
  int cached = 0;
  for (const auto& entry : fs::directory_iterator(out / "area_cache")) {
    if (entry.is_directory()) continue;
    cached++;
    const json report = json::parse(test::read_file(entry.path()));
    CHECK(report["total"]["nand2"] == points[0]["area_nand2"]);
  }
  CHECK(cached == 1);
  CHECK_FALSE(fs::is_empty(out / "area_cache" / "modules"));

  // The constant of the hash is all that differs from `sluice area`
  const json alone = json::parse(test::run_sluice("area configs/tiny.yaml --json").out);
  CHECK(points[0]["area_nand2"].get<double>() ==
        Approx(alone["total"]["nand2"].get<double>()).epsilon(0.002));
  CHECK(points[0]["memory_bits"] == alone["memory_bits"]);
  CHECK(points[0]["area_flip_flops"] == alone["total"]["flip_flops"]);

  // A damaged area is measured again, and a damaged module mapped again; both are told
  const fs::path modules = out / "area_cache" / "modules";
  for (const auto& entry : fs::directory_iterator(out / "area_cache")) {
    if (!entry.is_directory()) test::write_file(entry.path(), "{}");
  }
  const fs::path module = fs::directory_iterator(modules)->path();
  test::write_file(module, "{\"module\": 1e999}");
  test::write_file(out / "results.jsonl", "");
  const test::RunResult again = test::run_sluice(command);
  INFO(again.err);
  CHECK(again.exit_code == 0);
  for (const std::string& note : {"note: " + (out / "area_cache").string(), module.string(),
                                  std::string("; it is made again")}) {
    CHECK(again.err.find(note) != std::string::npos);
  }
  CHECK(json::parse(test::read_file(out / "results.json"))["points"] == points);

  // Results that are lost come from the cache: a mapping could not end in this time
  test::write_file(out / "results.jsonl", "");
  test::write_file(file, test::read_file(file) + "area_options: {timeout: 0.01}\n");
  CHECK(test::run_sluice(command).exit_code == 0);
  CHECK(json::parse(test::read_file(out / "results.json"))["points"] == points);
}

}  // namespace
}  // namespace sluice::synth
