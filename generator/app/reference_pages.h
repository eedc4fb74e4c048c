// The pages of docs/02_use/ that come from the code: the keys of a config, the diagnostics, the
// registers.
#pragma once

#include <string>

namespace sluice::app {

std::string config_reference_page();
std::string diagnostics_page();
std::string registers_page();

}  // namespace sluice::app
