// SPDX-License-Identifier: Apache-2.0
// Forms records: which blocks a lane computes at once, each with a part of its rows.
//
// Consecutive blocks whose outputs lie one after the other are a *span*. Long spans are cut into
// records. Short ones, all of one shape, become *units* of which a record holds several.
#pragma once

#include <optional>
#include <vector>

#include "generator/compiler/mapping.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

/// The blocks of all records, one record after the other, in natural order. Short records are
/// filled up with empty blocks.
struct Records {
  Folding folding;
  std::vector<Block> blocks;
};

/// What a fold is tried with.
struct FoldRule {
  int fold = 1;            ///< parts of the rows: a power of two, at most the segments
  int most = 1;            ///< places for blocks in a record, at most `fold`
  bool one_group = false;  ///< spans end where blocks read another group of the input
  int unit = 0;  ///< places of a unit, of which a span fills the first; 0: one span a record
  PositionWindows positions;  ///< each with the same blocks, at most `most` of them
  JoinedTaps taps;            ///< if any are, all segments are folded into
};

/// Blocks of a layer's longest span.
int longest_span(const Mapping& mapping, const net::Network& network, const Plan& plan,
                 bool one_group);

/// Forms the records of a layer whose layouts and natural blocks are known. None if the outputs of
/// units are not equally far apart, or no windows reach the inputs of all blocks.
std::optional<Records> form_records(const Mapping& mapping, const net::Network& network,
                                    const Plan& plan, const FoldRule& rule);

/// Bytes from a unit's outputs to those of the next; 0 if no record has two units.
std::int64_t out_unit_step(const Mapping& mapping);

}  // namespace sluice::compiler
