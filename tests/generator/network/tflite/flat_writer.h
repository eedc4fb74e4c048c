// SPDX-License-Identifier: Apache-2.0
// Test helper: writes FlatBuffers from their definition, fields by number. Nothing is aligned.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sluice::test {

struct FlatField;
using FlatFields = std::map<int, FlatField>;

/// A field is a scalar, or else a reference: to a vector of `count` elements, or to one table.
struct FlatField {
  std::string scalar;
  std::string elements = {};
  std::size_t count = 0;
  std::vector<FlatFields> tables = {};
  bool one_table = false;
};

template <typename T>
std::string flat_bytes(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}
template <typename T>
FlatField flat_scalar(T value) {
  return {std::string(reinterpret_cast<const char*>(&value), sizeof value)};
}
template <typename T>
FlatField flat_vector(const std::vector<T>& values) {
  return {"", flat_bytes(values), values.size(), {}, false};
}
inline FlatField flat_text(const std::string& text) { return {"", text, text.size(), {}, false}; }
inline FlatField flat_tables(std::vector<FlatFields> tables) {
  const std::size_t count = tables.size();
  return {"", "", count, std::move(tables), false};
}
inline FlatField flat_table(FlatFields table) { return {"", "", 0, {std::move(table)}, true}; }

class FlatWriter {
 public:
  /// A buffer whose root is `table`, with an identifier of four characters.
  static std::string write(const FlatFields& table, const std::string& identifier) {
    FlatWriter writer;
    writer.out_ = std::string(4, '\0') + identifier;
    writer.patch(0, writer.add(table));
    return std::move(writer.out_);
  }

 private:
  template <typename T>
  void put(T value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void patch(std::size_t at, std::size_t to) {
    const auto offset = static_cast<std::uint32_t>(to - at);
    out_.replace(at, 4, reinterpret_cast<const char*>(&offset), 4);
  }

  std::size_t add(const FlatFields& table) {
    const std::size_t list = out_.size();
    const int fields = table.empty() ? 0 : table.rbegin()->first + 1;
    std::vector<std::uint16_t> offsets(static_cast<std::size_t>(fields), 0);
    std::size_t size = 4;
    for (const auto& [number, field] : table) {
      offsets[static_cast<std::size_t>(number)] = static_cast<std::uint16_t>(size);
      size += field.scalar.empty() ? 4 : field.scalar.size();
    }
    put(static_cast<std::uint16_t>(4 + 2 * fields));
    put(static_cast<std::uint16_t>(size));
    out_ += flat_bytes(offsets);
    const std::size_t begin = out_.size();
    put(static_cast<std::int32_t>(begin - list));
    for (const auto& [number, field] : table)
      out_ += field.scalar.empty() ? std::string(4, '\0') : field.scalar;
    for (const auto& [number, field] : table)
      if (field.scalar.empty())
        patch(begin + offsets[static_cast<std::size_t>(number)], add_reference(field));
    return begin;
  }

  std::size_t add_reference(const FlatField& field) {
    if (field.one_table) return add(field.tables[0]);
    const std::size_t begin = out_.size();
    put(static_cast<std::uint32_t>(field.count));
    if (field.tables.empty()) {
      out_ += field.elements;
      return begin;
    }
    out_ += std::string(4 * field.count, '\0');
    for (std::size_t i = 0; i < field.count; ++i) patch(begin + 4 + 4 * i, add(field.tables[i]));
    return begin;
  }

  std::string out_;
};

}  // namespace sluice::test
