// SPDX-License-Identifier: Apache-2.0
#include "generator/app/sweep_area.h"

#include <fmt/format.h>

#include "generator/emit/bundle.h"
#include "generator/emit/origin.h"
#include "generator/util/process.h"
#include "generator/util/sha256.h"
#include "synth/area/area.h"
#include "synth/area/render.h"
#include "synth/memories/choice.h"

namespace sluice::app {
namespace {

namespace fs = std::filesystem;

synth::MapOptions map_options(const sweep::AreaSettings& settings) {
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
results::AreaResult kept_area(const json::Value& area) {
  area.at("total").at("flip_flops").count();
  return results::area_of(area);
}

}  // namespace

AreaCache::AreaCache(const fs::path& folder, const sweep::AreaSettings& settings,
                     const std::function<void(const std::string&)>& tell)
    : settings_(settings), reports_(folder, tell), modules_(folder / "modules", tell) {
  require_tool("yosys", "yosys");
  liberty_ = synth::load_liberty(settings.liberty);
  table_ = synth::load_memory_table(
      settings.memories.empty() ? synth::table_for(liberty_) : settings.memories, liberty_);
  tools_ = fmt::format("{}\n{} {}\n{}\n{}\n", method(), liberty_.name, liberty_.version,
                       settings.recipe, tool_version("yosys", "-V"));
}

std::string AreaCache::method() const {
  return fmt::format("{}\n{}", synth::kAreaMethod, table_.sha256);
}

results::MemorySource AreaCache::memories() const { return {table_.name(), table_.node}; }

results::AreaResult AreaCache::area_of(const Plan& plan) {
  Plan same = plan;
  // The config's hash stands in a register, and would make equal hardware differ
  same.hash = std::string(plan.hash.size(), '0');
  const Bundle bundle = render_bundle(same, make_origin("sweep.yaml", {}));
  const std::string key = sha256(tools_ + text_of(synth::rtl_of(bundle))).substr(0, 32);
  const auto make = [&] {
    return synth::area_json(
        synth::measure_area(same, liberty_, table_, map_options(settings_), modules_));
  };
  const json::Json kept = reports_.get(key, make, [](const json::Value& area) { kept_area(area); });
  return kept_area(json::Document(kept.dump(), {key, ""}).root());
}

}  // namespace sluice::app
