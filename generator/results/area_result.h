// SPDX-License-Identifier: Apache-2.0
// The cell area of a design, as `sluice area` finds it.
#pragma once

#include <string>
#include <vector>

#include "generator/results/columns.h"

namespace sluice::results {

struct BlockResult {
  std::string name;  ///< "PE array"
  BlockFigures figures;
};

/// All areas are of the logic, without memories.
struct AreaResult {
  std::string design, library, recipe;
  std::vector<BlockResult> blocks;  ///< of a flat design none
  BlockFigures total;
  AreaFigures figures;
};

/// Adds "blocks" and "total" to an object; without blocks only the latter.
void write_blocks(Json& json, const AreaResult& area);

/// Reads what `sluice area --json` prints. Throws UserError.
AreaResult area_of(const json::Value& area);
AreaResult read_area(const std::string& file);

}  // namespace sluice::results
