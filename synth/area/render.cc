// SPDX-License-Identifier: Apache-2.0
#include "synth/area/render.h"

#include <fmt/format.h>

#include "generator/util/user_error.h"

namespace sluice::synth {
namespace {

using Json = nlohmann::ordered_json;

double per_mac(double nand2, const AreaReport& report) {
  return nand2 / static_cast<double>(report.macs);
}

std::string block_row(const BlockArea& block) {
  return fmt::format("  {:<28}{:>14.0f}{:>12.0f}{:>9.1f}{:>12}\n", block.name, block.area,
                     block.nand2, block.percent, block.flip_flops);
}

/// Where figures are from and what they leave out.
std::string sources_text(const AreaReport& report) {
  std::string text =
      fmt::format("recipe {}{}, {}; {} ({}); {}\n", report.recipe, report.flat ? ", flat" : "",
                  report.yosys_version, report.library, report.library_version, report.abc_version);
  text += fmt::format(
      "memories of {}: {}, NAND2 of {:g} um2; small ones as flip-flops of the library\n",
      report.memory_table, report.memory_node, report.node_nand2);
  if (report.node_of_logic) {
    text +=
        fmt::format("{} states no node: taken as that of {}, with its NAND2 and its areas as um2\n",
                    report.memory_table, report.library);
  } else if (report.library_node != report.memory_node) {
    text += fmt::format(
        "{} is of {}, the macros of {}: each is put into NAND2 of its own, mm2 are of {}\n",
        report.library,
        report.library_node.empty() ? "a node that its name does not say" : report.library_node,
        report.memory_node, report.memory_node);
  }
  return text +
         "cells and macros only: no wires, no clock tree, no logic between macros; see "
         "synth/README.md\n";
}

/// "2 x 1 of 512x64".
std::string cut_text(const MemoryArea& memory) {
  if (!memory.cut) return "flip-flops";
  const MemoryCut& cut = *memory.cut;
  return fmt::format("{} x {} of {}x{}", cut.columns, cut.rows, cut.macro.words, cut.macro.bits);
}

const char* from_text(const MemoryArea& memory) {
  if (!memory.cut) return "cells";
  return memory.cut->found.from_line ? "line" : "fit";
}

constexpr const char* kMemoryRow = "  {:<18}{:>7}{:>6}{:>9}{:>7}{:>12}  {:<20}{:>12}{:>12}  {}\n";

std::string memories_text(const AreaReport& report) {
  std::string text = fmt::format(kMemoryRow, "memories", "words", "bits", "granule", "count",
                                 "total bits", "macros, each", "um2", "NAND2", "from");
  const auto number = [](double value) { return fmt::format("{:.0f}", value); };
  for (const MemoryArea& one : report.memories) {
    const Memory& memory = one.memory;
    text += fmt::format(kMemoryRow, text_of(memory.kind), memory.words, memory.bits, memory.granule,
                        memory.count, memory.total_bits(), cut_text(one), number(one.area),
                        number(one.nand2), from_text(one));
  }
  return text;
}

std::string total_row(const char* name, double nand2, const AreaReport& report) {
  return fmt::format("  {:<28}{:>14.0f}{:>12.1f}{:>12.4f}\n", name, nand2,
                     100 * nand2 / report.total_nand2(), report.mm2(nand2));
}

std::string totals_text(const AreaReport& report) {
  return fmt::format("  {:<28}{:>14}{:>12}{:>12}\n", "", "NAND2", "%", "mm2") +
         total_row("logic", report.total.nand2, report) +
         total_row("memories", report.memory_nand2, report) +
         total_row("total", report.total_nand2(), report);
}

/// What a product costs.
std::string per_mac_text(const AreaReport& report) {
  std::string text =
      fmt::format("for each 8-bit product a cycle: {:.1f} NAND2 with memories, {:.1f} of logic",
                  per_mac(report.total_nand2(), report), per_mac(report.total.nand2, report));
  if (const BlockArea* array = report.find("PE array")) {
    text += fmt::format(", of it {:.1f} in the PE array", per_mac(array->nand2, report));
  }
  return text + "\n";
}

results::BlockFigures block_figures(const BlockArea& block) {
  return {block.area, block.nand2, block.percent, block.flip_flops};
}

results::MemoryResult memory_result(const MemoryArea& one) {
  const Memory& memory = one.memory;
  results::MemoryResult result;
  result.kind = key_of(memory.kind);
  result.figures = {memory.words,        memory.bits, memory.granule, memory.count,
                    memory.total_bits(), one.area,    one.nand2};
  if (!one.cut) return result;
  const MemoryCut& cut = *one.cut;
  result.cut = {cut.columns, cut.rows, cut.macro.words, cut.macro.bits, cut.macro.granule};
  result.from_line = cut.found.from_line;
  result.lines.assign(cut.found.lines.begin(), cut.found.lines.end());
  return result;
}

/// Area of a block in NAND2 and its ratio to the base's; "-" where the base has none of it.
std::string compared(double nand2, double base) {
  const std::string ratio = base > 0 ? fmt::format("{:.3f}", nand2 / base) : "-";
  return fmt::format("{:>12.0f}{:>8}", nand2, ratio);
}

double block_nand2(const AreaReport& report, const std::string& block) {
  const BlockArea* found = report.find(block);
  return found ? found->nand2 : 0;
}

std::string variant_name(std::size_t k) { return k == 0 ? "base" : fmt::format("[{}]", k); }

template <typename Value>
std::string comparison_row(const std::string& name, const std::vector<AreaVariant>& variants,
                           Value value) {
  std::string text = fmt::format("  {:<28}", name);
  const double base = value(variants.front().report);
  for (std::size_t k = 0; k < variants.size(); k++) {
    const double own = value(variants[k].report);
    text += k == 0 ? fmt::format("{:>12.0f}", own) : compared(own, base);
  }
  return text + "\n";
}

}  // namespace

std::string area_text(const AreaReport& report) {
  std::string text =
      fmt::format("{}: {} products of 8 bits a cycle; logic by block, and memories\n",
                  report.design, report.macs);
  text += fmt::format("  {:<28}{:>14}{:>12}{:>9}{:>12}\n", "logic", "cell area", "NAND2", "%",
                      "flip-flops");
  for (const BlockArea& block : report.blocks) text += block_row(block);
  text += block_row(report.total);
  if (report.flat) {
    text += fmt::format("  mapped by modules: {:.0f} NAND2; flat is {:+.1f} %\n",
                        report.hierarchical_nand2,
                        100 * (report.total.nand2 / report.hierarchical_nand2 - 1));
  }
  text += memories_text(report) + totals_text(report) + per_mac_text(report);
  for (const std::string& warning : report.warnings) text += "warning: " + warning + "\n";
  return text + sources_text(report);
}

results::AreaResult area_result(const AreaReport& report) {
  results::AreaResult result;
  result.design = report.design;
  result.library = report.library;
  result.recipe = report.recipe;
  for (const BlockArea& block : report.blocks) {
    result.blocks.push_back({block.name, block_figures(block)});
  }
  result.total = block_figures(report.total);
  if (report.flat) result.figures.hierarchical_nand2 = report.hierarchical_nand2;
  result.figures.macs_per_cycle_8 = report.macs;
  result.figures.logic_nand2_per_mac = per_mac(report.total.nand2, report);
  if (const BlockArea* array = report.find("PE array")) {
    result.figures.array_nand2_per_mac = per_mac(array->nand2, report);
  }
  result.figures.memory_bits = report.memory_bits;
  result.figures.memory_nand2 = report.memory_nand2;
  result.figures.total_nand2 = report.total_nand2();
  result.figures.total_mm2 = report.mm2(report.total_nand2());
  result.figures.nand2_per_mac = per_mac(report.total_nand2(), report);
  for (const MemoryArea& memory : report.memories) {
    result.memories.push_back(memory_result(memory));
  }
  result.memory_table = report.memory_table;
  result.memory_node = report.memory_node;
  return result;
}

Json area_json(const AreaReport& report) {
  const results::AreaResult result = area_result(report);
  Json json;
  json["design"] = report.design;
  json["recipe"] = report.recipe;
  json["flat"] = report.flat;
  results::write_blocks(json, result);
  results::write(json, result.figures, results::Place::kLogic);
  results::write_memories(json, result);
  results::write(json, result.figures, results::Place::kMemory);
  json["library"] = report.library;
  json["library_version"] = report.library_version;
  json["library_node"] = report.library_node;
  if (report.node_of_logic) json["memory_node_as_of"] = report.library;
  json["yosys"] = report.yosys_version;
  json["abc"] = report.abc_version;
  json["warnings"] = report.warnings;
  return json;
}

std::string comparison_text(const std::vector<AreaVariant>& variants) {
  const AreaReport& base = variants.front().report;
  std::string text =
      fmt::format("{}: NAND2 of logic and memories, and ratio to the base\n", base.design);
  for (std::size_t k = 1; k < variants.size(); k++) {
    text += fmt::format("  [{}] {}\n", k, variants[k].changes);
  }
  text += fmt::format("  {:<28}", "block");
  for (std::size_t k = 0; k < variants.size(); k++) {
    text += fmt::format("{:>12}{}", variant_name(k), k == 0 ? "" : "   ratio");
  }
  text += "\n";
  for (const std::string& block : base.flat ? std::vector<std::string>() : block_names()) {
    text += comparison_row(
        block, variants, [&block](const AreaReport& report) { return block_nand2(report, block); });
  }
  using Report = AreaReport;
  const auto row = [&](const char* name, auto value) {
    text += comparison_row(name, variants, value);
  };
  row("logic", [](const Report& report) { return report.total.nand2; });
  row("memories", [](const Report& report) { return report.memory_nand2; });
  row("total", [](const Report& report) { return report.total_nand2(); });
  row("flip-flops of the logic",
      [](const Report& report) { return static_cast<double>(report.total.flip_flops); });
  row("memory bits", [](const Report& report) { return static_cast<double>(report.memory_bits); });
  row("8-bit products a cycle",
      [](const Report& report) { return static_cast<double>(report.macs); });
  row("NAND2 for each", [](const Report& report) { return per_mac(report.total_nand2(), report); });
  row("of it logic", [](const Report& report) { return per_mac(report.total.nand2, report); });
  return text + sources_text(base);
}

Json comparison_json(const std::vector<AreaVariant>& variants) {
  Json json;
  const AreaReport& base = variants.front().report;
  json["base"] = area_json(base);
  json["variants"] = Json::array();
  for (std::size_t k = 1; k < variants.size(); k++) {
    const AreaReport& report = variants[k].report;
    Json variant;
    variant["changes"] = variants[k].changes;
    variant["ratio"] = report.total_nand2() / base.total_nand2();
    variant["logic_ratio"] = report.total.nand2 / base.total.nand2;
    variant["memory_ratio"] = report.memory_nand2 / base.memory_nand2;
    variant["area"] = area_json(report);
    json["variants"].push_back(variant);
  }
  return json;
}

std::vector<std::string> split_changes(const std::string& text) {
  std::vector<std::string> parts = {""};
  int depth = 0;
  for (const char c : text) {
    depth += c == '[' || c == '{' ? 1 : 0;
    depth -= c == ']' || c == '}' ? 1 : 0;
    if (depth < 0) break;
    if (c == ',' && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  if (depth != 0) {
    throw UserError(
        fmt::format("--compare {}: brackets do not match; write lists as precisions=[8,4]", text));
  }
  for (const std::string& part : parts) {
    if (part.find('=') != std::string::npos && !part.starts_with("=")) continue;
    throw UserError(fmt::format(
        "--compare {}: '{}' is not key=value; write one or more, separated by commas, such as "
        "gating=false,precisions=[8]",
        text, part));
  }
  return parts;
}

}  // namespace sluice::synth
