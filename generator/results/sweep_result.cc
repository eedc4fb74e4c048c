// SPDX-License-Identifier: Apache-2.0
#include "generator/results/sweep_result.h"

#include <algorithm>

namespace sluice::results {
namespace {

constexpr std::size_t kMostValues = 64'000'000;

bool in_sweeps(const Column<NetworkFigures>& one) { return one.in_sweep != InSweep::kNever; }

std::string value_text(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<std::string> texts_of(const json::Value& list) {
  std::vector<std::string> texts;
  for (const json::Value& text : list.items()) texts.push_back(text.text());
  return texts;
}

std::vector<std::string> texts_if_there(const json::Value& from, const char* name) {
  const auto list = from.find(name);
  return list ? texts_of(*list) : std::vector<std::string>();
}

}  // namespace

std::string Setting::text() const {
  return value.starts_with('"') ? Json::parse(value).get<std::string>() : value;
}

Outcome Point::outcome() const {
  if (figures.layers_off_accelerator.value_or(0) != 0) return Outcome::kNotWhole;
  return ok ? Outcome::kGood : Outcome::kFailed;
}

std::string Point::value_of(const std::string& wanted) const {
  for (const Setting& setting : settings) {
    if (setting.key == wanted) return setting.value;
  }
  return "null";
}

std::string Point::text_of(const std::string& wanted) const {
  return Setting{wanted, value_of(wanted)}.text();
}

SweepColumns sweep_columns(bool compared, bool area) {
  SweepColumns wanted;
  for (const Column<NetworkFigures>& one : columns<NetworkFigures>()) {
    if (!in_sweeps(one) || (one.in_sweep == InSweep::kCompared && !compared)) continue;
    if (one.in_sweep == InSweep::kWithArea && !area) continue;
    wanted.push_back(&one);
  }
  return wanted;
}

bool has_needed(const Point& point, const SweepColumns& columns) {
  return std::all_of(columns.begin(), columns.end(), [&point](const auto* one) {
    return (one->needs & kKept) == 0 || one->has(point.figures);
  });
}

Json json_of(const Point& point) {
  Json json;
  json["key"] = point.key;
  json["network"] = point.network;
  json["set"] = Json::object();
  for (const Setting& setting : point.settings) {
    json["set"][setting.key] = Json::parse(setting.value);
  }
  json["ok"] = point.ok;
  if (!point.error.empty()) json["error"] = point.error;
  write(json, point.figures, in_sweeps);
  return json;
}

Json json_of(const SweepResult& sweep) {
  Json json;
  json["base"] = sweep.base;
  json["set"] = sweep.fixed;
  json["keys"] = sweep.keys;
  json["networks"] = sweep.networks;
  json["clock_mhz"] = sweep.clock_mhz;
  json["area"] = sweep.area;
  if (!sweep.memories.table.empty()) {
    json["memory_table"] = sweep.memories.table;
    json["memory_node"] = sweep.memories.node;
  }
  json["figures"] = Json::array();
  for (const Column<NetworkFigures>* one : sweep.columns) json["figures"].push_back(one->name);
  json["points"] = Json::array();
  for (const Point& point : sweep.points) json["points"].push_back(json_of(point));
  return json;
}

Point point_of(const json::Value& from, bool with_key) {
  Point point;
  if (with_key) point.key = from.at("key").text();
  point.network = from.at("network").text();
  if (const auto key = from.find("key")) point.key = key->text();
  for (const auto& [key, value] : from.at("set").members()) {
    point.settings.push_back({key, value_text(value.json())});
  }
  // Before all else: whether the others must be there depends on it
  const auto off = from.find("layers_off_accelerator");
  const bool whole = !off || off->count() == 0;
  read(from, point.figures, in_sweeps);
  point.ok = from.at("ok").flag();
  if (const auto error = from.find("error")) point.error = error->text();
  if (!point.ok) {
    point.error = from.at("error").text();
    return point;
  }
  require<NetworkFigures>(from, Place::kDesign, kSweepChart);
  if (!whole) return point;
  for (const Place place : {Place::kSpeed, Place::kSums}) {
    require<NetworkFigures>(from, place, kSweepChart);
  }
  return point;
}

SweepResult sweep_of(const json::Value& from) {
  SweepResult sweep;
  if (const auto base = from.find("base")) sweep.base = base->text();
  sweep.keys = texts_of(from.at("keys"));
  sweep.clock_mhz = from.at("clock_mhz").positive();
  for (const json::Value& point : from.at("points").items()) {
    sweep.points.push_back(point_of(point, false));
  }
  sweep.fixed = texts_if_there(from, "set");
  sweep.networks = texts_if_there(from, "networks");
  const std::vector<std::string> names = texts_if_there(from, "figures");
  for (const Column<NetworkFigures>& one : columns<NetworkFigures>()) {
    if (std::find(names.begin(), names.end(), one.name) != names.end()) {
      sweep.columns.push_back(&one);
    }
  }
  if (const auto area = from.find("area")) sweep.area = area->flag();
  if (const auto table = from.find("memory_table")) {
    sweep.memories = {table->text(), from.at("memory_node").text()};
  }
  return sweep;
}

SweepResult read_sweep(const std::string& file) {
  const std::string remedy = "make it with sluice sweep SWEEP.yaml -o DIR";
  const json::Document document(read_input(file, input::kSweepJson, remedy), {file, remedy},
                                kMostValues);
  return sweep_of(document.root());
}

}  // namespace sluice::results
