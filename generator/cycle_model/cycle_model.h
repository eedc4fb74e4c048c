// SPDX-License-Identifier: Apache-2.0
// The cycle model: predicts exactly how many clock cycles a program takes, for a memory of fixed
// latency and bandwidth. It follows the control of the hardware and knows nothing of values; which
// gates open is told to it. Shares no code with the RTL, the golden model or the compiler's
// estimates.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <vector>

#include "generator/compiler/program.h"
#include "generator/cycle_model/accesses.h"
#include "generator/plan/plan.h"

namespace sluice::cycles {

/// Memory on the native port, in clock cycles; all at least 1.
struct MemoryTiming {
  int read_latency = 1;    ///< from an accepted request to its first word
  int read_interval = 1;   ///< from one word to the next
  int write_latency = 1;   ///< from an accepted write to its acknowledgement
  int write_interval = 1;  ///< from one accepted write to the next
};

/// Tells how many output channels of block `block` of program layer `layer` have an open gate at
/// position (y, x); the position is open if any has. Asked for gated layers and blocks with
/// channels only.
using GateSource = std::function<int(int layer, int block, int y, int x)>;

/// How the model goes from one cycle to the next. The result is the same.
enum class Stepping {
  kEvents,     ///< passes over cycles in which nothing changes but counts
  kEveryCycle  ///< every unit in every cycle, as the RTL does
};

/// What has happened up to some cycle. Of lanes: sums over all of them.
struct Events {
  std::uint64_t issued = 0;  ///< positions
  std::uint64_t stall_weights = 0, stall_post = 0, stall_gate = 0, stall_short = 0;
  std::uint64_t busy = 0;         ///< lane cycles with a RUN
  std::uint64_t active = 0;       ///< cycles in which at least one lane has a RUN
  std::uint64_t write_words = 0;  ///< written to memory
  bool operator==(const Events&) const = default;
};

struct Prediction {
  std::uint64_t cycles = 0;  ///< from the start to done, as the register CYCLES counts
  std::array<std::uint64_t, 10> counters{};  ///< as the registers from CYCLES on
  std::vector<std::uint64_t> layer_cycles;   ///< cycle in which each LAYER command is executed
  std::vector<Events> layer_events;          ///< up to the end of each layer
  /// Of each layer: most memory words of weights in a lane's buffer, or under way to it.
  std::vector<std::uint64_t> layer_weight_words;
  Accesses accesses;  ///< of the whole run, whatever memory's timing
  Work work;
  Accesses command_accesses;             ///< for commands, of no layer
  std::vector<Accesses> layer_accesses;  ///< of each layer, what is fetched for it ahead included
  std::vector<Work> layer_work;
  bool operator==(const Prediction&) const = default;
};

/// The program does not fit the hardware (illegal command, stream too short, deadlock).
class PredictionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Predicts a run of `program` from its image. Throws PredictionError.
Prediction predict(const Plan& plan, const compiler::Program& program, const MemoryTiming& memory,
                   const GateSource& open, Stepping stepping = Stepping::kEvents);

}  // namespace sluice::cycles
