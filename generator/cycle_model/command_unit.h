// SPDX-License-Identifier: Apache-2.0
// Command unit: fetches commands one ahead and executes them in order.
#pragma once

#include <cstdint>

#include "generator/cycle_model/accesses.h"
#include "generator/cycle_model/alarms.h"
#include "generator/cycle_model/commands.h"

namespace sluice::cycles {

/// What the other units tell the command unit in a cycle.
struct UnitStatus {
  bool loads_busy = false, writes_busy = false, runs_busy = false, runs_full = false;
  bool layer_busy = false, load_ready = false, fetch_ready = false;
};

class CommandUnit {
 public:
  CommandUnit(const TimingParameters& design, const Image& image, std::uint64_t address);

  bool done() const { return state_ == State::kIdle; }
  bool requests() const { return asking_; }
  int request_words() const;

  /// What it does in this cycle depends on the other units.
  bool listens() const {
    return state_ == State::kWait || state_ == State::kDispatch || state_ == State::kFinish;
  }
  /// One cycle: `granted`: the request was taken; `data`: a word arrived. Returns true if a command
  /// is handed on in this cycle: `opcode()` at address `command()`.
  bool step(const UnitStatus& status, bool granted, bool data);
  /// How many of the coming cycles change nothing that other units see, as long as `status` stays
  /// and no data arrives; kNever: all.
  std::uint64_t quiet_cycles(const UnitStatus& status) const;
  /// So many of them, or fewer, at once.
  void advance(std::uint64_t cycles) {
    if (state_ == State::kOperands) operands_left_ -= static_cast<int>(cycles);
  }
  /// Of all commands so far that were decoded: their slots, and their reads from memory.
  const Accesses& accesses() const { return accesses_; }
  Opcode opcode() const { return static_cast<Opcode>(opcode_); }
  std::uint64_t command() const { return command_; }

 private:
  enum class State { kIdle, kOpcode, kDecode, kWait, kOperands, kDispatch, kFinish };

  struct Slot {
    bool full = false;
    std::uint64_t address = 0;
  };

  void fetch(bool begin, bool granted, bool data);
  void take_word();
  bool starts_fetch() const { return !fetching_ && !stop_ && !slots_[fill_slot_].full; }
  bool execute(const UnitStatus& status);
  void decode();
  void count();
  State after_wait(const UnitStatus& status) const;
  bool accepted(const UnitStatus& status) const;

  const TimingParameters& design_;
  const Image& image_;

  // Fetch
  bool fetching_ = false, asking_ = false, stop_ = false;
  Slot slots_[2];
  int fill_slot_ = 0;
  std::uint64_t address_;  // of the command being fetched
  int left_ = 0;           // words to request
  int beat_ = 0;

  // Execution
  State state_ = State::kOpcode;
  int read_slot_ = 0;
  unsigned opcode_ = 0, waits_ = 0;
  int operands_left_ = 0;  // cycles
  std::uint64_t command_ = 0;
  Accesses accesses_;
};

}  // namespace sluice::cycles
