#include "app/sweep/area_cache.h"

#include "app/sweep/files.h"
#include "area/area.h"
#include "area/render.h"
#include "emit/bundle.h"
#include "emit/origin.h"
#include "tools/process.h"
#include "util/sha256.h"

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

}  // namespace

AreaCache::AreaCache(const fs::path& folder, const AreaSettings& settings)
    : folder_(folder), settings_(settings) {
  synth::require_tool("yosys", "yosys");
  liberty_ = synth::load_liberty(settings.liberty);
  tools_ = liberty_.name + " " + liberty_.version + "\n" + settings.recipe + "\n" +
           synth::tool_version("yosys", "-V") + "\n";
  fs::create_directories(folder_);
}

Json AreaCache::area_of(const Plan& plan) {
  Plan same = plan;
  // The config's hash stands in a register, and would make equal hardware differ
  same.hash = std::string(plan.hash.size(), '0');
  const Bundle bundle = render_bundle(same, make_origin("sweep.yaml", {}));
  const std::string hash = sha256(tools_ + text_of(synth::rtl_of(bundle))).substr(0, 32);
  Json report;
  if (begin(hash, report)) return report;
  try {
    report = synth::area_json(synth::measure_area(same, liberty_, map_options(settings_)));
    write_whole(folder_ / (hash + ".json"), report.dump(2) + "\n");
  } catch (...) {
    end(hash, nullptr);
    throw;
  }
  end(hash, &report);
  return report;
}

/// True with the report if it is there; else the caller must map the design and call `end`.
bool AreaCache::begin(const std::string& hash, Json& report) {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [&] { return !in_work_.contains(hash); });
  if (const auto found = known_.find(hash); found != known_.end()) {
    report = found->second;
    return true;
  }
  report = Json::parse(read_whole(folder_ / (hash + ".json")), nullptr, false);
  if (report.is_object() && report.contains("total")) {
    known_[hash] = report;
    return true;
  }
  in_work_.insert(hash);
  return false;
}

void AreaCache::end(const std::string& hash, const Json* report) {
  const std::lock_guard lock(mutex_);
  in_work_.erase(hash);
  if (report) {
    known_[hash] = *report;
    mapped_++;
  }
  ended_.notify_all();
}

}  // namespace sluice::sweep
