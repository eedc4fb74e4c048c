// SPDX-License-Identifier: Apache-2.0
// Are two versions of a module the same function? Random patterns first, then a proof by abc.
#pragma once

#include <cstdint>
#include <string>

#include "synth/equivalence/logic.h"

namespace sluice::synth {

struct CheckOptions {
  std::int64_t vectors = 1 << 14;  ///< random patterns before the proof, rounded up to 64
  std::int64_t vectors_without_proof = 1 << 20;  ///< in all, if there is no proof in time
  double timeout_seconds = 60;                   ///< of the proof, and of each case of a split one
  /// If there is no proof in time: a vector of inputs or registers, such as "weight_q", each of
  /// whose values is then a proof of its own; at most kMaxSplitBits bits. Empty: none.
  std::string split;
};

inline constexpr int kMaxSplitBits = 10;

enum class Answer {
  kEqual,      ///< proven for all inputs and states
  kDifferent,  ///< there is a counter-example
  kUnknown,    ///< no proof within the time; the random patterns agree
};

struct CheckResult {
  Answer answer = Answer::kUnknown;
  std::string method;          ///< "abc cec", "abc cec x256" if that many cases, or "random"
  std::string counterexample;  ///< which bit differs, for which inputs
  std::int64_t vectors = 0;    ///< random patterns that agree
};

/// Both must have the same names of inputs and outputs. Throws UserError if abc is missing or
/// fails.
CheckResult check_equal(const Logic& gold, const Logic& gate, const CheckOptions& options);

/// One proof for each value of a vector of inputs, without random patterns. Unknown if there is no
/// such vector, it is too long, or a case has no proof in time.
CheckResult check_cases(const Logic& gold, const Logic& gate, const std::string& vector,
                        const CheckOptions& options);

}  // namespace sluice::synth
