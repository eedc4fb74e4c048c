// SPDX-License-Identifier: Apache-2.0
#include "generator/commands/encode.h"

#include <cassert>

namespace sluice::commands {
namespace {

std::uint64_t mask(int bits) { return ~std::uint64_t{0} >> (64 - bits); }

/// The word of the field, or the two that it takes.
std::uint64_t read(const Words& command, const FieldInfo& field) {
  const std::uint64_t word = command[field.word];
  return field.bits <= 32 ? word : word | std::uint64_t{command[field.word + 1]} << 32;
}

}  // namespace

bool fits(Field field, std::int64_t value) {
  const FieldInfo& place = info(field);
  if (place.bits == 64) return true;
  if (place.sign == Sign::kUnsigned) return value >= 0 && value >> place.bits == 0;
  return value >> (place.bits - 1) == 0 || value >> (place.bits - 1) == -1;
}

void set(std::uint64_t& entry, Field field, std::int64_t value) {
  const FieldInfo& place = info(field);
  assert(fits(field, value));
  assert((entry >> place.low & mask(place.bits)) == 0);
  entry |= (static_cast<std::uint64_t>(value) & mask(place.bits)) << place.low;
}

void set(Words& command, Field field, std::int64_t value) {
  const FieldInfo& place = info(field);
  std::uint64_t bits = read(command, place);
  set(bits, field, value);
  command[place.word] = static_cast<std::uint32_t>(bits);
  if (place.bits > 32) command[place.word + 1] = static_cast<std::uint32_t>(bits >> 32);
}

std::int64_t get(std::uint64_t entry, Field field) {
  const FieldInfo& place = info(field);
  const std::uint64_t value = entry >> place.low & mask(place.bits);
  const bool negative = place.sign == Sign::kSigned && value >> (place.bits - 1) != 0;
  return static_cast<std::int64_t>(negative ? value | ~mask(place.bits) : value);
}

std::int64_t get(const Words& command, Field field) {
  return get(read(command, info(field)), field);
}

}  // namespace sluice::commands
