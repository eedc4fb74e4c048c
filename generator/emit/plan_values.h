// SPDX-License-Identifier: Apache-2.0
// The values that templates may use: every number of a Plan under its own name.
#pragma once

#include "generator/emit/origin.h"
#include "generator/emit/template.h"
#include "generator/plan/plan.h"

namespace sluice {

/// Every key of the config is there under its path, with '_' for '.' (memory_burst): as a flag if
/// it is true or false, else as text. Numbers of the Plan are there under their names.
/// docs/04_develop says how to add one.
Values plan_values(const Plan& plan, const Origin& origin);

}  // namespace sluice
