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

std::string sources_text(const AreaReport& report) {
  return fmt::format(
      "recipe {}{}, {}; {} ({}); {}\n"
      "cells only: no wires, no clock tree, no memories; see synth/README.md\n",
      report.recipe, report.flat ? ", flat" : "", report.yosys_version, report.library,
      report.library_version, report.abc_version);
}

std::string memories_text(const AreaReport& report) {
  std::string text = fmt::format("memories, not in the area: {} bits\n", report.memory_bits);
  text += fmt::format("  {:>8}{:>10}{:>10}{:>8}{:>14}\n", "words", "bits", "granule", "count",
                      "total bits");
  for (const MemoryArea& memory : report.memories) {
    text += fmt::format("  {:>8}{:>10}{:>10}{:>8}{:>14}\n", memory.shape.depth, memory.shape.width,
                        memory.shape.granule, memory.count, memory.bits);
  }
  return text;
}

results::BlockFigures block_figures(const BlockArea& block) {
  return {block.area, block.nand2, block.percent, block.flip_flops};
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
      fmt::format("{}: {} products of 8 bits a cycle; areas of the logic, without memories\n",
                  report.design, report.macs);
  text += fmt::format("  {:<28}{:>14}{:>12}{:>9}{:>12}\n", "block", "cell area", "NAND2", "%",
                      "flip-flops");
  for (const BlockArea& block : report.blocks) text += block_row(block);
  text += block_row(report.total);
  if (report.flat) {
    text += fmt::format("  mapped by modules: {:.0f} NAND2; flat is {:+.1f} %\n",
                        report.hierarchical_nand2,
                        100 * (report.total.nand2 / report.hierarchical_nand2 - 1));
  }
  text += fmt::format("for each 8-bit product a cycle, without memories: {:.1f} NAND2",
                      per_mac(report.total.nand2, report));
  if (const BlockArea* array = report.find("PE array")) {
    text += fmt::format(", of them {:.1f} in the PE array", per_mac(array->nand2, report));
  }
  text += "\n" + memories_text(report);
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
  result.figures.nand2_per_mac = per_mac(report.total.nand2, report);
  if (const BlockArea* array = report.find("PE array")) {
    result.figures.array_nand2_per_mac = per_mac(array->nand2, report);
  }
  result.figures.memory_bits = report.memory_bits;
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
  json["memories"] = Json::array();
  for (const MemoryArea& memory : report.memories) {
    json["memories"].push_back({{"words", memory.shape.depth},
                                {"width", memory.shape.width},
                                {"granule", memory.shape.granule},
                                {"count", memory.count},
                                {"bits", memory.bits}});
  }
  results::write(json, result.figures, results::Place::kMemory);
  json["memories_in_area"] = false;
  json["library"] = report.library;
  json["library_version"] = report.library_version;
  json["yosys"] = report.yosys_version;
  json["abc"] = report.abc_version;
  json["warnings"] = report.warnings;
  return json;
}

std::string comparison_text(const std::vector<AreaVariant>& variants) {
  const AreaReport& base = variants.front().report;
  std::string text =
      fmt::format("{}: NAND2 of the logic, without memories, and ratio to the base\n", base.design);
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
  text += comparison_row("total", variants,
                         [](const AreaReport& report) { return report.total.nand2; });
  text += comparison_row("flip-flops", variants, [](const AreaReport& report) {
    return static_cast<double>(report.total.flip_flops);
  });
  text += comparison_row("memory bits", variants, [](const AreaReport& report) {
    return static_cast<double>(report.memory_bits);
  });
  text += comparison_row("8-bit products a cycle", variants,
                         [](const AreaReport& report) { return static_cast<double>(report.macs); });
  text += comparison_row("NAND2 for each", variants, [](const AreaReport& report) {
    return per_mac(report.total.nand2, report);
  });
  return text + sources_text(base);
}

Json comparison_json(const std::vector<AreaVariant>& variants) {
  Json json;
  json["base"] = area_json(variants.front().report);
  json["variants"] = Json::array();
  const double base = variants.front().report.total.nand2;
  for (std::size_t k = 1; k < variants.size(); k++) {
    Json variant;
    variant["changes"] = variants[k].changes;
    variant["ratio"] = variants[k].report.total.nand2 / base;
    variant["area"] = area_json(variants[k].report);
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
