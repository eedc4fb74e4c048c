// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/hazards.h"

#include <fmt/format.h>

namespace sluice::compiler {
namespace {

const Access* find_overlap(const std::vector<Access>& a, const std::vector<Access>& b) {
  for (const Access& x : a) {
    for (const Access& y : b) {
      if (x.space == y.space && x.first < y.end && y.first < x.end) return &x;
    }
  }
  return nullptr;
}

std::string collision(const Footprint& later, const std::vector<Footprint>& earlier) {
  for (const Footprint& other : earlier) {
    const Access* at = find_overlap(later.reads, other.writes);
    if (at == nullptr) at = find_overlap(later.writes, other.reads);
    if (at == nullptr) at = find_overlap(later.writes, other.writes);
    if (at == nullptr) continue;
    return fmt::format("{} does not wait for {}: both use bytes in [{}, {}) of {}", later.name,
                       other.name, at->first, at->end,
                       at->space == Space::kMemory ? "memory" : "the activation buffer");
  }
  return {};
}

}  // namespace

/// Post-processing may still read and write memory.
void Hazards::finish(const Footprint& run) {
  Footprint rest{run.name, {}, run.writes};
  for (const Access& read : run.reads) {
    if (read.space == Space::kMemory) rest.reads.push_back(read);
  }
  outputs_.push_back(std::move(rest));
}

void Hazards::wait_runs() {
  for (const Footprint& run : runs_) finish(run);
  runs_.clear();
}

void Hazards::wait_run() {
  while (runs_.size() > 1) {
    finish(runs_.front());
    runs_.erase(runs_.begin());
  }
}

std::string Hazards::load(Footprint footprint) {
  std::string message = collision(footprint, runs_);
  if (message.empty()) message = collision(footprint, outputs_);
  loads_.push_back(std::move(footprint));
  return message;
}

std::string Hazards::run(Footprint footprint) {
  std::string message = collision(footprint, loads_);
  if (message.empty()) message = collision({footprint.name, footprint.reads, {}}, outputs_);
  if (message.empty()) message = collision({footprint.name, footprint.reads, {}}, runs_);
  for (const Footprint& earlier : runs_) {
    // Lanes are not in step: one may write for this RUN while another reads for the earlier one.
    if (!message.empty()) break;
    message =
        collision({footprint.name, {}, footprint.writes}, {{earlier.name, earlier.reads, {}}});
  }
  for (const Footprint& earlier : outputs_) {
    if (!message.empty()) break;
    message =
        collision({footprint.name, {}, footprint.writes}, {{earlier.name, earlier.reads, {}}});
  }
  if (runs_.size() == 2) {  // a lane holds two RUNs: the third waits for the first
    finish(runs_.front());
    runs_.erase(runs_.begin());
  }
  runs_.push_back(std::move(footprint));
  return message;
}

}  // namespace sluice::compiler
