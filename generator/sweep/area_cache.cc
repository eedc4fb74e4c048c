// SPDX-License-Identifier: Apache-2.0
#include "generator/sweep/area_cache.h"

#include <fmt/format.h>

#include "generator/app/checked_results.h"
#include "generator/emit/bundle.h"
#include "generator/emit/origin.h"
#include "generator/util/process.h"
#include "generator/util/sha256.h"
#include "synth/area/area.h"
#include "synth/area/render.h"

namespace sluice::sweep {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

synth::MapOptions map_options(const AreaSettings& settings) {
  synth::MapOptions options;
  options.recipe = settings.recipe == "adders" ? synth::Recipe::kAdders : synth::Recipe::kPlain;
  options.timeout_seconds = settings.timeout;
  return options;
}

std::string text_of(const synth::Rtl& rtl) {
  std::string text;
  for (const OutputFile& file : rtl.files) text += file.path + "\n" + file.text + "\n";
  return text;
}

/// What is taken from a kept area.
void check_kept(const json::Value& area) {
  app::check_area(area);
  area.at("total").at("flip_flops").count();
}

}  // namespace

AreaCache::AreaCache(const fs::path& folder, const AreaSettings& settings,
                     const std::function<void(const std::string&)>& tell)
    : settings_(settings), reports_(folder, tell), modules_(folder / "modules", tell) {
  require_tool("yosys", "yosys");
  liberty_ = synth::load_liberty(settings.liberty);
  tools_ = fmt::format("{}\n{} {}\n{}\n{}\n", synth::kAreaMethod, liberty_.name, liberty_.version,
                       settings.recipe, tool_version("yosys", "-V"));
}

Json AreaCache::area_of(const Plan& plan) {
  Plan same = plan;
  // The config's hash stands in a register, and would make equal hardware differ
  same.hash = std::string(plan.hash.size(), '0');
  const Bundle bundle = render_bundle(same, make_origin("sweep.yaml", {}));
  const std::string key = sha256(tools_ + text_of(synth::rtl_of(bundle))).substr(0, 32);
  const auto make = [&] {
    return synth::area_json(synth::measure_area(same, liberty_, map_options(settings_), modules_));
  };
  return reports_.get(key, make, check_kept);
}

}  // namespace sluice::sweep
