// SPDX-License-Identifier: Apache-2.0
// sluice verify CONFIG: random networks on the RTL or on the mapped netlist, against golden model
// and cycle model.
#include "verif/run/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>

#include "generator/app/command.h"
#include "generator/app/design.h"
#include "generator/app/errors.h"
#include "generator/app/json_text.h"
#include "generator/app/progress.h"
#include "generator/emit/bundle.h"
#include "generator/emit/origin.h"
#include "generator/util/defaults.h"
#include "generator/util/scratch.h"
#include "generator/util/write_file.h"
#include "synth/gate_level/netlist_model.h"

namespace sluice::app {
namespace {

struct VerifyOptions {
  ConfigOptions config;
  int runs = 50;
  std::uint64_t seed = 0;
  bool seed_given = false;
  std::string port;  ///< native, axi, both; empty: what the design has
  std::string waves;
  bool quick = false;
  bool netlist = false;
  std::string library = defaults::kLiberty;
};

/// What all runs at one port gave.
struct Totals {
  Port port = Port::kNative;
  int passed = 0, unfit = 0, layers = 0, timed = 0, stalled = 0;
  std::uint64_t cycles = 0, listed = 0, skipped = 0;
  std::vector<std::string> failures;
};

std::string repeat_command(const VerifyOptions& options, Port port, std::uint64_t seed) {
  std::string text = fmt::format("sluice verify {}", options.config.path);
  for (const std::string& set : options.config.overrides) text += " --set " + set;
  if (options.netlist) text += " --netlist --liberty " + options.library;
  if (port == Port::kAxi || !options.port.empty()) {
    text += fmt::format(" --port {}", port_key(port));
  }
  return text + fmt::format(" --runs 1 --seed {}", seed);
}

void add(Totals& totals, const run::CaseResult& result) {
  if (result.verdict == run::Verdict::kDoesNotFit) {
    totals.unfit++;
    return;
  }
  totals.passed += result.verdict == run::Verdict::kPass;
  totals.layers += result.layers;
  totals.timed += result.timed;
  totals.stalled += result.stalled;
  totals.cycles += result.cycles;
  totals.listed += result.listed;
  totals.skipped += result.skipped;
}

std::string failure_text(const VerifyOptions& options, const Plan& plan, Port port,
                         std::uint64_t seed, const std::string& what) {
  return fmt::format("seed {}, {} port: {}\n{}  repeat: {}\n", seed, port_title(port), what,
                     run::describe(run::random_case(plan, seed, port)),
                     repeat_command(options, port, seed));
}

/// FST files may be replaced: they begin with a header block of 329 bytes, or, packed, with 254.
const OwnFile kWaves = {"FST file", [](std::string_view head) {
                          using namespace std::string_view_literals;
                          return head.starts_with("\0\0\0\0\0\0\0\1\x49"sv) ||
                                 head.starts_with('\xfe');
                        }};

/// Runs a case; its waves are written beside the file and take its place when they are whole.
run::CaseResult run_case(const VerifyOptions& options, const Plan& plan, sim::Simulator& simulator,
                         std::uint64_t seed) {
  if (options.waves.empty()) return run::verify_case(simulator, plan, seed, "");
  const Scratch scratch = Scratch::folder_beside(options.waves);
  const std::filesystem::path waves = scratch.path() / "waves.fst";
  const run::CaseResult result = run::verify_case(simulator, plan, seed, waves.string());
  // There are none if the network does not fit
  if (std::filesystem::exists(waves)) move_output(waves, options.waves, kWaves);
  return result;
}

Totals run_cases(const VerifyOptions& options, const Plan& plan, sim::Simulator& simulator,
                 Progress& progress) {
  Totals totals;
  totals.port = simulator.port();
  int done = 0;
  // Networks that do not fit the design do not count, but do not go on for ever either
  for (std::uint64_t k = 0; done < options.runs && k < 20ull * options.runs; k++) {
    const std::uint64_t seed = options.seed + k;
    progress.show(fmt::format("{}: {} port, {} of {} runs, seed {}", plan.config.name,
                              port_title(totals.port), done, options.runs, seed));
    const run::CaseResult result = run_case(options, plan, simulator, seed);
    add(totals, result);
    done += result.verdict != run::Verdict::kDoesNotFit;
    if (result.verdict == run::Verdict::kFail) {
      totals.failures.push_back(failure_text(options, plan, totals.port, seed, result.text));
      if (totals.failures.size() >= 5) break;
    }
    if (options.runs == 1) break;
  }
  progress.clear();
  return totals;
}

void print_text(const VerifyOptions& options, const Plan& plan, const Totals& totals) {
  for (const std::string& failure : totals.failures) fmt::print("FAIL {}", failure);
  fmt::print(
      "{}, {} port: seeds from {}, {} networks ({} layers) passed, {} failed; {} more did not fit "
      "the design\n",
      plan.config.name, port_title(totals.port), options.seed, totals.passed, totals.layers,
      totals.failures.size(), totals.unfit);
  fmt::print("  {} cycles on {}; ", totals.cycles, options.netlist ? "the netlist" : "RTL");
  if (totals.port == Port::kAxi) {
    fmt::print(
        "values and the rules of AXI checked, {} networks with random handshakes, latencies and "
        "order;\n  cycles are compared with the cycle model at the native port only\n",
        totals.stalled);
  } else {
    fmt::print("cycles and counters compared with the cycle model in {} networks\n", totals.timed);
  }
  if (plan.config.gating && plan.config.counters) {
    fmt::print("  gates: {} positions listed, {} skipped\n", totals.listed, totals.skipped);
  }
}

nlohmann::ordered_json json_of(const Totals& totals) {
  nlohmann::ordered_json json;
  json["passed"] = totals.passed;
  json["failed"] = totals.failures.size();
  json["did_not_fit"] = totals.unfit;
  json["layers"] = totals.layers;
  json["cycles"] = totals.cycles;
  json["timed_runs"] = totals.timed;
  json["stalled_runs"] = totals.stalled;
  json["positions_listed"] = totals.listed;
  json["positions_skipped"] = totals.skipped;
  json["failures"] = totals.failures;
  return json;
}

Totals sum_of(const std::vector<Totals>& ports) {
  Totals sum;
  for (const Totals& totals : ports) {
    sum.passed += totals.passed;
    sum.unfit += totals.unfit;
    sum.layers += totals.layers;
    sum.timed += totals.timed;
    sum.stalled += totals.stalled;
    sum.cycles += totals.cycles;
    sum.listed += totals.listed;
    sum.skipped += totals.skipped;
    sum.failures.insert(sum.failures.end(), totals.failures.begin(), totals.failures.end());
  }
  return sum;
}

void print_json(const VerifyOptions& options, const Plan& plan, const std::vector<Totals>& ports) {
  nlohmann::ordered_json json;
  json["ok"] = std::all_of(ports.begin(), ports.end(),
                           [](const Totals& totals) { return totals.failures.empty(); });
  json["design"] = plan.config.name;
  json["hash"] = plan.hash;
  json["model"] = options.netlist ? "netlist" : "rtl";
  json["seed"] = options.seed;
  json.update(json_of(sum_of(ports)));
  for (const Totals& totals : ports) {
    nlohmann::ordered_json one{{"port", port_key(totals.port)}};
    one.update(json_of(totals));
    json["ports"].push_back(one);
  }
  fmt::print("{}\n", json_text(json));
}

/// The mapped netlist as a simulation model.
std::unique_ptr<sim::Simulator> build_netlist(const VerifyOptions& options, const Plan& plan,
                                              sim::BuildOptions build, Progress& progress) {
  const auto tell = [&](const std::string& text) {
    progress.show(fmt::format("{}: {}", plan.config.name, text));
  };
  const Bundle design =
      render_bundle(plan, make_origin(options.config.path, options.config.overrides));
  const synth::Liberty liberty = synth::load_liberty(options.library);
  tell("Yosys maps the design");
  const synth::MapResult mapped = synth::map_design(synth::rtl_of(design, "core"), liberty);
  tell("Yosys writes the cells' functions");
  const Bundle model = synth::netlist_model(design, mapped.netlist, liberty);
  build.progress = tell;
  auto simulator = std::make_unique<sim::Simulator>(plan, model, build);
  progress.clear();
  return simulator;
}

/// Builds the model of one port and runs all networks there.
Totals run_port(const VerifyOptions& options, const Plan& plan, Port port) {
  Progress progress;
  sim::BuildOptions build;
  build.port = port;
  build.waves = !options.waves.empty();
  build.quick = options.quick;
  const auto simulator = options.netlist ? build_netlist(options, plan, build, progress)
                                         : build_simulator(plan, options.config, build, progress);
  return run_cases(options, plan, *simulator, progress);
}

/// Says what contradicts each other, or nothing.
std::string contradiction(const VerifyOptions& options, const Plan& plan) {
  const bool both = ports_of(plan, options.port, options.netlist).size() > 1;
  if (!options.waves.empty() && options.runs != 1) {
    return "--waves needs --runs 1: one file holds one run";
  }
  if (!options.waves.empty() && both) {
    return "--waves needs one port: add --port native or --port axi";
  }
  return port_problem(plan, options.port, options.netlist);
}

int run_verify(VerifyOptions& options) {
  Diagnostics diagnostics;
  const std::optional<Config> config = load(options.config, diagnostics);
  if (!config) return report(diagnostics, options.config.json, "");
  const Plan plan = make_plan(*config);
  if (!options.seed_given) options.seed = std::random_device{}() % 1'000'000'000;
  const std::string problem = contradiction(options, plan);
  if (!problem.empty()) return fail(problem, options.config.json);
  return guarded(options.config.json, [&]() -> int {
    if (!options.waves.empty()) require_replaceable(options.waves, kWaves);
    std::vector<Totals> ports;
    for (const Port port : ports_of(plan, options.port, options.netlist)) {
      ports.push_back(run_port(options, plan, port));
    }
    if (options.config.json) print_json(options, plan, ports);
    int exit_code = kExitOk;
    for (const Totals& totals : ports) {
      if (!options.config.json) print_text(options, plan, totals);
      if (!totals.failures.empty()) exit_code = kExitUserError;
      if (totals.passed == 0 && totals.failures.empty()) {
        return fail("none of the random networks fits this design", options.config.json);
      }
    }
    return exit_code;
  });
}

}  // namespace

void add_verify(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* command = program.add_subcommand(
      "verify", "Run random networks on RTL or netlist against the golden and the cycle model");
  add_config_options(*command, options->config);
  command->add_option("--runs", options->runs, "Random networks to run (50)")
      ->check(CLI::Range(1, 1000000));
  CLI::Option* seed =
      command->add_option("--seed", options->seed, "First seed; drawn and printed if not given");
  add_port_option(*command, options->port);
  command->add_option("--waves", options->waves,
                      "Write an FST waveform of the run (with --runs 1)");
  command->add_flag("--quick", options->quick, "Compile the model faster, run it slower");
  CLI::Option* netlist =
      command->add_flag("--netlist", options->netlist,
                        "Run the networks on the netlist that Yosys maps, not on the RTL");
  command
      ->add_option(
          "--liberty", options->library,
          fmt::format("With --netlist: osu018, osu035 or a Liberty file ({})", defaults::kLiberty))
      ->type_name("NAME|FILE")
      ->check(not_empty)
      ->needs(netlist);
  command->footer("Example:\n  sluice verify configs/edge.yaml --runs 100 --seed 1");
  command->callback([options, seed, &exit_code] {
    options->seed_given = seed->count() > 0;
    exit_code = run_verify(*options);
  });
}

}  // namespace sluice::app
