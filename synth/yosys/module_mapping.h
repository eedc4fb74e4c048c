// SPDX-License-Identifier: Apache-2.0
// A design's modules, each mapped by itself: the base of areas.
//
// The area of a module then depends on nothing but the module, and one that several designs have in
// common is mapped once. What map_design finds may differ by a percent or two, because abc's result
// depends on the order of names, which come from all modules together.
#pragma once

#include "synth/tools/kept_results.h"
#include "synth/yosys/mapping.h"

namespace sluice::synth {

/// Maps the modules that `kept` does not have. The result is the same whatever it has. Throws
/// UserError as map_design does; modules with a problem are not kept. `options.flat` must be
/// false; the time limit is for all modules together.
MappedDesign map_modules(const Rtl& rtl, const Liberty& liberty, const MapOptions& options,
                         KeptResults& kept);

}  // namespace sluice::synth
