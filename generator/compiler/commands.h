// SPDX-License-Identifier: Apache-2.0
// The commands of the core as data: one function makes each, and a list of them becomes bytes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "generator/commands/encode.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

using commands::Field;

enum class Opcode : std::uint32_t {
  kLoad = 1,
  kFill,
  kLayer,
  kFetch,
  kRun,
  kEnd,
  kAddition,
  kTable
};

/// What a command waits for before it starts.
struct Waits {
  bool loads = false;   ///< earlier LOADs and FILLs have finished
  bool writes = false;  ///< earlier writes are acknowledged, no output is under way
  bool runs = false;    ///< earlier RUNs have finished in all lanes
  bool run = false;     ///< at most one RUN is unfinished in any lane
};

struct Command {
  commands::Words words{};

  Command(Opcode opcode, const Waits& waits);
  Opcode opcode() const { return static_cast<Opcode>(commands::get(words, Field::kOpcode)); }
  /// Sets a field, which must hold the value.
  void set(Field field, std::int64_t value) { commands::set(words, field, value); }
};

/// Copies `count` memory words from byte address `source` to byte `destination` of the buffers, a
/// multiple of Plan::load_bytes.
Command load_command(const Waits& waits, std::uint64_t source, std::uint64_t destination,
                     std::uint32_t count, const Plan& plan);

/// Fills `count` memory words of the buffers from word `destination` on.
Command fill_command(const Waits& waits, std::uint32_t destination, std::uint32_t count,
                     std::uint8_t byte);

/// Fills the `part`-th quarter of the activation tables with its entries of `table`.
Command table_command(int part, std::span<const std::int8_t> table);

/// Ends the program when everything has finished.
Command end_command();

/// The commands as they lie in memory.
std::vector<std::uint8_t> encode(const std::vector<Command>& list, const Plan& plan);

}  // namespace sluice::compiler
