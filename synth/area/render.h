// SPDX-License-Identifier: Apache-2.0
// Area reports as text and JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "generator/results/area_result.h"
#include "synth/area/area.h"

namespace sluice::synth {

/// Tables of blocks and memories, totals, what a MAC costs, and what the numbers came from.
std::string area_text(const AreaReport& report);
nlohmann::ordered_json area_json(const AreaReport& report);
/// Its figures, as other results have them.
results::AreaResult area_result(const AreaReport& report);

/// A design beside others: `changes` says what the variant's config changes, such as
/// "gating=false"; empty for the first one, which the others are compared with.
struct AreaVariant {
  std::string changes;
  AreaReport report;
};
std::string comparison_text(const std::vector<AreaVariant>& variants);
nlohmann::ordered_json comparison_json(const std::vector<AreaVariant>& variants);

/// The values of `--compare`: "a=1,b=[8,4]" gives "a=1" and "b=[8,4]". Throws UserError if a part
/// is not key=value or brackets do not match.
std::vector<std::string> split_changes(const std::string& text);

}  // namespace sluice::synth
