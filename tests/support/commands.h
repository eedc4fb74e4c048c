// SPDX-License-Identifier: Apache-2.0
// The commands of a compiled program, as tests look at them.
#pragma once

#include <vector>

#include "generator/commands/encode.h"
#include "generator/compiler/bytes.h"
#include "generator/compiler/commands.h"
#include "generator/compiler/program.h"
#include "generator/plan/plan.h"

namespace sluice::compiler::test {

/// The words of the commands with an opcode, in their order.
inline std::vector<commands::Words> commands_of(const Program& program, const Plan& plan,
                                                Opcode opcode) {
  std::vector<commands::Words> found;
  for (std::size_t at = program.command_address;; at += plan.command_bytes) {
    const std::uint8_t* command = program.image.data() + at;
    if (Opcode(command[0] & 15) == Opcode::kEnd) return found;
    if (Opcode(command[0] & 15) != opcode) continue;
    commands::Words& words = found.emplace_back();
    for (int i = 0; i < commands::kUsedWords; ++i) words[i] = get32(command + 4 * i);
  }
}

}  // namespace sluice::compiler::test
