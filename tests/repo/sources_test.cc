// SPDX-License-Identifier: Apache-2.0
// Rules for sources: one topic each, and so an end (tables, `.def`, and templates may be longer);
// names of tests.
#include <algorithm>
#include <catch2/catch.hpp>
#include <regex>
#include <set>
#include <string>
#include <vector>

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

/// Names of the tests in a source.
std::vector<std::string> test_names(const std::string& text) {
  static const std::regex name("TEST_CASE\\(\\s*\"([^\"]+)\"");
  std::vector<std::string> names;
  for (auto at = std::sregex_iterator(text.begin(), text.end(), name); at != std::sregex_iterator();
       ++at) {
    names.push_back((*at)[1].str());
  }
  return names;
}

/// "Subject.ClaimInWords"; behind it may be the design, or the part of several.
bool is_subject_and_claim(const std::string& name) {
  static const std::regex form(
      "[A-Z][A-Za-z0-9]*\\.[A-Z][A-Za-z0-9]*( (t_[a-z0-9_]+|[0-9] of [0-9]))?");
  return std::regex_match(name, form);
}

TEST_CASE("Sources.NamesOfTestsAreSubjectAndClaim") {
  CHECK(is_subject_and_claim("Axi.RandomNetworks t_axi"));
  CHECK_FALSE(is_subject_and_claim("Area: gates add little"));
  int names = 0;
  for (const auto& entry : fs::recursive_directory_iterator(source_dir() / "tests")) {
    if (entry.path().extension() != ".cc") continue;
    for (const std::string& name : test_names(read_file(entry.path()))) {
      INFO(entry.path() << ": " << name);
      CHECK(is_subject_and_claim(name));
      names++;
    }
  }
  CHECK(names > 500);
}

}  // namespace
}  // namespace sluice::test
