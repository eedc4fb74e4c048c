// SPDX-License-Identifier: Apache-2.0
// Poolings and depthwise layers whose steps join several taps: neighbours of a kernel row, or of a
// kernel column.
#pragma once

#include <cstdint>
#include <vector>

#include "generator/compiler/mapping.h"
#include "generator/compiler/routing.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

/// How steps of joined taps cover a kernel row, or a column: each takes `taps` neighbours, the
/// first one's place is `advance` taps behind that of the step before. Steps may overlap: a maximum
/// stays the same, in a sum the taps that were read before weigh nothing.
struct TapSteps {
  int count = 1;
  int advance = 0;
};

/// The fewest steps that cover `width` taps and nothing else, equally far apart; `taps` is at most
/// `width`.
TapSteps tap_steps(int width, int taps);

/// The steps of a layer that goes by taps, joined or not.
int tap_steps(const net::Layer& layer, const JoinedTaps& taps);

/// The taps of a layer that a step may join, those with the fewest steps last, and of them those of
/// a row behind those of a column. None if its map has fields of `bits` bits that are no bytes, or
/// it sums and the design joins taps of maxima only. The layer goes by taps.
std::vector<JoinedTaps> joined_taps(const net::Layer& layer, int bits, const Plan& plan);

/// The tap of the kernel, row by row, that place `place` of a read adds in step `step` of a layer
/// that sums; -1 for one that another place, or an earlier step, has added.
int summed_tap(const net::Layer& layer, const JoinedTaps& taps, int step, int place,
               const Plan& plan);

/// What the slots read in a step: `atoms` of each tap, taps `apart` atoms from each other, some in
/// several places.
std::vector<SlotRead> joined_slots(int taps, std::int64_t apart, int atoms, const Plan& plan);

/// What a row's length should be modulo the number of banks so that a layer of bytes that goes by
/// taps, of `channels` channels in a group, joins those of a kernel column; -1: anything, as those
/// of a kernel row do as well, or post-processing takes as long.
int joined_residue(const net::Layer& layer, int channels, const Plan& plan);

}  // namespace sluice::compiler
