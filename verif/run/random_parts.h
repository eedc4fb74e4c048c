// SPDX-License-Identifier: Apache-2.0
// Cuts layers of a drawn network into layers that write parts of one map, and lets layers read
// parts of maps.
#pragma once

#include "generator/network/network.h"
#include "verif/run/dice.h"

namespace sluice::run {

/// Cuts some layers by channels or by positions, lays out what some read beside what they write,
/// and takes inputs from some.
void draw_parts(net::Network& network, Dice& dice);

}  // namespace sluice::run
