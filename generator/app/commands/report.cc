// SPDX-License-Identifier: Apache-2.0
// sluice report DIR -o FILE.html: a page with charts of a sweep, an estimate and an area.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>

#include "generator/app/command.h"
#include "generator/app/densities_option.h"
#include "generator/app/design.h"
#include "generator/app/errors.h"
#include "generator/app/json_text.h"
#include "generator/app/network_estimate.h"
#include "generator/report/charts.h"
#include "generator/report/page.h"
#include "generator/sweep/files.h"
#include "generator/util/defaults.h"
#include "generator/util/user_error.h"
#include "generator/util/write_file.h"

namespace sluice::app {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct ReportOptions {
  std::string folder, output, estimate_file, area_file;
  ConfigOptions config;
  NetworkOptions of;
  double clock = defaults::kClockMhz;
};

/// What the page shows.
struct Material {
  std::optional<results::SweepResult> sweep;
  std::optional<results::EstimateResult> estimate;
  std::optional<results::AreaResult> area;
  std::map<std::string, estimate::GateMap> gates;
};

/// A file that was asked for, or one of the folder, which need not be there.
template <typename Result>
std::optional<Result> read_part(const std::string& asked, const std::string& folder,
                                const char* name, Result (*read)(const std::string& file)) {
  if (!asked.empty()) return read(asked);
  const fs::path file = fs::path(folder) / name;
  std::error_code ignored;
  if (folder.empty() || !fs::exists(file, ignored)) return std::nullopt;
  return read(file.string());
}

void read_files(const ReportOptions& options, Material& material) {
  material.sweep = read_part("", options.folder, "results.json", results::read_sweep);
  material.estimate =
      read_part(options.estimate_file, options.folder, "estimate.json", results::read_estimate);
  material.area = read_part(options.area_file, options.folder, "area.json", results::read_area);
}

/// Estimates the config and network that were given.
int add_estimate(const ReportOptions& options, Material& material) {
  Diagnostics diagnostics;
  const std::optional<Config> config = load(options.config, diagnostics);
  if (!config) return report(diagnostics, options.config.json, "no file was written");
  const Plan plan = make_plan(*config);
  NetworkOptions of = options.of;
  of.how.gates = config->gating;
  check_gate_options(of);
  const NetworkEstimator estimator(of);
  material.estimate = results::estimate_result(estimator.estimate(plan), plan, options.clock);
  if (config->gating) material.gates = estimator.measured_gates(plan);
  return kExitOk;
}

std::string title_of(const Material& material) {
  std::vector<std::string> parts;
  if (material.sweep) {
    const fs::path base = material.sweep->base;
    parts.push_back("sweep over " + base.filename().string());
  }
  if (material.estimate) {
    parts.push_back(fmt::format("{} on {}", material.estimate->network, material.estimate->design));
  }
  if (material.area) parts.push_back("area of " + material.area->design);
  return fmt::format("Sluice: {}", fmt::join(parts, ", "));
}

/// Reports may be replaced.
const OwnFile kReport = {"report of Sluice", [](std::string_view head) {
                           return head.find(report::kReportMark) != std::string_view::npos;
                         }};

int write_report(const ReportOptions& options) {
  require_replaceable(options.output, kReport);
  Material material;
  read_files(options, material);
  if (!options.config.path.empty()) {
    if (const int code = add_estimate(options, material); code != kExitOk) return code;
  }
  std::string sections;
  if (material.sweep) sections += report::sweep_sections(*material.sweep);
  if (material.estimate) {
    sections += report::layer_section(*material.estimate);
    sections += report::roofline_section(*material.estimate);
  }
  sections += report::gate_section(material.gates);
  if (material.area) sections += report::area_section(*material.area);
  if (sections.empty()) {
    return fail(
        "there is nothing to show: give a folder with results.json (of sluice sweep), "
        "estimate.json "
        "or area.json, or --config and --network",
        options.config.json);
  }
  write_output(options.output, report::page(title_of(material), sections), kReport);
  const std::string not_run = material.estimate ? material.estimate->not_run : "";
  if (options.config.json) {
    Json json = {{"ok", true}, {"file", options.output}};
    if (!not_run.empty()) json["not_run"] = not_run;
    fmt::print("{}\n", json_text(json));
  } else {
    if (!not_run.empty()) fmt::print("{}\n", not_run);
    fmt::print("written: {}\n", options.output);
  }
  return kExitOk;
}

int run_report(const ReportOptions& options) {
  const bool json = options.config.json;
  return guarded(json, [&]() -> int { return write_report(options); });
}

void add_estimate_options(CLI::App& command, ReportOptions& options) {
  CLI::Option* config = command.add_option("--config", options.config.path,
                                           "With --network: estimate this config, too");
  CLI::Option* network =
      command.add_option("--network", options.of.network, "A network, as `estimate` takes it");
  config->needs(network)->check(not_empty);
  network->needs(config)->check(not_empty);
  command.add_option("--set", options.config.overrides, "Replace a value of the config")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->take_all()
      ->needs(config);
  command
      .add_option("--clock", options.clock,
                  fmt::format("MHz, for frames a second ({:g})", defaults::kClockMhz))
      ->check(CLI::Range(1e-3, 1e5))
      ->needs(config);
  command
      .add_option("--density", options.of.how.density,
                  fmt::format("Share of open gates ({})", defaults::kDensity))
      ->check(CLI::Range(0.0, 1.0))
      ->needs(config);
  add_densities_option(command, options.of.densities)->needs(config);
  command
      .add_option("--open-gates", options.of.open_gates,
                  "CSV file (layer,gate,row,column): open gates as measured, also drawn as maps")
      ->needs(config);
  command.add_option("--image", options.of.image, "With a network file: the image, from 0 (0)")
      ->check(CLI::Range(0, 1000000))
      ->needs(config);
}

}  // namespace

void add_report(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* command =
      program.add_subcommand("report", "Draw a sweep, an estimate and an area as one HTML page");
  command->add_option(
      "DIR", options->folder,
      "Folder with results.json (a sweep's), estimate.json, area.json: what is there");
  command->add_option("-o,--output", options->output, "The page; replaced if it is there")
      ->required()
      ->check(not_empty);
  command->add_option("--estimate", options->estimate_file,
                      "JSON file of `sluice estimate --json`, instead of DIR/estimate.json");
  command->add_option("--area", options->area_file,
                      "JSON file of `sluice area --json`, instead of DIR/area.json");
  add_estimate_options(*command, *options);
  command->add_flag("--json", options->config.json, "Print the outcome and errors as JSON");
  command->footer(
      "Example:\n  sluice report sweep_out -o report.html --config configs/edge.yaml --network "
      "resnet20-cifar");
  command->callback([command, options, &exit_code] {
    options->of.density_given = command->count("--density") > 0;
    exit_code = run_report(*options);
  });
}

}  // namespace sluice::app
