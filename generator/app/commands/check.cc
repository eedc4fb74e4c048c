// SPDX-License-Identifier: Apache-2.0
// sluice check CONFIG: says what is wrong with a config, and writes nothing.
#include <fmt/format.h>

#include <memory>

#include "generator/app/command.h"
#include "generator/plan/plan.h"

namespace sluice::app {
namespace {

int run_check(const ConfigOptions& options) {
  Diagnostics diagnostics;
  const std::optional<Config> config = load(options, diagnostics);
  if (!config) return report(diagnostics, options.json, "");
  const Plan plan = make_plan(*config);
  if (options.json) {
    fmt::print("{{\"ok\": true, \"design\": \"{}\", \"hash\": \"{}\", \"errors\": []}}\n",
               config->name, plan.hash);
  } else {
    fmt::print("{}: good; design '{}', config sha256 {}\n", options.path, config->name, plan.hash);
  }
  return kExitOk;
}

}  // namespace

void add_check(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<ConfigOptions>();
  CLI::App* command = program.add_subcommand("check", "Check a config without writing anything");
  add_config_options(*command, *options);
  command->footer("Example:\n  sluice check configs/edge.yaml");
  command->callback([options, &exit_code] { exit_code = run_check(*options); });
}

}  // namespace sluice::app
