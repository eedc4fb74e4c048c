// SPDX-License-Identifier: Apache-2.0
// Conditions between values: relations of structure, then capacities.
#pragma once

#include <set>
#include <string>

#include "generator/config/values.h"

namespace sluice {

/// Reports every condition that the values break. A condition is only looked at if all the values
/// it names are good, so one mistake gives one message.
void check_relations(const ReadValues& values, Diagnostics& diagnostics);

/// Names of the conditions that the values break: code and keys of each.
std::set<std::string> broken_relations(const ReadValues& values);

/// Bits of the narrowest signed accumulator that adds `products` products of signed 8 x 8 bits
/// without overflow; the largest product is 2^14, that of -128 and -128.
int accumulator_bits_needed(int products);

/// The most such products that an accumulator of `bits` bits adds without overflow.
int most_products(int bits);

}  // namespace sluice
