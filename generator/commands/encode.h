// SPDX-License-Identifier: Apache-2.0
// Puts numbers into the fields of commands and entries, and takes them out, as the tables say.
#pragma once

#include <array>
#include <cstdint>

#include "generator/commands/formats.h"

namespace sluice::commands {

using Words = std::array<std::uint32_t, kUsedWords>;

/// Whether the field holds this number. Addresses, of 64 bits, are given as their bit pattern.
bool fits(Field field, std::int64_t value);

/// Sets a field of a command or of an entry. The number must fit, and the field must be zero
/// before.
void set(Words& command, Field field, std::int64_t value);
void set(std::uint64_t& entry, Field field, std::int64_t value);

/// What a field of a command or of an entry holds.
std::int64_t get(const Words& command, Field field);
std::int64_t get(std::uint64_t entry, Field field);

}  // namespace sluice::commands
