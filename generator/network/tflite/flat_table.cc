// SPDX-License-Identifier: Apache-2.0
#include "generator/network/tflite/flat_table.h"

#include <cstring>

namespace sluice::net::tflite {

/// The format is little endian, as are all hosts we run on.
template <typename T>
T FlatTable::read(std::size_t at) const {
  if (at > buffer_.size() || buffer_.size() - at < sizeof(T)) throw BrokenBuffer();
  T value;
  std::memcpy(&value, buffer_.data() + at, sizeof value);
  return value;
}

template bool FlatTable::read<bool>(std::size_t) const;
template std::int8_t FlatTable::read<std::int8_t>(std::size_t) const;
template std::uint8_t FlatTable::read<std::uint8_t>(std::size_t) const;
template std::int32_t FlatTable::read<std::int32_t>(std::size_t) const;
template std::uint32_t FlatTable::read<std::uint32_t>(std::size_t) const;
template std::int64_t FlatTable::read<std::int64_t>(std::size_t) const;
template std::uint64_t FlatTable::read<std::uint64_t>(std::size_t) const;
template float FlatTable::read<float>(std::size_t) const;

FlatTable FlatTable::root(std::string_view buffer) {
  return {buffer, FlatTable(buffer, 0).follow(0)};
}

/// What the offset at `at` leads to, counted from there.
std::size_t FlatTable::follow(std::size_t at) const {
  const std::size_t to = at + read<std::uint32_t>(at);
  if (to >= buffer_.size()) throw BrokenBuffer();
  return to;
}

/// Where a field's value lies: the table begins with the way back to the list of its fields'
/// offsets, which begins with the list's own bytes and the table's. 0: the table does not have it.
std::size_t FlatTable::place(int field) const {
  if (buffer_.empty()) return 0;
  const auto list =
      static_cast<std::int64_t>(at_) - static_cast<std::int64_t>(read<std::int32_t>(at_));
  if (list < 0) throw BrokenBuffer();
  const auto begin = static_cast<std::size_t>(list);
  const std::size_t entry = 4 + 2 * static_cast<std::size_t>(field);
  if (entry + 2 > read<std::uint16_t>(begin)) return 0;
  const std::size_t offset = read<std::uint16_t>(begin + entry);
  return offset == 0 ? 0 : at_ + offset;
}

FlatTable::Span FlatTable::vector(int field, std::size_t element) const {
  const std::size_t at = place(field);
  if (at == 0) return {};
  const std::size_t list = follow(at);
  const Span span{list + 4, read<std::uint32_t>(list)};
  if (span.size > (buffer_.size() - span.begin) / element) throw BrokenBuffer();
  return span;
}

std::string_view FlatTable::bytes(int field) const {
  const Span span = vector(field, 1);
  return buffer_.substr(span.begin, span.size);
}

std::string_view FlatTable::text(int field) const { return bytes(field); }

FlatTable FlatTable::table(int field) const {
  const std::size_t at = place(field);
  return at == 0 ? FlatTable() : FlatTable(buffer_, follow(at));
}

std::vector<FlatTable> FlatTable::tables(int field) const {
  std::vector<FlatTable> all;
  const Span span = vector(field, 4);
  for (std::size_t i = 0; i < span.size; ++i) all.push_back({buffer_, follow(span.begin + 4 * i)});
  return all;
}

}  // namespace sluice::net::tflite
