// SPDX-License-Identifier: Apache-2.0
#include "generator/app/remarks.h"

#include <fmt/format.h>

#include <cstdio>

namespace sluice::app {
namespace {

constexpr std::size_t kShown = 10;

}  // namespace

void Remarks::add(const std::string& text) {
  const std::lock_guard guard(mutex_);
  if (count_++ < kShown) first_.push_back(text);
}

void Remarks::print() {
  const std::lock_guard guard(mutex_);
  for (const std::string& text : first_) fmt::print(stderr, "note: {}\n", text);
  if (count_ > kShown) fmt::print(stderr, "note: .. and {} more of this kind\n", count_ - kShown);
  first_.clear();
  count_ = 0;
}

}  // namespace sluice::app
