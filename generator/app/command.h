// SPDX-License-Identifier: Apache-2.0
// What the commands of the program share. A command is one file in app/commands/ with one function
// that adds it to the command line, listed in app/commands.cc.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "generator/config/config.h"
#include "generator/diag/diagnostics.h"

namespace sluice::app {

/// How the program ends.
enum ExitCode {
  kExitOk = 0,
  kExitUserError = 1,  ///< diagnostics were printed
  kExitUsage = 2,      ///< the command line makes no sense
  kExitInternal = 3,   ///< a mistake of this program
};

/// The options that all commands on a config take.
struct ConfigOptions {
  std::string path;
  std::vector<std::string> overrides;
  bool json = false;
};

/// Adds CONFIG, --set and --json to a command.
void add_config_options(CLI::App& command, ConfigOptions& options);

/// Adds --liberty, the cell library to map to.
CLI::Option* add_liberty_option(CLI::App& command, std::string& library);

/// Adds --memories, the table of memories.
CLI::Option* add_memories_option(CLI::App& command, std::string& memories);

/// A check for options whose value must not be an empty text.
std::string not_empty(const std::string& text);

/// Reads the config; what is wrong with it goes to `diagnostics`.
std::optional<Config> load(const ConfigOptions& options, Diagnostics& diagnostics);

/// Prints the errors, as text on stderr or as a JSON object on stdout, and returns
/// kExitUserError. `consequence` closes the text, such as "no files were written".
int report(const Diagnostics& diagnostics, bool json, const std::string& consequence);

/// Adds the commands to the program. The command that runs sets `exit_code`.
void add_commands(CLI::App& program, int& exit_code);

// One for each file in app/commands/.
void add_check(CLI::App& program, int& exit_code);
void add_docs(CLI::App& program, int& exit_code);
void add_generate(CLI::App& program, int& exit_code);
void add_info(CLI::App& program, int& exit_code);
void add_verify(CLI::App& program, int& exit_code);
void add_prove(CLI::App& program, int& exit_code);
void add_run(CLI::App& program, int& exit_code);
void add_estimate(CLI::App& program, int& exit_code);
void add_sweep(CLI::App& program, int& exit_code);
void add_codesign(CLI::App& program, int& exit_code);
void add_report(CLI::App& program, int& exit_code);
void add_compile(CLI::App& program, int& exit_code);
void add_accuracy(CLI::App& program, int& exit_code);
void add_quantise(CLI::App& program, int& exit_code);
void add_demo(CLI::App& program, int& exit_code);
void add_timing(CLI::App& program, int& exit_code);
void add_power(CLI::App& program, int& exit_code);
void add_area(CLI::App& program, int& exit_code);
void add_fpga(CLI::App& program, int& exit_code);

}  // namespace sluice::app
