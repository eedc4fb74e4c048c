// SPDX-License-Identifier: Apache-2.0
// Which bytes background work of a program may still read or write, and whether a new command
// collides with it. Coarse: an access is an interval.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::compiler {

enum class Space { kMemory, kActivation };

/// Bytes [first, end) of a space.
struct Access {
  Space space = Space::kMemory;
  std::uint64_t first = 0, end = 0;
};

/// What one command reads and writes.
struct Footprint {
  std::string name;  ///< for messages
  std::vector<Access> reads, writes;
};

/// Tracks unfinished commands. Waits remove what is sure to have finished.
class Hazards {
 public:
  void wait_loads() { loads_.clear(); }
  void wait_runs();
  void wait_run();
  /// Outputs of finished RUNs have arrived.
  void wait_writes() { outputs_.clear(); }

  /// Each returns an empty string, or the collision with earlier unfinished work.
  std::string load(Footprint footprint);
  std::string run(Footprint footprint);

 private:
  void finish(const Footprint& run);

  std::vector<Footprint> loads_;    ///< LOADs and FILLs, which are in order among themselves
  std::vector<Footprint> runs_;     ///< unfinished RUNs
  std::vector<Footprint> outputs_;  ///< of finished RUNs: memory that may still be read and written
};

}  // namespace sluice::compiler
