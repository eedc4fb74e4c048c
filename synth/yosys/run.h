// SPDX-License-Identifier: Apache-2.0
// Runs Yosys, and sorts what it says: problems of the design are errors.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "synth/tools/workspace.h"

namespace sluice::synth {

/// The runs of Yosys for one design.
class Yosys {
 public:
  /// `top` names the design in messages; the runs may take so many seconds together, 0: no limit.
  /// Throws UserError if Yosys is missing.
  Yosys(const std::string& top, double timeout_seconds);

  /// Runs commands in a workspace; returns the warnings that are no errors. Throws UserError, with
  /// Yosys' text, if it fails or does not end in time, or finds latches, undriven nets, nets with
  /// several drivers, combinational loops or cells that the library does not have.
  std::vector<std::string> run(const Workspace& workspace, const std::string& script);

  double seconds() const { return seconds_; }  ///< wall clock of all runs
  std::int64_t peak_kb() const { return peak_kb_; }

 private:
  double time_left() const;

  std::string top_;
  double timeout_seconds_;
  double seconds_ = 0;
  std::int64_t peak_kb_ = 0;
};

/// "Yosys 0.23 (git sha1 7ce5011c24b)". Throws UserError if it is missing.
std::string yosys_version();

/// "UC Berkeley, ABC 1.01", without the time it was compiled.
std::string abc_version();

}  // namespace sluice::synth
