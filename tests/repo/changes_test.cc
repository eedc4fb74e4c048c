// SPDX-License-Identifier: Apache-2.0
// Pages on what to change list few files, and these are the ones that such a change touches: keys,
// commands and registers that are there are named in no others.
#include <catch2/catch.hpp>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "generator/config/schema.h"
#include "generator/registers/registers.h"
#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;

struct Page {
  const char* file;  ///< below docs/04_develop
  std::size_t most;  ///< files of the product that it may list
};

const std::vector<Page>& pages() {
  static const std::vector<Page> all = {{"new_config_key.md", 4},
                                        {"new_command.md", 3},
                                        {"new_report_column.md", 1},
                                        {"new_register.md", 4},
                                        {"new_bus.md", 15}};
  return all;
}

std::string text_of(const Page& page) {
  return read_file(source_dir() / "docs/04_develop" / page.file);
}

/// Paths of the repository in backquotes.
std::set<std::string> paths_in(const std::string& text) {
  static const std::regex path("`((?:generator|templates|verif|synth|tests|docs)/[^` ]+)`");
  std::set<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), path), end; at != end; ++at) {
    found.insert((*at)[1]);
  }
  return found;
}

/// What the page lists under "## Product": paths before the colon of each number, where more than
/// one may stand.
std::set<std::string> product_files(const std::string& page) {
  static const std::regex item("^[0-9]+\\. ([^:]+):");
  std::set<std::string> files;
  std::string section;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("## ")) section = line;
    std::smatch match;
    if (section == "## Product" && std::regex_search(line, match, item)) {
      files.merge(paths_in(match[1]));
    }
  }
  return files;
}

/// A path with a placeholder, such as <command>, stands for files that are not there yet.
bool is_new(const std::string& path) { return path.find('<') != std::string::npos; }

/// Texts of the generator's files, without comments, by path.
const std::map<std::string, std::string>& generator_code() {
  static const std::map<std::string, std::string> all = [] {
    const std::regex comment("//[^\n]*");
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(source_dir() / "generator")) {
      if (!entry.is_regular_file() || entry.path().extension() == ".md") continue;
      files[fs::relative(entry.path(), source_dir()).string()] =
          std::regex_replace(read_file(entry.path()), comment, "");
    }
    return files;
  }();
  return all;
}

/// Files of a folder of the generator whose code has a match of the pattern.
std::set<std::string> files_with(const std::string& folder, const std::string& pattern) {
  const std::regex regex(pattern);
  std::set<std::string> found;
  for (const auto& [path, code] : generator_code()) {
    if (path.starts_with(folder) && std::regex_search(code, regex)) found.insert(path);
  }
  return found;
}

TEST_CASE("Changes.EachPageListsFewFilesOfTheProduct") {
  for (const Page& page : pages()) {
    INFO(page.file);
    const std::set<std::string> files = product_files(text_of(page));
    CHECK(files.size() >= 1);
    CHECK(files.size() <= page.most);
    for (const std::string& path : files) {
      INFO(path);
      CHECK((path.starts_with("generator/") || path.starts_with("templates/")));
    }
  }
}

TEST_CASE("Changes.FilesThatPagesNameAreThere") {
  for (const Page& page : pages()) {
    for (const std::string& path : paths_in(text_of(page))) {
      INFO(page.file << ": " << path);
      CHECK((is_new(path) || fs::exists(source_dir() / path)));
    }
  }
}

TEST_CASE("Changes.ACommandIsInTheFilesOfItsPage") {
  const std::set<std::string> listed =
      product_files(read_file(source_dir() / "docs/04_develop/new_command.md"));
  int commands = 0;
  for (const auto& entry : fs::directory_iterator(source_dir() / "generator/app/commands")) {
    const std::string command = entry.path().stem().string();
    std::set<std::string> expected;
    for (const std::string& path : listed) expected.insert(replace_all(path, "<command>", command));
    INFO(command);
    CHECK(files_with("generator", "\\badd_" + command + "\\((CLI::App&|program,)") == expected);
    commands++;
  }
  CHECK(commands > 10);
}

TEST_CASE("Changes.AConfigKeyIsNamedInTheFilesOfItsPage") {
  const std::set<std::string> listed =
      product_files(read_file(source_dir() / "docs/04_develop/new_config_key.md"));
  // Two keys are no numbers, flags or words of a list: their values are read and checked apart
  static const std::set<std::string> apart = {"name", "precisions"};
  for (const Key& key : schema()) {
    if (apart.contains(key.path)) continue;
    const std::string path = std::regex_replace(key.path, std::regex("\\."), "\\.");
    for (const char* folder : {"generator/util", "generator/diag", "generator/config"}) {
      for (const std::string& file :
           files_with(folder, "\\bconfig_?\\." + path + "\\b|\"" + path + "\"")) {
        INFO(key.path << " is named in " << file);
        CHECK(listed.contains(file));
      }
    }
  }
}

TEST_CASE("Changes.ARegisterIsNamedInItsTableAlone") {
  for (const Register& reg : registers()) {
    INFO(reg.name);
    CHECK(files_with("generator", "\"" + reg.name + "\"") ==
          std::set<std::string>{"generator/registers/registers.cc"});
  }
}

TEST_CASE("Changes.AListThatIsTooLongIsFound") {
  CHECK(product_files("# A\n\n1. `generator/x`: no\n\n## Product\n\n1. `generator/a.h` and "
                      "`generator/b.cc`: as\n   `generator/c.h` does\n2. `templates/<x>`: t\n\n"
                      "## Tests\n\n1. `tests/d`: no\n") ==
        std::set<std::string>{"generator/a.h", "generator/b.cc", "templates/<x>"});
}

}  // namespace
}  // namespace sluice::test
