// SPDX-License-Identifier: Apache-2.0
#include "synth/memories/choice.h"

#include <array>

#include "generator/util/defaults.h"
#include "generator/util/text.h"

namespace sluice::synth {
namespace {

struct Process {
  const char* name;   ///< part of the names of its libraries, in lower case
  const char* node;   ///< as tables write it
  const char* table;  ///< empty: there is none
  double nm;
};

constexpr std::array<Process, 7> kProcesses = {{
    {"sky130", "SKY130", "sky130", 130},
    {"gf180", "GF180MCU", "gf180", 180},
    {"nangate", "45 nm", "cacti45", 45},
    {"freepdk45", "45 nm", "cacti45", 45},
    {"gscl45nm", "45 nm", "cacti45", 45},  // of FreePDK45
    {"osu018", "180 nm", "", 180},
    {"osu035", "350 nm", "", 350},
}};

/// The process of a library, or null.
const Process* process_of(const std::string& library) {
  const std::string name = lower_case(library);
  for (const Process& process : kProcesses) {
    if (name.find(process.name) != std::string::npos) return &process;
  }
  return nullptr;
}

}  // namespace

std::optional<double> process_nm_of(const std::string& library) {
  const Process* process = process_of(library);
  return process ? std::optional<double>(process->nm) : std::nullopt;
}

std::string node_of(const Liberty& library) {
  const Process* process = process_of(library.name);
  return process ? process->node : "";
}

std::string table_for(const Liberty& library) {
  const Process* process = process_of(library.name);
  return process && *process->table != '\0' ? process->table : defaults::kMemories;
}

MemoryTable load_memory_table(const std::string& name_or_path, const Liberty& logic) {
  MemoryTable table = load_memory_table(name_or_path);
  if (table.nand2) return table;
  table.nand2 = logic.nand2_area();
  table.nand2_source = logic.name;
  table.node_of_logic = true;
  return table;
}

}  // namespace sluice::synth
