// SPDX-License-Identifier: Apache-2.0
// Read access to FlatBuffers (https://flatbuffers.dev/internals), the format of TFLite files,
// without a schema: a table is asked for its fields by number. Every offset is checked before it is
// followed, so that no file makes it read outside of the buffer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::net::tflite {

/// An offset or length leads out of the buffer.
class BrokenBuffer : public std::runtime_error {
 public:
  BrokenBuffer() : std::runtime_error("an offset or a length leads out of the file") {}
};

/// One table of a buffer, which has to outlive it. A table that is missing has no fields. All
/// members throw BrokenBuffer.
class FlatTable {
 public:
  FlatTable() = default;
  /// The table that a buffer begins with.
  static FlatTable root(std::string_view buffer);

  explicit operator bool() const { return !buffer_.empty(); }

  /// Field `field`, or `otherwise` where the table does not have it.
  template <typename T>
  T scalar(int field, T otherwise) const {
    const std::size_t at = place(field);
    return at == 0 ? otherwise : read<T>(at);
  }
  /// Fields that are references; empty where the table does not have them.
  std::string_view text(int field) const;
  FlatTable table(int field) const;
  std::vector<FlatTable> tables(int field) const;
  std::string_view bytes(int field) const;
  template <typename T>
  std::vector<T> scalars(int field) const {
    std::vector<T> values;
    const Span span = vector(field, sizeof(T));
    for (std::size_t i = 0; i < span.size; ++i)
      values.push_back(read<T>(span.begin + i * sizeof(T)));
    return values;
  }

 private:
  struct Span {
    std::size_t begin = 0, size = 0;  ///< size in elements
  };

  FlatTable(std::string_view buffer, std::size_t at) : buffer_(buffer), at_(at) {}

  template <typename T>
  T read(std::size_t at) const;
  std::size_t place(int field) const;
  std::size_t follow(std::size_t at) const;
  Span vector(int field, std::size_t element) const;

  std::string_view buffer_;
  std::size_t at_ = 0;
};

}  // namespace sluice::net::tflite
