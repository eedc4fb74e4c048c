// SPDX-License-Identifier: Apache-2.0
#include "generator/sweep/slurm.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "generator/util/process.h"
#include "generator/util/user_error.h"

namespace sluice::sweep {
namespace {

namespace fs = std::filesystem;

constexpr auto kPoll = std::chrono::seconds(2);
constexpr int kFailuresAllowed = 30;  ///< of squeue in a row: its controller may be restarting

/// A word for a shell.
std::string quoted(const std::string& text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

std::string task_command(const SlurmOptions& options) {
  return fmt::format("exec {} {} {} -o {} --jobs {} --shard \"$SLURM_ARRAY_TASK_ID\"/{}{}",
                     quoted(fs::read_symlink("/proc/self/exe").string()), options.command,
                     quoted(fs::absolute(options.file).string()),
                     quoted(fs::absolute(options.folder).string()), options.jobs, options.tasks,
                     options.retry_failed ? " --retry-failed" : "");
}

std::string submit(const SlurmOptions& options) {
  const std::string log = (fs::absolute(options.folder) / "slurm-%a.log").string();
  std::vector<std::string> command = {"sbatch",
                                      "--parsable",
                                      "--job-name=sluice-" + options.command,
                                      fmt::format("--array=1-{}", options.tasks),
                                      fmt::format("--cpus-per-task={}", options.jobs),
                                      "--output=" + log};
  command.insert(command.end(), options.extra.begin(), options.extra.end());
  command.push_back("--wrap=" + task_command(options));
  const ProcessResult result = run_process(command, fs::current_path(), 120);
  // "12" or, with several clusters, "12;name"
  const std::string job = result.output.substr(0, result.output.find_first_of(";\n"));
  if (result.exit_code != 0 || job.empty() ||
      job.find_first_not_of("0123456789") != std::string::npos) {
    throw UserError(fmt::format("sbatch did not take the job: {}", result.output));
  }
  return job;
}

/// Tasks that run or wait; SIZE_MAX if squeue cannot say.
std::size_t tasks_left(const std::string& job) {
  const ProcessResult result =
      run_process({"squeue", "--noheader", "--array", "--jobs=" + job}, "/", 60);
  // A job that ended a while ago is forgotten
  if (result.output.find("Invalid job id") != std::string::npos) return 0;
  if (result.exit_code != 0) return SIZE_MAX;
  return static_cast<std::size_t>(std::count(result.output.begin(), result.output.end(), '\n'));
}

}  // namespace

void require_slurm() {
  for (const char* program : {"sbatch", "squeue"}) {
    if (tool_exists(program)) continue;
    throw UserError(fmt::format(
        "--executor slurm needs {}, which is not installed here: run it where Slurm is (Debian's "
        "package slurm-client), or run the parts by hand with --shard I/N",
        program));
  }
}

void run_slurm(const SlurmOptions& options,
               const std::function<void(const std::string& job, std::size_t left)>& progress) {
  const std::string job = submit(options);
  int failures = 0;
  for (;;) {
    const std::size_t left = tasks_left(job);
    if (left == 0) return;
    failures = left == SIZE_MAX ? failures + 1 : 0;
    if (failures > kFailuresAllowed) {
      throw UserError(fmt::format(
          "squeue does not answer; job {} may still run. When it has ended, the same command "
          "without --executor collects its results",
          job));
    }
    if (failures == 0) progress(job, left);
    std::this_thread::sleep_for(kPoll);
  }
}

}  // namespace sluice::sweep
