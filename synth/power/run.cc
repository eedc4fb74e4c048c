// SPDX-License-Identifier: Apache-2.0
#include "synth/power/run.h"

#include <fmt/format.h>

#include <fstream>

#include "generator/compiler/compile.h"
#include "generator/util/defaults.h"
#include "generator/util/user_error.h"
#include "synth/energy/logic.h"
#include "verif/golden/images.h"
#include "verif/run/execute.h"
#include "verif/run/network_run.h"

namespace sluice::synth {
namespace {

/// Cycles written together. Windows cost one cycle each, in which changes are not counted.
constexpr std::uint64_t kWindow = 50;
constexpr std::uint64_t kMaxCycles = 200'000'000;

constexpr SluiceMemory kTiming{defaults::kMemoryLatency, 1, defaults::kMemoryLatency, 1, 0, 0};

/// The run again, with waveforms of every `stride`-th window.
void sample(sim::Simulator& simulator, const Plan& plan, const compiler::Program& program,
            const golden::Tensor& input, std::uint64_t cycles, const ActivityOptions& options,
            NetworkActivity& result) {
  const Workspace workspace;
  std::vector<std::uint8_t> memory = program.image;
  run::store_map(memory, program.input, input);
  const std::string fst = (workspace.folder() / "waves.fst").string();
  SluiceRun run{};
  run.memory = memory.data();
  run.memory_bytes = memory.size();
  run.command_address = program.command_address;
  run.timing = kTiming;
  run.max_cycles = kMaxCycles;
  run.waves = fst.c_str();
  run.waves_window = kWindow;
  run.waves_stride =
      static_cast<std::uint32_t>(std::max<std::uint64_t>(1, cycles / options.samples));
  simulator.run(run);
  const std::filesystem::path path = fst_to_vcd(workspace, fst);
  std::ifstream vcd(path);
  result.images.emplace_back(vcd, top_module(plan.config.name, simulator.port()), kWindow);
  if (options.gates == nullptr) return;
  std::ifstream again(path);
  result.cells.push_back(options.gates->rates(again, kWindow));
  const CellRates& cells = result.cells.back();
  if (cells.differing != 0) {
    throw UserError(fmt::format(
        "the netlist does not do what the RTL does: {} of {} next values of registers differ, such "
        "as one of {}",
        cells.differing, cells.compared, cells.first_differing));
  }
}

}  // namespace

NetworkActivity network_activity(sim::Simulator& simulator, const Plan& plan,
                                 const net::Network& network, const data::ImageSet& images,
                                 const ActivityOptions& options) {
  compiler::Options compile;
  compile.gated = options.gated;
  if (options.gated) compile.density = options.density;
  const compiler::Program program = compiler::compile(network, plan, compile);
  NetworkActivity result;
  for (int i = 0; i < options.images && i < images.count; i++) {
    if (options.progress) options.progress(fmt::format("image {} of {}", i + 1, options.images));
    const golden::Tensor input = golden::input_tensor(network, images, i);
    const auto golden = golden::evaluate(network, input, options.gated);
    const run::Execution execution =
        run::execute(simulator, plan, program, input, kTiming, kMaxCycles);
    std::string problem = execution.problem;
    if (problem.empty()) {
      const auto bad = run::compare(execution, program, network, golden, plan);
      if (bad) problem = run::text_of(*bad);
    }
    if (!problem.empty()) throw UserError("the simulated design is wrong: " + problem);
    result.cycles += execution.cycles;
    result.products += products_of_8_bits(run::predict(plan, program, golden, kTiming).work);
    for (std::size_t k = 0; k < network.layers.size(); k++) {
      const std::int64_t all = net::macs_of(network, network.layers[k]);
      result.macs_all += all;
      result.macs_done +=
          options.gated ? run::macs_done(network, network.layers[k], golden[k]) : all;
    }
    sample(simulator, plan, program, input, execution.cycles, options, result);
  }
  return result;
}

}  // namespace sluice::synth
