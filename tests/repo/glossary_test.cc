// SPDX-License-Identifier: Apache-2.0
// The glossary: every word that users meet in a config's reference or in a design has a row.
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

/// Rows of the glossary's tables: word, meaning, and what others call it.
std::vector<std::vector<std::string>> rows() {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(read_file(source_dir() / "docs/glossary.md"));
  for (std::string line; std::getline(lines, line);) {
    static const std::regex row("^\\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|$");
    std::smatch match;
    if (!std::regex_match(line, match, row)) continue;
    if (match[1] == "word") continue;
    rows.push_back({match[1].str(), match[2].str(), match[3].str()});
  }
  return rows;
}

/// The words that have a row, backquotes and what is in brackets left out.
std::set<std::string> words() {
  std::set<std::string> words;
  for (const auto& row : rows()) {
    std::istringstream parts(std::regex_replace(row[0], std::regex("`| \\([a-z]+\\)"), ""));
    for (std::string word; std::getline(parts, word, ',');) {
      words.insert(word.substr(word.find_first_not_of(' ')));
    }
  }
  return words;
}

/// Whether a text has the word, alone or in the plural.
bool has_word(const std::string& text, const std::string& word) {
  return std::regex_search(text, std::regex("\\b" + word + "(e?s)?\\b", std::regex::icase));
}

/// All pages but the glossary, and the texts of templates and config reference.
std::string pages() {
  std::string text = read_file(source_dir() / "README.md");
  for (const auto& entry : fs::recursive_directory_iterator(source_dir() / "docs")) {
    if (entry.path().extension() == ".md" && entry.path().filename() != "glossary.md") {
      text += read_file(entry.path());
    }
  }
  return text;
}

TEST_CASE("Glossary.HasNoWordTwice") {
  std::set<std::string> seen;
  for (const auto& row : rows()) {
    INFO(row[0]);
    CHECK(seen.insert(row[0]).second);
  }
  CHECK(seen.size() > 40);
}

TEST_CASE("Glossary.ExplainsTheWordsOfTheTables") {
  // What the tables of hardware.md and the config reference build on without saying what it is
  for (const char* word :
       {"lane", "column", "row",     "atom",     "slot",         "bank",       "block",   "tile",
        "step", "pass",   "band",    "position", "record",       "header",     "granule", "gate",
        "map",  "group",  "command", "post",     "golden model", "cycle model"}) {
    INFO(word);
    CHECK(words().contains(word));
  }
  // The words that hardware.md lists for the loops of a layer
  std::istringstream lines(read_file(source_dir() / "docs/03_design/hardware.md"));
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (!std::regex_match(line, match, std::regex("^\\| ([a-z]+) \\| [^|]+ \\|$"))) continue;
    if (match[1] == "word") continue;
    INFO(line);
    CHECK(words().contains(match[1].str()));
  }
}

TEST_CASE("Glossary.HasNoWordThatNoPageUses") {
  const std::string text = pages();
  for (const std::string& word : words()) {
    INFO(word);
    CHECK(has_word(text, word));
  }
}

TEST_CASE("Glossary.OldWordsAreGone") {
  // Words that were odd, and what took their place; they must not come back
  const std::vector<std::pair<std::string, std::string>> old = {
      {"grain", "granule"}, {"grains", "granules"}, {"alike_", "same_layout_"}};
  for (const auto& [word, now] : old) {
    const std::regex pattern("\\b" + word + "\\b");
    for (const char* top : {"docs", "templates", "generator", "verif", "synth"}) {
      for (const auto& entry : fs::recursive_directory_iterator(source_dir() / top)) {
        if (!entry.is_regular_file() || entry.path().extension() == ".onnx") continue;
        INFO(entry.path() << ": '" << word << "' is called '" << now << "'");
        CHECK_FALSE(std::regex_search(read_file(entry.path()), pattern));
      }
    }
  }
}

}  // namespace
}  // namespace sluice::test
