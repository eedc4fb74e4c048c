#include "app/reference_pages.h"

#include <fmt/format.h>

#include "config/schema.h"
#include "diag/codes.h"

namespace sluice::app {
namespace {

constexpr const char* kNotice =
    "<!-- Made by 'sluice docs docs/02_use' from the program's own tables; do not edit. -->\n\n";

std::string key_row(const Key& key) {
  const std::string usual = key.required ? "required" : value_text(key, Config());
  return fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", key.path, type_text(key),
                     allowed_text(key), usual, key.unit, key.meaning);
}

constexpr const char* kTableHead =
    "| key | type | allowed | default | unit | meaning |\n|---|---|---|---|---|---|\n";

}  // namespace

std::string config_reference_page() {
  std::string page = std::string("# Config reference\n\n") + kNotice;
  page +=
      "A config is a YAML file that describes one design. Keys of a section stand indented below "
      "its name. On the command line, `--set section.key=value` replaces a value.\n\n"
      "Numbers are plain decimal integers. Sizes are bytes unless the unit says otherwise.\n";
  std::string section = "?";
  for (const Key& key : schema()) {
    const std::size_t dot = key.path.find('.');
    const std::string owner = dot == std::string::npos ? "" : key.path.substr(0, dot);
    if (owner != section) {
      page += owner.empty() ? "\n## Top level\n\n" : fmt::format("\n## `{}:`\n\n", owner);
      page += kTableHead;
    }
    section = owner;
    page += key_row(key);
  }
  page +=
      "\nConditions between values are checked as well; "
      "[diagnostics](diagnostics.md) lists them.\n";
  return page;
}

std::string diagnostics_page() {
  std::string page = std::string("# Diagnostics\n\n") + kNotice;
  page +=
      "Every error ends with its code in brackets. All errors of a config are reported at once, in "
      "the order of the file, and nothing is written. `--json` gives the same as data.\n\n"
      "`configs/bad/` holds an example of each, with the exact text that is printed.\n\n"
      "| code | meaning |\n|---|---|\n";
  for (const CodeInfo& info : all_codes()) {
    page += fmt::format("| `{}` | {} |\n", info.text, info.meaning);
  }
  return page;
}

}  // namespace sluice::app
