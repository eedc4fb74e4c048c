// SPDX-License-Identifier: Apache-2.0
#include "generator/study/points.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "generator/study/knobs.h"
#include "generator/util/input_file.h"
#include "generator/util/sha256.h"
#include "generator/util/version.h"

namespace sluice::study {
namespace {

using json::Json;
using results::Setting;
using Settings = std::vector<Setting>;

/// Of how networks are made; another number when what was kept no longer is what would be made.
constexpr int kMethod = 1;
constexpr std::size_t kHashDigits = 12;

const Setting* find(const Settings& settings, const std::string& key) {
  for (const Setting& one : settings) {
    if (one.key == key) return &one;
  }
  return nullptr;
}

/// Values of a network's knobs, with those that the study does not name.
std::vector<Knob> all_knobs(const Spec& spec, const NetworkSpec& network) {
  std::vector<Knob> all;
  for (const KnobRule& rule : knob_rules()) {
    if (rule.of_files == network.trained()) continue;
    Knob knob{rule.key, {}};
    for (const Knob& given : network.knobs) {
      if (given.key == rule.key) knob = given;
    }
    if (knob.values.empty() && rule.key == "epochs" && network.trained())
      knob.values = {fmt::format("{}", spec.epochs)};
    if (knob.values.empty() && rule.key == "seed" && network.trained())
      knob.values = {fmt::format("{}", spec.seed)};
    if (knob.values.empty() && !rule.usual.empty()) knob.values = {rule.usual};
    if (!knob.values.empty()) all.push_back(std::move(knob));
  }
  return all;
}

/// Leaves out knobs of gates that the network does not have.
Settings fitting(const Settings& settings) {
  const Setting* gates = find(settings, "gates");
  Settings fit;
  for (const Setting& one : settings) {
    bool wanted = true;
    for (const KnobRule& rule : knob_rules()) {
      if (rule.key != one.key || rule.gates.empty() || !gates) continue;
      wanted = std::find(rule.gates.begin(), rule.gates.end(), gates->text()) != rule.gates.end();
    }
    if (wanted) fit.push_back(one);
  }
  return fit;
}

std::vector<Settings> grid(const std::vector<Knob>& knobs) {
  std::vector<Settings> all = {{}};
  for (const Knob& knob : knobs) {
    std::vector<Settings> longer;
    for (const Settings& before : all) {
      for (const std::string& value : knob.values) {
        longer.push_back(before);
        longer.back().push_back({knob.key, value});
      }
    }
    all = std::move(longer);
  }
  return all;
}

Json train_json(const Spec& spec, const NetworkSpec& network, const Settings& settings) {
  const auto value = [&settings](const std::string& key) {
    return Json::parse(find(settings, key)->value);
  };
  Json data = {{"kind", spec.data.kind}};
  if (!spec.data.path.empty()) data["path"] = spec.data.path;
  Json gates = {{"kind", value("gates")}};
  for (const char* key : {"partitions", "block", "groups", "share"}) {
    if (find(settings, key)) gates[key] = value(key);
  }
  Json train = {{"network", network.network}, {"data", data}, {"epochs", value("epochs")}};
  if (spec.float_epochs >= 0) train["float_epochs"] = spec.float_epochs;
  const Json rest = {
      {"seed", value("seed")}, {"weights", value("weights")}, {"activations", value("activations")},
      {"gates", gates},        {"split", value("split")},     {"circulant", value("circulant")}};
  train.update(rest);
  return train;
}

/// All that a network depends on. The trainer's own files and the data's content are not read.
std::string content_of(const Spec& spec, const NetworkPoint& point) {
  if (point.trained()) {
    return fmt::format("{}\n{}\n{}", kMethod, Json(spec.trainer).dump(), point.train.dump());
  }
  std::string text = fmt::format("{}\n{}\n", kMethod, version());
  for (const Setting& one : point.settings) text += one.key + "=" + one.value + "\n";
  if (point.quantised())
    text += spec.data.images + "\n" + spec.data.labels + "\n" + spec.data.calibration + "\n";
  return text + read_input(point.file, input::kOnnx, "give a smaller one");
}

}  // namespace

std::string NetworkPoint::text_of(const std::string& knob) const {
  const Setting* found = find(settings, knob);
  return found ? found->text() : "";
}

std::vector<NetworkPoint> network_points(const Spec& spec) {
  std::vector<NetworkPoint> points;
  for (const NetworkSpec& network : spec.networks) {
    std::set<std::string> keys;
    for (const Settings& all : grid(all_knobs(spec, network))) {
      NetworkPoint point;
      point.network = network.name;
      point.settings = fitting(all);
      point.file = network.file;
      if (network.trained()) point.train = train_json(spec, network, point.settings);
      point.key = fmt::format("{}-{}", network.name,
                              sha256(content_of(spec, point)).substr(0, kHashDigits));
      if (keys.insert(point.key).second) points.push_back(std::move(point));
    }
  }
  return points;
}

}  // namespace sluice::study
