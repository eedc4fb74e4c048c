// SPDX-License-Identifier: Apache-2.0
#include "synth/energy/logic.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <tuple>

#include "generator/estimate/text_file.h"
#include "generator/estimate/totals.h"
#include "generator/util/checked_json.h"
#include "generator/util/resources.h"
#include "generator/util/text.h"
#include "generator/util/user_error.h"
#include "synth/memories/choice.h"

namespace sluice::synth {
namespace {

constexpr const char* kRemedy = "give what `sluice power CONFIG NETWORK --json` printed";
constexpr const char* kExamples = "synth/energy/logic.csv";

LogicRates rates_of(const json::Value& mode, double period_ps) {
  const double cycles = mode.at("cycles").positive();
  const double products = mode.at("products_8").positive();
  const auto per_cycle_pj = [&](const char* name) {
    return mode.at(name).number(0, json::kLargest) * period_ps * 1e-3;  // mW x ps
  };
  return {per_cycle_pj("clock_mw") + per_cycle_pj("leakage_mw"),
          per_cycle_pj("data_mw") * cycles / products};
}

/// A line of the table of examples: one design with gates used or not.
struct Example {
  std::string design, hash, network, library;
  bool gating = false, gates_used = false;
  int narrowest = 8;
  double products = 0;
  LogicRates rates;
  double process_nm = 0, supply_v = 0;
};

/// The table comes with the program: a test reads it whole.
std::vector<Example> examples() {
  const estimate::TextTable table(
      kExamples, std::string(resource(kExamples)),
      {"design", "hash", "gating", "narrowest_bits", "products", "network", "library", "gates_used",
       "cycle_pj", "product_pj", "process_nm", "supply_v", "source"});
  std::vector<Example> all;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto text = [&](const char* heading) { return table.cell(row, heading).text; };
    all.push_back({text("design"),
                   text("hash"),
                   text("network"),
                   text("library"),
                   text("gating") == "yes",
                   text("gates_used") == "yes",
                   table.number(row, "narrowest_bits", 2, 8),
                   table.positive(row, "products"),
                   {table.positive(row, "cycle_pj"), table.positive(row, "product_pj")},
                   table.positive(row, "process_nm"),
                   table.positive(row, "supply_v")});
  }
  return all;
}

int narrowest_of(const Plan& plan) { return plan.precision2 ? 2 : plan.precision4 ? 4 : 8; }

double products_of(const Plan& plan) { return estimate::peak_of(plan, 8); }

/// How far an example is from a design; smaller is nearer.
std::tuple<bool, bool, double, bool> distance(const Example& example, const Plan& plan) {
  return {example.hash != plan.hash, example.gating != plan.config.gating,
          std::abs(std::log(example.products / products_of(plan))),
          example.narrowest != narrowest_of(plan)};
}

/// The nearest example whose gates were used or not; none if no example was run so.
std::optional<Example> nearest(const std::vector<Example>& all, const Plan& plan, bool gates_used) {
  std::optional<Example> best;
  for (const Example& example : all) {
    if (example.gates_used != gates_used) continue;
    if (!best || distance(example, plan) < distance(*best, plan)) best = example;
  }
  return best;
}

LogicRates scaled(const Example& example, const Plan& plan) {
  return {example.rates.cycle_pj * products_of(plan) / example.products, example.rates.product_pj};
}

}  // namespace

double products_of_8_bits(const cycles::Work& work) {
  double products = 0;
  for (const int bits : {8, 4, 2}) {
    products += static_cast<double>(work.products_of(bits)) * bits / 8;
  }
  return products;
}

LogicModel read_logic(const std::string& file, const Plan& plan) {
  const json::Document document(read_input(file, input::kJson, kRemedy), {file, kRemedy});
  const json::Value report = document.root();
  const std::string& hash = report.at("hash").text();
  if (hash != plan.hash) {
    throw UserError({file},
                    fmt::format("is of design '{}' with config {}, this is '{}' with {}; run "
                                "`sluice power` on this config",
                                shortened(report.at("design").text(), 40), shortened(hash, 40),
                                plan.config.name, plan.hash));
  }
  LogicModel model;
  model.network = report.at("network").text();
  model.design = plan.config.name;
  model.library = report.at("liberty").text();
  model.measured = true;
  model.process_nm = process_nm_of(model.library);
  model.supply_v = report.at("supply_v").positive();
  const double period_ps = report.at("period_ps").positive();
  const std::vector<json::Value> modes = report.at("modes").items();
  if (modes.empty()) report.at("modes").fail("a list with gates on, gates off, or both");
  model.with = model.without = rates_of(modes.front(), period_ps);
  for (const json::Value& mode : modes) {
    (mode.at("gated").flag() ? model.with : model.without) = rates_of(mode, period_ps);
  }
  return model;
}

LogicModel logic_of_examples(const Plan& plan) {
  const std::vector<Example> all = examples();
  const Example without = nearest(all, plan, false).value();
  const Example with = plan.config.gating ? nearest(all, plan, true).value_or(without) : without;
  LogicModel model;
  model.with = scaled(with, plan);
  model.without = scaled(without, plan);
  model.network = with.network;
  model.design = with.design;
  model.library = with.library;
  model.process_nm = with.process_nm;
  model.supply_v = with.supply_v;
  model.measured = with.hash == plan.hash && without.hash == plan.hash;
  return model;
}

std::optional<double> logic_scale(const LogicModel& logic, const MemoryTable& table) {
  if (!logic.process_nm || !logic.supply_v || !table.process_nm || !table.supply_v) {
    return std::nullopt;
  }
  const double supply = *table.supply_v / *logic.supply_v;
  return *table.process_nm / *logic.process_nm * supply * supply;
}

}  // namespace sluice::synth
