// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <unordered_map>

#include "generator/estimate/list_network.h"
#include "generator/estimate/read_layers.h"
#include "generator/util/user_error.h"

namespace sluice::estimate {
namespace {

constexpr std::int64_t kMostGates = std::int64_t{1} << 30;

/// Finds layers by name; a table may name them in millions of rows.
class LayerNames {
 public:
  explicit LayerNames(const LayerList& list) : list_(list) {
    for (std::size_t k = 0; k < list.layers.size(); ++k) by_name_.emplace(list.layers[k].name, k);
  }

  /// The gated layer that a cell names.
  std::size_t find(const TextTable& table, const Cell& cell) const {
    const auto found = by_name_.find(cell.text);
    if (found == by_name_.end()) {
      std::vector<std::string> names;
      for (const ListedLayer& layer : list_.layers) {
        if (layer.gate) names.push_back(layer.name);
      }
      table.fail(cell,
                 fmt::format("found layer '{}'; allowed are the gated layers{}", cell.text,
                             names.empty() ? ", of which there are none" : " " + listed(names)));
    }
    if (!list_.layers[found->second].gate) {
      table.fail(cell, fmt::format("found layer '{}', which has no gates; name a gated layer or "
                                   "remove the row",
                                   cell.text));
    }
    return found->second;
  }

 private:
  const LayerList& list_;
  std::unordered_map<std::string, std::size_t> by_name_;
};

}  // namespace

Densities densities_of(const std::string& text) {
  if (text == "even") return {GateSpread::kEven, ""};
  if (text == "uneven" || text.empty()) return {};
  std::error_code ignored;
  if (!std::filesystem::exists(text, ignored)) {
    throw UserError(
        {text},
        "this is neither a way to draw gates nor such a file; allowed are even, uneven, "
        "and the path of an existing CSV file of densities");
  }
  return {GateSpread::kUneven, text};
}

void read_densities(const std::string& file, LayerList& list) {
  const TextTable table(file, {"layer", "density"});
  table.require("layer");
  table.require("density");
  const LayerNames names(list);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::size_t k = names.find(table, table.cell(row, "layer"));
    list.layers[k].gate->density = table.share(row, "density");
  }
}

std::map<std::string, GateMap> read_open_gates(const std::string& file, const LayerList& list,
                                               const Plan& plan) {
  const TextTable table(file, {"layer", "gate", "row", "column"});
  for (const char* heading : {"layer", "gate", "row", "column"}) table.require(heading);
  const LayerNames names(list);
  std::map<std::string, GateMap> maps;
  std::int64_t all = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const Cell name = table.cell(row, "layer");
    const ListedLayer& layer = list.layers[names.find(table, name)];
    const int block = gate_block(layer, plan), gates = layer.outputs / block;
    auto found = maps.find(name.text);
    if (found == maps.end()) {
      all += std::int64_t{gates} * layer.out_height() * layer.out_width();
      if (all > kMostGates) {
        table.fail(name, fmt::format("the layers up to this one have {} gates at all positions; "
                                     "allowed are {}; leave out layers",
                                     all, kMostGates));
      }
      found =
          maps.try_emplace(name.text, gates, block, layer.out_height(), layer.out_width()).first;
    }
    GateMap& map = found->second;
    if (table.cell(row, "gate").text.empty()) continue;
    map.set_open(table.number(row, "gate", 0, gates - 1),
                 table.number(row, "row", 0, layer.out_height() - 1),
                 table.number(row, "column", 0, layer.out_width() - 1));
  }
  return maps;
}

}  // namespace sluice::estimate
