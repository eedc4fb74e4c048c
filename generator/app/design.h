// SPDX-License-Identifier: Apache-2.0
// A config made ready for simulation; shared by the commands that run RTL.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "generator/app/command.h"
#include "generator/app/progress.h"
#include "generator/plan/plan.h"
#include "generator/util/user_error.h"
#include "verif/sim/simulator.h"

namespace sluice::app {

/// Renders the design of a plan in memory and builds (or finds) its Verilator model. Throws
/// UserError.
std::unique_ptr<sim::Simulator> build_simulator(const Plan& plan, const ConfigOptions& options,
                                                const sim::BuildOptions& build, Progress& progress);

/// --port: which ports of a design to run, "native", "axi" or "both"; not given: those it has.
void add_port_option(CLI::App& command, std::string& port);

/// Why a design cannot be run at these ports, or nothing; a mapped netlist has the native port
/// only.
std::string port_problem(const Plan& plan, const std::string& port, bool netlist = false);

/// The ports to run.
std::vector<Port> ports_of(const Plan& plan, const std::string& port, bool netlist = false);

}  // namespace sluice::app
