// SPDX-License-Identifier: Apache-2.0
#include "generator/app/macro_cuts.h"

#include <algorithm>

#include "generator/plan/memories.h"
#include "synth/memories/cut.h"

namespace sluice::app {

MacroCuts macro_cuts(const Plan& plan, const synth::MemoryTable& table) {
  MacroCuts cuts;
  for (const Memory& memory : memories_of(plan)) {
    const MacroSize size = {memory.words, memory.bits, memory.granule};
    const auto same = [&](const MacroCut& cut) { return cut.memory == size; };
    if (!memory.is_macro() || std::any_of(cuts.begin(), cuts.end(), same)) continue;
    const synth::MemoryCut cut =
        synth::cut_memory(table, synth::design_memory(memory.words, memory.bits, memory.granule));
    cuts.push_back({size, {cut.macro.words, cut.macro.bits, cut.macro.granule}, cut.used});
  }
  return cuts;
}

}  // namespace sluice::app
