// SPDX-License-Identifier: Apache-2.0
#include "generator/app/design.h"

#include <fmt/format.h>

#include <filesystem>
#include <ios>

#include "generator/app/json_text.h"
#include "generator/emit/bundle.h"
#include "generator/emit/origin.h"
#include "generator/util/file_problem.h"
#include "generator/util/user_error.h"

namespace sluice::app {

std::unique_ptr<sim::Simulator> build_simulator(const Plan& plan, const ConfigOptions& options,
                                                const sim::BuildOptions& build,
                                                Progress& progress) {
  sim::BuildOptions own = build;
  own.progress = [&progress, &plan](const std::string& text) {
    progress.show(fmt::format("{}: {}", plan.config.name, text));
  };
  const Bundle bundle = render_bundle(plan, make_origin(options.path, options.overrides));
  auto simulator = std::make_unique<sim::Simulator>(plan, bundle, own);
  progress.clear();
  return simulator;
}

void add_port_option(CLI::App& command, std::string& port) {
  command
      .add_option(
          "--port", port,
          "Where memory and registers are: at the core's own port, behind AXI, or one after "
          "the other (native; both if the config has 'bus.kind: axi4')")
      ->check(CLI::IsMember({"native", "axi", "both"}));
}

std::string port_problem(const Plan& plan, const std::string& port, bool netlist) {
  if (port.empty() || port == "native") return "";
  if (!plan.config.bus.axi()) {
    return fmt::format("--port {} needs a design with AXI: add --set bus.kind=axi4", port);
  }
  return netlist ? fmt::format("--port {} needs RTL: the netlist has the native port only", port)
                 : "";
}

std::vector<Port> ports_of(const Plan& plan, const std::string& port, bool netlist) {
  if (port == "axi") return {Port::kAxi};
  if (port == "native" || netlist || !plan.config.bus.axi()) return {Port::kNative};
  return {Port::kNative, Port::kAxi};
}

}  // namespace sluice::app
