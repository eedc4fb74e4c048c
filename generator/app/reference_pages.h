// SPDX-License-Identifier: Apache-2.0
// The pages of docs/02_use/ that come from the code: the keys of a config, the diagnostics, the
// registers, the commands.
#pragma once

#include <string>

namespace sluice::app {

/// Stands in each page; what holds it may be written again.
inline constexpr const char* kPageNotice =
    "<!-- Made by 'sluice docs docs/02_use' from the program's own tables; do not edit. -->\n\n";

std::string config_reference_page();
std::string diagnostics_page();
std::string registers_page();
std::string commands_page();

}  // namespace sluice::app
