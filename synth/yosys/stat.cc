// SPDX-License-Identifier: Apache-2.0
#include "synth/yosys/stat.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>
#include <sstream>

#include "generator/util/user_error.h"

namespace sluice::synth {
namespace {

using Counts = std::map<std::string, std::int64_t>;

/// Cells by type of each module, from the blocks "=== name ===" of a `stat` text.
std::map<std::string, Counts> cell_counts(const std::string& stat) {
  std::map<std::string, Counts> modules;
  Counts* counts = nullptr;
  bool in_cells = false;
  std::istringstream lines(stat);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("=== ") && line.ends_with(" ===")) {
      const std::string name = line.substr(4, line.size() - 8);
      counts = name == "design hierarchy" ? nullptr : &modules[name];
      in_cells = false;
    } else if (line.starts_with("   Number of cells:")) {
      in_cells = true;
    } else if (in_cells && counts && line.starts_with("     ")) {
      std::istringstream words(line);
      std::string type;
      std::int64_t count = 0;
      if (words >> type >> count) (*counts)[type] = count;
    } else {
      in_cells = false;
    }
  }
  return modules;
}

/// A module's name as `stat` writes it, from a line "module \name (ports);" of a netlist.
std::string module_name(const std::string& line) {
  std::string name = line.substr(7, line.find_first_of(" (", 7) - 7);
  return name.starts_with("\\") ? name.substr(1) : name;
}

/// The number of a netlist's parameter line such as "    .Depth(32'sd16),".
std::int64_t parameter(const std::string& line) {
  const std::size_t digits = line.find("d", line.find('\''));
  return std::strtoll(line.c_str() + digits + 1, nullptr, 10);
}

/// Memories of each module, from the parameters of their instances in the netlist.
std::map<std::string, std::map<RamShape, std::int64_t>> ram_counts(const std::string& netlist,
                                                                   const std::string& ram) {
  std::map<std::string, std::map<RamShape, std::int64_t>> modules;
  std::string module;
  RamShape shape;
  bool in_ram = false;
  std::istringstream lines(netlist);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("module ")) module = module_name(line);
    if (line == "  " + ram + " #(") {
      in_ram = true;
      shape = {};
    } else if (in_ram && line.starts_with("    .")) {
      if (line.starts_with("    .Depth(")) shape.depth = parameter(line);
      if (line.starts_with("    .Width(")) shape.width = parameter(line);
      if (line.starts_with("    .Granule(")) shape.granule = parameter(line);
    } else if (in_ram) {
      modules[module][shape]++;
      in_ram = false;
    }
  }
  return modules;
}

/// Puts a cell type where it belongs: library cells, inner modules, or the memories.
void add_cell(MappedModule& module, const std::string& type, std::int64_t count,
              const std::set<std::string>& inner, const std::string& ram, const Liberty& liberty) {
  if (type == ram) return;
  if (inner.contains(type)) {
    module.instances[type] = count;
    return;
  }
  const LibertyCell* cell = liberty.find(type);
  if (!cell) {
    throw UserError(
        fmt::format("module {}: {} cells {} could not be mapped to library {} ({}); it lacks a "
                    "cell of this kind: give a more complete one",
                    module.source, count, type, liberty.name, liberty.path));
  }
  if (cell->is_latch) {
    throw UserError(
        fmt::format("module {} has {} latches ({}); all state must be in flip-flops: look for an "
                    "always_comb that does not assign in all cases",
                    module.source, count, type));
  }
  module.cells[type] = count;
  module.area += cell->area * static_cast<double>(count);
  if (cell->is_flip_flop) module.flip_flops += count;
}

void require_module(const std::map<std::string, Counts>& counts, const std::string& name) {
  if (counts.contains(name)) return;
  throw UserError(fmt::format("Yosys' statistics do not have module {}", name));
}

MappedModule make_module(const std::string& name, const Counts& cells,
                         const std::set<std::string>& inner, const std::string& ram,
                         const Liberty& liberty) {
  MappedModule module;
  module.name = name;
  module.source = source_name(name);
  for (const auto& [type, count] : cells) add_cell(module, type, count, inner, ram, liberty);
  return module;
}

/// Multiplies instance counts down the tree.
void multiply_counts(std::map<std::string, MappedModule>& modules, const std::string& top) {
  // Parents before children: a module's count is complete when all that use it are done
  std::vector<std::string> order;
  std::set<std::string> seen;
  const std::function<void(const std::string&)> visit = [&](const std::string& name) {
    if (!seen.insert(name).second) return;
    for (const auto& [inner, count] : modules.at(name).instances) visit(inner);
    order.push_back(name);
  };
  visit(top);
  modules.at(top).count = 1;
  for (auto name = order.rbegin(); name != order.rend(); ++name) {
    const MappedModule& module = modules.at(*name);
    for (const auto& [inner, count] : module.instances) {
      modules.at(inner).count += module.count * count;
    }
  }
}

}  // namespace

std::string source_name(const std::string& module) {
  if (!module.starts_with("$paramod")) return module;
  const std::size_t start = module.find('\\') + 1;
  return module.substr(start, module.find('\\', start) - start);
}

MappedModule read_module(const std::string& stat, const std::string& netlist,
                         const std::string& name, const std::set<std::string>& inner,
                         const std::string& ram, const Liberty& liberty) {
  const std::map<std::string, Counts> counts = cell_counts(stat);
  require_module(counts, name);
  MappedModule module = make_module(name, counts.at(name), inner, ram, liberty);
  module.rams = ram_counts(netlist, ram)[name];
  return module;
}

std::vector<MappedModule> read_modules(const std::string& stat, const std::string& netlist,
                                       const Rtl& rtl, const Liberty& liberty) {
  const std::map<std::string, Counts> counts = cell_counts(stat);
  require_module(counts, rtl.top);
  std::set<std::string> inner;
  for (const auto& [name, cells] : counts) inner.insert(name);
  auto rams = ram_counts(netlist, rtl.ram);
  std::vector<MappedModule> modules;
  for (const auto& [name, cells] : counts) {
    modules.push_back(make_module(name, cells, inner, rtl.ram, liberty));
    modules.back().rams = rams[name];
  }
  return count_instances(std::move(modules), rtl.top);
}

std::vector<MappedModule> count_instances(std::vector<MappedModule> modules,
                                          const std::string& top) {
  std::map<std::string, MappedModule> by_name;
  for (MappedModule& module : modules) by_name[module.name] = std::move(module);
  multiply_counts(by_name, top);
  std::vector<MappedModule> used;
  for (auto& [name, module] : by_name) {
    if (module.count > 0) used.push_back(std::move(module));
  }
  return used;
}

}  // namespace sluice::synth
