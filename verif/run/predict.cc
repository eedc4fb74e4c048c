// SPDX-License-Identifier: Apache-2.0
// The cycle model, asked about a run on the RTL.
#include "verif/run/execute.h"

namespace sluice::run {

cycles::Prediction predict(const Plan& plan, const compiler::Program& program,
                           const std::vector<golden::LayerResult>& results,
                           const SluiceMemory& timing) {
  const cycles::MemoryTiming memory{
      static_cast<int>(timing.read_latency), static_cast<int>(timing.read_interval),
      static_cast<int>(timing.write_latency), static_cast<int>(timing.write_interval)};
  return cycles::predict(plan, program, memory, gate_source(program, results));
}

}  // namespace sluice::run
