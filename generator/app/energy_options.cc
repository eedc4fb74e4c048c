// SPDX-License-Identifier: Apache-2.0
#include "generator/app/energy_options.h"

#include <fmt/format.h>

#include "generator/app/command.h"
#include "generator/util/defaults.h"

namespace sluice::app {

void add_energy_options(CLI::App& command, EnergyOptions& options) {
  add_memories_option(command, options.memories)
      ->description(
          fmt::format("Table of SRAM macros, for energy: {}, a CSV file or Liberty files; "
                      "none: no energy ({})",
                      fmt::join(synth::memory_tables(), ", "), defaults::kMemories));
  command
      .add_option("--dram", options.dram,
                  "Energy of external memory: lpddr4, ddr3, or pJ for each bit (lpddr4)")
      ->type_name("NAME|PJ")
      ->check(not_empty);
  command
      .add_option("--power", options.power,
                  "What `sluice power CONFIG NETWORK --json` printed for this config: energy of "
                  "the logic")
      ->check(not_empty);
  command.add_flag("--energy", options.by_layer, "Show the energy of each layer, too");
}

std::optional<synth::EnergyRates> energy_rates(const EnergyOptions& options, const Plan& plan,
                                               double clock_mhz) {
  if (options.memories == "none") return std::nullopt;
  const synth::MemoryTable table =
      synth::load_memory_table(options.memories.empty() ? defaults::kMemories : options.memories);
  synth::EnergyRates rates;
  rates.memories = synth::memory_rates(plan, table);
  rates.table = fmt::format("{} ({})", table.name(), table.node);
  rates.dram = synth::dram_of(options.dram);
  rates.logic = options.power.empty() ? synth::logic_of_examples(plan)
                                      : synth::read_logic(options.power, plan);
  rates.logic_scale = synth::logic_scale(rates.logic, table);
  rates.clock_mhz = clock_mhz;
  return rates;
}

}  // namespace sluice::app
