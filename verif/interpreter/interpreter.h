// SPDX-License-Identifier: Apache-2.0
// Executes a program image as the core would, functionally and one command after the other,
// straight from docs/03_design/commands_and_layout.md. It shares no layout or packing code with the
// compiler, so that the two check each other, and serves as a reference when the RTL's results
// differ.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "generator/plan/plan.h"

namespace sluice::compiler {

/// A program that breaks the rules: illegal commands, addresses out of range, bank conflicts,
/// streams that do not match the RUNs, or accesses that missing waits leave in a race.
struct InterpretError {
  std::string message;
};

/// One output value on its way to memory or the activation buffer.
struct OutputEvent {
  int layer = 0;              ///< LAYER commands before, not counting the current one
  int run = 0;                ///< RUN commands of this layer before
  int block = 0;              ///< as LayerProgram::blocks counts them
  int column = 0;             ///< of the block: its first channel, its second, ..
  int y = 0, x = 0;           ///< within the RUN
  bool open = true;           ///< whole sum; false: base sum, closed parameters
  std::int64_t sum = 0;       ///< as in the accumulator, before the bias
  int value = 0;              ///< as it is stored: in a layer that adds, the sum
  std::uint64_t address = 0;  ///< of the unit's first byte
};

struct InterpretOptions {
  bool check_hazards = true;  ///< report races that waits do not exclude
  /// Called for every valid column of every output position.
  std::function<void(const OutputEvent&)> on_output;
};

struct InterpretResult {
  std::vector<std::uint8_t> memory;      ///< final contents
  std::vector<std::uint8_t> activation;  ///< final contents of the activation buffers
  std::int64_t layers = 0, runs = 0;
  std::int64_t steps = 0;                ///< positions that entered an array, of all lanes
  std::int64_t listed = 0, skipped = 0;  ///< positions of gated blocks, of all lanes
};

/// Runs the commands at `command_address` of `memory`. Throws InterpretError.
InterpretResult interpret(const Plan& plan, std::vector<std::uint8_t> memory,
                          std::uint64_t command_address, const InterpretOptions& options = {});

}  // namespace sluice::compiler
