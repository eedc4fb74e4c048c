// SPDX-License-Identifier: Apache-2.0
// What a design amounts to, in numbers a user compares designs by: `sluice info` and the README of
// a generated design.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generator/plan/plan.h"

namespace sluice {

struct Characteristic {
  std::string name;     ///< key in JSON, lower_snake_case
  std::string meaning;  ///< in words
  std::int64_t value;
  std::string unit;
};

/// All characteristics of a design; those of operand widths it does not have are left out.
std::vector<Characteristic> characteristics(const Plan& plan);

}  // namespace sluice
