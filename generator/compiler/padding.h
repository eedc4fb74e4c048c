// SPDX-License-Identifier: Apache-2.0
// The padding of maps in the activation buffer, which FILL commands write.
#pragma once

#include <vector>

#include "generator/compiler/mapping.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

/// The fills that give a map its padding.
struct Padding {
  std::vector<WordRange> words;
  bool exact = true;  ///< no value of the map shares a word with the padding
};

/// The words around the values of a local map; none for a map without padding.
Padding padding_around(const MapLayout& layout, const net::FeatureMap& map, const Plan& plan);

/// The fills that take fewer cycles: of the words `around` a map's values, or of the `whole` place,
/// which is as good as long as they come before the values.
std::vector<WordRange> cheaper_fills(const std::vector<WordRange>& around,
                                     const std::vector<WordRange>& whole);

}  // namespace sluice::compiler
