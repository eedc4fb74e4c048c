// SPDX-License-Identifier: Apache-2.0
// A sweep file with a small network, and the folder of its results.
#pragma once

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/files.h"

namespace sluice::test {

/// A sweep of 2 x 3 x 2 points over edge.yaml on two small layers; rows of 18 fail.
inline const char* const kGrid =
    "grid:\n"
    "  lanes: [2, 4]\n"
    "  \"rows,segments\": [[8, 2], [16, 4], [18, 1]]\n"
    "  memory.bytes: [16, 32]\n";

/// A temporary folder with a sweep file and a network of two layers.
class SweepDir {
 public:
  explicit SweepDir(const std::string& rest, const std::string& networks = "[net.csv]") {
    write_file(temp_.path() / "net.csv",
               "name,kind,height,width,channels,outputs,kernel,padding,gate\n"
               "a,conv,8,8,16,16,3,1,lane\n"
               "b,conv,8,8,16,32,3,1,\n");
    write_file(temp_.path() / "sweep.yaml",
               "base: " + (source_dir() / "configs/edge.yaml").string() +
                   "\nnetworks: " + networks + "\n" + rest);
  }

  std::string file() const { return (temp_.path() / "sweep.yaml").string(); }
  std::filesystem::path folder(const std::string& name = "out") const {
    return temp_.path() / name;
  }

  RunResult run(const std::string& options = "", const std::string& name = "out") const {
    return run_sluice("sweep " + file() + " -o " + folder(name).string() + " " + options);
  }

 private:
  TempDir temp_;
};

inline std::vector<std::string> sorted_lines(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  std::sort(lines.begin(), lines.end());
  return lines;
}

/// The points of results.json.
inline nlohmann::json points_of(const std::filesystem::path& folder) {
  return nlohmann::json::parse(read_file(folder / "results.json"))["points"];
}

}  // namespace sluice::test
