// SPDX-License-Identifier: Apache-2.0
// Layers that go by taps: which channels of a position the parts of a record's blocks read, and
// where each block finds its own among them.
#pragma once

#include "generator/compiler/mapping.h"

namespace sluice::compiler {

/// The atom of a position of its group that holds a block's first channel.
int first_atom(const Mapping& mapping, const Block& block);

/// Atoms from the first one that a record reads of a position, or of joined taps, to the first
/// that the part of its block `j` takes.
int skipped_atoms(const Mapping& mapping, const Folding& folding, int j);

/// Channels that the part of a record's block `j` reads before the block's own; `first` is the
/// record's first block. Negative if the part's window begins behind them.
int skipped_channels(const Mapping& mapping, const Folding& folding, const Block& first,
                     const Block& block, int j);

/// Atoms that the part reads up to the block's last channel.
int selected_atoms(const Mapping& mapping, const Folding& folding, const Block& first,
                   const Block& block, int j);

/// Atoms that every part of a layer's records has to read, or every tap that is joined.
int most_selected_atoms(const Mapping& mapping);

}  // namespace sluice::compiler
