// SPDX-License-Identifier: Apache-2.0
// What steps read of the activation buffer, and what the rows of the array get of it.
#pragma once

#include <cstdint>
#include <vector>

#include "verif/interpreter/tile.h"

namespace sluice::compiler {

/// An atom of a step.
struct Slot {
  std::int64_t address = 0;  ///< at output (0, 0) of the RUN
  int group = 0;             ///< of the input, that of window 0
  int window = 0;            ///< or the tap, where several are joined
  bool valid = false;
};

/// The reads of one layer's RUN. Throws InterpretError.
class StepReads {
 public:
  StepReads(const TileContext& context, const LayerState& layer, const RunPlace& place);

  /// The atoms of a step of the base pass whose first lies at `address`, atom `atom` of a kernel
  /// row, in the first window; `valid` in each part count.
  std::vector<Slot> base_slots(std::int64_t address, std::int64_t atom, int group, int valid) const;
  /// All slots that have weights are read.
  void check_valid(const std::vector<Slot>& slots, const StepWeights& weights) const;
  /// The banks give all valid slots their atoms at once, `shift` atoms behind the first position.
  void check_routing(const std::vector<Slot>& slots, std::int64_t shift) const;
  /// What the fields of all rows get at that position.
  void gather(const std::vector<Slot>& slots, std::int64_t shift, const StepWeights& weights,
              std::vector<std::int8_t>& operands) const;

 private:
  /// The slots whose largest values the rows of a slot get: itself, or of joined taps all, or its
  /// own.
  std::vector<int> sources_of(int slot) const;
  std::vector<Slot> tap_slots(std::int64_t address, int group, int valid) const;
  /// The address of a byte that the slot reads, which something has written if it is used.
  std::int64_t byte_address(const Slot& slot, std::int64_t shift, int byte, bool used) const;

  const Plan& plan_;
  const Config& config_;
  Storage& storage_;
  RunAccesses& accesses_;
  const LayerState& layer_;
  const RunPlace& place_;
  std::vector<std::vector<int>> sources_;  ///< by slot
};

}  // namespace sluice::compiler
