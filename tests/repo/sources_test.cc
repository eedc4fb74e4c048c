// SPDX-License-Identifier: Apache-2.0
// A source has one topic, and so an end. Tables (`.def`) and templates may be longer.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLines = 400;

bool is_source(const fs::path& file) {
  static const std::set<std::string> kEndings = {".cc", ".h", ".c", ".py", ".sv", ".v"};
  return kEndings.contains(file.extension().string());
}

/// What is wrong with the length of a source; empty if nothing is.
std::string problem_of(const std::string& file, const std::string& text) {
  const auto lines = std::count(text.begin(), text.end(), '\n');
  if (lines <= kMostLines) return "";
  return file + " has " + std::to_string(lines) + " lines; split it by topic\n";
}

TEST_CASE("Sources.NoFileIsLongerThan400Lines") {
  std::string problems;
  int sources = 0;
  for (const char* top : {"generator", "verif", "synth", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(source_dir() / top)) {
      if (!entry.is_regular_file() || !is_source(entry.path())) continue;
      const std::string file = fs::relative(entry.path(), source_dir()).string();
      problems += problem_of(file, read_file(entry.path()));
      ++sources;
    }
  }
  CHECK(problems == "");
  CHECK(sources > 400);
}

TEST_CASE("Sources.ALongerFileIsFound") {
  CHECK(problem_of("a.cc", std::string(400, '\n')) == "");
  CHECK(problem_of("a.cc", std::string(401, '\n')) == "a.cc has 401 lines; split it by topic\n");
  CHECK(is_source("verif/formal/a.sv"));
  CHECK_FALSE(is_source("generator/diag/codes.def"));
  CHECK_FALSE(is_source("templates/array/a.sv.tpl"));
}

}  // namespace
}  // namespace sluice::test
