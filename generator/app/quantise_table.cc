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

std::string row_text(const LayerReport& row, std::size_t names, std::size_t operations) {
  const std::string weights =
      row.weight_bits == 0 ? "" : fmt::format("{} x {}", row.weight_bits, row.input_bits);
  const std::string weights_clipped =
      row.weight_bits == 0 ? "" : fmt::format("{:.2f} %", 100 * row.weights_clipped);
  const double decibels = row.noise.decibels();
  return fmt::format(
      "  {:<{}}  {:<{}}  {:<5}  {:>8}  {:>4}  {:>11.5g} .. {:<11.5g}  {:>8}  {:>8}\n", row.name,
      names, row.operation, operations, weights, weights_clipped, row.output_bits, row.range.low,
      row.range.high, fmt::format("{:.3f} %", 100 * row.clipped),
      std::isfinite(decibels) ? fmt::format("{:.1f} dB", decibels) : "exact");
}

std::string accuracy_text(const Accuracies& found) {
  const auto percent = [&](int correct) { return 100.0 * correct / found.images; };
  std::string text = fmt::format("accuracy on {} {}: float {:.2f} %", found.images, found.what,
                                 percent(found.real));
  if (found.codes) text += fmt::format(", quantised {:.2f} %", percent(*found.codes));
  return text + "\n";
}

Json layer_json(const LayerReport& row) {
  Json json{{"name", row.name}, {"operator", row.operation}};
  if (row.weight_bits > 0) {
    json["weight_bits"] = row.weight_bits;
    json["input_bits"] = row.input_bits;
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
  std::size_t names = 5, operations = 8;
  for (const LayerReport& row : result.layers) {
    names = std::max(names, row.name.size());
    operations = std::max(operations, row.operation.size());
  }
  std::string text = fmt::format("{}: quantised, calibrated on {}\n", result.output,
                                 count_of(result.images, "image"));
  text += fmt::format("  {:<{}}  {:<{}}  {:<5}  {:>8}  {:>4}  {:>11}    {:<11}  {:>8}  {:>8}\n",
                      "layer", names, "operator", operations, "bits", "clipped", "out", "from",
                      "to", "clipped", "SQNR");
  for (const LayerReport& row : result.layers) text += row_text(row, names, operations);
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
  if (result.accuracies) json["accuracy"] = accuracy_json(*result.accuracies);
  json["runs"] = !result.refused;
  if (result.refused) json["problems"] = errors_json(*result.refused);
  return json;
}

}  // namespace sluice::app
