// SPDX-License-Identifier: Apache-2.0
// What a command tells of besides its results, such as kept files that were damaged.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

namespace sluice::app {

/// Collects remarks, from several threads, and prints them on standard error.
class Remarks {
 public:
  void add(const std::string& text);
  /// Prints the first few, and how many more there are.
  void print();

 private:
  std::mutex mutex_;
  std::vector<std::string> first_;
  std::size_t count_ = 0;
};

}  // namespace sluice::app
