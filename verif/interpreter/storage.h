// SPDX-License-Identifier: Apache-2.0
// What a program reads and writes: memory, the activation buffer, and the bytes that one RUN
// touches of them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "generator/compiler/hazards.h"
#include "verif/interpreter/interpreter.h"

namespace sluice::compiler {

/// Memory and activation buffer. Of the buffer it is known which bytes were ever written.
class Storage {
 public:
  Storage(std::vector<std::uint8_t> memory, std::size_t activation_bytes);

  /// Throws InterpretError if bytes do not lie in memory; `what` names them.
  void check_memory(std::uint64_t address, std::uint64_t bytes, const char* what) const;
  /// From address `address` on; for what has been checked.
  const std::uint8_t* memory(std::uint64_t address) const { return &memory_[address]; }
  std::size_t activation_bytes() const { return activation_.size(); }
  std::uint8_t activation(std::int64_t at) const { return activation_[at]; }
  bool is_written(std::int64_t at) const { return written_[at]; }

  /// Copies from memory to bytes `to` of the buffer.
  void load(std::uint64_t from, const Access& to);
  void fill(const Access& to, std::uint8_t value);
  /// An output, to memory or to the buffer. Throws InterpretError if it does not lie there.
  void store(Space space, std::uint64_t address, const std::vector<std::uint8_t>& bytes);

  /// `bytes` bytes of memory that are added to outputs. Throws InterpretError if they do not lie
  /// there.
  std::vector<std::uint8_t> addends(std::uint64_t address, std::uint64_t bytes) const;

  /// Hands over the contents at the end.
  void move_to(InterpretResult& result);

 private:
  std::vector<std::uint8_t> memory_, activation_;
  std::vector<bool> written_;
};

/// What one RUN reads and writes.
class RunAccesses {
 public:
  void clear();
  /// Bytes [first, end) of the activation buffer, `window` windows behind group `group` of the
  /// input.
  void read(int group, int window, std::uint64_t first, std::uint64_t end);
  /// `bytes` bytes at `address`, behind the last ones of the same row of a tile.
  void write(Space space, std::uint64_t address, std::uint64_t bytes, bool row_starts);
  /// The same of bytes of memory that are added to outputs.
  void add(std::uint64_t address, std::uint64_t bytes, bool row_starts);
  /// All of it, under a name for messages.
  Footprint footprint(const std::string& name);

 private:
  std::map<std::pair<int, int>, Access> reads_;  ///< by group and window
  std::vector<Access> addends_, writes_;         ///< by row of a tile
};

}  // namespace sluice::compiler
