// SPDX-License-Identifier: Apache-2.0
// The product asks for traits of layers. Few files name a kind, and the page on a new kind names
// each.
#include "generator/network/layer_kinds.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 8;

/// Enumerators of LayerKind and ListedKind, joined by '|'.
std::string enumerators() {
  static const std::regex list("enum class (?:LayerKind|ListedKind) \\{([^}]*)\\}");
  static const std::regex name("k[A-Za-z]+");
  const std::string text = read_file(source_dir() / "generator/network/layer_kinds.h");
  std::set<std::string> names;
  for (std::sregex_iterator at(text.begin(), text.end(), list), end; at != end; ++at) {
    const std::string body = (*at)[1];
    for (std::sregex_iterator one(body.begin(), body.end(), name); one != end; ++one) {
      names.insert(one->str());
    }
  }
  REQUIRE(names.size() >= 5);
  std::string joined;
  for (const std::string& one : names) joined += (joined.empty() ? "" : "|") + one;
  return joined;
}

/// Spellings in lists of layers, joined by '|'.
std::string spellings() {
  std::string joined;
  for (const std::string& one : net::listed_spellings())
    joined += (joined.empty() ? "" : "|") + one;
  return joined;
}

/// A text declares the kinds, names one, or has the spelling of one as a literal.
bool names_a_kind(const std::string& text) {
  static const std::regex pattern(
      "enum class (LayerKind|ListedKind)\\b|using enum .*Kind\\b|\\bKind::(" + enumerators() +
      ")\\b|\\b(LayerKind|ListedKind)::k|\"(" + spellings() + ")\"");
  return std::regex_search(text, pattern);
}

std::vector<std::string> product_files_with_kinds() {
  std::vector<std::string> files;
  for (const char* top : {"generator", "templates", "synth"}) {
    for (const auto& entry : fs::recursive_directory_iterator(source_dir() / top)) {
      if (!entry.is_regular_file() || entry.path().extension() == ".md") continue;
      if (!names_a_kind(read_file(entry.path()))) continue;
      files.push_back(fs::relative(entry.path(), source_dir()).string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string page() { return read_file(source_dir() / "docs/04_develop/new_layer_kind.md"); }

/// Paths in the numbered list under "## Product", one a number.
std::vector<std::string> product_list() {
  static const std::regex item("^[0-9]+\\. `([^`]+)`");
  std::vector<std::string> paths;
  std::istringstream lines(page());
  std::string section;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("## ")) section = line;
    std::smatch match;
    if (section == "## Product" && std::regex_search(line, match, item)) paths.push_back(match[1]);
  }
  return paths;
}

TEST_CASE("LayerKinds.AtMost8ProductFilesNameOne") {
  const std::vector<std::string> files = product_files_with_kinds();
  std::string all;
  for (const std::string& file : files) all += file + "\n";
  INFO(all);
  CHECK(files.size() <= kMostFiles);
  CHECK(files.size() >= 2);  // the table, at least
}

TEST_CASE("LayerKinds.EachFileThatNamesOneIsOnThePage") {
  std::string missing;
  for (const std::string& file : product_files_with_kinds()) {
    if (page().find("`" + file + "`") == std::string::npos) missing += file + "\n";
  }
  CHECK(missing == "");
}

TEST_CASE("LayerKinds.ThePageListsAtMost8ProductFiles") {
  const std::vector<std::string> paths = product_list();
  CHECK(paths.size() >= 2);
  CHECK(paths.size() <= kMostFiles);
  for (const std::string& path : paths) {
    INFO(path);
    CHECK((path.starts_with("generator/") || path.starts_with("templates/")));
    CHECK((fs::exists(source_dir() / path) || path.find("<kind>") != std::string::npos));
  }
}

TEST_CASE("LayerKinds.ANameIsFound") {
  CHECK(names_a_kind("if (layer.kind == LayerKind::kConv) return;"));
  CHECK(names_a_kind("if (layer.kind == net::LayerKind::kAdd) return;"));
  CHECK(names_a_kind("if (from.kind == Kind::kAveragePool) return;"));
  CHECK(names_a_kind("if (kind == \"depthwise\") return;"));
  CHECK(names_a_kind("using enum net::LayerKind;"));
  CHECK_FALSE(names_a_kind("if (node.kind == Node::Kind::kMap) return;"));
  CHECK_FALSE(names_a_kind("if (layer.traits().two_inputs()) return; // an addition"));
}

}  // namespace
}  // namespace sluice::test
