// SPDX-License-Identifier: Apache-2.0
// A temporary folder that disappears with its owner.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "generator/emit/bundle.h"
#include "generator/util/scratch.h"

namespace sluice::synth {

class Workspace {
 public:
  /// Creates an empty folder below the system's folder for temporary files. Throws UserError.
  Workspace() : scratch_(Scratch::folder()) {}

  const std::filesystem::path& folder() const { return scratch_.path(); }

  /// Writes one file; missing folders are created. Returns its whole path.
  std::filesystem::path write(const std::string& name, const std::string& text) const;

  /// Writes the SystemVerilog files of a design; returns their paths below the folder in the order
  /// in which tools must read them.
  std::vector<std::string> write_rtl(const Bundle& bundle) const;

  /// Text of a file below the folder; empty if there is none.
  std::string read(const std::string& name) const;

 private:
  Scratch scratch_;
};

}  // namespace sluice::synth
