// SPDX-License-Identifier: Apache-2.0
// A file descriptor with an owner.
#pragma once

namespace sluice {

/// Closed with its owner. Open with O_CLOEXEC, so that tools that are started do not inherit it.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor() { close(); }

  explicit operator bool() const { return number_ >= 0; }
  int number() const { return number_; }
  /// False, with errno, if the system could not keep what was written.
  bool close();

 private:
  int number_ = -1;
};

}  // namespace sluice
