// SPDX-License-Identifier: Apache-2.0
#include "generator/sweep/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "generator/estimate/gate_note.h"
#include "generator/sweep/front.h"
#include "generator/sweep/point_estimate.h"

namespace sluice::sweep {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kShownRows = 20;
constexpr std::size_t kShownMessages = 5;

/// A text without quotes; anything else as in JSON.
std::string plain(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// A CSV cell (RFC 4180).
std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string settings_text(const Spec& spec, const Json& result) {
  std::string text;
  for (const std::string& key : spec.keys()) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", key,
                        result.at("set").value(key, Json()).dump());
  }
  return text.empty() ? "the base config" : text;
}

/// The messages of results with this outcome, each with how often it came.
std::string messages_text(const std::vector<Json>& results, Outcome outcome, const char* words) {
  std::map<std::string, std::size_t> counts;
  for (const Json& result : results) {
    if (outcome_of(result) != outcome) continue;
    const std::string network =
        outcome == Outcome::kNotWhole ? plain(result.at("network")) + ": " : "";
    counts[network + plain(result.at("error"))]++;
  }
  std::string text;
  std::size_t shown = 0;
  for (const auto& [message, count] : counts) {
    if (++shown > kShownMessages) break;
    text += fmt::format("  {}, {} x: {}\n", words, count, message);
  }
  if (counts.size() > kShownMessages) {
    text += fmt::format("  .. and {} other messages; see results.csv\n",
                        counts.size() - kShownMessages);
  }
  return text;
}

std::string front_text(const Spec& spec, const std::vector<Json>& results,
                       const std::string& network) {
  std::vector<Json> own;
  for (const Json& result : results) {
    if (result.at("network") == network) own.push_back(result);
  }
  const std::string cost = cost_of(own);
  const std::vector<std::size_t> front = pareto_front(own, cost, "frames_per_second");
  if (front.empty()) return fmt::format("  {}: no design runs it whole\n", network);
  const bool area = cost == "area_nand2";
  std::string text = fmt::format("  {}: no other point is both smaller and faster{}\n", network,
                                 area ? "; NAND2 of the logic, without memories" : "");
  const auto even = [](const Json& one) { return one.value("gates_even_by_construction", false); };
  if (std::any_of(own.begin(), own.end(), even)) {
    text += "  " + estimate::even_gates_note() + "\n";
  }
  text += fmt::format("  {:>12} {:>12} {:>8}  {}\n", area ? "NAND2" : "MAC/cycle", "frames/s",
                      "of peak", "config");
  for (std::size_t k = 0; k < front.size() && k < kShownRows; k++) {
    const Json& one = own[front[k]];
    text += fmt::format("  {:>12.0f} {:>12.2f} {:>6.1f} %  {}\n", one[cost].get<double>(),
                        one.at("frames_per_second").get<double>(),
                        100 * one.at("utilisation").get<double>(), settings_text(spec, one));
  }
  if (front.size() > kShownRows) {
    text += fmt::format("  .. and {} more; see results.csv\n", front.size() - kShownRows);
  }
  return text;
}

}  // namespace

std::string results_csv(const Spec& spec, const std::vector<Json>& results) {
  std::string text = "network";
  for (const std::string& key : spec.keys()) text += "," + cell(key);
  const std::vector<std::string> figures = figure_names(spec);
  text += fmt::format(",ok,{},error,key\n", fmt::join(figures, ","));
  for (const Json& result : results) {
    text += cell(plain(result.at("network")));
    for (const std::string& key : spec.keys())
      text += "," + cell(plain(result.at("set").value(key, Json())));
    text += "," + result.at("ok").dump();
    for (const std::string& name : figures) {
      text += "," + (result.contains(name) ? result[name].dump() : std::string());
    }
    text += "," + (result.contains("error") ? cell(plain(result.at("error"))) : std::string());
    text += "," + cell(plain(result.at("key"))) + "\n";
  }
  return text;
}

Json results_json(const Spec& spec, const std::vector<Json>& results) {
  Json json;
  json["base"] = spec.base;
  json["set"] = spec.fixed;
  json["keys"] = spec.keys();
  json["networks"] = spec.networks;
  json["clock_mhz"] = spec.estimate.clock;
  json["area"] = spec.area.measure;
  json["figures"] = figure_names(spec);
  json["points"] = results;
  return json;
}

std::string results_text(const Spec& spec, const std::vector<Json>& results) {
  std::string text = messages_text(results, Outcome::kNotWhole, "not run whole") +
                     messages_text(results, Outcome::kFailed, "failed");
  std::vector<std::string> seen;
  for (const Json& result : results) {
    const std::string network = result.at("network");
    if (std::find(seen.begin(), seen.end(), network) != seen.end()) continue;
    seen.push_back(network);
    text += front_text(spec, results, network);
  }
  return text;
}

}  // namespace sluice::sweep
