// SPDX-License-Identifier: Apache-2.0
// The knobs of networks: what values each takes, and which networks have it.
#pragma once

#include <string>
#include <vector>

namespace sluice::study {

struct KnobRule {
  enum class Value { kWhole, kReal, kFlag, kWord, kBits };

  std::string key;
  Value kind = Value::kWhole;
  double low = 0, high = 0;
  std::vector<std::string> words;  ///< of kWord
  std::string usual;               ///< as JSON, where a network does not say; empty: left out
  bool of_files = false;           ///< of files that are quantised; else of networks to be trained
  std::vector<std::string> gates;  ///< of networks with such gates only; empty: of all
};

/// In the order of tables.
const std::vector<KnobRule>& knob_rules();

}  // namespace sluice::study
