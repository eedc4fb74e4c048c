// SPDX-License-Identifier: Apache-2.0
// Diagnostics as text for people and as JSON for tools.
#pragma once

#include <string>

#include "generator/diag/diagnostics.h"

namespace sluice {

/// Errors in file order, each with its source line and a remedy, then a closing line such as
/// "2 errors; no files were written". `consequence` is the part after the semicolon; may be empty.
std::string render_text(const Diagnostics& diagnostics, const std::string& consequence);

/// A JSON array of the errors, with the indentation that JSON documents of this program have
/// inside an object. Texts are those of render_text.
std::string render_json(const Diagnostics& diagnostics);

}  // namespace sluice
