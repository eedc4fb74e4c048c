// SPDX-License-Identifier: Apache-2.0
// Cells found by what they do.
#pragma once

#include "synth/liberty/liberty.h"

namespace sluice::synth {

/// Fills the members of `liberty` that name cells by function. Throws UserError if a cell that
/// every design needs is missing.
void find_kinds(Liberty& liberty);

}  // namespace sluice::synth
