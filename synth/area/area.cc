// SPDX-License-Identifier: Apache-2.0
#include "synth/area/area.h"

#include <algorithm>
#include <array>
#include <map>

#include "generator/emit/bundle.h"
#include "generator/emit/origin.h"
#include "synth/memories/choice.h"
#include "synth/yosys/module_mapping.h"

namespace sluice::synth {
namespace {

struct Block {
  const char* name;
  std::vector<std::string> modules;  // without the design's prefix
};

/// Modules that no block lists, such as fifo, belong to the block of the module that uses them.
const std::vector<Block>& blocks() {
  static const std::vector<Block> table = {
      {"PE array", {"array", "pe", "sum_tree"}},
      {"accumulators", {"accumulator"}},
      {"activation buffer control", {"activation_buffer", "tap_join"}},
      {"weight buffer control", {"weight_buffer", "header_buffer"}},
      {"open positions", {"open_positions", "find_first"}},
      {"sequencer", {"sequencer"}},
      {"post-processing",
       {"post", "drain", "hadamard", "requantise", "table", "addend", "sum", "planes", "collect",
        "parameter_buffer"}},
      {"commands", {"command", "registers", "slot_pattern", "stop"}},
      {"memory port",
       {"load", "weight_fetch", "weight_stream", "addend_fetch", "read_arbiter", "store"}},
      {"bus bridge", {"axi", "axi_lite", "axi_read", "axi_reorder", "axi_write"}},
      {"other", {"core", "lane"}},
  };
  return table;
}

std::string without_prefix(const std::string& source, const std::string& design) {
  const std::string prefix = design + "_";
  return source.starts_with(prefix) ? source.substr(prefix.size()) : source;
}

/// Walks the tree of modules and adds each module's own cells to its block.
class Attribution {
 public:
  Attribution(const std::string& design, const MappedDesign& mapped) : design_(design) {
    for (const MappedModule& module : mapped.modules) modules_[module.name] = &module;
  }

  void add(const std::string& name, const std::string& parent_block, std::int64_t count) {
    const MappedModule& module = *modules_.at(name);
    std::string block = block_of(without_prefix(module.source, design_));
    if (block.empty()) block = parent_block;
    BlockArea& sum = sums_[block];
    sum.area += module.area * static_cast<double>(count);
    sum.flip_flops += module.flip_flops * count;
    for (const auto& [inner, inner_count] : module.instances) {
      add(inner, block, count * inner_count);
    }
  }

  BlockArea block(const std::string& name) const {
    const auto found = sums_.find(name);
    BlockArea block = found == sums_.end() ? BlockArea() : found->second;
    block.name = name;
    return block;
  }

 private:
  std::string design_;
  std::map<std::string, const MappedModule*> modules_;
  std::map<std::string, BlockArea> sums_;
};

void add_blocks(const Plan& plan, const Liberty& liberty, const MappedDesign& mapped,
                AreaReport& report) {
  Attribution attribution(plan.config.name, mapped);
  attribution.add(mapped.top, "other", 1);
  for (const std::string& name : block_names()) {
    BlockArea block = attribution.block(name);
    block.nand2 = block.area / liberty.nand2_area();
    block.percent = report.total.area > 0 ? 100 * block.area / report.total.area : 0;
    report.blocks.push_back(block);
  }
}

}  // namespace

const BlockArea* AreaReport::find(const std::string& block) const {
  for (const BlockArea& candidate : blocks) {
    if (candidate.name == block) return &candidate;
  }
  return nullptr;
}

std::vector<std::string> block_names() {
  std::vector<std::string> names;
  for (const Block& block : blocks()) names.push_back(block.name);
  return names;
}

std::string block_of(const std::string& module) {
  for (const Block& block : blocks()) {
    if (std::find(block.modules.begin(), block.modules.end(), module) != block.modules.end()) {
      return block.name;
    }
  }
  return {};
}

AreaReport logic_report(const Plan& plan, const Liberty& liberty, const MappedDesign& mapped,
                        const MapOptions& options) {
  AreaReport report;
  report.design = plan.config.name;
  report.recipe = options.recipe == Recipe::kAdders ? "adders" : "plain";
  report.flat = options.flat;
  report.total = {"total", mapped.area(), mapped.area() / liberty.nand2_area(), 100,
                  mapped.flip_flops()};
  report.macs = std::int64_t{plan.config.lanes} * plan.config.columns * plan.config.rows;
  report.library = liberty.name;
  report.library_node = node_of(liberty);
  report.library_version = liberty.version;
  report.yosys_version = mapped.yosys_version;
  report.abc_version = mapped.abc_version;
  report.warnings = mapped.warnings;
  report.seconds = mapped.seconds;
  report.peak_kb = mapped.peak_kb;
  if (!options.flat) add_blocks(plan, liberty, mapped, report);
  return report;
}

void add_memories(AreaReport& report, const MemoryTable& table, std::vector<MemoryArea> memories) {
  report.memories = std::move(memories);
  for (const MemoryArea& memory : report.memories) {
    report.memory_bits += memory.memory.total_bits();
    report.memory_nand2 += memory.nand2;
  }
  report.memory_table = table.name();
  report.memory_node = table.node;
  report.node_nand2 = table.nand2.value();
  report.node_of_logic = table.node_of_logic;
}

AreaReport measure_area(const Plan& plan, const Liberty& liberty, const MemoryTable& table,
                        const MapOptions& options, KeptResults& modules) {
  std::vector<MemoryArea> memories = cut_memories(plan, table);
  // Only the RTL matters, which does not depend on where the config came from
  const Rtl rtl = rtl_of(render_bundle(plan, make_origin(plan.config.name + ".yaml", {})));
  MapOptions by_modules = options;
  by_modules.flat = false;
  MappedDesign mapped = map_modules(rtl, liberty, by_modules, modules);
  const double hierarchical = mapped.area();
  if (options.flat) mapped = map_design(rtl, liberty, options);
  map_flip_flops(memories, rtl, liberty, table, options, modules, mapped);
  AreaReport report = logic_report(plan, liberty, mapped, options);
  if (options.flat) report.hierarchical_nand2 = hierarchical / liberty.nand2_area();
  add_memories(report, table, std::move(memories));
  return report;
}

}  // namespace sluice::synth
