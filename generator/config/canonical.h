// SPDX-License-Identifier: Apache-2.0
// A config written back as YAML, every key given: what was in effect, and what the hash covers.
#pragma once

#include <string>

#include "generator/config/config.h"

namespace sluice {

/// The keys in schema order without comments. Reading it gives the same config again.
std::string canonical_yaml(const Config& config);

}  // namespace sluice
