// SPDX-License-Identifier: Apache-2.0
// The tables of commands and record entries as values for templates.
#pragma once

#include "generator/emit/template.h"
#include "generator/plan/plan.h"

namespace sluice {

/// Adds the lists `command_formats`, `operand_formats` (those with operands), `command_head` and
/// `command_structs`, and the lowest bit of each field of an entry.
void add_command_values(Values& values, const Plan& plan);

}  // namespace sluice
