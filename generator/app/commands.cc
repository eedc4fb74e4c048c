// SPDX-License-Identifier: Apache-2.0
// The list of commands, and what they share.
#include <fmt/format.h>

#include <cstdio>

#include "generator/app/command.h"
#include "generator/config/reader.h"
#include "generator/diag/render.h"
#include "generator/util/defaults.h"
#include "generator/util/text.h"
#include "synth/memories/table.h"

namespace sluice::app {

void add_commands(CLI::App& program, int& exit_code) {
  add_generate(program, exit_code);
  add_check(program, exit_code);
  add_info(program, exit_code);
  add_verify(program, exit_code);
  add_prove(program, exit_code);
  add_run(program, exit_code);
  add_estimate(program, exit_code);
  add_sweep(program, exit_code);
  add_codesign(program, exit_code);
  add_report(program, exit_code);
  add_compile(program, exit_code);
  add_accuracy(program, exit_code);
  add_quantise(program, exit_code);
  add_demo(program, exit_code);
  add_area(program, exit_code);
  add_fpga(program, exit_code);
  add_timing(program, exit_code);
  add_power(program, exit_code);
  add_docs(program, exit_code);
}

void add_config_options(CLI::App& command, ConfigOptions& options) {
  command.add_option("CONFIG", options.path, "YAML file that describes the design")
      ->required()
      ->check(not_empty);
  command
      .add_option("--set", options.overrides,
                  "Replace a value of the config, such as memory.bytes=32; may be repeated")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
  command.add_flag("--json", options.json, "Print results and errors as JSON on standard output");
}

CLI::Option* add_liberty_option(CLI::App& command, std::string& library) {
  return command
      .add_option(
          "--liberty", library,
          fmt::format("Cell library: osu018, osu035 or a Liberty file ({})", defaults::kLiberty))
      ->type_name("NAME|FILE")
      ->check(not_empty);
}

CLI::Option* add_memories_option(CLI::App& command, std::string& memories) {
  return command
      .add_option(
          "--memories", memories,
          fmt::format(
              "Table of memories: {}, a CSV file or Liberty files (of the library's node, else {})",
              fmt::join(synth::memory_tables(), ", "), defaults::kMemories))
      ->type_name("NAME|FILE")
      ->check(not_empty);
}

std::optional<Config> load(const ConfigOptions& options, Diagnostics& diagnostics) {
  return load_config(options.path, options.overrides, diagnostics);
}

std::string not_empty(const std::string& text) {
  return text.empty() ? std::string("must not be empty") : std::string();
}

int report(const Diagnostics& diagnostics, bool json, const std::string& consequence) {
  if (json) {
    fmt::print("{{\n\"ok\": false,\n\"errors\": {}\n}}\n", render_json(diagnostics));
  } else {
    fmt::print(stderr, "{}", render_text(diagnostics, consequence));
  }
  return kExitUserError;
}

}  // namespace sluice::app
