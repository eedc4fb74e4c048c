// SPDX-License-Identifier: Apache-2.0
// What is left when the program is ended from outside, or a tool fails. Tools are scripts here, so
// that the moment is known.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <thread>

#include "tests/support/files.h"
#include "tests/support/processes.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

/// Folders with tools that are scripts and for temporary files.
class Stage {
 public:
  Stage() {
    fs::create_directory(temp_.path() / "bin");
    fs::create_directory(tmp());
  }

  void tool(const std::string& name, const std::string& script) const {
    const fs::path path = temp_.path() / "bin" / name;
    write_file(path, "#!/bin/sh\n" + script);
    ::chmod(path.c_str(), 0755);
  }
  /// Words for a shell that run a command of the program here.
  std::string command(const std::string& arguments) const {
    return fmt::format("PATH='{}/bin':\"$PATH\" TMPDIR='{}' SLUICE_CACHE='{}/cache' exec '{}' {}",
                       temp_.path().string(), tmp().string(), temp_.path().string(), program(),
                       arguments);
  }
  /// Starts it; `before` is for the shell.
  pid_t start(const std::string& arguments, const std::string& before = "") const {
    const std::string line = before + command(arguments);
    const pid_t child = ::fork();
    if (child == 0) {
      const int log = ::open((temp_.path() / "log").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
      ::dup2(log, STDOUT_FILENO);
      ::dup2(log, STDERR_FILENO);
      [[maybe_unused]] const int in = ::chdir(source_dir().c_str());
      ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
      ::_exit(127);
    }
    return child;
  }
  fs::path path() const { return temp_.path(); }
  fs::path tmp() const { return temp_.path() / "t mp"; }

 private:
  TempDir temp_;
};

/// A Yosys that never ends and has a child; their numbers come into the file pids.
void add_endless_yosys(const Stage& stage) {
  stage.tool("yosys", fmt::format("case $1 in -V) echo Yosys 0.0; exit;; esac\n"
                                  "sleep 1000 &\n"
                                  "echo $$ >'{0}/new'; echo $! >>'{0}/new'\n"
                                  "mv '{0}/new' '{0}/pids'\n"
                                  "wait\n",
                                  stage.path().string()));
}

/// The numbers of the endless Yosys and its child, when they run.
std::pair<std::string, std::string> pids(const Stage& stage) {
  const fs::path file = stage.path() / "pids";
  REQUIRE(comes_true([&] { return fs::exists(file); }));
  const std::string text = read_file(file);
  fs::remove(file);
  const std::size_t line = text.find('\n');
  return {text.substr(0, line), text.substr(line + 1, text.size() - line - 2)};
}

constexpr const char* kArea = "area configs/tiny.yaml";

TEST_CASE("Interruption.SignalsEndToolsAndLeaveNothing") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    INFO("signal " << signal);
    const Stage stage;
    add_endless_yosys(stage);
    const pid_t program = stage.start(kArea);
    const auto [tool, child] = pids(stage);
    CHECK_FALSE(fs::is_empty(stage.tmp()));
    ::kill(program, signal);
    int status = 0;
    ::waitpid(program, &status, 0);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == signal);
    CHECK(fs::is_empty(stage.tmp()));
    CHECK(comes_true([&, &a = tool, &b = child] { return !runs(a) && !runs(b); }));
  }
}

TEST_CASE("Interruption.IgnoredSignalsStayIgnored") {
  const Stage stage;
  add_endless_yosys(stage);
  const pid_t program = stage.start(kArea, "trap '' HUP; ");
  pids(stage);
  ::kill(program, SIGHUP);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  int status = 0;
  CHECK(::waitpid(program, &status, WNOHANG) == 0);
  ::kill(program, SIGTERM);
  ::waitpid(program, &status, 0);
  CHECK(WTERMSIG(status) == SIGTERM);
}

TEST_CASE("Interruption.WhatAKillLeavesGoesWithTheNextRun") {
  const Stage stage;
  add_endless_yosys(stage);
  const pid_t first = stage.start(kArea), second = [&] {
    pids(stage);
    return stage.start(kArea);
  }();
  const auto [tool, child] = pids(stage);
  const auto entries = [&] {
    return std::distance(fs::directory_iterator(stage.tmp()), fs::directory_iterator());
  };
  const auto before = entries();
  REQUIRE(before >= 2);
  ::kill(second, SIGKILL);
  ::waitpid(second, nullptr, 0);
  CHECK(comes_true([&, &killed = tool] { return !runs(killed); }));
  // The kernel tells children only
  ::kill(static_cast<pid_t>(std::stol(child)), SIGKILL);
  CHECK(entries() == before);
  // The third takes away what the second left, and not what the first uses
  const pid_t third = stage.start(kArea);
  pids(stage);
  ::kill(third, SIGTERM);
  ::waitpid(third, nullptr, 0);
  CHECK(entries() == before / 2);
  ::kill(first, SIGTERM);
  ::waitpid(first, nullptr, 0);
  CHECK(entries() == 0);
}

TEST_CASE("Interruption.FailedBuildOfASimulationLeavesNothing") {
  const Stage stage;
  stage.tool("verilator", "echo \"%Error: out of luck\"; exit 7\n");
  const RunResult result =
      run_shell(source_dir(), stage.command("verify configs/tiny.yaml --runs 1"));
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.out, Contains("failed with exit code 7") && Contains("verilator --cc -O3") &&
                             Contains("%Error: out of luck"));
  CHECK(fs::is_empty(stage.tmp()));
}

TEST_CASE("Interruption.ShellTextInPathsIsNotRun") {
  const Stage stage;
  stage.tool("verilator", "pwd; exit 7\n");
  const fs::path odd = stage.path() / "x';touch y;'";
  fs::create_directory(odd);
  const std::string line = fmt::format(
      "cd '{}'; PATH='{}/bin':\"$PATH\" TMPDIR=\"$PWD/x';touch y;'\" SLUICE_CACHE=\"$PWD/cache\" "
      "'{}' verify '{}/configs/tiny.yaml' --runs 1",
      stage.path().string(), stage.path().string(), program(), source_dir().string());
  const RunResult result = run_shell(stage.path(), line);
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.out, Contains(odd.string() + "/sluice-"));
  CHECK_FALSE(fs::exists(stage.path() / "y"));
  CHECK_FALSE(fs::exists(source_dir() / "y"));
  CHECK(fs::is_empty(odd));
}

TEST_CASE("Interruption.LeftoversInTheOutputFolderGoWithTheNextRun") {
  const TempDir temp;
  const std::string generate =
      "generate configs/bad/bad-override.yaml -o " + temp.path().string() + " ";
  fs::create_directory(temp.path() / ".bad.sluice-1-abcdef");
  ::chmod((temp.path() / ".bad.sluice-1-abcdef").c_str(), 0700);
  write_file(temp.path() / ".bad.sluice-1-abcdef/x", "");
  write_file(temp.path() / ".x.sluice-backup", "mine");
  CHECK(run_sluice(generate).exit_code == 0);
  CHECK_FALSE(fs::exists(temp.path() / ".bad.sluice-1-abcdef"));
  CHECK(fs::exists(temp.path() / ".x.sluice-backup"));

  // A kill between the two steps of an exchange
  const std::string before = folder_text(temp.path());
  fs::rename(temp.path() / "bad", temp.path() / ".bad.sluice-old");
  CHECK_THAT(run_sluice(generate).out, Contains("up to date"));
  CHECK(folder_text(temp.path()) == before);
}

TEST_CASE("Interruption.SweepBeginsInAFolderWithLeftoversOnly") {
  const TempDir temp;
  write_file(temp.path() / ".sweep.json.sluice-1-abcdef", "{");
  const RunResult result = run_sluice("sweep configs/sweeps/small.yaml -o " + temp.path().string());
  INFO(result.err);
  CHECK(result.exit_code == 0);
  CHECK_FALSE(fs::exists(temp.path() / ".sweep.json.sluice-1-abcdef"));
  CHECK(fs::exists(temp.path() / "sweep.json"));
}

}  // namespace
}  // namespace sluice::test
