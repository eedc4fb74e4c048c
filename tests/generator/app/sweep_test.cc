// SPDX-License-Identifier: Apache-2.0
// sluice sweep: points, values, what does not run, mistakes.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/generator/app/sweep_dir.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;
using nlohmann::json;

TEST_CASE("Sweep.GridHasEveryPointOnce") {
  const SweepDir sweep(kGrid);
  const RunResult result = sweep.run("--json");
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  const json summary = json::parse(result.out);
  CHECK(summary["points"] == 12);
  CHECK(summary["good"] == 8);
  CHECK(summary["failed"] == 4);
  CHECK(summary["there_before"] == 0);
  std::set<std::string> settings;
  for (const json& point : points_of(sweep.folder())) settings.insert(point["set"].dump());
  CHECK(settings.size() == 12);
  CHECK(sorted_lines(read_file(sweep.folder() / "results.jsonl")).size() == 12);
  CHECK(sorted_lines(read_file(sweep.folder() / "results.csv")).size() == 13);
}

TEST_CASE("Sweep.ValuesAreThoseOfEstimate") {
  const SweepDir sweep(std::string(kGrid) + "estimate: {clock: 500, density: 0.3, latency: 40}\n",
                       "[net.csv, resnet20-cifar]");
  REQUIRE(sweep.run().exit_code == 0);
  int compared = 0;
  for (const json& point : points_of(sweep.folder())) {
    const json& set = point["set"];
    if (set["lanes"] != 4 || set["rows"] != 16 || set["memory.bytes"] != 32) continue;
    const std::string network = point["network"] == "net"
                                    ? (fs::path(sweep.file()).parent_path() / "net.csv").string()
                                    : std::string("resnet20-cifar");
    const RunResult alone = run_sluice(
        "estimate configs/edge.yaml " + network +
        " --set lanes=4 --set rows=16 --set dot=4 --set memory.bytes=32 --clock 500 --density 0.3 "
        "--latency 40 --json");
    REQUIRE(alone.exit_code == 0);
    const json estimate = json::parse(alone.out);
    for (const char* name : {"cycles", "frames_per_second", "utilisation", "macs", "macs_done",
                             "read_bytes", "write_bytes", "macs_per_cycle_8", "programs"}) {
      INFO(name);
      CHECK(point[name] == estimate[name]);
    }
    compared++;
  }
  CHECK(compared == 2);
}

TEST_CASE("Sweep.UnevenGatesAreSaidToBeDrawn") {
  const SweepDir sweep("grid: {gating: [true, false]}\n");
  CHECK_THAT(sweep.run().out, Contains("gates: drawn at random and uneven, about as in trained"));
  const json points = points_of(sweep.folder());
  CHECK(points[0]["gates_drawn"] == true);
  CHECK(points[0]["gates_even_by_construction"] == false);
  CHECK(points[1]["gates_drawn"] == false);
  const SweepDir same("grid: {gating: [true, false]}\nestimate: {densities: uneven}\n");
  CHECK(same.run().exit_code == 0);
  CHECK(points_of(same.folder()) == points);
}

TEST_CASE("Sweep.EvenGatesAreSaidToBeEven") {
  const SweepDir sweep("grid: {gating: [true, false]}\nestimate: {densities: even}\n");
  CHECK_THAT(sweep.run().out, Contains("gates: as many open in every block, by construction"));
  const json points = points_of(sweep.folder());
  CHECK(points[0]["gates_even_by_construction"] == true);
  CHECK(points[1]["gates_even_by_construction"] == false);
  const SweepDir without("set: {gating: false}\n");
  CHECK_THAT(without.run().out, !Contains("by construction"));
}

TEST_CASE("Sweep.DensitiesOfAFile") {
  const SweepDir sweep("estimate: {densities: ./even}\n");
  const fs::path folder = fs::path(sweep.file()).parent_path();
  const RunResult missing = sweep.run();
  CHECK(missing.exit_code == 1);
  CHECK_THAT(missing.err, Contains("'./even' is no way to draw gates, nor a file") &&
                              Contains("allowed are even and uneven, and paths of CSV files"));
  fs::create_directory(folder / "even");
  CHECK(sweep.run().err == missing.err);  // a folder is no file
  fs::remove(folder / "even");
  const std::string layer = json::parse(
      run_sluice("estimate configs/edge.yaml " + (folder / "net.csv").string() + " --json")
          .out)["layers"][0]["name"];
  write_file(folder / "even", "layer,density\n" + layer + ",1\n");
  REQUIRE(sweep.run().exit_code == 0);
  const json open = points_of(sweep.folder())[0];
  write_file(folder / "even", "layer,density\n" + layer + ",0\n");
  REQUIRE(sweep.run().exit_code == 0);
  const json closed = points_of(sweep.folder())[0];
  CHECK(open["macs_done"] > closed["macs_done"]);
  CHECK(open["key"] != closed["key"]);
}

TEST_CASE("Sweep.FailedPointsAreKeptWithTheirMessage") {
  const SweepDir sweep(kGrid);
  const RunResult result = sweep.run();
  CHECK_THAT(result.out, Contains("12 points, 8 good, 4 failed; 0 there before"));
  CHECK_THAT(result.out, Contains("failed, 4 x: 'rows' is 18, but must be a multiple of"));
  int failed = 0;
  for (const json& point : points_of(sweep.folder())) {
    CHECK(point["ok"] == (point["set"]["rows"] != 18));
    if (point["ok"] == true) continue;
    failed++;
    CHECK_THAT(point["error"].get<std::string>(), Contains("set rows to 16 or 20"));
    CHECK_FALSE(point.contains("cycles"));
  }
  CHECK(failed == 4);
  CHECK_THAT(sweep.run().out, Contains("4 failed; 12 there before"));
  CHECK_THAT(sweep.run("--retry-failed").out, Contains("4 failed; 8 there before"));
}

/// Layers whose positions sum over 64 and 4608 inputs: more than the smaller buffer holds.
const char* const kWideLayers =
    "name,kind,height,width,channels,outputs,kernel,padding,gate\n"
    "a,conv,8,8,64,16,1,0,\n"
    "b,conv,8,8,512,32,3,1,lane\n";
const char* const kWideGrid = "grid: {buffers.activation: [4096, 65536]}\n";

TEST_CASE("Sweep.WhatDoesNotRunWholeIsNotGoodAndHasNoSpeed") {
  const SweepDir sweep(kWideGrid);
  write_file(fs::path(sweep.file()).parent_path() / "net.csv", kWideLayers);
  const RunResult result = sweep.run();
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.out, Contains("2 points, 1 good, 1 not run whole, 0 failed; 0 there before"));
  CHECK_THAT(result.out,
             Contains("not run whole, 1 x: net: 1 of 2 layers NOT RUN; the first: b: "));
  const std::size_t front = result.out.find("no other point is both smaller and faster");
  REQUIRE(front != std::string::npos);
  CHECK(result.out.find("NOT RUN") < front);
  CHECK(result.out.find("buffers.activation=4096", front) == std::string::npos);
  CHECK(result.out.find("buffers.activation=65536", front) != std::string::npos);
  const json points = points_of(sweep.folder());
  REQUIRE(points.size() == 2);
  CHECK(points[0]["ok"] == false);
  CHECK(points[0]["runs_whole"] == false);
  CHECK(points[0]["layer_count"] == 2);
  CHECK(points[0]["layers_off_accelerator"] == 1);
  CHECK(points[0]["macs_per_cycle_8"] == points[1]["macs_per_cycle_8"]);
  CHECK_THAT(points[0]["error"].get<std::string>(), Contains("1 of 2 layers NOT RUN"));
  for (const char* name : {"frames_per_second", "cycles", "utilisation", "macs"}) {
    INFO(name);
    CHECK_FALSE(points[0].contains(name));
    CHECK(points[1][name] > 0);
  }
  CHECK(points[1]["runs_whole"] == true);
  CHECK_THAT(
      read_file(sweep.folder() / "results.csv"),
      Contains("\nnet,4096,false,false,2,1,,,,128,,") && Contains("\nnet,65536,true,true,2,0,"));
}

TEST_CASE("Sweep.WhatDoesNotRunWholeIsNeitherAFailureNorTriedAgain") {
  const SweepDir sweep("grid: {rows: [16, 18], buffers.activation: [4096, 65536]}\n");
  write_file(fs::path(sweep.file()).parent_path() / "net.csv", kWideLayers);
  const json summary = json::parse(sweep.run("--json").out);
  CHECK(summary["good"] == 1);
  CHECK(summary["not_whole"] == 1);
  CHECK(summary["failed"] == 2);
  CHECK_THAT(sweep.run("--retry-failed").out,
             Contains("4 points, 1 good, 1 not run whole, 2 failed; 2 there before"));
}

TEST_CASE("Sweep.IsAnErrorIfNoPointRunsWhole") {
  const SweepDir sweep("set: {buffers.activation: 4096}\n");
  write_file(fs::path(sweep.file()).parent_path() / "net.csv", kWideLayers);
  const RunResult result = sweep.run();
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.out, Contains("1 point, 0 good, 1 not run whole, 0 failed") &&
                             Contains("net: no design runs it whole"));
}

TEST_CASE("Sweep.SamplesAreRepeatedBySeed") {
  const std::string grid =
      "grid: {lanes: [1, 2, 3, 4], columns: [1, 2, 4, 8], memory.bytes: [16, 32, 64, 128]}\n";
  const SweepDir first(grid + "sample: {points: 9, seed: 5}\n");
  const SweepDir again(grid + "sample: {points: 9, seed: 5}\n");
  const SweepDir other(grid + "sample: {points: 9, seed: 6}\n");
  for (const SweepDir* sweep : {&first, &again, &other}) sweep->run();
  std::set<std::string> settings;
  for (const json& point : points_of(first.folder())) settings.insert(point["set"].dump());
  CHECK(settings.size() == 9);
  CHECK(read_file(first.folder() / "results.csv") == read_file(again.folder() / "results.csv"));
  CHECK(read_file(first.folder() / "results.csv") != read_file(other.folder() / "results.csv"));
}

TEST_CASE("Sweep.MistakesInTheFileHaveTheirPlace") {
  const SweepDir sweep(
      "set: {lanez: 3}\n"
      "grid:\n"
      "  lanes: [2, 2, foo, 1000]\n"
      "  \"rows,dot\": [[8, 4, 1]]\n"
      "estimate: {clok: 3, density: 2}\n"
      "sample: {seed: 1}\n"
      "area_options:\n"
      "  memories: cacti23\n",
      "[resnet19]");
  const RunResult result = sweep.run();
  CHECK(result.exit_code == 1);
  const std::string file = sweep.file();
  for (const char* message :
       {":2:12: error: there is no network 'resnet19'", ":3:7: error: there is no key 'lanez'",
        "did you mean 'lanes'?", ":5:14: error: 'lanes' lists this value a second time",
        ":5:17: error: 'lanes' is the text 'foo', but must be a number",
        ":5:22: error: 'lanes' is 1000, but must be 1 to 64 lanes",
        ":6:16: error: 'rows,dot' is a list, but must be a list of 2 values",
        ":7:12: error: there is no key 'clok' here",
        ":7:30: error: 'density' is '2', but must be a number from 0 to 1",
        ":8:9: error: 'points' is missing in 'sample'",
        ":10:13: error: 'cacti23' is no table of memories",
        "allowed are cacti22, cacti45, cacti65, gf180 and sky130, and paths of CSV files, Liberty "
        "files or folders of these, relative to the sweep file",
        "10 errors; nothing was run"}) {
    INFO(message);
    CHECK_THAT(result.err, Contains(message[0] == ':' ? file + message : message));
  }
  CHECK_FALSE(fs::exists(sweep.folder()));
  const json error = json::parse(sweep.run("--json").out)["errors"][0];
  CHECK(error["line"] == 2);
  CHECK(error["column"] == 12);
}

TEST_CASE("Sweep.HugeGridsNeedASample") {
  std::string list = "1";
  for (int k = 2; k <= 64; k++) list += ", " + std::to_string(k);
  const std::string grid = "grid:\n  lanes: [" + list + "]\n  columns: [" + list +
                           "]\n  accumulator.max_reduction: [" + list +
                           "]\n  memory.burst: "
                           "[1, 2, 4, 8, 16]\n";
  const RunResult result = SweepDir(grid).run();
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err, Contains(":3:1: error: the sweep has more than 1000000 points") &&
                             Contains("sample: {points: 1000, seed: 1}"));
  CHECK_THAT(SweepDir(grid + "sample: {points: 3}\n").run().out, Contains("3 points"));
}

TEST_CASE("Sweep.IsAnErrorIfEveryPointFails") {
  const SweepDir sweep("grid: {rows: [18, 22]}\n");
  const RunResult result = sweep.run("--json");
  CHECK(result.exit_code == 1);
  CHECK(json::parse(result.out)["ok"] == false);
  // A part without points has nothing that could fail
  CHECK(sweep.run("--shard 3/3", "part").exit_code == 0);
}

TEST_CASE("Sweep.UsageMistakesEndWithTwo") {
  const SweepDir sweep(kGrid);
  for (const char* options :
       {"--jobs 0", "--shard 0/3", "--shard 4/3", "--shard 2", "--shard a/b"}) {
    INFO(options);
    CHECK(sweep.run(options).exit_code == 2);
  }
}

}  // namespace
}  // namespace sluice::test
