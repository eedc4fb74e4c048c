// SPDX-License-Identifier: Apache-2.0
// Numbers, units and tables of Liberty files. `path` is for messages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "synth/liberty/syntax.h"

namespace sluice::synth {

/// The number an attribute states, or `missing` if it is not there. Throws UserError if it is none.
double liberty_number(const LibertyGroup& group, std::string_view name, double missing,
                      const std::string& path);

/// A unit of a library, "1ns" in s, "10pW" in W; `missing` if the library does not state it.
double liberty_unit(const LibertyGroup& library, std::string_view name, double missing,
                    const std::string& path);

/// In F; `missing` if the library does not state it.
double liberty_capacitance_unit(const LibertyGroup& library, double missing,
                                const std::string& path);

/// The rows of a group's `values (..)`, such as cell_rise; empty if it has none.
std::vector<std::vector<double>> liberty_values(const LibertyGroup& group, const std::string& path);

}  // namespace sluice::synth
