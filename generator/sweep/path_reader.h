// SPDX-License-Identifier: Apache-2.0
// Reads what files of sweeps and studies have in common: paths, and how areas are measured.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "generator/sweep/map_reader.h"
#include "generator/sweep/spec.h"

namespace sluice::sweep {

class PathReader {
 public:
  /// `what`: the file that is read, "sweep file"; paths in it are relative to its folder.
  PathReader(const std::filesystem::path& folder, const std::string& what, MapReader& reader,
             Diagnostics& diagnostics)
      : folder_(folder), what_(what), reader_(reader), diagnostics_(diagnostics) {}

  std::string path_of(const std::string& text) const {
    return (folder_ / text).lexically_normal().string();
  }
  const std::string& what() const { return what_; }

  /// What a word is that names one of several, or a path.
  struct NameOrPath {
    std::string key;
    std::vector<std::string> names;
    std::string what;      ///< what there is not, if it is neither
    std::string paths;     ///< what the paths are of
    bool folders = false;  ///< a path may be that of a folder
  };

  /// Something of such a name is given as ./NAME.
  void read_name_or_path(const Node& node, const NameOrPath& of, std::string& text);

 private:
  std::filesystem::path folder_;
  std::string what_;
  MapReader& reader_;
  Diagnostics& diagnostics_;
};

/// Reads a section "area_options".
void read_area(const Node& node, AreaSettings& to, const std::vector<std::string>& memory_tables,
               PathReader& paths, MapReader& reader);

/// Reads the name of a table of memories, or a path.
void read_memories(const Node& node, const std::vector<std::string>& memory_tables,
                   PathReader& paths, std::string& text);

}  // namespace sluice::sweep
