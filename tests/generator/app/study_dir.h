// SPDX-License-Identifier: Apache-2.0
// A study whose networks a script makes instead of training them, and the folder of its results.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/files.h"

namespace sluice::test {

/// Three networks: without gates, and gated with blocks of 8 and of 4 bits.
inline const char* const kThreeNetworks =
    "networks:\n"
    "  - network: resnet20\n"
    "    gates: [none, channels]\n"
    "    weights: [8, 4]\n"
    "    share: 0.15\n";

class StudyDir {
 public:
  explicit StudyDir(const std::string& networks, const std::string& rest = "",
                    const std::string& configs = "") {
    const std::string edge = (source_dir() / "configs/edge.yaml").string();
    write_file(file(), "trainer: [python3, " +
                           (source_dir() / "tests/generator/app/study_trainer.py").string() +
                           "]\n" + "train: {epochs: 3, seed: 1}\n" + networks + "configs:\n" +
                           (configs.empty() ? "  - " + edge + "\n  - {config: " + edge +
                                                  ", name: ungated, set: {gating: false}}\n"
                                            : configs) +
                           (rest.empty() ? "data: {kind: fashion-mnist}\n"
                                           "evaluate: {count: 20, images: 2}\n"
                                         : rest));
  }

  std::string file() const { return (temp_.path() / "study.yaml").string(); }
  std::filesystem::path folder(const std::string& name = "out") const {
    return temp_.path() / name;
  }
  std::string command(const std::string& options = "", const std::string& name = "out") const {
    return "codesign " + file() + " -o " + folder(name).string() + " " + options;
  }
  RunResult run(const std::string& options = "", const std::string& name = "out") const {
    return run_sluice(command(options, name));
  }
  /// The file of a table or the report.
  std::string text(const std::string& file, const std::string& name = "out") const {
    return read_file(folder(name) / file);
  }
  nlohmann::json points(const std::string& name = "out") const {
    return nlohmann::json::parse(text("points.json", name))["points"];
  }

 private:
  TempDir temp_;
};

}  // namespace sluice::test
