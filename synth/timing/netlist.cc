// SPDX-License-Identifier: Apache-2.0
#include "synth/timing/netlist.h"

#include <fmt/format.h>

#include <set>
#include <sstream>

namespace sluice::synth {
namespace {

/// A name without what escapes it: "\entries[1] [260]" is entries[1][260].
std::string plain(std::string_view name) {
  std::string text;
  bool escaped = false;
  for (const char c : name) {
    if (c == '\\' && !escaped) {
      escaped = true;  // a second backslash belongs to the name: "\$paramod$12\edge_fifo"
    } else if (c == ' ') {
      escaped = false;
    } else {
      text += c;
    }
  }
  return text;
}

/// "    .Q(sum_q[1])," as pin and net.
bool read_connection(const std::string& line, std::pair<std::string, std::string>& connection) {
  if (!line.starts_with("    .")) return false;
  const std::size_t open = line.find('(');
  const std::size_t close = line.rfind(')');
  if (open == std::string::npos || close == std::string::npos || close < open) return false;
  connection = {plain(line.substr(5, open - 5)), plain(line.substr(open + 1, close - open - 1))};
  return true;
}

/// "  TYPE name (" as type and name.
bool read_head(const std::string& line, NetlistCell& cell) {
  if (!line.starts_with("  ") || line.starts_with("   ") || !line.ends_with('(')) return false;
  const std::size_t space = line.find(' ', 2);
  if (space == std::string::npos || line[2] == ')') return false;
  std::size_t name = line.find_first_not_of(' ', space);
  cell.type = plain(line.substr(2, space - 2));
  cell.name = plain(line.substr(name, line.size() - 1 - name));
  cell.pins.clear();
  return true;
}

std::int64_t parameter(const std::string& line) {
  return std::strtoll(line.c_str() + line.find('d', line.find('\'')) + 1, nullptr, 10);
}

}  // namespace

std::string_view NetlistCell::net(std::string_view pin) const {
  for (const auto& [name, net] : pins) {
    if (name == pin) return net;
  }
  return {};
}

Netlist::Netlist(const std::string& text, const std::string& top) : top_(top) {
  NetlistModule* module = nullptr;
  bool in_cell = false;
  std::istringstream lines(text);
  NetlistCell cell;
  for (std::string line; std::getline(lines, line);) {
    std::pair<std::string, std::string> connection;
    if (line.starts_with("module ")) {
      const std::string name = plain(line.substr(7, line.find_first_of(" (", 7) - 7));
      module = &modules_[name];
      module->name = name;
    } else if (module == nullptr) {
      continue;
    } else if (in_cell && line == "  );") {
      module->by_name[cell.name] = static_cast<int>(module->cells.size());
      module->cells.push_back(cell);
      in_cell = false;
    } else if (in_cell && read_connection(line, connection)) {
      cell.pins.push_back(std::move(connection));
    } else if (!in_cell) {
      in_cell = read_head(line, cell);
    }
  }
}

const NetlistModule* Netlist::find(const std::string& module) const {
  const auto found = modules_.find(module);
  return found == modules_.end() ? nullptr : &found->second;
}

Netlist::Place Netlist::place(const std::string& path) const {
  const NetlistModule* module = find(top_);
  for (std::size_t start = 0; module != nullptr;) {
    const std::size_t slash = path.find('/', start);
    const auto found = module->by_name.find(path.substr(start, slash - start));
    if (found == module->by_name.end()) return {};
    const NetlistCell& cell = module->cells[found->second];
    if (slash == std::string::npos) return {module, &cell};
    module = find(cell.type);
    start = slash + 1;
  }
  return {};
}

std::string ram_cell(const std::string& ram, const RamShape& shape) {
  return fmt::format("{}_{}x{}g{}", ram, shape.depth, shape.width, shape.granule);
}

std::string name_rams(const std::string& netlist, const std::string& ram,
                      std::vector<RamShape>& shapes) {
  std::string text;
  text.reserve(netlist.size());
  std::set<RamShape> found;
  RamShape shape;
  bool in_ram = false;
  std::istringstream lines(netlist);
  for (std::string line; std::getline(lines, line);) {
    if (!ram.empty() && line == "  " + ram + " #(") {
      in_ram = true;
      shape = {};
    } else if (in_ram && line.starts_with("    .Depth(")) {
      shape.depth = parameter(line);
    } else if (in_ram && line.starts_with("    .Width(")) {
      shape.width = parameter(line);
    } else if (in_ram && line.starts_with("    .Granule(")) {
      shape.granule = parameter(line);
    } else if (in_ram && line.starts_with("  ) ")) {
      found.insert(shape);
      text += "  " + ram_cell(ram, shape) + " " + line.substr(4) + "\n";
      in_ram = false;
    } else {
      text += line + "\n";
    }
  }
  shapes.assign(found.begin(), found.end());
  return text;
}

}  // namespace sluice::synth
