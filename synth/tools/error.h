// What goes wrong in synthesis and its neighbours because of files or tools, not of this program.
#pragma once

#include <stdexcept>

namespace sluice::synth {

/// A message for the user: what failed, on what, and how to mend it.
class SynthError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace sluice::synth
