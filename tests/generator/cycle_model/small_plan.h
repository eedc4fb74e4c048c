// SPDX-License-Identifier: Apache-2.0
// A design small enough to count its cycles and accesses by hand.
#pragma once

#include "generator/plan/plan.h"

namespace sluice::test {

/// Bytes of a memory word: a command, a header, or the weights of up to eight steps.
inline constexpr int kSmallPlanWord = 128;

/// One lane of four columns and four rows, which post-processes two channels a cycle.
inline Plan small_plan() {
  Config config;
  config.name = "small";
  config.lanes = 1;
  config.columns = 4;
  config.rows = config.dot = 4;
  config.atom = 4;
  config.precisions = {8};
  config.gating = true;
  config.post = 2;
  config.accumulator.positions = 64;
  config.buffers = {4096, 1024};
  config.memory = {kSmallPlanWord, 32, 4, 4};
  return make_plan(config);
}

}  // namespace sluice::test
