// SPDX-License-Identifier: Apache-2.0
// Options for the memory that a network is run or estimated with.
#pragma once

#include <CLI/CLI.hpp>

#include "generator/cycle_model/cycle_model.h"

namespace sluice::app {

/// Adds --read-latency, --read-interval, --write-latency and --write-interval.
void add_memory_timing(CLI::App& command, cycles::MemoryTiming& memory);

}  // namespace sluice::app
