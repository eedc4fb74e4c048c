// SPDX-License-Identifier: Apache-2.0
// External tools: what comes back, and that none outlives what started it.
#include "generator/util/process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>

#include "generator/util/scratch.h"
#include "generator/util/user_error.h"
#include "tests/support/files.h"
#include "tests/support/processes.h"

namespace sluice {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

TEST_CASE("Process.GivesItsOutputItsExitCodeAndItsMemory") {
  const test::TempDir temp;
  const ProcessResult result =
      run_process({"sh", "-c", "echo out; echo err >&2; pwd; exit 3"}, temp.path());
  CHECK(result.exit_code == 3);
  CHECK_FALSE(result.timed_out);
  CHECK(result.output == "out\nerr\n" + temp.path().string() + "\n");
  CHECK(result.peak_kb > 0);
}

TEST_CASE("Process.TellsItsLastLineAsItComes") {
  const test::TempDir temp;
  std::vector<std::string> lines;
  const ProcessResult result =
      run_process({"sh", "-c", "printf 'a\\rb\\nhalf'; sleep 0.3; echo ' c' >&2; sleep 0.3"},
                  temp.path(), 0, [&lines](const std::string& line) { lines.push_back(line); });
  CHECK(result.output == "a\rb\nhalf c\n");
  CHECK(lines == std::vector<std::string>{"b", "half c"});
}

TEST_CASE("Process.WordsAreNotReadByAShell") {
  const test::TempDir temp;
  const fs::path odd = temp.path() / "x';touch y;'$(touch z)`touch w` \n";
  fs::create_directory(odd);
  const ProcessResult result = run_process({"printf", "%s", "a b;'\"$HOME`\\"}, odd);
  CHECK(result.exit_code == 0);
  CHECK(result.output == "a b;'\"$HOME`\\");
  CHECK(fs::is_empty(odd));
}

TEST_CASE("Process.ThatTakesTooLongIsKilledWithItsChildren") {
  const test::TempDir temp;
  const ProcessResult result = run_process({"sh", "-c", "sleep 100 & sleep 100"}, temp.path(), 0.2);
  CHECK(result.timed_out);
  CHECK(result.exit_code == 128 + 9);
  CHECK(result.seconds < 10);
}

TEST_CASE("Process.EndsWithTheOneThatStartedIt") {
  const test::TempDir temp;
  const fs::path file = temp.path() / "pid";
  const pid_t starter = ::fork();
  if (starter == 0) {
    run_process({"sh", "-c", "echo $$ >new && mv new pid && exec sleep 1000"}, temp.path());
    ::_exit(0);
  }
  REQUIRE(test::comes_true([&] { return fs::exists(file); }));
  const std::string tool = std::to_string(std::stol(test::read_file(file)));
  CHECK(test::runs(tool));
  ::kill(starter, SIGKILL);
  ::waitpid(starter, nullptr, 0);
  CHECK(test::comes_true([&] { return !test::runs(tool); }));
}

TEST_CASE("Process.LeavesItsTemporaryFilesInAScratchFolder") {
  const Scratch scratch = Scratch::folder();
  const std::vector<std::string> command = {"sh", "-c", "echo \"$TMPDIR\""};
  CHECK(run_process(command, scratch.path()).output == scratch.path().string() + "\n");
  const char* own = std::getenv("TMPDIR");
  CHECK(run_process(command, "/").output == std::string(own != nullptr ? own : "") + "\n");
}

TEST_CASE("Process.MissingToolIsNamedWithItsPackage") {
  CHECK_FALSE(tool_exists("no-such-tool"));
  CHECK_THROWS_WITH(
      require_tool("no-such-tool", "some-package"),
      Contains("no-such-tool is not installed") && Contains("apt-get install some-package"));
  CHECK_THROWS_AS(run_process({"no-such-tool"}, "/"), UserError);
}

TEST_CASE("Process.ThatCannotBeStartedSaysSo") {
  const ProcessResult result = run_process({"true"}, "/no/such/folder");
  CHECK(result.exit_code == 127);
  CHECK(result.output == "cannot be started\n");
}

}  // namespace
}  // namespace sluice
