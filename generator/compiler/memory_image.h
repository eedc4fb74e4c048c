// SPDX-License-Identifier: Apache-2.0
// Contents of memory before a program runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sluice::compiler {

/// Bytes from address 0, zero until they are written. Pages of which nothing is written take no
/// time and no memory: of a program without values there are many.
class MemoryImage {
 public:
  MemoryImage() = default;
  explicit MemoryImage(std::size_t size);
  MemoryImage(const std::vector<std::uint8_t>& bytes);
  MemoryImage(const MemoryImage& other);
  MemoryImage(MemoryImage&& other) noexcept { swap(other); }
  MemoryImage& operator=(MemoryImage other) noexcept {
    swap(other);
    return *this;
  }
  ~MemoryImage();

  std::size_t size() const { return size_; }
  std::uint8_t* data() { return bytes_; }
  const std::uint8_t* data() const { return bytes_; }
  std::uint8_t* begin() { return bytes_; }
  const std::uint8_t* begin() const { return bytes_; }
  std::uint8_t* end() { return bytes_ + size_; }
  const std::uint8_t* end() const { return bytes_ + size_; }
  std::uint8_t& operator[](std::size_t at) { return bytes_[at]; }
  std::uint8_t operator[](std::size_t at) const { return bytes_[at]; }
  operator std::vector<std::uint8_t>() const { return {begin(), end()}; }

 private:
  void swap(MemoryImage& other) noexcept;

  std::uint8_t* bytes_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace sluice::compiler
