// The pages of docs/02_use/ that come from the code: the keys of a config and the diagnostics.
#pragma once

#include <string>

namespace sluice::app {

std::string config_reference_page();
std::string diagnostics_page();

}  // namespace sluice::app
