// SPDX-License-Identifier: Apache-2.0
// sluice docs DIR (hidden): writes the reference pages that come from the code.
#include <filesystem>
#include <memory>

#include "generator/app/command.h"
#include "generator/app/errors.h"
#include "generator/app/reference_pages.h"
#include "generator/util/write_file.h"

namespace sluice::app {
namespace {

const OwnFile kPage = {"page of `sluice docs`", [](std::string_view head) {
                         return head.find(kPageNotice) != std::string_view::npos;
                       }};

int run_docs(const std::filesystem::path& folder) {
  return guarded(false, [&]() -> int {
    write_output(folder / "config_reference.md", config_reference_page(), kPage);
    write_output(folder / "diagnostics.md", diagnostics_page(), kPage);
    write_output(folder / "registers.md", registers_page(), kPage);
    write_output(folder / "commands.md", commands_page(), kPage);
    return kExitOk;
  });
}

}  // namespace

void add_docs(CLI::App& program, int& exit_code) {
  auto folder = std::make_shared<std::string>();
  CLI::App* command = program.add_subcommand("docs", "Write the reference pages of the docs");
  command->group("");  // hidden: for those who change the program
  command->add_option("DIR", *folder, "Folder of the pages")->required();
  command->footer("Example:\n  sluice docs docs/02_use");
  command->callback([folder, &exit_code] { exit_code = run_docs(*folder); });
}

}  // namespace sluice::app
