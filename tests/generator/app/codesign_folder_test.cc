// SPDX-License-Identifier: Apache-2.0
// sluice codesign: its folder: going on after kills, parts, damage, folders of others.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <sstream>

#include "tests/generator/app/study_dir.h"
#include "tests/support/repeat.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

bool same_tables(const StudyDir& study, const std::string& one, const std::string& other) {
  return study.text("points.csv", one) == study.text("points.csv", other) &&
         study.text("points.json", one) == replace_all(study.text("points.json", other),
                                                       study.folder(other).string() + "/",
                                                       study.folder(one).string() + "/") &&
         study.text("report.html", one) == study.text("report.html", other);
}

TEST_CASE("Codesign.GoesOnAfterKillsAtRandomMomentsWithTheSameTable") {
  const StudyDir study(kThreeNetworks);
  REQUIRE(study.run("", "whole").exit_code == 0);
  const std::uint64_t seed = number_from("SLUICE_SEED", std::random_device{}());
  fmt::print("seed {}: SLUICE_SEED={} build/cli 'Codesign.GoesOnAfterKills*' repeats it\n", seed,
             seed);
  INFO("SLUICE_SEED=" << seed);
  std::mt19937_64 random(seed);
  int kills = 0;
  for (int run = 0; run < 10; run++) {
    const double moment = 0.02 + static_cast<double>(random() % 300) / 1000;
    const RunResult killed =
        run_shell(source_dir(), fmt::format("timeout -s KILL {:.3f} {} {}", moment, program(),
                                            study.command(run % 2 ? "--jobs 2" : "--jobs 1")));
    kills += killed.exit_code != 0;
  }
  INFO(kills << " kills");
  CHECK(kills > 0);
  REQUIRE(study.run().exit_code == 0);
  CHECK(same_tables(study, "whole", "out"));
  // An epoch that was cut off is done again, one that was done is not lost: at most one more a kill
  const auto lines = [&study](const std::string& name) {
    const std::string text = study.text("start/epochs", name);
    return std::count(text.begin(), text.end(), '\n');
  };
  CHECK(lines("whole") == 12);
  CHECK(lines("out") >= 12);
  CHECK(lines("out") <= 12 + 2 * kills);
}

TEST_CASE("Codesign.AnyNumberOfJobsGivesTheSameTables") {
  const StudyDir study(kThreeNetworks);
  for (const char* jobs : {"1", "2", "5"}) {
    REQUIRE(study.run(std::string("--jobs ") + jobs, jobs).exit_code == 0);
    CHECK(same_tables(study, "1", jobs));
  }
}

TEST_CASE("Codesign.PartsTogetherAreTheWhole") {
  const StudyDir study(kThreeNetworks);
  REQUIRE(study.run("", "whole").exit_code == 0);
  for (const char* part : {"3/3", "1/3", "2/3"}) {
    const RunResult result = study.run(std::string("--shard ") + part);
    CHECK(result.exit_code == 0);
    CHECK_THAT(result.out, Contains("0 failed; 0 there before"));
    CHECK_FALSE(fs::exists(study.folder() / "points.csv"));
  }
  CHECK_THAT(study.run().out, Contains("8 points, 8 good, 0 failed; 8 there before"));
  CHECK(same_tables(study, "whole", "out"));
}

TEST_CASE("Codesign.WhatIsDamagedIsMadeAgain") {
  const StudyDir study("networks: [{network: resnet20, gates: channels}]\n");
  REQUIRE(study.run("", "whole").exit_code == 0);
  REQUIRE(study.run().exit_code == 0);
  for (const auto& entry : fs::directory_iterator(study.folder() / "results")) {
    const std::string good = read_file(entry.path());
    for (const std::string& bad : {std::string(), std::string("{}"), good.substr(0, 20)}) {
      write_file(entry.path(), bad);
      const RunResult result = study.run();
      INFO(entry.path() << " " << bad << "\n" << result.out << result.err);
      CHECK_THAT(result.out, Contains("2 points, 2 good, 0 failed"));
      CHECK_THAT(result.err, Contains("note: " + entry.path().string()));
      CHECK(read_file(entry.path()) == good);
      CHECK(same_tables(study, "whole", "out"));
    }
  }
  const std::string key = study.points()[0]["key"];
  fs::remove(study.folder() / "networks" / key / "network.onnx");
  CHECK_THAT(study.run().out, Contains("2 good, 0 failed; 0 there before"));
  CHECK(same_tables(study, "whole", "out"));
}

TEST_CASE("Codesign.ASecondOneIntoTheSameFolderIsRefused") {
  const StudyDir study("networks: [{network: resnet20}]\n");
  REQUIRE(study.run().exit_code == 0);
  const std::string before = folder_text(study.folder());
  const RunResult second =
      run_shell(source_dir(), "flock " + (study.folder() / "study.lock").string() + " " +
                                  program() + " " + study.command());
  CHECK(second.exit_code == 1);
  CHECK_THAT(second.out, Contains("another study is writing into this folder"));
  CHECK(folder_text(study.folder()) == before);
}

TEST_CASE("Codesign.FoldersOfOthersAreLeftAlone") {
  const StudyDir study("networks: [{network: resnet20}]\n");
  fs::create_directories(study.folder());
  write_file(study.folder() / "points.csv", "mine\n");
  const std::string before = folder_text(study.folder());
  const RunResult result = study.run();
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err, Contains("was not made by a study; nothing was written"));
  CHECK(folder_text(study.folder()) == before);
}

TEST_CASE("Codesign.WithoutSlurmTheMessageSaysWhatToDo") {
  const StudyDir study("networks: [{network: resnet20}]\n");
  const RunResult result = run_shell(
      source_dir(), "PATH=/nonexistent " + program() + " " + study.command("--executor slurm"));
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.out, Contains("--executor slurm needs sbatch, which is not installed here"));
  CHECK_FALSE(fs::exists(study.folder()));
}

TEST_CASE("Codesign.UsageMistakesEndWithTwo") {
  const StudyDir study(kThreeNetworks);
  for (const char* options : {"--jobs 0", "--shard 0/3", "--shard 4/3", "--no-such-option"}) {
    INFO(options);
    CHECK(study.run(options).exit_code == 2);
  }
}

}  // namespace
}  // namespace sluice::test
