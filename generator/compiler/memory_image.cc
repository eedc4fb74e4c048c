// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/memory_image.h"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

namespace sluice::compiler {

// `calloc` takes large blocks from the system, which gives zeroed pages when they are touched
MemoryImage::MemoryImage(std::size_t size)
    : bytes_(static_cast<std::uint8_t*>(std::calloc(std::max<std::size_t>(size, 1), 1))),
      size_(size) {
  if (bytes_ == nullptr) throw std::bad_alloc();
}

MemoryImage::MemoryImage(const std::vector<std::uint8_t>& bytes) : MemoryImage(bytes.size()) {
  std::copy(bytes.begin(), bytes.end(), bytes_);
}

MemoryImage::MemoryImage(const MemoryImage& other) : MemoryImage(other.size_) {
  std::copy(other.begin(), other.end(), bytes_);
}

MemoryImage::~MemoryImage() { std::free(bytes_); }

void MemoryImage::swap(MemoryImage& other) noexcept {
  std::swap(bytes_, other.bytes_);
  std::swap(size_, other.size_);
}

}  // namespace sluice::compiler
