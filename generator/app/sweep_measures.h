// SPDX-License-Identifier: Apache-2.0
// Fills what a sweep has measured for it: estimates, with the gates of images where networks have
// some, and cell areas.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "generator/sweep/point_estimate.h"

namespace sluice::app {

/// Reads the networks of the sweep. Areas, if it has some, are kept in `area_folder`; `tell` gets a
/// line for each kept one that is damaged. Throws what reading networks throws (NetworkEstimator),
/// and UserError if Yosys or the library is missing.
sweep::Measures sweep_measures(const sweep::Spec& spec, const std::filesystem::path& area_folder,
                               const std::function<void(const std::string&)>& tell);

}  // namespace sluice::app
