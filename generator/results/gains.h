// SPDX-License-Identifier: Apache-2.0
// What gates gain over whole networks, of an estimate with and without them.
#pragma once

#include "generator/results/columns.h"

namespace sluice::results {

/// Whether there are cycles without gates for all layers that run.
bool has_gains(const estimate::Estimate& result);

/// Of the layers with gates, and of all layers that run.
Gain gated_layers_gain(const estimate::Estimate& result);
Gain all_layers_gain(const estimate::Estimate& result);

}  // namespace sluice::results
