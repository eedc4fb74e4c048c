// SPDX-License-Identifier: Apache-2.0
// sluice prove CONFIG: is the mapped netlist what the RTL says, module by module?
#include "synth/equivalence/prove.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "generator/app/command.h"
#include "generator/app/errors.h"
#include "generator/app/json_text.h"
#include "generator/app/progress.h"
#include "generator/emit/bundle.h"
#include "generator/emit/origin.h"
#include "generator/util/defaults.h"

namespace sluice::app {
namespace {

struct ProveCommand {
  ConfigOptions config;
  std::string library = defaults::kLiberty;
  std::vector<std::string> modules;
  std::string split;
  double timeout = 20;
  double map_timeout = 1800;
};

std::int64_t count(const std::vector<synth::ModuleProof>& proofs, synth::Verdict verdict) {
  return std::count_if(proofs.begin(), proofs.end(),
                       [&](const synth::ModuleProof& one) { return one.verdict == verdict; });
}

void print_text(const Plan& plan, const std::vector<synth::ModuleProof>& proofs) {
  const std::size_t prefix = plan.config.name.size() + 1;
  fmt::print("{:<20} {:<15} {:<12} {:>9} {:>7} {:>9} {:>8}\n", "module", "result", "method",
             "registers", "merged", "vectors", "seconds");
  for (const synth::ModuleProof& one : proofs) {
    fmt::print("{:<20} {:<15} {:<12} {:>9} {:>7} {:>9} {:>8.2f}\n", one.module.substr(prefix),
               synth::verdict_name(one.verdict), one.method, one.registers, one.merged, one.vectors,
               one.seconds);
    if (!one.text.empty()) fmt::print("  {}\n", one.text);
  }
  fmt::print(
      "{}: {} modules; {} proven, {} with mapping alone proven, {} refuted, {} not decided\n",
      plan.config.name, proofs.size(), count(proofs, synth::Verdict::kProven),
      count(proofs, synth::Verdict::kProvenMapping), count(proofs, synth::Verdict::kRefuted),
      count(proofs, synth::Verdict::kUndecided));
}

void print_json(const Plan& plan, const std::vector<synth::ModuleProof>& proofs) {
  nlohmann::ordered_json json;
  json["ok"] = count(proofs, synth::Verdict::kRefuted) == 0;
  json["design"] = plan.config.name;
  json["hash"] = plan.hash;
  json["proven"] = count(proofs, synth::Verdict::kProven);
  json["mapping_proven"] = count(proofs, synth::Verdict::kProvenMapping);
  json["refuted"] = count(proofs, synth::Verdict::kRefuted);
  json["not_decided"] = count(proofs, synth::Verdict::kUndecided);
  for (const synth::ModuleProof& one : proofs) {
    json["modules"].push_back({{"module", one.module},
                               {"netlist_name", one.name},
                               {"result", synth::verdict_name(one.verdict)},
                               {"method", one.method},
                               {"text", one.text},
                               {"registers", one.registers},
                               {"merged", one.merged},
                               {"vectors", one.vectors},
                               {"seconds", one.seconds}});
  }
  fmt::print("{}\n", json_text(json));
}

std::vector<synth::ModuleProof> prove(const ProveCommand& options, const Plan& plan) {
  Progress progress;
  const auto tell = [&](const std::string& text) {
    progress.show(fmt::format("{}: {}", plan.config.name, text));
  };
  const Bundle design =
      render_bundle(plan, make_origin(options.config.path, options.config.overrides));
  const synth::Liberty liberty = synth::load_liberty(options.library);
  const synth::Rtl rtl = synth::rtl_of(design);
  synth::MapOptions map;
  map.timeout_seconds = options.map_timeout;
  tell("Yosys maps the design");
  const synth::MapResult mapped = synth::map_design(rtl, liberty, map);
  synth::ProveOptions prove;
  prove.check.timeout_seconds = options.timeout;
  prove.check.split = options.split;
  prove.progress = tell;
  for (const std::string& module : options.modules) {
    prove.modules.push_back(plan.config.name + "_" + module);
  }
  const std::vector<synth::ModuleProof> proofs =
      synth::prove_netlist(rtl, mapped.netlist, liberty, prove);
  progress.clear();
  return proofs;
}

int run_prove(const ProveCommand& options) {
  Diagnostics diagnostics;
  const std::optional<Config> config = load(options.config, diagnostics);
  if (!config) return report(diagnostics, options.config.json, "");
  const Plan plan = make_plan(*config);
  return guarded(options.config.json, [&]() -> int {
    const std::vector<synth::ModuleProof> proofs = prove(options, plan);
    if (proofs.empty()) {
      return fail("the design has none of the modules given with --module", options.config.json);
    }
    options.config.json ? print_json(plan, proofs) : print_text(plan, proofs);
    return count(proofs, synth::Verdict::kRefuted) == 0 ? kExitOk : kExitUserError;
  });
}

}  // namespace

void add_prove(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<ProveCommand>();
  CLI::App* command =
      program.add_subcommand("prove", "Map a design and prove each module equal to its RTL");
  add_config_options(*command, options->config);
  add_liberty_option(*command, options->library);
  command
      ->add_option("--module", options->modules,
                   "Prove only this module, such as pe or open_positions; may be repeated")
      ->type_name("NAME")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all()
      ->check(not_empty);
  command
      ->add_option("--split", options->split,
                   "Where there is no proof in time, prove each value of this register by itself, "
                   "such as weight_q; at most 10 bits")
      ->type_name("NAME")
      ->check(not_empty);
  command->add_option("--timeout", options->timeout, "Seconds for one proof; a module has two (20)")
      ->check(CLI::PositiveNumber);
  command->add_option("--map-timeout", options->map_timeout, "Seconds Yosys may take to map (1800)")
      ->check(CLI::PositiveNumber);
  command->footer(
      "Example:\n  sluice prove configs/tiny.yaml --module open_positions --module post");
  command->callback([options, &exit_code] { exit_code = run_prove(*options); });
}

}  // namespace sluice::app
