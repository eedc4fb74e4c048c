// SPDX-License-Identifier: Apache-2.0
// The networks of a study: trained, quantised or taken as they are, each once, and kept.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "generator/study/points.h"
#include "generator/study/result.h"
#include "synth/tools/kept_results.h"

namespace sluice::app {

/// A network that is there, or why it is not.
struct StudyNetwork {
  std::string file;            ///< ONNX or TFLite
  std::string images, labels;  ///< empty: Fashion-MNIST
  study::Figure float_accuracy, trained_accuracy;
  std::string error;
  bool there_before = false;
};

class StudyNetworks {
 public:
  /// Keeps what is made in `folder`, which must be absolute. Throws UserError if the interpreter is
  /// missing and the study needs it.
  StudyNetworks(const study::Spec& spec, const std::filesystem::path& folder,
                const std::function<void(const std::string&)>& tell);

  struct How {
    bool retry_failed = false, only_kept = false;
    /// Gets the last line that the trainer prints, as it comes.
    std::function<void(const std::string& line)> progress;
  };
  /// Makes the network if it is not there. With `only_kept` it is not made; the error is then
  /// kMissing. May be called by several threads.
  StudyNetwork get(const study::NetworkPoint& point, const How& how);

  /// The command that makes it, in the study's folder; empty: nothing is made.
  std::string command_of(const study::NetworkPoint& point) const;

  static constexpr const char* kMissing = "not computed yet";

 private:
  std::filesystem::path folder_of(const study::NetworkPoint& point) const;
  std::vector<std::string> words_of(const study::NetworkPoint& point, bool relative) const;
  json::Json make(const study::NetworkPoint& point, const How& how);
  json::Json made(const study::NetworkPoint& point, const std::string& output) const;

  const study::Spec& spec_;
  std::filesystem::path folder_;
  synth::KeptResults kept_;
};

/// Words as a shell takes them, between single quotes where they need some.
std::string shell_text(const std::vector<std::string>& words);

/// A path in the study's folder as relative to it, others as they are.
std::string relative_to(const std::filesystem::path& folder, const std::string& path);

}  // namespace sluice::app
