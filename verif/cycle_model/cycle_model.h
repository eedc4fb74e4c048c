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

#include "compiler/program.h"
#include "plan/plan.h"

namespace sluice::cycles {

/// Memory on the native port, in clock cycles; all at least 1.
struct MemoryTiming {
  int read_latency = 1;    ///< from an accepted request to its first word
  int read_interval = 1;   ///< from one word to the next
  int write_latency = 1;   ///< from an accepted write to its acknowledgement
  int write_interval = 1;  ///< from one accepted write to the next
};

/// Tells whether output position (y, x) of block `block` of program layer `layer` is open, i.e. any
/// of the block's gates is. Asked for gated layers only.
using GateSource = std::function<bool(int layer, int block, int y, int x)>;

struct Prediction {
  std::uint64_t cycles = 0;  ///< from the start to done, as the register CYCLES counts
  std::array<std::uint64_t, 10> counters{};  ///< as the registers from CYCLES on
  std::vector<std::uint64_t> layer_cycles;   ///< cycle in which each LAYER command is executed
};

/// The program does not fit the hardware (illegal command, stream too short, deadlock).
class PredictionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Predicts a run of `program` from its image. Throws PredictionError.
Prediction predict(const Plan& plan, const compiler::Program& program, const MemoryTiming& memory,
                   const GateSource& open);

}  // namespace sluice::cycles
