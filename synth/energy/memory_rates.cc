// SPDX-License-Identifier: Apache-2.0
#include "synth/energy/memory_rates.h"

#include <fmt/format.h>

#include "generator/util/user_error.h"

namespace sluice::synth {
namespace {

/// A figure that has to be known.
double known(const std::optional<double>& figure, const char* name, const MemoryTable& table,
             const MemoryShape& macro) {
  if (figure) return *figure;
  throw UserError({table.file},
                  fmt::format("has no {} of a macro of {}, so that energy is not known; take "
                              "another table with --memories, such as cacti65",
                              name, macro.text()));
}

}  // namespace

double MemoryRates::energy(const cycles::Accesses& accesses, MemoryKind kind) const {
  const auto k = static_cast<std::size_t>(kind);
  return kinds[k].read_pj * static_cast<double>(accesses.reads[k]) +
         kinds[k].write_pj * static_cast<double>(accesses.writes[k]);
}

const MemoryEnergy& MemoryEnergies::of(const RamShape& shape) {
  const auto [found, added] = known_.insert({shape, {}});
  if (!added) return found->second;
  const MemoryCut cut = cut_memory(table_, design_memory(shape.depth, shape.width, shape.granule));
  const MemoryFigures figures = cut.total();
  found->second = {known(figures.read, "read_pj", table_, cut.macro),
                   known(figures.write, "write_pj", table_, cut.macro),
                   known(figures.leakage, "leakage_uw", table_, cut.macro), cut.found.from_line};
  return found->second;
}

MemoryRates memory_rates(const Plan& plan, const MemoryTable& table) {
  MemoryEnergies energies(table);
  MemoryRates rates;
  for (const Memory& memory : memories_of(plan)) {
    const MemoryEnergy& energy = energies.of({memory.words, memory.bits, memory.granule});
    rates.kinds[static_cast<std::size_t>(memory.kind)] = energy;
    rates.leakage_uw += memory.count * energy.leakage_uw;
    rates.from_fit += energy.from_line ? 0 : 1;
  }
  return rates;
}

}  // namespace sluice::synth
