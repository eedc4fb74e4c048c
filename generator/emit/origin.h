// SPDX-License-Identifier: Apache-2.0
// Where a design comes from, as its generated files state it: nothing that depends on the machine
// or on the folder in which the program ran.
#pragma once

#include <string>
#include <vector>

namespace sluice {

struct Origin {
  std::string config_file;             ///< file name without folders
  std::vector<std::string> overrides;  ///< "key=value" as given
  std::string memories = {};  ///< table that cut the memories: a name or file name, or empty
};

/// What every generated file says of its licence: output belongs to the user; see LICENSE.
inline constexpr const char* kOutputLicence = "SPDX-License-Identifier: 0BSD";

/// Takes the file names of paths; control characters become '?'.
Origin make_origin(const std::string& config_path, const std::vector<std::string>& overrides,
                   const std::string& memories = "");

/// The command that makes the files again: "sluice generate edge.yaml --set lanes=2 -o DIR". DIR
/// stands for the folder, so that the text is the same wherever files are written.
std::string command_line(const Origin& origin);

}  // namespace sluice
