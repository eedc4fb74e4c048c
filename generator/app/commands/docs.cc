// sluice docs DIR (hidden): writes the reference pages that come from the code.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "app/command.h"
#include "app/reference_pages.h"

namespace sluice::app {
namespace {

bool write_page(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text << std::flush;
  if (!file) fmt::print(stderr, "{}: error: the page cannot be written\n", path.string());
  return file.good();
}

int run_docs(const std::filesystem::path& folder) {
  const bool written = write_page(folder / "config_reference.md", config_reference_page()) &&
                       write_page(folder / "diagnostics.md", diagnostics_page()) &&
                       write_page(folder / "registers.md", registers_page());
  return written ? kExitOk : kExitUserError;
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
