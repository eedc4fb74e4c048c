// SPDX-License-Identifier: Apache-2.0
// What `sluice quantise` found, as text and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "generator/app/quantise_search.h"
#include "generator/quantise/quantise.h"
#include "generator/util/user_error.h"

namespace sluice::app {

/// Images whose largest output is their label.
struct Accuracies {
  int images = 0, real = 0;
  std::optional<int> codes;  ///< none: the golden model does not take the network
  std::string what;          ///< the images
};

struct QuantiseResult {
  std::string network, output;
  int images = 0;  ///< that calibrated
  std::vector<quantise::LayerReport> layers;
  std::vector<quantise::LeftFloat> left;
  std::optional<SearchResult> search;
  std::optional<Accuracies> accuracies;
  std::optional<UserError> refused;  ///< why the importer does not take the result
};

std::string quantise_text(const QuantiseResult& result);
nlohmann::ordered_json quantise_json(const QuantiseResult& result);

}  // namespace sluice::app
