// SPDX-License-Identifier: Apache-2.0
// The macros of a design's memories by a table, as its flow files take them.
#pragma once

#include "generator/emit/macros.h"
#include "generator/plan/plan.h"
#include "synth/memories/table.h"

namespace sluice::app {

/// The cut of every memory that is a macro, each shape once. Throws UserError, as cut_memory does,
/// if the table cannot serve one.
MacroCuts macro_cuts(const Plan& plan, const synth::MemoryTable& table);

}  // namespace sluice::app
