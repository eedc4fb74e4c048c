// SPDX-License-Identifier: Apache-2.0
// Columns of declarations: parameters, ports, signals and connections that follow each other.
#pragma once

#include <vector>

#include "generator/emit/layout.h"

namespace sluice {

/// Aligns blocks of declarations, and the comments behind them. A block is of one kind and one
/// indentation. A line of something else ends it; between ports or parameters of a list, empty
/// lines and comments do not, but comments are aligned from one of these to the next.
///
///     parameter  int Columns    = 2,   // a keyword, a type, a name and a value
///     input  logic [1:0] code_i,       // a direction, a type and a name
///     logic [1:0] code, code_q;        // a type and names
///     .code_i (code),                  // a name and what it is connected to
///
/// A declaration that does not fit kMostColumns then is broken behind its `=`, or between names.
std::vector<TextLine> align_declarations(const std::vector<TextLine>& lines);

}  // namespace sluice
