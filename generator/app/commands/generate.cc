// SPDX-License-Identifier: Apache-2.0
// sluice generate CONFIG -o DIR: writes the design to DIR/<name>.
#include <fmt/format.h>

#include <memory>

#include "generator/app/command.h"
#include "generator/app/errors.h"
#include "generator/app/macro_cuts.h"
#include "generator/emit/bundle.h"
#include "generator/emit/writer.h"
#include "generator/plan/plan.h"
#include "generator/util/text.h"
#include "synth/memories/table.h"

namespace sluice::app {
namespace {

struct GenerateOptions : ConfigOptions {
  std::string folder, memories;  ///< memories: table that cuts them into macros, or empty
};

constexpr const char* kNothingWritten = "no files were written";

Bundle render(const GenerateOptions& options, const Plan& plan) {
  const Origin origin = make_origin(options.path, options.overrides, options.memories);
  if (options.memories.empty()) return render_bundle(plan, origin);
  return render_bundle(plan, origin, macro_cuts(plan, synth::load_memory_table(options.memories)));
}

int write(const GenerateOptions& options, const Plan& plan, Diagnostics& diagnostics) {
  const Bundle bundle = render(options, plan);
  const WriteResult result = write_bundle(bundle, options.folder, diagnostics);
  if (result == WriteResult::kRefused) return report(diagnostics, options.json, kNothingWritten);

  const bool written = result == WriteResult::kWritten;
  const std::string folder = (std::filesystem::path(options.folder) / bundle.name).string();
  if (options.json) {
    fmt::print("{{\"ok\": true, \"written\": {}, \"design\": \"{}\", \"files\": {}}}\n", written,
               bundle.name, bundle.files.size());
  } else if (written) {
    fmt::print("{}: {} files written\n", folder, bundle.files.size());
  } else {
    fmt::print("{}: {} files, up to date\n", folder, bundle.files.size());
  }
  return kExitOk;
}

int run_generate(const GenerateOptions& options) {
  Diagnostics diagnostics;
  const std::optional<Config> config = load(options, diagnostics);
  if (!config) return report(diagnostics, options.json, kNothingWritten);
  return guarded(options.json, [&] { return write(options, make_plan(*config), diagnostics); });
}

}  // namespace

void add_generate(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<GenerateOptions>();
  CLI::App* command = program.add_subcommand("generate", "Write the design of a config");
  add_config_options(*command, *options);
  command->add_option("-o,--out", options->folder, "Folder for the design; it gets DIR/<name>")
      ->type_name("DIR")
      ->required()
      ->check(not_empty);
  add_memories_option(*command, options->memories)
      ->description(
          fmt::format("Make the memories in flow/macro/ of the macros of a table: {}, a "
                      "CSV file or Liberty files (an example macro of 256 words of 32 bits)",
                      fmt::join(synth::memory_tables(), ", ")));
  command->footer("Example:\n  sluice generate configs/edge.yaml -o rtl_out --set lanes=2");
  command->callback([options, &exit_code] { exit_code = run_generate(*options); });
}

}  // namespace sluice::app
