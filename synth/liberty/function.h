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

/// The truth table of a Liberty function such as "(!(A B)+C)": bit i is its value if input k is bit
/// k of i. Empty if the text is not a function of these inputs or has too many of them.
std::optional<std::uint64_t> truth_table(std::string_view function,
                                         const std::vector<std::string>& inputs);

}  // namespace sluice::synth
