// The program: YAML config -> accelerator in SystemVerilog. Commands are in app/commands/.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <system_error>

#include "app/command.h"
#include "util/version.h"

namespace {

int run(int argc, char** argv) {
  int exit_code = sluice::app::kExitOk;
  CLI::App program("Turns a YAML config into a DNN accelerator in SystemVerilog.", "sluice");
  program.set_version_flag("--version", fmt::format("sluice {}", sluice::version()));
  program.require_subcommand(1);
  program.footer("Example:\n  sluice generate configs/edge.yaml -o rtl_out");
  sluice::app::add_commands(program, exit_code);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& failure) {
    return program.exit(failure) == 0 ? sluice::app::kExitOk : sluice::app::kExitUsage;
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const int exit_code = run(argc, argv);
    if (std::fflush(stdout) == 0) return exit_code;
    fmt::print(stderr, "sluice: the output cannot be written\n");
    return sluice::app::kExitUserError;
  } catch (const std::system_error&) {
    // fmt throws this if standard output is full or closed.
    fmt::print(stderr, "sluice: the output cannot be written\n");
    return sluice::app::kExitUserError;
  } catch (const std::exception& failure) {
    fmt::print(stderr, "sluice: internal error: {}\n", failure.what());
    return sluice::app::kExitInternal;
  }
}
