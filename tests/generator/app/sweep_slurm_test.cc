// SPDX-License-Identifier: Apache-2.0
// sluice sweep --executor slurm: on a Slurm of one node that the test starts, if it is installed.
#include <catch2/catch.hpp>

#include "tests/generator/app/small_slurm.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

TEST_CASE("SweepSlurm.WithoutSlurmTheMessageSaysWhatToDo") {
  const TempDir temp;
  // A folder of PATH with nothing in it
  const RunResult result = run_shell(
      source_dir(), "PATH=/nonexistent " + program() + " sweep configs/sweeps/small.yaml -o " +
                        (temp.path() / "out").string() + " --executor slurm");
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.out, Contains("--executor slurm needs sbatch, which is not installed here") &&
                             Contains("--shard I/N"));
  CHECK_FALSE(fs::exists(temp.path() / "out"));
}

TEST_CASE("SweepSlurm.AnArrayJobGivesTheSameTable") {
  const std::unique_ptr<SmallSlurm> started = start_slurm();
  if (!started) return;
  const SmallSlurm& slurm = *started;
  const RunResult job = slurm.run("sweep configs/sweeps/small.yaml -o " + slurm.out().string() +
                                  " --executor slurm --tasks 3");
  INFO(job.out);
  REQUIRE(job.exit_code == 0);
  CHECK_THAT(job.out, Contains("18 points, 12 good, 6 failed; 18 there before"));
  for (const char* part : {"results.1.jsonl", "results.2.jsonl", "results.3.jsonl"}) {
    CHECK(fs::file_size(slurm.out() / part) > 0);
  }
  const std::string local = slurm.out().string() + "_local";
  REQUIRE(slurm.run("sweep configs/sweeps/small.yaml -o " + local).exit_code == 0);
  CHECK(read_file(slurm.out() / "results.csv") == read_file(local + "/results.csv"));
  const RunResult refused = slurm.run("sweep configs/sweeps/small.yaml -o " + slurm.out().string() +
                                      " --executor slurm --sbatch=--partition=none");
  CHECK(refused.exit_code == 1);
  CHECK_THAT(refused.out, Contains("sbatch did not take the job"));
}

}  // namespace
}  // namespace sluice::test
