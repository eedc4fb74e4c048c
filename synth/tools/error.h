// SPDX-License-Identifier: Apache-2.0
// What goes wrong in synthesis and its neighbours because of files or tools, not of this program.
#pragma once

#include "generator/util/process.h"

namespace sluice::synth {

/// A message for the user: what failed, on what, and how to mend it.
class SynthError : public ToolError {
 public:
  using ToolError::ToolError;
};

}  // namespace sluice::synth
