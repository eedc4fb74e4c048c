// SPDX-License-Identifier: Apache-2.0
#include "synth/power/energy.h"

#include <fmt/format.h>

#include "generator/util/checked_json.h"
#include "generator/util/text.h"
#include "generator/util/user_error.h"

namespace sluice::synth {
namespace {

constexpr const char* kRemedy = "give what `sluice power CONFIG NETWORK --json` printed";

EnergyRates rates_of(const json::Value& mode, double period_ps) {
  const double cycles = mode.at("cycles").positive(), macs = mode.at("macs_done").positive();
  const auto per_cycle_pj = [&](const char* name) {
    return mode.at(name).number(0, json::kLargest) * period_ps * 1e-3;  // mW x ps
  };
  EnergyRates rates;
  rates.cycle_pj = per_cycle_pj("clock_mw") + per_cycle_pj("leakage_mw");
  rates.mac_pj = per_cycle_pj("data_mw") * cycles / macs;
  rates.memory_pj = per_cycle_pj("memories_mw") * cycles / macs;
  return rates;
}

EnergyModel model_of(const json::Value& report) {
  EnergyModel model;
  model.network = report.at("network").text();
  const double period_ps = report.at("period_ps").positive();
  const std::vector<json::Value> modes = report.at("modes").items();
  if (modes.empty()) report.at("modes").fail("a list with gates on, gates off, or both");
  model.with = model.without = rates_of(modes.front(), period_ps);
  for (const json::Value& mode : modes) {
    (mode.at("gated").flag() ? model.with : model.without) = rates_of(mode, period_ps);
  }
  return model;
}

}  // namespace

EnergyModel read_energy(const std::string& file, const Plan& plan) {
  const json::Document report(read_input(file, input::kJson, kRemedy), {file, kRemedy});
  const std::string& hash = report.root().at("hash").text();
  if (hash != plan.hash) {
    throw UserError(
        {file}, fmt::format("is of design '{}' with config {}, this is '{}' with {}; run "
                            "`sluice power` on this config",
                            shortened(report.root().at("design").text(), 40), shortened(hash, 40),
                            plan.config.name, plan.hash));
  }
  return model_of(report.root());
}

results::Energy energy_of(const EnergyRates& rates, double cycles, double macs) {
  return {1e-6 * (rates.cycle_pj * cycles + rates.mac_pj * macs), 1e-6 * rates.memory_pj * macs};
}

results::EnergyResult energy_of(const EnergyModel& model, const results::EstimateResult& estimate) {
  const results::NetworkFigures& sums = estimate.sums();
  const auto number = [](const std::optional<std::int64_t>& count) {
    return static_cast<double>(count.value_or(0));
  };
  results::EnergyResult result;
  result.rates_of = model.network;
  result.with = energy_of(model.with, number(sums.cycles), number(sums.macs_done));
  if (sums.cycles_without_gates) {
    result.without = energy_of(model.without, number(sums.cycles_without_gates), number(sums.macs));
  }
  return result;
}

}  // namespace sluice::synth
