// SPDX-License-Identifier: Apache-2.0
// The whole text of every diagnostic, for the files in configs/bad/.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <vector>

#include "generator/diag/codes.h"
#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;

fs::path bad_dir() { return source_dir() / "configs/bad"; }

/// Names of the cases: file names without .yaml or .args.
std::set<std::string> case_names() {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(bad_dir())) {
    const std::string suffix = entry.path().extension();
    if (suffix == ".yaml" || suffix == ".args") names.insert(entry.path().stem());
  }
  return names;
}

std::string arguments_of(const std::string& name) {
  const fs::path args = bad_dir() / (name + ".args");
  if (!fs::exists(args)) return "check configs/bad/" + name + ".yaml";
  std::string text = read_file(args);
  text.erase(text.find_last_not_of('\n') + 1);
  return text;
}

std::string code_of(const std::string& name) { return name.substr(0, name.find('.')); }

TEST_CASE("BadConfigs.PrintExactlyTheirText") {
  for (const std::string& name : case_names()) {
    const std::string arguments = arguments_of(name);
    const RunResult result = run_sluice(arguments);
    INFO(name);
    CHECK(result.exit_code == 1);
    CHECK(result.out.empty());
    CHECK(result.err.find("[" + code_of(name) + "]") != std::string::npos);
    require_golden(bad_dir() / (name + ".txt"), "$ sluice " + arguments + "\n" + result.err);
  }
}

TEST_CASE("BadConfigs.EveryCodeHasAnExample") {
  for (const CodeInfo& info : all_codes()) {
    const fs::path text = bad_dir() / (std::string(info.text) + ".txt");
    INFO(info.text);
    CHECK(fs::exists(text));
  }
}

TEST_CASE("BadConfigs.EveryFileBelongsToACode") {
  std::set<std::string> codes;
  for (const CodeInfo& info : all_codes()) codes.insert(std::string(info.text));
  for (const auto& entry : fs::directory_iterator(bad_dir())) {
    if (entry.path().filename() == "README.md") continue;
    INFO(entry.path());
    CHECK(codes.contains(code_of(entry.path().filename())));
  }
}

TEST_CASE("BadConfigs.JsonHasTheSameErrors") {
  const RunResult result = run_sluice("check configs/bad/accumulator-too-narrow.yaml --json");
  CHECK(result.exit_code == 1);
  CHECK(result.err.empty());
  require_golden(source_dir() / "tests/generator/app/accumulator-too-narrow.json", result.out);
}

}  // namespace
}  // namespace sluice::test
