// SPDX-License-Identifier: Apache-2.0
// The functions of library cells, as truth tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::synth {

/// Most inputs of a truth table: 2^6 rows are the bits of one word.
inline constexpr int kMostInputs = 6;

/// Longest text of a function, in characters, and most inversions and parentheses in each other.
inline constexpr std::size_t kLongestFunction = 4096;
inline constexpr std::size_t kDeepestFunction = 100;

/// What keeps a text from being read as a function, whatever its inputs: "has 5000 characters; at
/// most 4096 are read". Empty if nothing does.
std::string function_problem(std::string_view function);

/// The truth table of a Liberty function such as "(!(A B)+C)": bit i is its value if input k is bit
/// k of i. Empty if the text is not a function of these inputs, has too many of them, or a
/// problem of the kind above.
std::optional<std::uint64_t> truth_table(std::string_view function,
                                         const std::vector<std::string>& inputs);

}  // namespace sluice::synth
