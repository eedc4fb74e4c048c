// SPDX-License-Identifier: Apache-2.0
#include "verif/interpreter/storage.h"

#include <algorithm>

#include "verif/interpreter/decode.h"

namespace sluice::compiler {
namespace {

/// Adds bytes to a list by rows.
void append(std::vector<Access>& list, const Access& access, bool row_starts) {
  if (row_starts) list.push_back(access);
  list.back().end = access.end;
}

/// Joins accesses that touch. What is left shows the rows of a map, and its padding.
void merge(std::vector<Access>& list) {
  std::sort(list.begin(), list.end(),
            [](const Access& a, const Access& b) { return a.first < b.first; });
  std::vector<Access> merged;
  for (const Access& access : list) {
    if (merged.empty() || merged.back().end < access.first) {
      merged.push_back(access);
    } else {
      merged.back().end = std::max(merged.back().end, access.end);
    }
  }
  list = std::move(merged);
}

}  // namespace

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

std::vector<std::uint8_t> Storage::addends(std::uint64_t address, std::uint64_t bytes) const {
  check_memory(address, bytes, "an addend");
  return {memory_.begin() + address, memory_.begin() + address + bytes};
}

void Storage::move_to(InterpretResult& result) {
  result.memory = std::move(memory_);
  result.activation = std::move(activation_);
}

void RunAccesses::clear() {
  reads_.clear();
  addends_.clear();
  writes_.clear();
}

void RunAccesses::read(int group, int window, std::uint64_t first, std::uint64_t end) {
  auto [it, fresh] = reads_.try_emplace({group, window}, Access{Space::kActivation, first, end});
  if (fresh) return;
  it->second.first = std::min(it->second.first, first);
  it->second.end = std::max(it->second.end, end);
}

void RunAccesses::write(Space space, std::uint64_t address, std::uint64_t bytes, bool row_starts) {
  append(writes_, {space, address, address + bytes}, row_starts);
}

void RunAccesses::add(std::uint64_t address, std::uint64_t bytes, bool row_starts) {
  append(addends_, {Space::kMemory, address, address + bytes}, row_starts);
}

Footprint RunAccesses::footprint(const std::string& name) {
  Footprint footprint{name, {}, {}};
  for (const auto& [place, access] : reads_) footprint.reads.push_back(access);
  merge(addends_);
  footprint.reads.insert(footprint.reads.end(), addends_.begin(), addends_.end());
  merge(writes_);
  footprint.writes = writes_;
  return footprint;
}

}  // namespace sluice::compiler
