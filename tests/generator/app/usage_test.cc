// SPDX-License-Identifier: Apache-2.0
// The command line itself: help, version, exit codes.
#include <algorithm>
#include <catch2/catch.hpp>
#include <regex>
#include <string>
#include <vector>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

TEST_CASE("Usage.VersionNamesTheProgram") {
  const RunResult result = run_sluice("--version");
  CHECK(result.exit_code == 0);
  CHECK(result.out == "sluice 0.1.0\n");
}

/// The commands that `sluice --help` lists, and the one for those who change the program.
std::vector<std::string> commands() {
  const std::string help = run_sluice("--help").out;
  const std::string list = help.substr(help.find("Subcommands:\n"));
  static const std::regex name("\n  ([a-z_]+)  ");
  std::vector<std::string> names = {"docs"};
  for (std::sregex_iterator at(list.begin(), list.end(), name), end; at != end; ++at) {
    names.push_back((*at)[1]);
  }
  return names;
}

TEST_CASE("Usage.EveryCommandHasAnExample") {
  CHECK(run_sluice("--help").out.find("Example:\n  sluice ") != std::string::npos);
  const std::vector<std::string> all = commands();
  for (const char* known : {"generate", "sweep", "report", "fpga"}) {
    CHECK(std::count(all.begin(), all.end(), known) == 1);
  }
  for (const std::string& command : all) {
    const RunResult result = run_sluice(command + " --help");
    INFO(command);
    CHECK(result.exit_code == 0);
    CHECK(result.out.find("Example:\n  sluice " + command + " ") != std::string::npos);
  }
}

TEST_CASE("Usage.MistakesEndWithTwo") {
  CHECK(run_sluice("").exit_code == 2);
  CHECK(run_sluice("no_such_command").exit_code == 2);
  CHECK(run_sluice("generate configs/edge.yaml").exit_code == 2);
  CHECK(run_sluice("generate configs/edge.yaml -o ''").exit_code == 2);
  CHECK(run_sluice("check ''").exit_code == 2);
  CHECK(run_sluice("check configs/edge.yaml --no-such-option").exit_code == 2);
}

TEST_CASE("Usage.SetTakesOneValueAndMayStandAnywhere") {
  const RunResult plain = run_sluice("info configs/edge.yaml --set lanes=4 --json");
  CHECK(plain.exit_code == 0);
  CHECK(plain.out != run_sluice("info configs/edge.yaml --json").out);
  for (const char* arguments : {"--set lanes=4 configs/edge.yaml --json",
                                "--json --set lanes=2 --set lanes=4 configs/edge.yaml"}) {
    INFO(arguments);
    CHECK(run_sluice(std::string("info ") + arguments).out == plain.out);
  }
}

TEST_CASE("Usage.FullStandardOutputIsAnError") {
  CHECK(run_sluice("info configs/edge.yaml >/dev/full 2>/dev/null; test $? = 1").exit_code == 0);
}

}  // namespace
}  // namespace sluice::test
