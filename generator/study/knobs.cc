// SPDX-License-Identifier: Apache-2.0
#include "generator/study/knobs.h"

#include "generator/study/spec.h"

namespace sluice::study {

const std::vector<KnobRule>& knob_rules() {
  using enum KnobRule::Value;
  static const std::vector<std::string> gated = {"channels", "planes"};
  static const std::vector<KnobRule> rules = {
      {"weights", kWhole, 2, 8, {}, "8", false, {}},
      {"activations", kWhole, 2, 8, {}, "8", false, {}},
      {"gates", kWord, 0, 0, {"none", "channels", "planes"}, "\"none\"", false, {}},
      {"partitions", kWhole, 2, 64, {}, "4", false, {"channels"}},
      {"block", kWhole, 1, 1024, {}, "4", false, gated},
      {"groups", kFlag, 0, 0, {}, "true", false, {"channels"}},
      {"share", kReal, 0, 1, {}, "0.15", false, gated},
      {"split", kReal, 0, 1, {}, "0", false, {}},
      {"circulant", kWhole, 1, 64, {}, "1", false, {}},
      {"epochs", kWhole, 0, 100000, {}, "", false, {}},
      {"seed", kWhole, 0, 1e9, {}, "", false, {}},
      {"bits", kBits, 0, 0, {}, "", true, {}},
      {"split", kReal, 0, 1, {}, "", true, {}},
      {"clip", kWord, 0, 0, {"max", "mse", "aciq", "kl"}, "", true, {}},
  };
  return rules;
}

std::vector<std::string> knob_keys() {
  std::vector<std::string> keys;
  for (const KnobRule& rule : knob_rules()) {
    bool there = false;
    for (const std::string& key : keys) there = there || key == rule.key;
    if (!there) keys.push_back(rule.key);
  }
  return keys;
}

std::vector<std::string> data_kinds() { return {"fashion-mnist", "cifar10", "images"}; }

}  // namespace sluice::study
