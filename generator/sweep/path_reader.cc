// SPDX-License-Identifier: Apache-2.0
#include "generator/sweep/path_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "generator/util/text.h"

namespace sluice::sweep {

namespace fs = std::filesystem;

void PathReader::read_name_or_path(const Node& node, const NameOrPath& of, std::string& text) {
  reader_.word(of.key, {}, text)(node);
  if (text.empty() || std::find(of.names.begin(), of.names.end(), text) != of.names.end()) return;
  text = path_of(text);
  if (!text.starts_with('/')) text = "./" + text;
  std::error_code ignored;
  if (fs::is_regular_file(text, ignored)) return;
  if (of.folders && fs::is_directory(text, ignored)) return;
  diagnostics_.error(Code::kNotAChoice, node.span, fmt::format("'{}' is no {}", node.text, of.what))
      .help = fmt::format("allowed are {}, and paths of {}, relative to the {}",
                          join_words(of.names, "and"), of.paths, what_);
}

void read_memories(const Node& node, const std::vector<std::string>& memory_tables,
                   PathReader& paths, std::string& text) {
  paths.read_name_or_path(node,
                          {.key = "memories",
                           .names = memory_tables,
                           .what = "table of memories",
                           .paths = "CSV files, Liberty files or folders of these",
                           .folders = true},
                          text);
}

void read_area(const Node& node, AreaSettings& to, const std::vector<std::string>& memory_tables,
               PathReader& paths, MapReader& reader) {
  reader.read(node, "area_options",
              {{"liberty", reader.word("liberty", {}, to.liberty)},
               {"memories",
                [&](const Node& one) { read_memories(one, memory_tables, paths, to.memories); }},
               {"recipe", reader.word("recipe", {"plain", "adders"}, to.recipe)},
               {"timeout", reader.real("timeout", 1e-3, 1e6, to.timeout,
                                       [&to](double value) { to.timeout = value; })}});
  if (to.liberty.find_first_of("/.") != std::string::npos) to.liberty = paths.path_of(to.liberty);
}

}  // namespace sluice::sweep
