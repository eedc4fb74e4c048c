// SPDX-License-Identifier: Apache-2.0
#include "generator/results/area_result.h"

namespace sluice::results {
namespace {

Json json_of(const BlockFigures& figures) {
  Json json = Json::object();
  write(json, figures);
  return json;
}

BlockFigures block_of(const json::Value& block) {
  BlockFigures figures;
  require<BlockFigures>(block, Place::kLogic, kAreaChart);
  read(block, figures);
  return figures;
}

constexpr const char* kLine = "line";
constexpr const char* kFit = "fit";
constexpr const char* kFlipFlops = "flip-flops";

Json json_of(const MemoryResult& memory) {
  Json json = {{"kind", memory.kind}};
  write(json, memory.figures);
  json["cut"] = nullptr;
  if (const auto& cut = memory.cut) {
    json["cut"] = {{"columns", cut->columns},
                   {"rows", cut->rows},
                   {"words", cut->words},
                   {"bits", cut->bits},
                   {"granule", cut->granule}};
  }
  json["from"] = !memory.cut ? kFlipFlops : memory.from_line ? kLine : kFit;
  json["lines"] = memory.lines;
  return json;
}

MacroResult macro_of(const json::Value& cut) {
  return {cut.at("columns").count(), cut.at("rows").count(), cut.at("words").count(),
          cut.at("bits").count(), cut.at("granule").count()};
}

MemoryResult memory_of(const json::Value& memory) {
  MemoryResult result;
  result.kind = memory.at("kind").text();
  require<KindFigures>(memory, Place::kMemory, kAreaChart);
  read(memory, result.figures);
  const json::Value from = memory.at("from");
  const bool flip_flops = from.text() == kFlipFlops;
  result.from_line = from.text() == kLine;
  if (!flip_flops && !result.from_line && from.text() != kFit) {
    from.fail("'line', 'fit' or 'flip-flops'");
  }
  if (flip_flops) return result;
  result.cut = macro_of(memory.at("cut"));
  for (const json::Value& line : memory.at("lines").items()) result.lines.push_back(line.count());
  return result;
}

}  // namespace

void write_blocks(Json& json, const AreaResult& area) {
  for (const BlockResult& block : area.blocks) json["blocks"][block.name] = json_of(block.figures);
  json["total"] = json_of(area.total);
}

void write_memories(Json& json, const AreaResult& area) {
  json["memories"] = Json::array();
  for (const MemoryResult& memory : area.memories) json["memories"].push_back(json_of(memory));
  json["memory_table"] = area.memory_table;
  json["memory_node"] = area.memory_node;
}

AreaResult area_of(const json::Value& area) {
  AreaResult result;
  result.design = area.at("design").text();
  for (const auto& [name, block] : area.at("blocks").members()) {
    result.blocks.push_back({name, block_of(block)});
  }
  column(&BlockFigures::nand2).read(area.at("total").at("nand2"), result.total);
  read(area.at("total"), result.total);
  for (const Place place : {Place::kLogic, Place::kMemory}) {
    require<AreaFigures>(area, place, kAreaChart);
  }
  read(area, result.figures);
  for (const json::Value& memory : area.at("memories").items()) {
    result.memories.push_back(memory_of(memory));
  }
  result.memory_table = area.at("memory_table").text();
  result.memory_node = area.at("memory_node").text();
  result.library = area.at("library").text();
  result.recipe = area.at("recipe").text();
  return result;
}

AreaResult read_area(const std::string& file) {
  const std::string remedy = "make it with sluice area CONFIG --json";
  const json::Document document(read_input(file, input::kJson, remedy), {file, remedy});
  return area_of(document.root());
}

}  // namespace sluice::results
