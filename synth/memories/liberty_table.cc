// SPDX-License-Identifier: Apache-2.0
#include "synth/memories/liberty_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <tuple>

#include "generator/util/input_file.h"
#include "generator/util/text.h"
#include "generator/util/user_error.h"
#include "synth/liberty/syntax.h"
#include "synth/liberty/values.h"
#include "synth/memories/liberty_figures.h"

namespace sluice::synth {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRemedy = "give a Liberty file of memories, or a folder of such files";

bool is_liberty(const fs::path& path) { return lower_case(path.extension().string()) == ".lib"; }

auto key_of(const MemoryShape& shape) {
  return std::tuple(shape.words, shape.bits, shape.ports, shape.granule);
}

/// Takes files one after the other.
class TableReader {
 public:
  void add(const LibertyText& file) {
    const LibertyGroup library = parse_liberty(file.text, file.path);
    add_supply(library, file.path);
    nodes_.insert(library.argument());
    const std::size_t before = table_.lines.size();
    for (const LibertyGroup& cell : library.groups) {
      if (cell.name == "cell") add_cell(library, cell, file.path);
    }
    if (table_.lines.size() == before) {
      fail(file.path, library,
           fmt::format("library {} has no memory: no cell has a memory () of type ram, or buses "
                       "with memory_read () and memory_write (); {}",
                       library.argument(), kRemedy));
    }
  }

  MemoryTable take(const std::string& name) {
    table_.file = name;
    table_.node = *nodes_.begin();
    if (nodes_.size() > 1) table_.node += fmt::format(" and {} more", nodes_.size() - 1);
    std::sort(table_.lines.begin(), table_.lines.end(),
              [](const auto& a, const auto& b) { return key_of(a.shape) < key_of(b.shape); });
    return std::move(table_);
  }

 private:
  [[noreturn]] static void fail(const std::string& path, const LibertyGroup& group,
                                const std::string& what) {
    throw UserError({path, group.line, group.column}, what);
  }

  /// Files of several corners are no table.
  void add_supply(const LibertyGroup& library, const std::string& path) {
    const double volts = liberty_number(library, "nom_voltage", 0, path);
    if (volts <= 0) return;
    if (table_.supply_v && *table_.supply_v != volts) {
      const LibertyAttribute& attribute = *library.find("nom_voltage");
      throw UserError({path, attribute.line, attribute.column},
                      fmt::format("found nom_voltage {}, but {} in {}; give files of one corner",
                                  volts, *table_.supply_v, supply_from_));
    }
    table_.supply_v = volts;
    supply_from_ = path;
  }

  void add_cell(const LibertyGroup& library, const LibertyGroup& group, const std::string& path) {
    const std::optional<MemoryCell> cell = read_memory_cell(library, group, path);
    if (!cell) return;
    MemoryLine line;
    line.shape = cell->shape;
    line.figures = read_memory_figures(library, *cell, path);
    line.source = fmt::format("cell {} of {}, line {}", group.argument(), path, group.line);
    line.line = group.line;
    for (const MemoryLine& other : table_.lines) {
      if (key_of(other.shape) != key_of(line.shape)) continue;
      fail(path, group,
           fmt::format("found {} a second time, first as {}; keep one", line.shape.text(),
                       other.source));
    }
    table_.lines.push_back(std::move(line));
  }

  MemoryTable table_;
  std::string supply_from_;
  std::set<std::string> nodes_;
};

std::vector<std::string> files_of(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> files;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (is_liberty(at->path())) files.push_back(at->path().string());
  }
  if (error) throw UserError({{}, {folder}, "", error.message(), kRemedy});
  if (files.empty()) throw UserError({folder}, fmt::format("has no *.lib file; {}", kRemedy));
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

bool names_liberty_memories(const std::string& path) {
  std::error_code error;
  return is_liberty(path) || fs::is_directory(path, error);
}

MemoryTable read_liberty_memories(const std::vector<LibertyText>& files, const std::string& name) {
  TableReader reader;
  for (const LibertyText& file : files) reader.add(file);
  return reader.take(name);
}

MemoryTable load_liberty_memories(const std::string& path) {
  std::error_code error;
  const bool folder = fs::is_directory(path, error);
  TableReader reader;
  for (const std::string& file : folder ? files_of(path) : std::vector{path}) {
    reader.add({file, read_input(file, input::kLiberty, kRemedy)});
  }
  // Reports name a table by the last part of its path
  fs::path name = fs::path(path).lexically_normal();
  if (!name.has_filename()) name = name.parent_path();
  return reader.take(name.string());
}

}  // namespace sluice::synth
