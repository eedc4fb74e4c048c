// SPDX-License-Identifier: Apache-2.0
// sluice sweep: its folder: going on after a cut, parts, damage, folders of others.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/generator/app/sweep_dir.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;
using nlohmann::json;

TEST_CASE("Sweep.GoesOnAfterACutAtEveryByteOfTheLastLine") {
  const SweepDir sweep("grid: {lanes: [2, 4]}\n");
  REQUIRE(sweep.run().exit_code == 0);
  const fs::path file = sweep.folder() / "results.jsonl";
  const std::string whole = read_file(file), table = read_file(sweep.folder() / "results.csv");
  const std::size_t last = whole.rfind('\n', whole.size() - 2) + 1;
  for (std::size_t size = last; size < whole.size(); size++) {
    write_file(file, whole.substr(0, size));
    fs::remove(sweep.folder() / "results.csv");
    const RunResult result = sweep.run();
    INFO(size << result.out << result.err);
    REQUIRE_THAT(result.out, Contains("2 points, 2 good, 0 failed; 1 there before"));
    REQUIRE(sorted_lines(read_file(file)) == sorted_lines(whole));
    REQUIRE(read_file(sweep.folder() / "results.csv") == table);
  }
}

TEST_CASE("Sweep.GoesOnAfterKillsWithNothingLostOrDoubled") {
  const std::string grid =
      "grid: {lanes: [2, 4, 8], columns: [2, 4], memory.bytes: [16, 32, 64]}\n";
  const SweepDir sweep(grid, "[resnet20-cifar]");
  REQUIRE(sweep.run("--jobs 2", "whole").exit_code == 0);
  std::size_t lines = 0;
  int kills = 0;
  for (; kills < 200; kills++) {
    const RunResult killed =
        run_shell(source_dir(), "timeout -s KILL 0.08 " + program() + " sweep " + sweep.file() +
                                    " -o " + sweep.folder().string() + " --jobs 2");
    if (killed.exit_code == 0) break;
    if (!fs::exists(sweep.folder() / "results.jsonl")) continue;
    const std::size_t now = sorted_lines(read_file(sweep.folder() / "results.jsonl")).size();
    CHECK(now + 1 >= lines);  // The last line may be half a line
    lines = now;
  }
  REQUIRE(sweep.run("--jobs 2").exit_code == 0);
  CHECK(sorted_lines(read_file(sweep.folder() / "results.jsonl")) ==
        sorted_lines(read_file(sweep.folder("whole") / "results.jsonl")));
  CHECK(read_file(sweep.folder() / "results.csv") ==
        read_file(sweep.folder("whole") / "results.csv"));
}

TEST_CASE("Sweep.AnyNumberOfJobsGivesTheSameTables") {
  const SweepDir sweep(kGrid);
  for (const char* jobs : {"1", "2", "7"}) {
    REQUIRE(sweep.run(std::string("--jobs ") + jobs, jobs).exit_code == 0);
    CHECK(read_file(sweep.folder(jobs) / "results.csv") ==
          read_file(sweep.folder("1") / "results.csv"));
    CHECK(read_file(sweep.folder(jobs) / "results.json") ==
          read_file(sweep.folder("1") / "results.json"));
  }
}

TEST_CASE("Sweep.PartsTogetherAreTheWhole") {
  const SweepDir sweep(kGrid);
  REQUIRE(sweep.run("", "whole").exit_code == 0);
  for (const char* part : {"3/3", "1/3", "2/3"}) {
    const RunResult result = sweep.run(std::string("--shard ") + part);
    CHECK_THAT(result.out, Contains("4 points") && Contains("0 there before"));
    CHECK_FALSE(fs::exists(sweep.folder() / "results.csv"));
  }
  CHECK_THAT(sweep.run().out, Contains("12 points, 8 good, 4 failed; 12 there before"));
  CHECK(read_file(sweep.folder() / "results.csv") ==
        read_file(sweep.folder("whole") / "results.csv"));
  CHECK(read_file(sweep.folder() / "results.jsonl").empty());
}

TEST_CASE("Sweep.ASecondOneIntoTheSameFolderIsRefused") {
  const SweepDir sweep(kGrid);
  REQUIRE(sweep.run().exit_code == 0);
  const std::string before = folder_text(sweep.folder());
  const RunResult second = run_shell(
      source_dir(), "flock " + (sweep.folder() / "sweep.lock").string() + " " + program() +
                        " sweep " + sweep.file() + " -o " + sweep.folder().string());
  CHECK(second.exit_code == 1);
  CHECK_THAT(second.out, Contains("another sweep is writing into this folder"));
  CHECK(folder_text(sweep.folder()) == before);
}

TEST_CASE("Sweep.FoldersOfOthersAreLeftAlone") {
  const SweepDir sweep(kGrid);
  fs::create_directories(sweep.folder());
  write_file(sweep.folder() / "results.jsonl", "mine\n");
  const RunResult result = sweep.run();
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err, Contains("was not made by a sweep; nothing was written"));
  CHECK(folder_text(sweep.folder()).find("mine") != std::string::npos);
  CHECK_FALSE(fs::exists(sweep.folder() / "sweep.lock"));
}

TEST_CASE("Sweep.DamagedResultsAreNamedAndMadeAgain") {
  const SweepDir sweep("grid: {lanes: [2, 4]}\n");
  REQUIRE(sweep.run().exit_code == 0);
  const fs::path file = sweep.folder() / "results.jsonl", all = sweep.folder() / "results.json";
  const std::string good = read_file(file), results = read_file(all);
  const std::string key = json::parse(good.substr(0, good.find('\n')))["key"];
  const std::string rest = good.substr(good.find('\n') + 1);
  const std::string start = "{\"key\":\"" + key + "\",\"network\":\"n\",\"set\":{},\"ok\":true";
  for (const std::string& line : {
           std::string("{\"key\": 3}"),
           "{\"key\":\"" + key + "\",\"ok\":true}",
           start + "}",
           start + ",\"macs_per_cycle_8\":1e300}",
           start + ",\"macs_per_cycle_8\":64,\"frames_per_second\":0,\"utilisation\":1}",
           start + ",\"macs_per_cycle_8\":64,\"frames_per_second\":\"3\",\"utilisation\":1}",
           start + ",\"cycles\":1e999}",
           "{\"key\":\"" + key + "\",\"network\":\"n\",\"set\":{},\"ok\":false}",
           std::string("mine"),
           std::string(100000, '['),
           std::string(1100000, ' '),
           good.substr(0, good.find('\n') / 2),
       }) {
    INFO(line.substr(0, 200));
    write_file(file, line + "\n" + rest);
    const RunResult result = sweep.run();
    CHECK(result.exit_code == 0);
    CHECK_THAT(result.err, Contains("note: " + file.string() + ":1:") &&
                               Contains("the line is left out, and its point is computed again"));
    CHECK_THAT(result.out, Contains("2 points, 2 good, 0 failed; 1 there before"));
    CHECK(read_file(all) == results);
    CHECK(read_file(file).starts_with(line + "\n" + rest));
  }
}

TEST_CASE("Sweep.AResultWithoutAFigureIsMadeAgain") {
  const SweepDir sweep("grid: {lanes: [2, 4]}\n");
  REQUIRE(sweep.run().exit_code == 0);
  const fs::path file = sweep.folder() / "results.jsonl", all = sweep.folder() / "results.json";
  const std::string good = read_file(file), results = read_file(all);
  json line = json::parse(good.substr(0, good.find('\n')));
  line.erase("read_bytes");
  write_file(file, line.dump() + good.substr(good.find('\n')));
  CHECK_THAT(sweep.run().out, Contains("2 good, 0 failed; 1 there before"));
  CHECK(read_file(all) == results);
}

}  // namespace
}  // namespace sluice::test
