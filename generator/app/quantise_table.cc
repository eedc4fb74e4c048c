// SPDX-License-Identifier: Apache-2.0
#include "generator/app/quantise_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "generator/app/errors.h"
#include "generator/util/text.h"

namespace sluice::app {
namespace {

using Json = nlohmann::ordered_json;
using quantise::LayerReport;

double percent(int part, int all) { return 100.0 * part / all; }

/// Widths of columns, and whether there is one of splits.
struct Columns {
  std::size_t names = 5, operations = 8;
  bool splits = false;

  std::string split_text(const std::string& text) const {
    return splits ? fmt::format("  {:>5}", text) : "";
  }
};

std::string row_text(const LayerReport& row, const Columns& columns) {
  const std::string weights =
      row.weight_bits == 0 ? "" : fmt::format("{} x {}", row.weight_bits, row.input_bits);
  const std::string weights_clipped =
      row.weight_bits == 0 ? "" : fmt::format("{:.2f} %", 100 * row.weights_clipped);
  const double decibels = row.noise.decibels();
  return fmt::format(
      "  {:<{}}  {:<{}}  {:<5}{}  {:>8}  {:>4}  {:>11.5g} .. {:<11.5g}  {:>8}  {:>8}\n", row.name,
      columns.names, row.operation, columns.operations, weights,
      columns.split_text(row.splits > 0 ? fmt::to_string(row.splits) : ""), weights_clipped,
      row.output_bits, row.range.low, row.range.high, fmt::format("{:.3f} %", 100 * row.clipped),
      std::isfinite(decibels) ? fmt::format("{:.1f} dB", decibels) : "exact");
}

std::string accuracy_text(const Accuracies& found) {
  std::string text = fmt::format("accuracy on {} {}: float {:.2f} %", found.images, found.what,
                                 percent(found.real, found.images));
  if (found.codes) text += fmt::format(", quantised {:.2f} %", percent(*found.codes, found.images));
  return text + "\n";
}

std::string bits_of(quantise::Width width) {
  return fmt::format("{} x {}", width.weights, width.input);
}

std::string search_text(const SearchResult& search) {
  std::size_t names = 5;
  for (const SearchStep& step : search.steps) names = std::max(names, step.layer.size());
  std::string text = fmt::format("search on {}, at least {:.2f} %:\n", search.config,
                                 percent(search.least_correct, search.images));
  text += fmt::format("  {:<{}}  {:<5}  {:>10}  {:>9}  {:>8}\n", "layer", names, "bits", "cycles",
                      "accuracy", "lost");
  text += fmt::format("  {:<{}}  {:<5}  {:>10}  {:>7.2f} %\n", "", names, "", search.first_cycles,
                      percent(search.first_correct, search.images));
  for (const SearchStep& step : search.steps)
    text += fmt::format("  {:<{}}  {:<5}  {:>10}  {:>7.2f} %  {:>5.1f} dB{}\n", step.layer, names,
                        bits_of(step.width), step.cycles, percent(step.correct, search.images),
                        step.lost_db, step.kept ? "" : "  not kept");
  return text + fmt::format("  {} cycles instead of {}\n", search.cycles, search.first_cycles);
}

Json search_json(const SearchResult& search) {
  Json json{{"config", search.config},
            {"images", search.images},
            {"least_correct", search.least_correct},
            {"cycles_before", search.first_cycles},
            {"correct_before", search.first_correct},
            {"cycles", search.cycles},
            {"correct", search.correct},
            {"steps", Json::array()}};
  for (const SearchStep& step : search.steps)
    json["steps"].push_back({{"layer", step.layer},
                             {"weight_bits", step.width.weights},
                             {"input_bits", step.width.input},
                             {"cycles", step.cycles},
                             {"correct", step.correct},
                             {"lost_db", step.lost_db},
                             {"kept", step.kept}});
  return json;
}

Json layer_json(const LayerReport& row) {
  Json json{{"name", row.name}, {"operator", row.operation}};
  if (row.weight_bits > 0) {
    json["weight_bits"] = row.weight_bits;
    json["input_bits"] = row.input_bits;
    json["splits"] = row.splits;
    json["weights_clipped"] = row.weights_clipped;
  }
  json["output_bits"] = row.output_bits;
  json["low"] = row.range.low;
  json["high"] = row.range.high;
  json["clipped"] = row.clipped;
  const double decibels = row.noise.decibels();
  json["sqnr_db"] = std::isfinite(decibels) ? Json(decibels) : Json(nullptr);
  return json;
}

Json accuracy_json(const Accuracies& found) {
  const auto one = [&](int correct) -> Json {
    return {{"correct", correct}, {"accuracy", double(correct) / found.images}};
  };
  Json json{{"images", found.images}, {"of", found.what}, {"float", one(found.real)}};
  if (found.codes) json["quantised"] = one(*found.codes);
  return json;
}

}  // namespace

std::string quantise_text(const QuantiseResult& result) {
  Columns columns;
  for (const LayerReport& row : result.layers) {
    columns.names = std::max(columns.names, row.name.size());
    columns.operations = std::max(columns.operations, row.operation.size());
    columns.splits = columns.splits || row.splits > 0;
  }
  std::string text = result.search ? search_text(*result.search) : "";
  text += fmt::format("{}: quantised, calibrated on {}\n", result.output,
                      count_of(result.images, "image"));
  text +=
      fmt::format("  {:<{}}  {:<{}}  {:<5}{}  {:>8}  {:>4}  {:>11}    {:<11}  {:>8}  {:>8}\n",
                  "layer", columns.names, "operator", columns.operations, "bits",
                  columns.split_text("split"), "clipped", "out", "from", "to", "clipped", "SQNR");
  for (const LayerReport& row : result.layers) text += row_text(row, columns);
  for (const quantise::LeftFloat& node : result.left)
    text += fmt::format("left in float: {} ({})\n", node.node, node.operation);
  if (result.accuracies) text += accuracy_text(*result.accuracies);
  if (result.refused)
    text += fmt::format("Sluice does not run this network as it is:\n{}\n", result.refused->what());
  return text;
}

Json quantise_json(const QuantiseResult& result) {
  Json json{{"ok", true},
            {"network", result.network},
            {"output", result.output},
            {"images", result.images}};
  json["layers"] = Json::array();
  for (const LayerReport& row : result.layers) json["layers"].push_back(layer_json(row));
  json["left_in_float"] = Json::array();
  for (const quantise::LeftFloat& node : result.left)
    json["left_in_float"].push_back({{"node", node.node}, {"operator", node.operation}});
  if (result.search) json["search"] = search_json(*result.search);
  if (result.accuracies) json["accuracy"] = accuracy_json(*result.accuracies);
  json["runs"] = !result.refused;
  if (result.refused) json["problems"] = errors_json(*result.refused);
  return json;
}

}  // namespace sluice::app
