// SPDX-License-Identifier: Apache-2.0
// Verification of one design by random networks: RTL against golden model and cycle model.
#pragma once

#include <cstdint>
#include <string>

#include "generator/plan/plan.h"
#include "verif/run/random_case.h"
#include "verif/sim/simulator.h"

namespace sluice::run {

enum class Verdict {
  kPass,
  kDoesNotFit,  ///< the compiler says that this design cannot run the network
  kFail
};

struct CaseResult {
  Verdict verdict = Verdict::kPass;
  std::string text;  ///< why it failed or does not fit
  int layers = 0;
  std::uint64_t cycles = 0;
  std::uint64_t listed = 0, skipped = 0;  ///< gated positions
  bool stalled = false;                   ///< with random stalls
  bool timed = false;                     ///< cycles were compared, too: native port, no stalls
};

/// Runs the case of `seed`; `waves` names an FST file or is empty.
CaseResult verify_case(sim::Simulator& simulator, const Plan& plan, std::uint64_t seed,
                       const std::string& waves = "");

}  // namespace sluice::run
