// SPDX-License-Identifier: Apache-2.0
// The values that templates may use: every number of a Plan under its own name.
#pragma once

#include "generator/emit/origin.h"
#include "generator/emit/template.h"
#include "generator/plan/plan.h"

namespace sluice {

/// Names follow Config and Plan; members of sections are joined with '_' (memory_burst), buffers
/// are activation_bytes and weight_bytes. docs/04_develop says how to add one.
Values plan_values(const Plan& plan, const Origin& origin);

}  // namespace sluice
