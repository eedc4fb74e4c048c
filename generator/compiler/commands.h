// SPDX-License-Identifier: Apache-2.0
// The commands of the core as data: one function makes each, and a list of them becomes bytes.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "generator/plan/plan.h"

namespace sluice::compiler {

enum class Opcode : std::uint32_t { kLoad = 1, kFill, kLayer, kFetch, kRun, kEnd };

/// What a command waits for before it starts.
struct Waits {
  bool loads = false;   ///< earlier LOADs and FILLs have finished
  bool writes = false;  ///< earlier writes are acknowledged, no output is under way
  bool runs = false;    ///< earlier RUNs have finished in all lanes
  bool run = false;     ///< at most one RUN is unfinished in any lane
};

constexpr int kCommandWords = 32;  ///< words of 32 bits that count

struct Command {
  std::array<std::uint32_t, kCommandWords> words{};

  Command(Opcode opcode, const Waits& waits);
  Opcode opcode() const { return static_cast<Opcode>(words[0] & 15); }
  /// Sets a word to two halves of 16 bits.
  void set_halves(int word, std::uint32_t low, std::uint32_t high);
  /// Sets a word and the next one to the halves of an address.
  void set_address(int word, std::uint64_t address);
};

/// Copies `count` memory words from byte address `source` to word `destination` of the buffers.
Command load_command(const Waits& waits, std::uint64_t source, std::uint32_t destination,
                     std::uint32_t count);

/// Fills `count` memory words of the buffers from word `destination` on.
Command fill_command(const Waits& waits, std::uint32_t destination, std::uint32_t count,
                     std::uint8_t byte);

/// Ends the program when everything has finished.
Command end_command();

/// The commands as they lie in memory.
std::vector<std::uint8_t> encode(const std::vector<Command>& commands, const Plan& plan);

}  // namespace sluice::compiler
