// SPDX-License-Identifier: Apache-2.0
// Chooses the bands of an input map that does not fit the activation buffer, and the tile of output
// positions that the accumulators hold at once.
//
// Both minimise an estimate of cycles. For a tile of n positions and one record:
//
//     base  = base_steps * max(n, min_step)
//     cond  = blocks * conditional_steps * max(open * n, min_step) + gate latency  (gated layers)
//     drain = n * units * ceil(columns of a unit / post)
//     bank  = (base + cond + latency of the sums + drain) / 2
//     fetch = weights of the record / memory port  (records that are not kept)
//     tile  = max(base + cond, drain, bank, fetch)
//
// The banks of the accumulators, two, are filled and drained in turn.
//
// A lane's time for a band is the sum over its records and tiles, or the time that the weights of
// all lanes take through the memory port. A layer of b bands takes
//
//     one region:   b * (load + max(lanes + start, words) + drain of the last tile)
//     two regions:  load + b * max(lanes + start, load + words) + drain of the last tile
//
// where `words` are those of weights and of a map that is added.
#pragma once

#include "generator/compiler/mapping.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

/// Words of a lane's weight RAM that a record of the layer takes.
int weight_ram_words(const Mapping& mapping, const Plan& plan);

/// Bytes of the activation buffer that the input takes with groups `group_pitch` atoms apart: whole
/// memory words, and for copies of groups a word more if they are loaded to inside one.
int region_bytes(const Mapping& mapping, const Plan& plan, int group_pitch);

/// The best tile for bands of the shape of `band`, of which `bands` follow each other without a
/// pause.
Tile choose_tile(const Mapping& mapping, const Plan& plan, const Bands& band, int bands);

/// Chooses bands, tile and keep of a layer whose input lies in memory, for `bytes` bytes of the
/// activation buffer: bands of whole rows, or if it goes by pieces of rows and columns. False, and
/// nothing chosen, if not one output row's input, or position's, fits.
bool choose_bands(Mapping& mapping, const Plan& plan, int bytes);

/// Bytes of the activation buffer that the input of one output row takes, or by pieces of one
/// output position.
int least_band_bytes(const Mapping& mapping, const Plan& plan);

/// Chooses tile and keep of a layer that reads a local map: one band.
void choose_single_band(Mapping& mapping, const Plan& plan);

}  // namespace sluice::compiler
