// SPDX-License-Identifier: Apache-2.0
// The parts of a report. Each gives a section of HTML, or nothing if there is nothing to show.
#pragma once

#include <map>
#include <string>

#include "generator/estimate/gates.h"
#include "generator/results/area_result.h"
#include "generator/results/estimate_result.h"
#include "generator/results/sweep_result.h"
#include "generator/study/result.h"

namespace sluice::report {

/// Area against frames a second for each network of a sweep, and a table of the front.
std::string sweep_sections(const results::SweepResult& sweep);

/// Accuracy against cycles, energy and area for all points of a study, and a table of them.
std::string study_sections(const study::StudyResult& study);

/// The cycles of each layer by what they went to.
std::string layer_section(const results::EstimateResult& estimate);

/// Multiply-accumulates a cycle of each layer against those for each byte of memory traffic.
std::string roofline_section(const results::EstimateResult& estimate);

/// How many gates are open at each position of the image, by layer.
std::string gate_section(const std::map<std::string, estimate::GateMap>& gates);

/// Area: logic by block, memories by kind.
std::string area_section(const results::AreaResult& area);

}  // namespace sluice::report
