// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/commands.h"

#include "generator/compiler/bytes.h"

namespace sluice::compiler {

Command::Command(Opcode opcode, const Waits& waits) {
  words[0] = static_cast<std::uint32_t>(opcode) | (waits.loads ? 1u << 4 : 0u) |
             (waits.writes ? 1u << 5 : 0u) | (waits.runs ? 1u << 6 : 0u) |
             (waits.run ? 1u << 7 : 0u);
}

void Command::set_halves(int word, std::uint32_t low, std::uint32_t high) {
  words[word] = (low & 0xffff) | high << 16;
}

void Command::set_address(int word, std::uint64_t address) {
  words[word] = static_cast<std::uint32_t>(address);
  words[word + 1] = static_cast<std::uint32_t>(address >> 32);
}

Command load_command(const Waits& waits, std::uint64_t source, std::uint32_t destination,
                     std::uint32_t count) {
  Command command(Opcode::kLoad, waits);
  command.set_address(1, source);
  command.words[3] = destination;
  command.words[4] = count;
  return command;
}

Command fill_command(const Waits& waits, std::uint32_t destination, std::uint32_t count,
                     std::uint8_t byte) {
  Command command(Opcode::kFill, waits);
  command.words[3] = destination;
  command.words[4] = count;
  command.words[5] = byte;
  return command;
}

Command end_command() {
  return Command(Opcode::kEnd, {.loads = true, .writes = true, .runs = true});
}

std::vector<std::uint8_t> encode(const std::vector<Command>& commands, const Plan& plan) {
  std::vector<std::uint8_t> bytes(commands.size() * plan.command_bytes, 0);
  std::uint8_t* slot = bytes.data();
  for (const Command& command : commands) {
    for (int word = 0; word < kCommandWords; ++word) put32(slot + 4 * word, command.words[word]);
    slot += plan.command_bytes;
  }
  return bytes;
}

}  // namespace sluice::compiler
