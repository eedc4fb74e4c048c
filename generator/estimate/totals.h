// SPDX-License-Identifier: Apache-2.0
// What the estimates of lists and of whole networks have in common.
#pragma once

#include "generator/estimate/estimate.h"

namespace sluice::estimate {

/// Multiply-accumulates a cycle at operands of `bits` bits.
double peak_of(const Plan& plan, int bits);

/// Notes a layer's gates: how many there are and are open, and what multiplications they leave.
void count_gates(LayerEstimate& layer, const GateMap& gates, int partitions);

/// Sums over the layers on the accelerator.
void add_totals(Estimate& estimate);

}  // namespace sluice::estimate
