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

}  // namespace

void write_blocks(Json& json, const AreaResult& area) {
  for (const BlockResult& block : area.blocks) json["blocks"][block.name] = json_of(block.figures);
  json["total"] = json_of(area.total);
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
