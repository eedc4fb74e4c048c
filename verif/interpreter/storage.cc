// SPDX-License-Identifier: Apache-2.0
#include "verif/interpreter/storage.h"

#include <algorithm>

#include "verif/interpreter/decode.h"

namespace sluice::compiler {

Storage::Storage(std::vector<std::uint8_t> memory, std::size_t activation_bytes)
    : memory_(std::move(memory)),
      activation_(activation_bytes, 0),
      written_(activation_bytes, false) {}

void Storage::check_memory(std::uint64_t address, std::uint64_t bytes, const char* what) const {
  if (address + bytes <= memory_.size()) return;
  stop("{} at address {} lies beyond the memory of {} bytes", what, address, memory_.size());
}

void Storage::load(std::uint64_t from, const Access& to) {
  const std::uint64_t bytes = to.end - to.first;
  check_memory(from, bytes, "the source of a LOAD");
  std::copy_n(memory_.begin() + from, bytes, activation_.begin() + to.first);
  std::fill_n(written_.begin() + to.first, bytes, true);
}

void Storage::fill(const Access& to, std::uint8_t value) {
  std::fill(activation_.begin() + to.first, activation_.begin() + to.end, value);
  std::fill(written_.begin() + to.first, written_.begin() + to.end, true);
}

void Storage::store(Space space, std::uint64_t address, const std::vector<std::uint8_t>& bytes) {
  auto& target = space == Space::kActivation ? activation_ : memory_;
  if (address + bytes.size() > target.size()) stop("output to address {}", address);
  std::copy(bytes.begin(), bytes.end(), target.begin() + address);
  if (space == Space::kActivation) std::fill_n(written_.begin() + address, bytes.size(), true);
}

void Storage::move_to(InterpretResult& result) {
  result.memory = std::move(memory_);
  result.activation = std::move(activation_);
}

void RunAccesses::clear() {
  reads_.clear();
  writes_.clear();
}

void RunAccesses::read(int group, int window, std::uint64_t first, std::uint64_t end) {
  auto [it, fresh] = reads_.try_emplace({group, window}, Access{Space::kActivation, first, end});
  if (fresh) return;
  it->second.first = std::min(it->second.first, first);
  it->second.end = std::max(it->second.end, end);
}

void RunAccesses::write(Space space, std::uint64_t address, std::uint64_t bytes, bool row_starts) {
  if (row_starts) writes_.push_back({space, address, address + bytes});
  writes_.back().end = address + bytes;
}

/// Joins writes that touch. What is left shows the rows of an output map, and its padding.
void RunAccesses::merge_writes() {
  std::sort(writes_.begin(), writes_.end(),
            [](const Access& a, const Access& b) { return a.first < b.first; });
  std::vector<Access> merged;
  for (const Access& write : writes_) {
    if (merged.empty() || merged.back().end < write.first) {
      merged.push_back(write);
    } else {
      merged.back().end = std::max(merged.back().end, write.end);
    }
  }
  writes_ = std::move(merged);
}

Footprint RunAccesses::footprint(const std::string& name) {
  Footprint footprint{name, {}, {}};
  for (const auto& [place, access] : reads_) footprint.reads.push_back(access);
  merge_writes();
  footprint.writes = writes_;
  return footprint;
}

}  // namespace sluice::compiler
