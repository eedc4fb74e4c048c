// SPDX-License-Identifier: Apache-2.0
// sluice area CONFIG: cell area by block, memories by kind, and of variants beside each other.
#include "synth/area/area.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "generator/app/command.h"
#include "generator/app/errors.h"
#include "generator/app/json_text.h"
#include "generator/app/progress.h"
#include "generator/plan/plan.h"
#include "generator/util/defaults.h"
#include "synth/area/render.h"
#include "synth/memories/choice.h"

namespace sluice::app {
namespace {

struct AreaOptions {
  ConfigOptions config;
  std::string library = defaults::kLiberty;
  std::string memories;  // empty: the table of the library's node
  std::string recipe = "plain";
  std::vector<std::string> compare;
  bool flat = false;
  double timeout = defaults::kMapSeconds;
};

/// A config to be measured: what it changes, and its plan.
struct Variant {
  std::string changes;
  Plan plan;
};

/// The base and the variants; an empty vector if a config is wrong, which is then reported.
std::vector<Variant> read_variants(const AreaOptions& options, int& exit_code) {
  std::vector<std::string> texts = {""};
  texts.insert(texts.end(), options.compare.begin(), options.compare.end());
  std::vector<Variant> variants;
  for (const std::string& text : texts) {
    ConfigOptions own = options.config;
    if (!text.empty()) {
      const std::vector<std::string> changes = synth::split_changes(text);
      own.overrides.insert(own.overrides.end(), changes.begin(), changes.end());
    }
    Diagnostics diagnostics;
    const std::optional<Config> config = load(own, diagnostics);
    if (!config) {
      exit_code = report(diagnostics, own.json, text.empty() ? "" : "in --compare " + text);
      return {};
    }
    variants.push_back({text, make_plan(*config)});
  }
  return variants;
}

std::vector<synth::AreaVariant> measure(const AreaOptions& options,
                                        const std::vector<Variant>& variants) {
  synth::MapOptions map;
  map.flat = options.flat;
  map.recipe = options.recipe == "adders" ? synth::Recipe::kAdders : synth::Recipe::kPlain;
  map.timeout_seconds = options.timeout;
  const synth::Liberty liberty = synth::load_liberty(options.library);
  const synth::MemoryTable table = synth::load_memory_table(
      options.memories.empty() ? synth::table_for(liberty) : options.memories, liberty);
  std::vector<synth::AreaVariant> measured;
  synth::KeptResults modules;  // those that variants have in common are mapped once
  Progress progress;
  for (const Variant& variant : variants) {
    progress.show(fmt::format("{} {}: Yosys maps it", variant.plan.config.name, variant.changes));
    measured.push_back(
        {variant.changes, synth::measure_area(variant.plan, liberty, table, map, modules)});
  }
  progress.clear();
  return measured;
}

void print(const std::vector<synth::AreaVariant>& measured, bool json) {
  const bool alone = measured.size() == 1;
  if (json) {
    nlohmann::ordered_json all;
    all["ok"] = true;
    all.update(alone ? synth::area_json(measured.front().report)
                     : synth::comparison_json(measured));
    fmt::print("{}\n", json_text(all));
  } else {
    fmt::print(
        "{}", alone ? synth::area_text(measured.front().report) : synth::comparison_text(measured));
  }
}

int run_area(const AreaOptions& options) {
  return guarded(options.config.json, [&]() -> int {
    int exit_code = kExitOk;
    const std::vector<Variant> variants = read_variants(options, exit_code);
    if (variants.empty()) return exit_code;
    print(measure(options, variants), options.config.json);
    return kExitOk;
  });
}

}  // namespace

void add_area(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<AreaOptions>();
  CLI::App* command = program.add_subcommand(
      "area", "Map a design to cells and show its area: logic by block, memories by kind");
  add_config_options(*command, options->config);
  add_liberty_option(*command, options->library);
  add_memories_option(*command, options->memories);
  command
      ->add_option("--recipe", options->recipe,
                   "plain, or adders: use the library's full adder cells (plain)")
      ->check(CLI::IsMember({"plain", "adders"}));
  command
      ->add_option("--compare", options->compare,
                   "Measure a variant, too, such as gating=false,precisions=[8]; may be repeated")
      ->type_name("KEY=VALUE,..")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all()
      ->check(not_empty);
  command->add_flag("--flat", options->flat, "Map the design as one module: totals only");
  command
      ->add_option("--timeout", options->timeout,
                   fmt::format("Seconds Yosys may take for a design ({:g})", defaults::kMapSeconds))
      ->check(CLI::PositiveNumber);
  command->footer("Example:\n  sluice area configs/edge.yaml --compare gating=false");
  command->callback([options, &exit_code] { exit_code = run_area(*options); });
}

}  // namespace sluice::app
