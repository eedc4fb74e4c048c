// SPDX-License-Identifier: Apache-2.0
#include "generator/app/design.h"

#include <fmt/format.h>

#include <filesystem>
#include <ios>

#include "generator/app/json_text.h"
#include "generator/compiler/compile.h"
#include "generator/cycle_model/cycle_model.h"
#include "generator/emit/bundle.h"
#include "generator/emit/origin.h"
#include "generator/estimate/text_file.h"
#include "generator/network/import_onnx.h"
#include "generator/util/file_problem.h"
#include "verif/golden/images.h"

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

std::vector<bool> ports_of(const Plan& plan, const std::string& port, bool netlist) {
  if (port == "axi") return {true};
  if (port == "native" || netlist || !plan.config.bus.axi()) return {false};
  return {false, true};
}

namespace {

/// Prints a mistake in a file with its place.
int fail_at(const estimate::FileError& error, bool json) {
  if (!json) return fail(error.text(), json);
  nlohmann::ordered_json entry = {{"file", error.file},
                                  {"line", error.line},
                                  {"column", error.column},
                                  {"message", error.message}};
  fmt::print("{}\n", json_text({{"ok", false}, {"errors", {entry}}}));
  return kExitUserError;
}

/// Prints what is wrong with a network, each node by itself.
int fail_import(const net::ImportError& error, bool json) {
  if (!json || error.problems.empty()) return fail(error.text(), json);
  nlohmann::ordered_json errors = nlohmann::ordered_json::array();
  for (const net::NodeProblem& problem : error.problems) {
    errors.push_back({{"file", error.file},
                      {"node", problem.node},
                      {"operator", problem.op_type},
                      {"message", problem.message},
                      {"help", problem.help}});
  }
  fmt::print("{}\n", json_text({{"ok", false}, {"error", error.message}, {"errors", errors}}));
  return kExitUserError;
}

}  // namespace

int guarded(bool json, const std::function<int()>& body) {
  try {
    return body();
  } catch (const net::ImportError& error) {
    return fail_import(error, json);
  } catch (const data::DataError& error) {
    return fail(error.message, json);
  } catch (const golden::ImageError& error) {
    return fail(error.message, json);
  } catch (const compiler::CompileError& error) {
    return fail(error.message, json);
  } catch (const estimate::FileError& error) {
    return fail_at(error, json);
  } catch (const cycles::PredictionError& error) {
    return fail(error.what(), json);
  } catch (const ToolError& error) {
    return fail(error.what(), json);
  } catch (const FileProblem& error) {
    return fail(error.what(), json);
  } catch (const std::filesystem::filesystem_error& error) {
    return fail(text_of(error), json);
  } catch (const std::ios_base::failure& error) {
    return fail(text_of(error), json);
  }
}

int fail(const std::string& message, bool json) {
  if (json) {
    fmt::print("{}\n", json_text({{"ok", false}, {"error", message}}));
  } else {
    fmt::print(stderr, "error: {}\n", message);
  }
  return kExitUserError;
}

}  // namespace sluice::app
