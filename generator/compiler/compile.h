// SPDX-License-Identifier: Apache-2.0
// The compiler: maps an integer network onto a design.
#pragma once

#include <string>
#include <vector>

#include "generator/compiler/program.h"
#include "generator/network/network.h"
#include "generator/plan/plan.h"
#include "generator/util/user_error.h"

namespace sluice::compiler {

struct Options {
  bool gated = true;  ///< false: gates are ignored and every output gets its whole sum
  bool local = true;  ///< keep feature maps in the activation buffers where they fit
  /// false: the image holds what timing depends on (commands, and of each record where its outputs
  /// go) and ends with the records. The network needs no weights, requantisations and thresholds.
  bool values = true;
  /// Groups of the network's result, which must divide its channels: lays it out as a gated layer
  /// with so many partitions would read it.
  int result_groups = 1;
  /// Measured share of open gates, [layer][output channel]; empty: all equal. Blocks are dealt to
  /// lanes so that lanes get equal work.
  std::vector<std::vector<double>> density;
};

/// A network that this design cannot run: the message names the layer and the limit. A type of its
/// own, because an estimate goes on with the other layers.
class CompileError : public UserError {
 public:
  using UserError::UserError;
};

/// Compiles `network` for `plan`. Throws CompileError.
Program compile(const net::Network& network, const Plan& plan, const Options& options);

}  // namespace sluice::compiler
