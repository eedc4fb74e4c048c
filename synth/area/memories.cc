// SPDX-License-Identifier: Apache-2.0
#include "synth/area/memories.h"

#include <algorithm>
#include <filesystem>

#include "generator/util/user_error.h"
#include "synth/yosys/module_mapping.h"

namespace sluice::synth {
namespace {

MemoryCut cut_of(const Memory& memory, const MemoryTable& table) {
  try {
    return cut_memory(table, design_memory(memory.words, memory.bits, memory.granule));
  } catch (const UserError& error) {
    Problem problem = error.problem();
    problem.subject = text_of(memory.kind);
    throw UserError(problem);
  }
}

/// The design's module of memories, as one with these parameters.
Rtl rtl_of(const Memory& memory, const Rtl& design) {
  Rtl rtl;
  for (const OutputFile& file : design.files) {
    if (std::filesystem::path(file.path).stem() == design.ram) rtl.files.push_back(file);
  }
  rtl.top = design.ram;
  rtl.parameters = {{"Depth", memory.words}, {"Width", memory.bits}, {"Granule", memory.granule}};
  return rtl;
}

/// What is left of a time limit; 0: none.
double time_left(double limit, double taken) {
  constexpr double kLeast = 1e-3;
  return limit > 0 ? std::max(limit - taken, kLeast) : 0;
}

}  // namespace

std::vector<MemoryArea> cut_memories(const Plan& plan, const MemoryTable& table) {
  std::vector<MemoryArea> memories;
  for (const Memory& memory : memories_of(plan)) {
    MemoryArea area;
    area.memory = memory;
    if (memory.is_macro()) {
      area.cut = cut_of(memory, table);
      area.area = area.cut->total().area * memory.count;
      area.nand2 = area.area / table.nand2.value();
    }
    memories.push_back(std::move(area));
  }
  return memories;
}

void map_flip_flops(std::vector<MemoryArea>& memories, const Rtl& rtl, const Liberty& liberty,
                    const MemoryTable& table, const MapOptions& options, KeptResults& modules,
                    MappedDesign& mapped) {
  for (MemoryArea& area : memories) {
    if (area.cut) continue;
    MapOptions own = options;
    own.flat = false;
    own.timeout_seconds = time_left(options.timeout_seconds, mapped.seconds);
    const MappedDesign one = map_modules(rtl_of(area.memory, rtl), liberty, own, modules);
    area.nand2 = one.area() / liberty.nand2_area() * area.memory.count;
    area.area = area.nand2 * table.nand2.value();
    mapped.seconds += one.seconds;
    mapped.peak_kb = std::max(mapped.peak_kb, one.peak_kb);
    mapped.warnings.insert(mapped.warnings.end(), one.warnings.begin(), one.warnings.end());
  }
}

}  // namespace sluice::synth
