// SPDX-License-Identifier: Apache-2.0
// The functions of sim_api.h, for the class Sim of the bench that includes this at its end.
#pragma once

#include <vector>

#include "sim_api.h"

extern "C" {
void* sluice_sim_open(void) { return new Sim; }
void sluice_sim_close(void* sim) { delete static_cast<Sim*>(sim); }
void sluice_sim_run(void* sim, SluiceRun* run) { static_cast<Sim*>(sim)->run(*run); }
void sluice_sim_attach(void* sim, SluiceBus* bus) { static_cast<Sim*>(sim)->attach(*bus); }
void sluice_sim_reset(void* sim) { static_cast<Sim*>(sim)->reset_bus(); }
void sluice_sim_step(void* sim, uint64_t cycles) { static_cast<Sim*>(sim)->step(cycles); }
int sluice_sim_write(void* sim, uint32_t address, uint32_t value, uint32_t strobe) {
  return static_cast<Sim*>(sim)->write(address, value, strobe);
}
int sluice_sim_read(void* sim, uint32_t address, uint32_t* value) {
  return static_cast<Sim*>(sim)->read(address, *value);
}
int sluice_sim_interrupt(void* sim) { return static_cast<Sim*>(sim)->interrupt(); }
uint32_t sluice_sim_rams(void* sim, SluiceRam* rams, uint32_t most) {
  const std::vector<SluiceRam> counts = static_cast<Sim*>(sim)->accesses();
  for (uint32_t k = 0; k < most && k < counts.size(); k++) rams[k] = counts[k];
  return static_cast<uint32_t>(counts.size());
}
}
