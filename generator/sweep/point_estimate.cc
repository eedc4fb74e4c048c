// SPDX-License-Identifier: Apache-2.0
#include "generator/sweep/point_estimate.h"

#include <fmt/format.h>

#include <filesystem>

#include "generator/app/estimate_table.h"
#include "generator/compiler/compile.h"
#include "generator/config/canonical.h"
#include "generator/config/reader.h"
#include "generator/estimate/text_file.h"
#include "generator/util/input_file.h"
#include "generator/util/sha256.h"
#include "generator/util/version.h"
#include "synth/area/area.h"
#include "verif/data/fashion_mnist.h"

namespace sluice::sweep {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kHashDigits = 16;
/// Of how estimates are kept; another number when old lines no longer mean what new ones do.
constexpr int kEstimateMethod = 2;

app::NetworkOptions network_options(const Spec& spec, const std::string& network) {
  const EstimateSettings& from = spec.estimate;
  app::NetworkOptions options;
  options.network = network;
  options.images.file = "";  // a sweep has no such option
  options.images.otherwise = "give gates at random with 'density' under 'estimate'";
  options.density_given = from.density.has_value();
  options.how.density = from.density.value_or(options.how.density);
  options.how.gates = from.gates;
  options.how.compare = from.compare;
  options.how.local = !from.memory_maps;
  options.how.seed = static_cast<std::uint64_t>(from.seed);
  options.how.memory = {from.latency, from.read_interval, from.latency, from.write_interval};
  return options;
}

std::string name_of(const std::string& path) { return std::filesystem::path(path).stem().string(); }

/// A file's content; empty for names that are no files.
std::string content_of(const std::string& path, const InputKind& kind) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return "";
  return read_input(path, kind, "give a smaller one");
}

/// Everything besides the config that a result depends on.
std::string options_text(const Spec& spec, const std::string& network) {
  const EstimateSettings& from = spec.estimate;
  std::string text =
      fmt::format("{} {} {} {} {} {} {} {} {} {} {}\n", version(), kEstimateMethod, from.clock,
                  from.density.value_or(-1), from.gates, from.compare, from.seed, from.latency,
                  from.read_interval, from.write_interval, from.memory_maps);
  // Contents instead of paths, so that files may move; built-in names are no files: empty
  if (spec.area.measure) {
    text += fmt::format("{} {} {} {}\n", synth::kAreaMethod, name_of(spec.area.liberty),
                        spec.area.recipe, sha256(content_of(spec.area.liberty, input::kLiberty)));
  }
  return text + name_of(network) + "\n" + content_of(network, input::kOnnx);
}

std::string error_text(const Diagnostics& diagnostics) {
  std::vector<std::string> texts;
  for (const Diagnostic& one : diagnostics.sorted()) {
    texts.push_back(one.help.empty() ? one.message : one.message + "; " + one.help);
  }
  return fmt::format("{}", fmt::join(texts, " / "));
}

/// A value as JSON: a number, true, a list, or else a text.
Json json_value(const std::string& text) {
  const Json value = Json::parse(text, nullptr, false);
  return value.is_discarded() ? Json(text) : value;
}

/// Runs `body`; returns what it complains of, or nothing.
template <typename Body>
std::string failure_of(Body body) {
  try {
    body();
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace

PointEstimator::PointEstimator(const Spec& spec, AreaCache* cache)
    : spec_(spec), cache_(cache), figures_(figure_names(spec)) {
  for (const std::string& network : spec.networks) {
    networks_.push_back(std::make_unique<app::NetworkEstimator>(network_options(spec, network)));
    option_hashes_.push_back(sha256(options_text(spec, network)).substr(0, kHashDigits));
  }
}

PointEstimator::Design PointEstimator::design_of(const ConfigPoint& point) const {
  Diagnostics diagnostics;
  const std::vector<std::string> overrides = point.overrides(spec_);
  const auto config = parse_config(spec_.base, spec_.base_text, overrides, diagnostics);
  Design design;
  if (config) {
    design.plan = make_plan(*config);
    design.hash = sha256(canonical_yaml(*config)).substr(0, kHashDigits);
  } else {
    const std::string text = fmt::format("{}\n{}", fmt::join(overrides, "\n"), spec_.base_text);
    design.hash = "bad" + sha256(text).substr(0, kHashDigits - 3);
    design.error = error_text(diagnostics);
  }
  return design;
}

std::string PointEstimator::key_of(const Design& design, std::size_t network) const {
  const std::string name = name_of(spec_.networks[network]);
  return fmt::format("{}-{}-{}", design.hash, name, option_hashes_[network]);
}

Json PointEstimator::figures_of(const Plan& plan, std::size_t network) const {
  const estimate::Estimate estimate = networks_[network]->estimate(plan);
  Json figures = app::estimate_json(estimate, plan, spec_.estimate.clock);
  if (figures.contains("whole_network")) {
    figures["measured_speedup"] = figures["whole_network"]["measured_speedup"];
    figures["theoretical_speedup"] = figures["whole_network"]["theoretical_speedup"];
  }
  if (cache_) {
    const Json area = cache_->area_of(plan);
    figures["area_nand2"] = area.at("total").at("nand2");
    figures["area_flip_flops"] = area.at("total").at("flip_flops");
    figures["memory_bits"] = area.at("memory_bits");
  }
  return figures;
}

Json PointEstimator::run(const ConfigPoint& point, const Design& design,
                         std::size_t network) const {
  Json result;
  result["key"] = key_of(design, network);
  result["network"] = name_of(spec_.networks[network]);
  result["set"] = settings_json(spec_.keys(), point);
  Json figures;
  const std::string error =
      design.plan ? failure_of([&] { figures = figures_of(*design.plan, network); }) : design.error;
  // A network that does not run whole has no speed: marked as not good, but no failure
  result["ok"] = error.empty() && figures["ok"] == true;
  if (!error.empty()) {
    result["error"] = error;
    return result;
  }
  if (figures.contains("error")) result["error"] = figures["error"];
  for (const std::string& name : figure_names(spec_)) {
    if (figures.contains(name) && !figures[name].is_null()) result[name] = figures[name];
  }
  return result;
}

Json settings_json(const std::vector<std::string>& keys, const ConfigPoint& point) {
  Json json = Json::object();
  for (std::size_t k = 0; k < keys.size(); k++) json[keys[k]] = json_value(point.values[k]);
  return json;
}

std::vector<std::string> figure_names(const Spec& spec) {
  std::vector<std::string> names = {
      "runs_whole",          "layer_count", "layers_off_accelerator",
      "frames_per_second",   "cycles",      "utilisation",
      "macs_per_cycle_8",    "macs",        "macs_done",
      "read_bytes",          "write_bytes", "activation_buffer_bytes",
      "weight_buffer_bytes", "programs",    "gates_even_by_construction"};
  if (spec.estimate.compare) {
    for (const char* name : {"cycles_without_gates", "measured_speedup", "theoretical_speedup"}) {
      names.push_back(name);
    }
  }
  if (spec.area.measure) {
    for (const char* name : {"area_nand2", "area_flip_flops", "memory_bits"}) {
      names.push_back(name);
    }
  }
  return names;
}

}  // namespace sluice::sweep
