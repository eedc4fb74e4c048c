// SPDX-License-Identifier: Apache-2.0
#include "generator/sweep/point_estimate.h"

#include <fmt/format.h>

#include <filesystem>

#include "generator/config/canonical.h"
#include "generator/config/reader.h"
#include "generator/results/estimate_result.h"
#include "generator/util/failure.h"
#include "generator/util/input_file.h"
#include "generator/util/sha256.h"
#include "generator/util/version.h"

namespace sluice::sweep {
namespace {

using json::Json;

constexpr std::size_t kHashDigits = 16;
/// Of how estimates are kept; another number when old lines no longer mean what new ones do.
constexpr int kEstimateMethod = 3;

std::string name_of(const std::string& path) { return std::filesystem::path(path).stem().string(); }

/// A file's content; empty for names that are no files.
std::string content_of(const std::string& path, const InputKind& kind) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return "";
  return read_input(path, kind, "give a smaller one");
}

/// Everything besides the config that a result depends on.
std::string options_text(const Spec& spec, const std::string& network,
                         const std::string& area_method) {
  const EstimateSettings& from = spec.estimate;
  std::string text =
      fmt::format("{} {} {} {} {} {} {} {} {} {} {}\n", version(), kEstimateMethod, from.clock,
                  from.density.value_or(-1), from.gates, from.compare, from.seed, from.latency,
                  from.read_interval, from.write_interval, from.memory_maps);
  const bool word = from.densities == "even" || from.densities == "uneven";
  text += word ? from.densities + "\n" : content_of(from.densities, input::kTable) + "\n";
  // Contents instead of paths, so that files may move; built-in names are no files: empty
  if (spec.area.measure) {
    text += fmt::format("{} {} {} {}\n", area_method, name_of(spec.area.liberty), spec.area.recipe,
                        sha256(content_of(spec.area.liberty, input::kLiberty)));
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
std::string value_json(const std::string& text) {
  const Json value = Json::parse(text, nullptr, false);
  return (value.is_discarded() ? Json(text) : value)
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

PointEstimator::PointEstimator(const Spec& spec, Measures measures)
    : spec_(spec), measures_(std::move(measures)), columns_(columns_of(spec)) {
  for (const std::string& network : spec.networks) {
    option_hashes_.push_back(
        sha256(options_text(spec, network, measures_.area_method)).substr(0, kHashDigits));
  }
}

PointEstimator::Prepared PointEstimator::prepare(const ConfigPoint& point) const {
  Diagnostics diagnostics;
  const std::vector<std::string> overrides = point.overrides(spec_);
  const auto config = parse_config(spec_.base, spec_.base_text, overrides, diagnostics);
  Prepared design;
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

std::string PointEstimator::key_of(const Prepared& design, std::size_t network) const {
  const std::string name = name_of(spec_.networks[network]);
  return fmt::format("{}-{}-{}", design.hash, name, option_hashes_[network]);
}

void PointEstimator::measure(const Plan& plan, std::size_t network, results::Point& result) const {
  const estimate::Estimate estimate = measures_.estimate(plan, network);
  std::optional<results::AreaResult> area;
  if (measures_.area) area = measures_.area(plan);
  result.figures =
      results::network_figures({estimate, plan, spec_.estimate.clock, area ? &*area : nullptr});
  // A network that does not run whole has no speed: marked as not good, but no failure
  result.ok = estimate.whole();
  result.error = results::not_run_text(estimate);
}

results::Point PointEstimator::run(const ConfigPoint& point, const Prepared& design,
                                   std::size_t network) const {
  results::Point result;
  result.key = key_of(design, network);
  result.network = name_of(spec_.networks[network]);
  result.settings = settings_of(spec_.keys(), point);
  if (!design.plan) {
    result.error = design.error;
    return result;
  }
  const std::string error = failure_of([&] { measure(*design.plan, network, result); });
  if (!error.empty()) result.error = error;
  return result;
}

std::vector<results::Setting> settings_of(const std::vector<std::string>& keys,
                                          const ConfigPoint& point) {
  std::vector<results::Setting> settings;
  for (std::size_t k = 0; k < keys.size(); k++) {
    settings.push_back({keys[k], value_json(point.values[k])});
  }
  return settings;
}

results::SweepColumns columns_of(const Spec& spec) {
  return results::sweep_columns(spec.estimate.compare, spec.area.measure);
}

}  // namespace sluice::sweep
