// SPDX-License-Identifier: Apache-2.0
// Power of a mapped netlist from the activity of its signals.
//
// OpenSTA gives each cell's power at no activity and at one change a cycle of every signal; between
// them a cell's power is linear in how often its output changes.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "synth/energy/memory_rates.h"
#include "synth/liberty/liberty.h"
#include "synth/memories/table.h"
#include "synth/power/gate_activity.h"
#include "synth/power/vcd.h"
#include "synth/yosys/mapping.h"

namespace sluice::synth {

struct PowerOptions {
  double period_ps = 10000;
  MemoryTable memories;  ///< energies of their accesses
  double timeout_seconds = 900;
};

/// A cell's power in W: at no activity (clock pins), for one change a cycle, and leakage.
struct CellPower {
  double clock = 0, change = 0, leakage = 0;
};

/// Cells by path from the top, "u_load/u_queue/_12_".
using CellPowers = std::unordered_map<std::string, CellPower>;

/// Asks OpenSTA; `netlist` gets the netlist as it was read. Throws UserError.
CellPowers cell_powers(const MapResult& map, const Rtl& rtl, const Liberty& liberty,
                       const std::string& sdc, const PowerOptions& options, std::string& netlist);

/// The rows of OpenSTA's `report_power -instances` at activity 0 and 1.
CellPowers read_cell_powers(const std::string& idle, const std::string& active);

/// All cells that modules of one name hold, in W.
struct BlockPower {
  std::string block;  ///< module without the design's prefix
  double clock = 0, data = 0, leakage = 0;

  double total() const { return clock + data + leakage; }
};

struct PowerEstimate {
  std::vector<BlockPower> blocks;  ///< largest first
  double ram = 0;                  ///< W, of accesses to all memories, and their leakage
  std::uint64_t ram_reads = 0, ram_writes = 0;        ///< accesses in the sampled cycles
  std::uint64_t cycles = 0;                           ///< sampled
  std::int64_t flip_flops = 0, known_flip_flops = 0;  ///< known: their own changes were counted
  std::int64_t gates = 0, known_gates = 0;            ///< all other cells

  double cells() const;
  double total() const { return cells() + ram; }
};

/// Cells whose output is a net that the waveforms have get its own rate; others get the mean rate
/// of all known outputs in the same instance of their module. `cells`, unless null, has the rates
/// of cells instead.
PowerEstimate estimate_power(const std::string& netlist, const MapResult& map, const Rtl& rtl,
                             const Liberty& liberty, const CellPowers& powers,
                             const Activity& activity, const CellRates* cells,
                             const PowerOptions& options);

}  // namespace sluice::synth
