// SPDX-License-Identifier: Apache-2.0
// Puts a bundle on disk, all or nothing, and never over somebody else's files.
#pragma once

#include <filesystem>

#include "generator/diag/diagnostics.h"
#include "generator/emit/bundle.h"

namespace sluice {

enum class WriteResult {
  kWritten,
  kUpToDate,  ///< the folder already holds exactly these files; nothing was touched
  kRefused,   ///< an error was reported; nothing was changed
};

/// Writes the files to `folder`/<name>. They are written to a temporary folder beside it, which
/// then takes its place in one step. An existing folder is replaced only if its marker lists every
/// file in it with the digest it has. Missing parent folders are made.
WriteResult write_bundle(const Bundle& bundle, const std::filesystem::path& folder,
                         Diagnostics& diagnostics);

}  // namespace sluice
