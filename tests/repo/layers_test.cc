// SPDX-License-Identifier: Apache-2.0
// Data goes one way: the tables of rooms in generator/, verif/ and synth/ give the order, and an
// include may only go to a room above.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using Rooms = std::vector<std::string>;

/// First column of a README's table of rooms: "`util/`" gives "generator/util".
Rooms rooms_of(const std::string& top) {
  static const std::regex row("^\\| `([a-z_]+)/` \\|");
  Rooms rooms;
  std::istringstream lines(read_file(source_dir() / top / "README.md"));
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_search(line, match, row)) rooms.push_back(top + "/" + match[1].str());
  }
  return rooms;
}

/// All rooms from the bottom to the roof.
Rooms all_rooms() {
  Rooms rooms;
  for (const char* top : {"generator", "verif", "synth"}) {
    for (const std::string& room : rooms_of(top)) rooms.push_back(room);
  }
  const auto roof = std::find(rooms.begin(), rooms.end(), "generator/app");
  REQUIRE(roof != rooms.end());
  std::rotate(roof, roof + 1, rooms.end());
  return rooms;
}

/// "generator/plan/plan.h" -> "generator/plan".
std::string room_of(const std::string& path) {
  const std::size_t top = path.find('/');
  return top == std::string::npos ? path : path.substr(0, path.find('/', top + 1));
}

/// Paths that a source includes.
std::vector<std::string> includes_of(const std::string& text) {
  static const std::regex include("#include \"([^\"]+)\"");
  std::vector<std::string> paths;
  for (auto at = std::sregex_iterator(text.begin(), text.end(), include);
       at != std::sregex_iterator(); ++at) {
    paths.push_back((*at)[1].str());
  }
  return paths;
}

/// What is wrong with an include: one that goes up, or to no room. Empty if nothing is. Files
/// compiled in a scratch folder have flat names, which start no room.
std::string problem_of(const Rooms& order, const std::string& file, const std::string& included) {
  const auto rank = [&order](const std::string& path) {
    return std::find(order.begin(), order.end(), room_of(path)) - order.begin();
  };
  if (included.find('/') == std::string::npos) return "";
  if (rank(included) == static_cast<long>(order.size())) {
    return file + " includes " + included + ", which is in no room\n";
  }
  if (rank(included) > rank(file)) return file + " includes " + included + ", which is above it\n";
  return "";
}

bool is_source(const fs::path& path) {
  return path.extension() == ".cc" || path.extension() == ".h" || path.extension() == ".c";
}

std::vector<fs::path> sources_in(const std::string& top) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(source_dir() / top)) {
    if (entry.is_regular_file() && is_source(entry.path())) {
      files.push_back(fs::relative(entry.path(), source_dir()));
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST_CASE("Layers.NoIncludeGoesUp") {
  const Rooms order = all_rooms();
  std::string problems;
  for (const char* top : {"generator", "verif", "synth"}) {
    for (const fs::path& file : sources_in(top)) {
      for (const std::string& included : includes_of(read_file(source_dir() / file))) {
        problems += problem_of(order, file.string(), included);
      }
    }
  }
  CHECK(problems == "");
}

TEST_CASE("Layers.AnArrowUpIsFound") {
  const Rooms order = all_rooms();
  CHECK(problem_of(order, "generator/plan/plan.cc", "generator/config/config.h") == "");
  CHECK(problem_of(order, "generator/config/a.cc", "generator/plan/plan.h") ==
        "generator/config/a.cc includes generator/plan/plan.h, which is above it\n");
  CHECK(problem_of(order, "synth/area/area.cc", "generator/app/command.h") ==
        "synth/area/area.cc includes generator/app/command.h, which is above it\n");
  CHECK(problem_of(order, "verif/run/a.cc", "verif/attic/b.h") ==
        "verif/run/a.cc includes verif/attic/b.h, which is in no room\n");
  CHECK(includes_of("#include \"a/b.h\"\n#include <c.h>\n") == std::vector<std::string>{"a/b.h"});
}

TEST_CASE("Layers.EachFolderHasASentenceThatSaysWhatItHolds") {
  for (const char* top : {"generator", "verif", "synth", "templates", "tests"}) {
    const Rooms rooms = rooms_of(top);
    std::set<std::string> folders;
    for (const auto& entry : fs::directory_iterator(source_dir() / top)) {
      if (entry.is_directory() && entry.path().filename() != "__pycache__") {
        folders.insert(std::string(top) + "/" + entry.path().filename().string());
      }
    }
    CHECK(std::set<std::string>(rooms.begin(), rooms.end()) == folders);
    CHECK(rooms.size() == folders.size());
  }
}

}  // namespace
}  // namespace sluice::test
