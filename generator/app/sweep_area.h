// SPDX-License-Identifier: Apache-2.0
// Areas of designs, logic and memories: each distinct RTL, and each distinct module of them, is
// mapped once.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "generator/plan/plan.h"
#include "generator/results/area_result.h"
#include "generator/results/sweep_result.h"
#include "generator/sweep/spec.h"
#include "synth/liberty/liberty.h"
#include "synth/memories/table.h"
#include "synth/tools/kept_results.h"

namespace sluice::app {

class AreaCache {
 public:
  /// Throws UserError if Yosys or the library is missing, or if the table of memories is none.
  /// `tell` gets a line for each kept area that is damaged, and so measured again.
  AreaCache(const std::filesystem::path& folder, const sweep::AreaSettings& settings,
            const std::function<void(const std::string&)>& tell);

  /// What `sluice area --json` says of the design, mapped with a config hash of 0 so that configs
  /// with the same hardware have the same RTL. May be called by several threads; a second one that
  /// asks for the same RTL waits. Throws UserError.
  results::AreaResult area_of(const Plan& plan);

  /// How areas are measured and with which table of memories: another text for other contents.
  std::string method() const;

  results::MemorySource memories() const;

 private:
  sweep::AreaSettings settings_;
  synth::Liberty liberty_;
  synth::MemoryTable table_;
  std::string tools_;  ///< what results depend on besides the RTL
  synth::KeptResults reports_, modules_;
};

}  // namespace sluice::app
