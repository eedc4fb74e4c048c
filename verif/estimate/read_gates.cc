#include <fmt/format.h>

#include "estimate/list_network.h"
#include "estimate/read_layers.h"

namespace sluice::estimate {
namespace {

/// The gated layer that a cell names.
std::size_t layer_index(const TextTable& table, const Cell& cell, const LayerList& list) {
  for (std::size_t k = 0; k < list.layers.size(); ++k) {
    if (list.layers[k].name != cell.text) continue;
    if (list.layers[k].gate) return k;
    table.fail(cell, fmt::format("found layer '{}', which has no gates; name a gated layer or "
                                 "remove the row",
                                 cell.text));
  }
  std::vector<std::string> names;
  for (const ListedLayer& layer : list.layers) {
    if (layer.gate) names.push_back(layer.name);
  }
  table.fail(cell, fmt::format("found layer '{}'; allowed are the gated layers{}", cell.text,
                               names.empty() ? ", of which there are none" : " " + listed(names)));
}

}  // namespace

void read_densities(const std::string& file, LayerList& list) {
  const TextTable table(file, {"layer", "density"});
  table.require("layer");
  table.require("density");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::size_t k = layer_index(table, table.cell(row, "layer"), list);
    list.layers[k].gate->density = table.share(row, "density");
  }
}

std::map<std::string, GateMap> read_open_gates(const std::string& file, const LayerList& list,
                                               const Plan& plan) {
  const TextTable table(file, {"layer", "gate", "row", "column"});
  for (const char* heading : {"layer", "gate", "row", "column"}) table.require(heading);
  std::map<std::string, GateMap> maps;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const Cell name = table.cell(row, "layer");
    const ListedLayer& layer = list.layers[layer_index(table, name, list)];
    const int block = gate_block(layer, plan), gates = layer.outputs / block;
    GateMap& map = maps.try_emplace(name.text, gates, block, layer.out_height(), layer.out_width())
                       .first->second;
    if (table.cell(row, "gate").text.empty()) continue;
    map.set_open(table.number(row, "gate", 0, gates - 1),
                 table.number(row, "row", 0, layer.out_height() - 1),
                 table.number(row, "column", 0, layer.out_width() - 1));
  }
  return maps;
}

}  // namespace sluice::estimate
