// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/commands.h"

#include "generator/compiler/bytes.h"

namespace sluice::compiler {

Command::Command(Opcode opcode, const Waits& waits) {
  set(Field::kOpcode, static_cast<std::int64_t>(opcode));
  set(Field::kWaitLoads, waits.loads);
  set(Field::kWaitWrites, waits.writes);
  set(Field::kWaitRuns, waits.runs);
  set(Field::kWaitRun, waits.run);
}

Command load_command(const Waits& waits, std::uint64_t source, std::uint64_t destination,
                     std::uint32_t count, const Plan& plan) {
  const auto word = static_cast<std::uint64_t>(plan.config.memory.bytes);
  Command command(Opcode::kLoad, waits);
  command.set(Field::kLoadSource, static_cast<std::int64_t>(source));
  command.set(Field::kLoadDestination, static_cast<std::int64_t>(destination / word));
  command.set(Field::kLoadCount, count);
  command.set(Field::kLoadShift, static_cast<std::int64_t>(destination % word));
  return command;
}

Command fill_command(const Waits& waits, std::uint32_t destination, std::uint32_t count,
                     std::uint8_t byte) {
  Command command(Opcode::kFill, waits);
  command.set(Field::kFillDestination, destination);
  command.set(Field::kFillCount, count);
  command.set(Field::kFillByte, byte);
  return command;
}

Command table_command(int part, std::span<const std::int8_t> table) {
  constexpr int kFirstWord = 2, kPartWords = 16;
  Command command(Opcode::kTable, {});
  command.set(Field::kTablePart, part);
  for (int word = 0; word < kPartWords; ++word) {
    std::uint32_t& bytes = command.words[kFirstWord + word];
    for (int byte = 3; byte >= 0; --byte) {
      bytes = bytes << 8 | static_cast<std::uint8_t>(table[(part * kPartWords + word) * 4 + byte]);
    }
  }
  return command;
}

Command end_command() {
  return Command(Opcode::kEnd, {.loads = true, .writes = true, .runs = true});
}

std::vector<std::uint8_t> encode(const std::vector<Command>& list, const Plan& plan) {
  std::vector<std::uint8_t> bytes(list.size() * plan.command_bytes, 0);
  std::uint8_t* slot = bytes.data();
  for (const Command& command : list) {
    for (int word = 0; word < commands::kUsedWords; ++word) {
      put32(slot + 4 * word, command.words[word]);
    }
    slot += plan.command_bytes;
  }
  return bytes;
}

}  // namespace sluice::compiler
