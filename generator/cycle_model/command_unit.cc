// SPDX-License-Identifier: Apache-2.0
#include "generator/cycle_model/command_unit.h"

#include <algorithm>
#include <string>

namespace sluice::cycles {
namespace {

constexpr int kLayerWords = 31, kTableWords = 17, kOperandWords = 6;

bool goes_on(const TimingParameters& design, unsigned opcode) {
  if (opcode == static_cast<unsigned>(Opcode::kAddition)) return design.additions;
  if (opcode == static_cast<unsigned>(Opcode::kTable)) return design.tables;
  return opcode >= static_cast<unsigned>(Opcode::kLoad) &&
         opcode <= static_cast<unsigned>(Opcode::kRun);
}

int operand_words(Opcode opcode) {
  return opcode == Opcode::kLayer   ? kLayerWords
         : opcode == Opcode::kTable ? kTableWords
                                    : kOperandWords;
}

/// Sets what lanes use while they run.
bool sets_up(Opcode opcode) {
  return opcode == Opcode::kLayer || opcode == Opcode::kAddition || opcode == Opcode::kTable;
}

bool all_idle(const UnitStatus& status) {
  return !status.loads_busy && !status.writes_busy && !status.runs_busy;
}

}  // namespace

CommandUnit::CommandUnit(const TimingParameters& design, const Image& image, std::uint64_t address)
    : design_(design), image_(image), address_(address & design.address_mask) {}

int CommandUnit::request_words() const { return std::min(left_, design_.burst); }

bool CommandUnit::step(const UnitStatus& status, bool granted, bool data) {
  const bool begin = starts_fetch();
  const bool handed_on = execute(status);
  fetch(begin, granted, data);
  return handed_on;
}

std::uint64_t CommandUnit::quiet_cycles(const UnitStatus& status) const {
  if (asking_ || starts_fetch()) return 0;
  const auto while_true = [](bool waits) { return waits ? kNever : 0; };
  switch (state_) {
    case State::kOpcode:
      return while_true(!slots_[read_slot_].full);
    case State::kWait:
      return while_true(after_wait(status) == State::kWait);
    case State::kOperands:
      return operands_left_ - 1;
    case State::kDispatch:
      return while_true(!accepted(status));
    case State::kFinish:
      return while_true(!all_idle(status));
    default:
      return 0;
  }
}

void CommandUnit::fetch(bool begin, bool granted, bool data) {
  if (granted) {
    left_ -= request_words();
    asking_ = left_ != 0;
  }
  if (data) take_word();
  if (begin) {
    fetching_ = asking_ = true;
    left_ = design_.command_words;
  }
}

void CommandUnit::take_word() {
  if (beat_ == 0 && !goes_on(design_, image_.word(address_) & 15)) stop_ = true;
  if (++beat_ != design_.command_words) return;
  beat_ = 0;
  fetching_ = false;
  slots_[fill_slot_] = {true, address_};
  fill_slot_ ^= 1;
  address_ += design_.command_bytes;
}

bool CommandUnit::execute(const UnitStatus& status) {
  switch (state_) {
    case State::kIdle:
      return false;
    case State::kOpcode:
      if (slots_[read_slot_].full) state_ = State::kDecode;
      return false;
    case State::kDecode:
      decode();
      return false;
    case State::kWait:
      state_ = after_wait(status);
      return false;
    case State::kOperands:
      if (--operands_left_ == 0) state_ = State::kDispatch;
      return false;
    case State::kDispatch:
      if (!accepted(status)) return false;
      slots_[read_slot_].full = false;
      read_slot_ ^= 1;
      state_ = State::kOpcode;
      return true;
    case State::kFinish:
      if (all_idle(status)) state_ = State::kIdle;
      return false;
  }
  return false;
}

void CommandUnit::decode() {
  command_ = slots_[read_slot_].address;
  const std::uint32_t word = image_.word(command_);
  opcode_ = word & 15;
  waits_ = word >> 4 & 15;
  if (!goes_on(design_, opcode_) && opcode() != Opcode::kEnd) {
    throw PredictionError("illegal command at address " + std::to_string(command_));
  }
  // One cycle to read each word, and one until the last is there
  operands_left_ = operand_words(opcode()) + 1;
  state_ = State::kWait;
  count();
}

void CommandUnit::count() {
  const int bursts = (design_.command_words - 1) / design_.burst + 1;
  const int operands = opcode() == Opcode::kEnd ? 0 : operands_left_ - 1;
  accesses_.writes_of(MemoryKind::kCommand) += design_.command_words;
  accesses_.reads_of(MemoryKind::kCommand) += 1 + operands;
  accesses_.writes_of(MemoryKind::kReadAddress) += bursts;
}

CommandUnit::State CommandUnit::after_wait(const UnitStatus& status) const {
  if (opcode() == Opcode::kEnd) return State::kFinish;
  const bool wait_runs = (waits_ & 4) != 0 || sets_up(opcode());
  const bool waits = ((waits_ & 1) && status.loads_busy) ||
                     ((waits_ & 2) && (status.writes_busy || status.runs_busy)) ||
                     (wait_runs && status.runs_busy) || ((waits_ & 8) && status.runs_full);
  return waits ? State::kWait : State::kOperands;
}

bool CommandUnit::accepted(const UnitStatus& status) const {
  switch (opcode()) {
    case Opcode::kLoad:
    case Opcode::kFill:
      return status.load_ready;
    case Opcode::kFetch:
      return status.fetch_ready;
    case Opcode::kRun:
      return !status.runs_full && !status.layer_busy;
    default:
      return true;
  }
}

}  // namespace sluice::cycles
