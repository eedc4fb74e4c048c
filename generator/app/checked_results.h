// SPDX-License-Identifier: Apache-2.0
// What files of results must hold before the program works with them. All throw UserError with
// file, line, column, the key's path and what it must be.
#pragma once

#include <string>
#include <vector>

#include "generator/util/checked_json.h"

namespace sluice::app {

/// A point of a sweep: a line of results.jsonl, or one of "points" in results.json. One that is
/// good has frames a second; others, among them networks that do not run whole, have an error.
void check_point(const json::Value& point);

/// Whether a kept good point has all these figures but those that not every network has.
bool has_figures(const json::Json& point, const std::vector<std::string>& names);

/// results.json of `sluice sweep`.
void check_sweep(const json::Value& sweep);
/// What `sluice estimate --json` prints.
void check_estimate(const json::Value& estimate);
/// What `sluice area --json` prints.
void check_area(const json::Value& area);

/// Reads and checks a file.
json::Json read_sweep(const std::string& file);
json::Json read_estimate(const std::string& file);
json::Json read_area(const std::string& file);

}  // namespace sluice::app
