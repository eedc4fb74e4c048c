// Cell areas of designs, each distinct RTL mapped once.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "app/sweep/spec.h"
#include "liberty/liberty.h"
#include "plan/plan.h"

namespace sluice::sweep {

class AreaCache {
 public:
  /// Throws synth::SynthError if Yosys or the library is missing.
  AreaCache(const std::filesystem::path& folder, const AreaSettings& settings);

  /// What `sluice area --json` says of the design, mapped with a config hash of 0 so that configs
  /// with the same hardware have the same RTL. May be called by several threads; a second one that
  /// asks for the same RTL waits. Throws synth::SynthError.
  nlohmann::ordered_json area_of(const Plan& plan);

  /// Designs that Yosys mapped, not counting those that were there.
  int mapped() const { return mapped_; }

 private:
  bool begin(const std::string& hash, nlohmann::ordered_json& report);
  void end(const std::string& hash, const nlohmann::ordered_json* report);

  std::filesystem::path folder_;
  AreaSettings settings_;
  synth::Liberty liberty_;
  std::string tools_;  ///< what results depend on besides the RTL
  std::mutex mutex_;
  std::condition_variable ended_;
  std::set<std::string> in_work_;
  std::map<std::string, nlohmann::ordered_json> known_;
  int mapped_ = 0;
};

}  // namespace sluice::sweep
