// SPDX-License-Identifier: Apache-2.0
// What pages must say beside their figures: whether areas are with memories or of the logic, and
// whether the gates of built-in networks are even by construction or uneven.
#include <catch2/catch.hpp>
#include <filesystem>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;

/// README and the pages below docs/.
std::vector<fs::path> pages() {
  std::vector<fs::path> found = {source_dir() / "README.md"};
  for (const auto& entry : fs::recursive_directory_iterator(source_dir() / "docs")) {
    if (entry.path().extension() == ".md") found.push_back(entry.path());
  }
  return found;
}

/// Words with one blank between them, so that a phrase is found across the ends of lines.
std::string words_of(const std::string& text) {
  std::istringstream stream(text);
  std::string words;
  for (std::string word; stream >> word;) words += (words.empty() ? "" : " ") + word;
  return words;
}

bool says(const std::string& text, const std::string& phrase) {
  return words_of(text).find(phrase) != std::string::npos;
}

struct Block {
  std::string section;  ///< its heading
  std::string before;   ///< the block before it in the section, which a table or listing belongs to
  std::string text;
};

/// Paragraphs, tables and listings: what stands between empty lines.
std::vector<Block> blocks_of(const std::string& page) {
  std::vector<Block> blocks;
  std::string section, before, text;
  const auto close = [&] {
    if (!text.empty()) blocks.push_back({section, before, text});
    if (!text.empty()) before = text;
    text.clear();
  };
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("#")) {
      close();
      section = line;
      before.clear();
    } else if (line.empty()) {
      close();
    } else {
      text += line + "\n";
    }
  }
  close();
  return blocks;
}

/// Areas that do not say what they are of; one a line.
std::string areas_unsaid(const std::string& page) {
  const std::regex area("[kM]?NAND2");
  std::string unsaid;
  for (const Block& block : blocks_of(page)) {
    if (!std::regex_search(block.text, area)) continue;
    const bool table = block.text.starts_with("|") || block.text.starts_with("    ");
    const std::string all = block.section + " " + block.text + (table ? " " + block.before : "");
    const bool said = says(all, "with memories") || says(all, "includes memories") ||
                      says(all, "without memories");
    if (!said) unsaid += block.section + ": " + block.text;
  }
  return unsaid;
}

/// Sections with figures of ResNet-18 that do not say what its gates are; one a line.
std::string gates_unsaid(const std::string& page) {
  const std::regex resnet("resnet-?18", std::regex::icase);
  const std::regex figure("[0-9],[0-9]{3}|[0-9]{6}|[0-9]\\.[0-9]+x|[0-9]\\.[0-9] % of the cycles");
  std::string unsaid, section, text;
  const auto close = [&] {
    if (std::regex_search(text, resnet) && std::regex_search(text, figure) &&
        !says(text, "even by construction") && !says(text, "uneven")) {
      unsaid += section + "\n";
    }
    text.clear();
  };
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("## ")) {
      close();
      section = line;
    }
    text += line + "\n";
  }
  close();
  return unsaid;
}

TEST_CASE("Docs.AreasSayWhetherMemoriesAreInThem") {
  for (const fs::path& page : pages()) {
    INFO(page);
    CHECK(areas_unsaid(read_file(page)) == "");
  }
}

TEST_CASE("Docs.FiguresOfResNet18SayWhetherItsGatesAreEven") {
  for (const fs::path& page : pages()) {
    INFO(page);
    CHECK(gates_unsaid(read_file(page)) == "");
  }
}

TEST_CASE("Docs.WhatIsUnsaidIsFound") {
  CHECK(areas_unsaid("## Size\n\nIt has 5 kNAND2.\n") != "");
  CHECK(areas_unsaid("## Size\n\nWithout gates:\n\n| kNAND2 |\n|---|\n| 5 |\n") != "");
  CHECK(areas_unsaid("## Size\n\nArea without\nmemories:\n\n| kNAND2 |\n|---|\n| 5 |\n") == "");
  CHECK(areas_unsaid("## Size\n\nArea with\nmemories:\n\n| kNAND2 |\n|---|\n| 5 |\n") == "");
  CHECK(areas_unsaid("## Size\n\nThe total (it includes memories) is 5 kNAND2.\n") == "");
  CHECK(areas_unsaid("## Size\n\nIt has 5 NAND2 and memories.\n") != "");
  CHECK(areas_unsaid("## Size without memories\n\n5 NAND2.\n\n6 NAND2.\n") == "");
  CHECK(areas_unsaid("## Size\n\nIt has 5 NAND2 without memories.\n\nOr 6 NAND2.\n") != "");
  CHECK(gates_unsaid("## Speed\n\nResNet-18 takes 953,220 cycles.\n") != "");
  CHECK(gates_unsaid("## Speed\n\nresnet18 gains 2.2x, its gates even\nby construction.\n") == "");
  CHECK(gates_unsaid("## Speed\n\nresnet18 gains 2.1x with uneven gates.\n") == "");
  CHECK(gates_unsaid("## Speed\n\nresnet18 gains 2.1x with even numbers.\n") != "");
  CHECK(gates_unsaid("## Even by construction\n\n## Speed\n\nresnet18 gains 2.2x.\n") != "");
  CHECK(gates_unsaid("## Networks\n\nResNet-18 is one program.\n") == "");
}

}  // namespace
}  // namespace sluice::test
