// SPDX-License-Identifier: Apache-2.0
#include "synth/power/network_power.h"

#include <optional>

#include "synth/power/run.h"
#include "synth/timing/timing.h"

namespace sluice::synth {
namespace {

struct Mapped {
  Liberty liberty;
  Rtl rtl;
  MapResult map;
  std::string netlist;
  CellPowers powers;
};

Mapped map_for_power(const Bundle& bundle, const NetworkPowerOptions& options) {
  Mapped mapped{load_liberty(options.liberty), rtl_of(bundle), {}, {}, {}};
  MapOptions how;
  how.clock_ps = options.how.period_ps;
  how.timeout_seconds = options.how.timeout_seconds;
  mapped.map = map_design(mapped.rtl, mapped.liberty, how);
  mapped.powers = cell_powers(mapped.map, mapped.rtl, mapped.liberty, sdc_of(bundle), options.how,
                              mapped.netlist);
  return mapped;
}

ModePower mode_of(const NetworkActivity& activity, const Mapped& mapped, const ActivityOptions& how,
                  const PowerOptions& options) {
  ModePower mode;
  mode.gated = how.gated;
  const double count = static_cast<double>(activity.images.size());
  for (std::size_t k = 0; k < activity.images.size(); k++) {
    mode.last = estimate_power(mapped.netlist, mapped.map, mapped.rtl, mapped.liberty,
                               mapped.powers, activity.images[k],
                               how.gates != nullptr ? &activity.cells[k] : nullptr, options);
    for (const BlockPower& block : mode.last.blocks) {
      mode.blocks[block.block] += block.total() / count;
      mode.clock += block.clock / count;
      mode.data += block.data / count;
      mode.leakage += block.leakage / count;
    }
    mode.ram += mode.last.ram / count;
    mode.sampled += static_cast<double>(mode.last.cycles);
  }
  mode.cycles = static_cast<double>(activity.cycles) / count;
  mode.macs_all = static_cast<double>(activity.macs_all) / count;
  mode.macs_done = static_cast<double>(activity.macs_done) / count;
  mode.products = activity.products / count;
  return mode;
}

}  // namespace

double NetworkPower::energy(double watts, double cycles) const {
  return watts * cycles * options.how.period_ps * 1e-12;
}

NetworkPower network_power(const Plan& plan, const Bundle& bundle, const net::Network& network,
                           const data::ImageSet& images, const NetworkPowerOptions& options) {
  options.progress(plan.config.name + ": mapping");
  const Mapped mapped = map_for_power(bundle, options);
  options.progress(plan.config.name + ": building the simulation");
  sim::BuildOptions build;
  build.port = plan.config.bus.port();
  build.waves = true;
  build.quick = true;
  sim::Simulator simulator(plan, bundle, build);
  std::optional<GateModel> gate_model;
  if (options.gate_level) gate_model.emplace(mapped.rtl, mapped.map, mapped.liberty);
  ActivityOptions how;
  how.images = options.images;
  how.samples = options.samples;
  if (gate_model) how.gates = &*gate_model;
  how.progress = options.progress;
  how.density = options.density;
  NetworkPower power{plan.config.name,
                     plan.hash,
                     mapped.liberty.name,
                     mapped.liberty.version,
                     mapped.map.yosys_version,
                     mapped.liberty.voltage,
                     options,
                     {}};
  for (const bool gated : {true, false}) {
    if (gated && !(net::has_gates(network) && plan.config.gating)) continue;
    how.gated = gated;
    power.modes.push_back(
        mode_of(network_activity(simulator, plan, network, images, how), mapped, how, options.how));
  }
  return power;
}

}  // namespace sluice::synth
