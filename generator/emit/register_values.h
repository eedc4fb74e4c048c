// SPDX-License-Identifier: Apache-2.0
// The register tables as values for templates.
#pragma once

#include "generator/emit/template.h"
#include "generator/plan/plan.h"

namespace sluice {

/// Adds the lists `registers`, `writable_registers`, `counter_registers` and `register_errors`, and
/// the numbers that go with them.
void add_register_values(Values& values, const Plan& plan);

}  // namespace sluice
