// SPDX-License-Identifier: Apache-2.0
// The results of a sweep as CSV, JSON and text.
#pragma once

#include <string>
#include <vector>

#include "generator/results/sweep_result.h"
#include "generator/sweep/spec.h"

namespace sluice::sweep {

/// What a sweep found: its points in their order, the same however they were computed. `memories`
/// of its areas, if it has some.
results::SweepResult result_of(const Spec& spec, const results::MemorySource& memories,
                               std::vector<results::Point> points);

/// A CSV cell (RFC 4180).
std::string csv_cell(const std::string& text);

/// One line for each point.
std::string results_csv(const results::SweepResult& sweep);

/// How gates of these points were drawn, if any were: even, or uneven. Else empty.
std::string gates_note_of(const std::vector<results::Point>& points);

/// Where areas of memories are from: "macros of cacti65, 65 nm, in NAND2 of that node"; empty if
/// the results do not say.
std::string memories_note_of(const results::SweepResult& sweep);

/// Networks that do not run whole and failures, by message; and for each network the front of cost
/// and frames a second.
std::string results_text(const results::SweepResult& sweep);

}  // namespace sluice::sweep
