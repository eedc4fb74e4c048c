// SPDX-License-Identifier: Apache-2.0
// sluice timing CONFIG: how fast the design can be clocked, and what bounds it.
#include "synth/timing/timing.h"

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
#include "generator/plan/plan.h"
#include "generator/util/defaults.h"
#include "synth/memories/choice.h"

namespace sluice::app {
namespace {

struct TimingCommand {
  ConfigOptions config;
  std::string liberty = defaults::kLiberty, block;  ///< block: none for the whole design
  std::string access_times = "own-node";
  std::string memories;  ///< table; empty: that of the library
  synth::TimingOptions how;
  bool stages = false;
};

synth::AccessTimes access_times_of(const std::string& option) {
  if (option == "own-node") return synth::AccessTimes::kOwnNode;
  return option == "table" ? synth::AccessTimes::kTable : synth::AccessTimes::kAssumed;
}

/// One row of the table of pe_stages.
struct StageRow {
  int stages = 0;
  double array_area = 0, array_mhz = 0, design_mhz = 0;
};

Bundle bundle_of(const Plan& plan, const ConfigOptions& options) {
  return render_bundle(plan, make_origin(options.path, options.overrides));
}

/// Whether a module is the design's top, which its constraints are for.
bool is_whole(const Bundle& bundle, const std::string& module) {
  return module == synth::rtl_of(bundle).top;
}

synth::TimingResult time_block(const TimingCommand& command, const Bundle& bundle,
                               const std::string& block, const synth::Liberty& liberty) {
  synth::TimingOptions how = command.how;
  const synth::Rtl rtl = synth::rtl_of(bundle, block);
  if (is_whole(bundle, rtl.top)) how.sdc = synth::sdc_of(bundle);
  return synth::time_design(rtl, liberty, how);
}

std::vector<StageRow> stage_table(const TimingCommand& command, const Config& config,
                                  const synth::Liberty& liberty, Progress& progress) {
  std::vector<StageRow> rows;
  for (int stages = 1; stages <= 3; stages++) {
    Config own = config;
    own.pe_stages = stages;
    const Bundle bundle = bundle_of(make_plan(own), command.config);
    progress.show(fmt::format("pe_stages {}: array", stages));
    const synth::TimingResult array = time_block(command, bundle, "array", liberty);
    progress.show(fmt::format("pe_stages {}: whole design", stages));
    const synth::TimingResult whole = time_block(command, bundle, "", liberty);
    rows.push_back({stages, array.map.area(), array.fmax_mhz(), whole.fmax_mhz()});
  }
  return rows;
}

void print_paths(const std::string& title, const std::vector<synth::TimingPath>& paths) {
  if (paths.empty()) return;
  fmt::print("\n{}\n  {:>8} {:>7}  {:<18} {}\n", title, "ns", "levels", "block", "from -> to");
  for (const synth::TimingPath& path : paths) {
    fmt::print("  {:>8.3f} {:>7}  {:<18} {} -> {}\n", path.period_ps / 1000, path.levels,
               path.block, path.start, path.end);
  }
}

/// Access times by shape, and how many of them are from the table.
void print_memories(const TimingCommand& command, const synth::TimingResult& result) {
  if (result.memories.empty()) return;
  const auto known = std::count_if(
      result.memories.begin(), result.memories.end(),
      [](const synth::MemoryAccess& m) { return m.from != synth::AccessFrom::kAssumed; });
  fmt::print(
      "\nAccess times of memories: {} of {} shapes from {} ({}), {} assumed\n"
      "  {:>8} {:>6} {:>8} {:>6} {:>6}  {}\n",
      known, result.memories.size(), command.memories, command.how.memories->node,
      result.memories.size() - known, "words", "bits", "granule", "count", "ps", "from");
  for (const synth::MemoryAccess& memory : result.memories) {
    const std::string from =
        memory.macro ? fmt::format("{} of {}", spelling(memory.from), memory.macro->text())
                     : "assumed; " + memory.why;
    fmt::print("  {:>8} {:>6} {:>8} {:>6} {:>6.0f}  {}\n", memory.shape.depth, memory.shape.width,
               memory.shape.granule, memory.count, memory.access_ps, from);
  }
  if (command.how.memories->node_of_logic) {
    fmt::print("  {} states no node: taken as that of the library\n", command.memories);
  }
}

void print_text(const TimingCommand& command, const synth::Liberty& liberty,
                const synth::TimingResult& result, bool whole, const std::vector<StageRow>& rows) {
  fmt::print("{}: Fmax {:.1f} MHz (period {:.3f} ns) with {}\n", result.map.top, result.fmax_mhz(),
             result.min_period_ps / 1000, liberty.name);
  fmt::print("  {} end points; slack at {:.3f} ns: {:+.3f} ns between registers\n",
             result.end_points, result.period_ps / 1000,
             (result.period_ps - result.min_period_ps) / 1000);
  if (result.has_ports && whole) {
    fmt::print("  slack of paths through ports, with the shares in the design's .sdc: {:+.3f} ns\n",
               result.port_slack_ps / 1000);
  }
  fmt::print("  no wires, ideal clock and reset; every memory: {:.0f} ps setup (assumed)\n",
             command.how.ram.setup_ps);
  fmt::print("  {}; {}; liberty {}\n", result.map.yosys_version, result.sta_version,
             liberty.version);
  print_paths("Slowest paths; registers that differ in indices only are listed once", result.worst);
  print_paths("Slowest path into each block", result.blocks);
  print_memories(command, result);
  if (rows.empty()) return;
  fmt::print("\nProcessing elements with more registers\n  {:>9} {:>16} {:>12} {:>12}\n",
             "pe_stages", "area of array", "array MHz", "design MHz");
  for (const StageRow& row : rows) {
    fmt::print("  {:>9} {:>16.0f} {:>12.1f} {:>12.1f}\n", row.stages, row.array_area, row.array_mhz,
               row.design_mhz);
  }
}

nlohmann::ordered_json paths_json(const std::vector<synth::TimingPath>& paths) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const synth::TimingPath& path : paths) {
    json.push_back({{"period_ps", path.period_ps},
                    {"levels", path.levels},
                    {"block", path.block},
                    {"start", path.start},
                    {"end", path.end}});
  }
  return json;
}

nlohmann::ordered_json memories_json(const std::vector<synth::MemoryAccess>& memories) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const synth::MemoryAccess& memory : memories) {
    nlohmann::ordered_json row = {
        {"words", memory.shape.depth},     {"bits", memory.shape.width},
        {"granule", memory.shape.granule}, {"count", memory.count},
        {"access_ps", memory.access_ps},   {"from", spelling(memory.from)}};
    if (!memory.why.empty()) row["why"] = memory.why;
    if (memory.macro) {
      row["macro"] = {{"words", memory.macro->words},
                      {"bits", memory.macro->bits},
                      {"ports", spelling(memory.macro->ports)},
                      {"granule", memory.macro->granule}};
    }
    json.push_back(row);
  }
  return json;
}

void print_json(const TimingCommand& command, const synth::Liberty& liberty, const Plan& plan,
                const synth::TimingResult& result, const std::vector<StageRow>& rows) {
  nlohmann::ordered_json json;
  json["ok"] = true;
  json["design"] = plan.config.name;
  json["hash"] = plan.hash;
  json["top"] = result.map.top;
  json["liberty"] = liberty.name;
  json["liberty_version"] = liberty.version;
  json["yosys"] = result.map.yosys_version;
  json["sta"] = result.sta_version;
  json["fmax_mhz"] = result.fmax_mhz();
  json["min_period_ps"] = result.min_period_ps;
  json["period_ps"] = result.period_ps;
  json["area"] = result.map.area();
  json["end_points"] = result.end_points;
  if (result.has_ports) json["port_slack_ps"] = result.port_slack_ps;
  json["ram_access_ps"] = command.how.ram.access_ps;
  json["ram_setup_ps"] = command.how.ram.setup_ps;
  json["memory_table"] = command.memories;
  json["memory_node"] = command.how.memories->node;
  if (command.how.memories->node_of_logic) json["memory_node_as_of"] = liberty.name;
  json["memories"] = memories_json(result.memories);
  json["paths"] = paths_json(result.worst);
  json["blocks"] = paths_json(result.blocks);
  for (const StageRow& row : rows) {
    json["pe_stages"].push_back({{"pe_stages", row.stages},
                                 {"array_area", row.array_area},
                                 {"array_mhz", row.array_mhz},
                                 {"design_mhz", row.design_mhz}});
  }
  fmt::print("{}\n", json_text(json));
}

int run_timing(TimingCommand command) {
  Diagnostics diagnostics;
  const std::optional<Config> config = load(command.config, diagnostics);
  if (!config) return report(diagnostics, command.config.json, "");
  const Plan plan = make_plan(*config);
  Progress progress;
  return guarded(command.config.json, [&]() -> int {
    const synth::Liberty liberty = synth::load_liberty(command.liberty);
    if (command.memories.empty()) command.memories = synth::table_for(liberty);
    command.how.memories = synth::load_memory_table(command.memories, liberty);
    command.how.access_times = access_times_of(command.access_times);
    progress.show(fmt::format("{}: mapping and timing", plan.config.name));
    const Bundle bundle = bundle_of(plan, command.config);
    const synth::TimingResult result = time_block(command, bundle, command.block, liberty);
    std::vector<StageRow> rows;
    if (command.stages) rows = stage_table(command, *config, liberty, progress);
    progress.clear();
    command.config.json
        ? print_json(command, liberty, plan, result, rows)
        : print_text(command, liberty, result, is_whole(bundle, result.map.top), rows);
    return kExitOk;
  });
}

}  // namespace

void add_timing(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<TimingCommand>();
  CLI::App* command = program.add_subcommand(
      "timing", "Estimate the clock frequency and show the slowest paths (Yosys, OpenSTA)");
  add_config_options(*command, options->config);
  add_liberty_option(*command, options->liberty);
  add_memories_option(*command, options->memories);
  command
      ->add_option("--access-times", options->access_times,
                   "Where memories that are macros have access times from: own-node, the table if "
                   "it is of the library's node; table, whatever its node; or assumed (own-node)")
      ->type_name("FROM")
      ->check(CLI::IsMember({"own-node", "table", "assumed"}));
  command
      ->add_option("--period", options->how.period_ps,
                   "Clock period in ps that mapping aims for (5000)")
      ->check(CLI::Range(100.0, 1e7));
  command->add_option("--paths", options->how.paths, "Slowest paths to show (5)")
      ->check(CLI::Range(0, 1000));
  command->add_option(
      "--block", options->block,
      "Module to time, without the design's prefix, such as array or pe (the whole design)");
  command->add_flag("--stages", options->stages,
                    "Also try pe_stages 1, 2 and 3: array and whole design (maps it six times)");
  command
      ->add_option("--ram-access", options->how.ram.access_ps,
                   "Time in ps from the clock to a memory's read data where it is assumed (1800)")
      ->check(CLI::Range(0.0, 1e6));
  command
      ->add_option("--ram-setup", options->how.ram.setup_ps,
                   "Assumed setup time in ps of a memory's inputs (300)")
      ->check(CLI::Range(0.0, 1e6));
  command
      ->add_option("--timeout", options->how.timeout_seconds,
                   "Seconds after which a tool is stopped (900)")
      ->check(CLI::Range(1.0, 1e6));
  command->footer(
      "Cells and their loads are timed; wires and the trees of clock and reset are not. A design "
      "whose netlist "
      "is\n"
      "too large for OpenSTA can be timed with one lane, which is like the others: --set "
      "lanes=1.\n\n"
      "Example:\n  sluice timing configs/edge.yaml --paths 10");
  command->callback([options, &exit_code] { exit_code = run_timing(*options); });
}

}  // namespace sluice::app
