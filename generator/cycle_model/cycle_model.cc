// SPDX-License-Identifier: Apache-2.0
#include "generator/cycle_model/cycle_model.h"

#include "generator/cycle_model/machine.h"

namespace sluice::cycles {

Prediction predict(const Plan& plan, const compiler::Program& program, const MemoryTiming& memory,
                   const GateSource& open, Stepping stepping) {
  return Machine(plan, program, memory, open, stepping).run();
}

}  // namespace sluice::cycles
