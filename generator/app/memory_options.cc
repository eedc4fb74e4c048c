// SPDX-License-Identifier: Apache-2.0
#include "generator/app/memory_options.h"

#include <fmt/format.h>

#include "generator/util/defaults.h"

namespace sluice::app {

void add_memory_timing(CLI::App& command, cycles::MemoryTiming& memory) {
  const auto add = [&command](const char* name, int& value, const std::string& what, int most) {
    command.add_option(name, value, what)->check(CLI::Range(1, most));
  };
  add("--read-latency", memory.read_latency,
      fmt::format("Cycles from a read to its data ({})", defaults::kMemoryLatency), 100000);
  add("--read-interval", memory.read_interval, "Cycles between memory words read (1)", 1000);
  add("--write-latency", memory.write_latency,
      fmt::format("Cycles from a write to its acknowledgement ({})", defaults::kMemoryLatency),
      100000);
  add("--write-interval", memory.write_interval, "Cycles between memory words written (1)", 1000);
}

}  // namespace sluice::app
