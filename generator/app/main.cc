// SPDX-License-Identifier: Apache-2.0
// The program: YAML config -> accelerator in SystemVerilog. Commands are in app/commands/.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <exception>
#include <sstream>
#include <system_error>

#include "generator/app/command.h"
#include "generator/app/output.h"
#include "generator/util/file_problem.h"
#include "generator/util/signals.h"
#include "generator/util/user_error.h"
#include "generator/util/version.h"

namespace {

using namespace sluice;

int run(int argc, char** argv) {
  int exit_code = app::kExitOk;
  CLI::App program("Turns a YAML config into a DNN accelerator in SystemVerilog.", "sluice");
  program.set_version_flag("--version", fmt::format("sluice {}", version()));
  program.require_subcommand(1);
  program.footer("Example:\n  sluice generate configs/edge.yaml -o rtl_out");
  app::add_commands(program, exit_code);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& failure) {
    // Its own streams would pass by ours
    std::ostringstream out, err;
    const int code = program.exit(failure, out, err);
    fmt::print("{}", out.str());
    fmt::print(stderr, "{}", err.str());
    return code == 0 ? app::kExitOk : app::kExitUsage;
  }
  return exit_code;
}

/// Runs the program; says what no command foresaw.
int run_and_tell(int argc, char** argv, const app::Output& output) {
  try {
    return run(argc, argv);
  } catch (const UserError& failure) {
    fmt::print(stderr, "sluice: {}\n", failure.what());
  } catch (const std::system_error& failure) {
    // fmt throws one if standard output takes no more, which is told below
    if (!output.failed()) fmt::print(stderr, "sluice: {}\n", text_of(failure));
  } catch (const std::exception& failure) {
    fmt::print(stderr, "sluice: internal error: {}\n", failure.what());
    return app::kExitInternal;
  }
  return app::kExitUserError;
}

}  // namespace

int main(int argc, char** argv) {
  app::Output output;
  end_cleanly_on_signals();
  const int exit_code = run_and_tell(argc, argv, output);
  if (output.finish()) return exit_code;
  fmt::print(stderr, "sluice: the output cannot be written: {}\n", output.problem());
  return app::kExitUserError;
}
