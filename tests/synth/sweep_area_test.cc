// SPDX-License-Identifier: Apache-2.0
// Cell area in sweeps: each distinct RTL is mapped once.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/files.h"

namespace sluice::synth {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;
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
  CHECK(points[0]["memory_nand2"] == alone["memory_nand2"]);
  CHECK(points[0]["total_nand2"].get<double>() ==
        Approx(points[0]["area_nand2"].get<double>() + alone["memory_nand2"].get<double>()));
  CHECK(points[0]["total_mm2"].get<double>() ==
        Approx(alone["total_mm2"].get<double>()).epsilon(0.002));
  CHECK(points[0]["frames_per_second_per_mnand2"].get<double>() ==
        Approx(points[0]["frames_per_second"].get<double>() /
               points[0]["total_nand2"].get<double>() * 1e6));
  CHECK_THAT(first.out, Contains("(macros of cacti65, 65 nm, in NAND2 of that node)"));

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

/// A sweep of one point of tiny with areas, in a folder that is kept from run to run.
class OnePoint {
 public:
  OnePoint() {
    test::write_file(temp_.path() / "net.csv",
                     "name,kind,height,width,channels,outputs\na,conv,8,8,16,16\n");
  }
  fs::path path() const { return temp_.path(); }

  /// What the sweep prints with this table.
  test::RunResult run(const std::string& memories) const {
    test::write_file(path() / "sweep.yaml",
                     "base: " + (test::source_dir() / "configs/tiny.yaml").string() +
                         "\nnetworks: [net.csv]\narea: true\narea_options: {memories: " + memories +
                         "}\n");
    return test::run_sluice("sweep " + (path() / "sweep.yaml").string() + " -o " +
                            (path() / "out").string());
  }
  json results() const { return json::parse(test::read_file(path() / "out/results.json")); }
  json point() const { return results()["points"][0]; }

 private:
  test::TempDir temp_;
};

TEST_CASE("SweepArea.ATableOfMemoriesIsPartOfTheKey") {
  const OnePoint sweep;
  const test::RunResult named = sweep.run("cacti65");
  INFO(named.out << named.err);
  REQUIRE(named.exit_code == 0);
  const json first = sweep.point();

  // The same contents in a file are the same
  const std::string table = test::read_file(test::source_dir() / "synth/memories/cacti65.csv");
  test::write_file(sweep.path() / "mine.csv", table);
  CHECK_THAT(sweep.run("mine.csv").out, Contains("1 good, 0 failed; 1 there before"));
  CHECK(sweep.results()["memory_table"] == "mine");
  CHECK(sweep.results()["memory_node"] == "65 nm");
  CHECK(sweep.point() == first);

  // With NAND2 of half the size, macros are twice as many; flip-flops and logic stay
  double flip_flops = 0;
  for (const auto& entry : fs::directory_iterator(sweep.path() / "out/area_cache")) {
    if (entry.is_directory()) continue;
    const json report = json::parse(test::read_file(entry.path()));
    for (const json& memory : report["memories"]) {
      if (memory["from"] == "flip-flops") flip_flops += memory["nand2"].get<double>();
    }
  }
  CHECK(flip_flops > 0);
  REQUIRE(table.find("nand2_um2,1.44\n") != std::string::npos);
  test::write_file(sweep.path() / "mine.csv",
                   test::replace_all(table, "nand2_um2,1.44\n", "nand2_um2,0.72\n"));
  CHECK_THAT(sweep.run("mine.csv").out, Contains("1 good, 0 failed; 0 there before"));
  const json halved = sweep.point();
  CHECK(halved["key"] != first["key"]);
  CHECK(halved["area_nand2"] == first["area_nand2"]);
  CHECK(halved["memory_nand2"].get<double>() ==
        Approx(2 * first["memory_nand2"].get<double>() - flip_flops));
}

TEST_CASE("SweepArea.MemoriesThatNoMacroServesAreAFailure") {
  // Its macros have one port, those of a design two
  const OnePoint sweep;
  const test::RunResult result = sweep.run("gf180");
  INFO(result.out << result.err);
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.out, Contains("0 good, 1 failed"));
  const json point = sweep.point();
  CHECK(point["ok"] == false);
  CHECK_THAT(point["error"].get<std::string>(),
             Contains("activation buffer: ") && Contains("gf180.csv"));
  CHECK_FALSE(point.contains("total_nand2"));
  // A file that is no table is told before anything runs
  test::write_file(sweep.path() / "bad.csv", "node,65 nm\nnand2_um2,x\n");
  const test::RunResult bad = sweep.run("bad.csv");
  CHECK(bad.exit_code == 1);
  CHECK_THAT(bad.err, Contains("bad.csv:"));
}

}  // namespace
}  // namespace sluice::synth
