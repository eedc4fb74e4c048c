// SPDX-License-Identifier: Apache-2.0
#include "generator/emit/marker.h"

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>
#include <system_error>

#include "generator/emit/bundle.h"
#include "generator/util/input_file.h"
#include "generator/util/sha256.h"

namespace sluice {
namespace {

namespace fs = std::filesystem;

std::string read_all(const fs::path& path) {
  InputText read = try_read(path.string(), input::kGenerated.most);
  if (read.error != 0) {
    throw fs::filesystem_error("cannot read", path,
                               std::error_code(read.error, std::generic_category()));
  }
  // A file of more bytes than any that is generated: whatever it holds, it was changed
  return read.too_large ? "too large" : std::move(read.text);
}

/// Path -> digest of every line "digest  path"; empty if the file is not of that form.
std::optional<std::map<std::string, std::string>> parse_marker(const std::string& text) {
  std::map<std::string, std::string> listed;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    if (line.size() < 67 || line.substr(64, 2) != "  ") return std::nullopt;
    listed[line.substr(66)] = line.substr(0, 64);
  }
  if (!text.starts_with("# This folder was written by sluice ")) return std::nullopt;
  return listed;
}

/// The folders that listed files need: "rtl/array/x.sv" gives "rtl" and "rtl/array".
std::set<std::string> parents_of(const std::map<std::string, std::string>& listed) {
  std::set<std::string> folders;
  for (const auto& [path, digest] : listed) {
    for (std::size_t at = path.find('/'); at != std::string::npos; at = path.find('/', at + 1)) {
      folders.insert(path.substr(0, at));
    }
  }
  return folders;
}

void inspect_entries(const fs::path& folder, const std::map<std::string, std::string>& listed,
                     FolderState& state) {
  const std::set<std::string> parents = parents_of(listed);
  for (auto entry = fs::recursive_directory_iterator(folder);
       entry != fs::recursive_directory_iterator(); ++entry) {
    const std::string path = entry->path().lexically_relative(folder).generic_string();
    const bool is_folder = entry->symlink_status().type() == fs::file_type::directory;
    if (is_folder) {
      if (parents.contains(path)) continue;
      state.foreign.push_back(path + "/");
      entry.disable_recursion_pending();
    } else if (path == kMarkerFile) {
      continue;
    } else if (const auto row = listed.find(path);
               row == listed.end() || entry->symlink_status().type() != fs::file_type::regular) {
      state.foreign.push_back(path);
    } else {
      state.digests[path] = sha256(read_all(entry->path()));
      if (state.digests[path] != row->second) state.edited.push_back(path);
    }
  }
  std::sort(state.foreign.begin(), state.foreign.end());
  std::sort(state.edited.begin(), state.edited.end());
}

}  // namespace

FolderState inspect_folder(const fs::path& folder) {
  FolderState state;
  const fs::file_type type = fs::symlink_status(folder).type();
  state.exists = type != fs::file_type::not_found;
  if (type != fs::file_type::directory) return state;
  if (fs::is_empty(folder)) {
    state.ours = true;
    return state;
  }
  const fs::path marker = folder / kMarkerFile;
  if (fs::symlink_status(marker).type() != fs::file_type::regular) return state;
  const std::string text = read_all(marker);
  const auto listed = parse_marker(text);
  if (!listed) return state;
  state.ours = true;
  inspect_entries(folder, *listed, state);
  state.digests[kMarkerFile] = sha256(text);
  return state;
}

}  // namespace sluice
