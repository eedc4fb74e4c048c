// SPDX-License-Identifier: Apache-2.0
#include "synth/power/power.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <sstream>

#include "synth/timing/netlist.h"
#include "synth/timing/sta.h"
#include "synth/timing/timing.h"
#include "synth/tools/workspace.h"
#include "synth/yosys/stat.h"

namespace sluice::synth {
namespace {

struct Row {
  double dynamic = 0, leakage = 0;
};

/// Lines "internal switching leakage total name".
std::unordered_map<std::string, Row> rows(const std::string& report) {
  std::unordered_map<std::string, Row> found;
  std::istringstream lines(report);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    double internal = 0, switching = 0, leakage = 0, total = 0;
    std::string name, more;
    if (!(words >> internal >> switching >> leakage >> total >> name) || words >> more) continue;
    if (total != 0) found[name] = {internal + switching, leakage};
  }
  return found;
}

/// Walks all instances of modules and adds up.
class Estimator {
 public:
  Estimator(const Netlist& netlist, const Rtl& rtl, const Liberty& liberty,
            const CellPowers& powers, const Activity& activity, const CellRates* cells,
            const MemoryTable& memories, PowerEstimate& result)
      : netlist_(netlist),
        rtl_(rtl),
        liberty_(liberty),
        powers_(powers),
        activity_(activity),
        cells_(cells),
        prefix_(rtl.top.substr(0, rtl.top.rfind('_') + 1)),
        memories_(memories),
        result_(result) {}

  /// Of accesses in so many ps, and leakage.
  double memory_watts(double ps) const {
    return (ps > 0 ? memory_pj_ / ps : 0) + 1e-6 * memory_leakage_uw_;
  }

  void visit(const NetlistModule& module, const std::string& path) {
    std::vector<double> rates(module.cells.size(), -1);
    double sum = 0;
    std::int64_t known = 0;
    for (std::size_t k = 0; k < module.cells.size(); k++) {
      rates[k] = rate(module.cells[k], path);
      if (rates[k] < 0) continue;
      sum += rates[k];
      known++;
    }
    const double mean = known > 0 ? sum / known : 0;
    BlockPower& block = blocks_[block_of(module.name)];
    for (std::size_t k = 0; k < module.cells.size(); k++) {
      const NetlistCell& cell = module.cells[k];
      if (const NetlistModule* inner = netlist_.find(cell.type)) {
        visit(*inner, path + cell.name + "/");
      } else if (!rtl_.ram.empty() && cell.type.starts_with(rtl_.ram)) {
        add_ram(cell, path + cell.name);
      } else {
        add(cell, path + cell.name, rates[k], mean, block);
      }
    }
  }

  void finish() {
    for (auto& [name, block] : blocks_) {
      block.block = name;
      if (block.total() > 0) result_.blocks.push_back(block);
    }
    std::stable_sort(
        result_.blocks.begin(), result_.blocks.end(),
        [](const BlockPower& a, const BlockPower& b) { return a.total() > b.total(); });
  }

 private:
  static std::string dotted(std::string path) {
    std::replace(path.begin(), path.end(), '/', '.');
    return path;
  }

  std::string block_of(const std::string& module) const {
    const std::string source = source_name(module);
    return source.starts_with(prefix_) ? source.substr(prefix_.size()) : source;
  }

  double rate(const NetlistCell& cell, const std::string& path) const {
    const LibertyCell* kind = liberty_.find(cell.type);
    if (kind == nullptr) return -1;
    if (cells_ != nullptr) return cells_->rate(path + cell.name);
    for (const std::string& output : kind->outputs()) {
      const std::string_view net = cell.net(output);
      if (!net.empty()) return activity_.rate(dotted(path) + std::string(net));
    }
    return -1;
  }

  void add(const NetlistCell& cell, const std::string& path, double rate, double mean,
           BlockPower& block) {
    const LibertyCell* kind = liberty_.find(cell.type);
    const bool flip_flop = kind != nullptr && kind->is_flip_flop;
    (flip_flop ? result_.flip_flops : result_.gates)++;
    if (rate >= 0) (flip_flop ? result_.known_flip_flops : result_.known_gates)++;
    const auto power = powers_.find(path);
    if (power == powers_.end()) return;
    block.clock += power->second.clock;
    block.data += power->second.change * (rate >= 0 ? rate : mean);
    block.leakage += power->second.leakage;
  }

  void add_ram(const NetlistCell& cell, const std::string& path) {
    // "edge_ram_256x28g28"
    RamShape shape;
    std::sscanf(cell.type.c_str() + rtl_.ram.size(), "_%ldx%ldg%ld", &shape.depth, &shape.width,
                &shape.granule);
    const SignalActivity* read = activity_.find(dotted(path) + ".read_i");
    const SignalActivity* write = activity_.find(dotted(path) + ".write_i");
    const MemoryEnergy& energy = memories_.of(shape);
    const std::uint64_t reads = read != nullptr ? read->active : 0;
    const std::uint64_t writes = write != nullptr ? write->active : 0;
    result_.ram_reads += reads;
    result_.ram_writes += writes;
    memory_pj_ +=
        energy.read_pj * static_cast<double>(reads) + energy.write_pj * static_cast<double>(writes);
    memory_leakage_uw_ += energy.leakage_uw;
  }

  const Netlist& netlist_;
  const Rtl& rtl_;
  const Liberty& liberty_;
  const CellPowers& powers_;
  const Activity& activity_;
  const CellRates* cells_;
  std::string prefix_;
  MemoryEnergies memories_;
  double memory_pj_ = 0, memory_leakage_uw_ = 0;
  PowerEstimate& result_;
  std::map<std::string, BlockPower> blocks_;
};

}  // namespace

CellPowers read_cell_powers(const std::string& idle, const std::string& active) {
  CellPowers powers;
  const auto low = rows(idle), high = rows(active);
  for (const auto& [name, row] : high) {
    const auto found = low.find(name);
    const double clock = found == low.end() ? 0 : found->second.dynamic;
    powers[name] = {clock, row.dynamic - clock, row.leakage};
  }
  return powers;
}

CellPowers cell_powers(const MapResult& map, const Rtl& rtl, const Liberty& liberty,
                       const std::string& sdc, const PowerOptions& options, std::string& netlist) {
  const Workspace workspace;
  const StaInput input = sta_input(workspace, map, rtl.ram, liberty, {});
  netlist = input.netlist;
  const double period = options.period_ps / (liberty.time_unit * 1e12);
  workspace.write("constraints.sdc", clock_constraints(sdc, period));
  std::string script = input.load + "source constraints.sdc\n";
  // Cells that no arrival reaches would have no power
  if (sdc.empty()) script += "set_input_delay 0 -clock clk_i [all_inputs]\n";
  for (int activity = 0; activity < 2; activity++) {
    script += fmt::format(
        "set_power_activity -global -activity {0}.0 -duty 0.5\n"
        "report_power -instances [get_cells -hierarchical *] -digits 6 > power{0}.txt\n",
        activity);
  }
  run_sta(workspace, script, options.timeout_seconds);
  return read_cell_powers(workspace.read("power0.txt"), workspace.read("power1.txt"));
}

double PowerEstimate::cells() const {
  double sum = 0;
  for (const BlockPower& block : blocks) sum += block.total();
  return sum;
}

PowerEstimate estimate_power(const std::string& netlist, const MapResult& map, const Rtl& rtl,
                             const Liberty& liberty, const CellPowers& powers,
                             const Activity& activity, const CellRates* cells,
                             const PowerOptions& options) {
  PowerEstimate result;
  result.cycles = activity.cycles();
  const Netlist modules(netlist, map.top);
  Estimator estimator(modules, rtl, liberty, powers, activity, cells, options.memories, result);
  estimator.visit(modules.top(), "");
  estimator.finish();
  result.ram = estimator.memory_watts(static_cast<double>(result.cycles) * options.period_ps);
  return result;
}

}  // namespace sluice::synth
