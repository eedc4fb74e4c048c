// SPDX-License-Identifier: Apache-2.0
// Looks at an existing output folder: whether this program wrote it, and what changed since.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace sluice {

struct FolderState {
  bool exists = false;
  bool ours = false;                           ///< an empty folder, or one with a readable marker
  std::vector<std::string> foreign;            ///< entries not in the marker; folders end with '/'
  std::vector<std::string> edited;             ///< listed files with other content
  std::map<std::string, std::string> digests;  ///< SHA-256 of each listed file that is there
};

/// Throws std::filesystem::filesystem_error if the folder cannot be read.
FolderState inspect_folder(const std::filesystem::path& folder);

}  // namespace sluice
