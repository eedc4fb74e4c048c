// SPDX-License-Identifier: Apache-2.0
// sluice info CONFIG: what the design amounts to, in numbers.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "generator/app/command.h"
#include "generator/app/json_text.h"
#include "generator/plan/characteristics.h"
#include "generator/plan/plan.h"
#include "generator/util/text.h"

namespace sluice::app {
namespace {

void print_json(const Plan& plan) {
  nlohmann::ordered_json json;
  json["ok"] = true;
  json["design"] = plan.config.name;
  json["hash"] = plan.hash;
  for (const Characteristic& one : characteristics(plan)) json["figures"][one.name] = one.value;
  fmt::print("{}\n", json_text(json));
}

void print_text(const Plan& plan) {
  const Config& config = plan.config;
  const std::string folds =
      config.segments > 1 ? fmt::format(" in {} segments", config.segments) : "";
  fmt::print("{}: {} x {} x {}{}, {} a PE; config sha256 {}\n", config.name,
             count_of(config.lanes, "lane"), count_of(config.columns, "column"),
             count_of(config.rows, "row"), folds, count_of(config.dot, "byte"), plan.hash);
  for (const Characteristic& one : characteristics(plan)) {
    fmt::print("  {:<34}{:>12} {}\n", one.meaning, one.value, one.unit);
  }
}

int run_info(const ConfigOptions& options) {
  Diagnostics diagnostics;
  const std::optional<Config> config = load(options, diagnostics);
  if (!config) return report(diagnostics, options.json, "");
  const Plan plan = make_plan(*config);
  options.json ? print_json(plan) : print_text(plan);
  return kExitOk;
}

}  // namespace

void add_info(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<ConfigOptions>();
  CLI::App* command = program.add_subcommand("info", "Show the numbers of a design");
  add_config_options(*command, *options);
  command->footer("Example:\n  sluice info configs/edge.yaml --json");
  command->callback([options, &exit_code] { exit_code = run_info(*options); });
}

}  // namespace sluice::app
