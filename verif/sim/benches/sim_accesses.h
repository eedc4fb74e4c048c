// SPDX-License-Identifier: Apache-2.0
// Counters of memory accesses in a Verilated design (ram_counter.sv). Included by the testbenches;
// without SLUICE_ACCESSES there are none, and the calls cost nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "sim_api.h"
#include "verilated.h"
#if SLUICE_ACCESSES
#include "verilated_sym_props.h"
#include "verilated_syms.h"
#endif

namespace sluice_accesses {

#if SLUICE_ACCESSES

class Counters {
 public:
  explicit Counters(VerilatedContext& context) {
    for (const auto& [path, scope] : *context.scopeNameMap()) {
      const VerilatedVar* const reads = scope->varFind("sluice_reads");
      if (reads == nullptr) continue;
      const VerilatedVar* const writes = scope->varFind("sluice_writes");
      counters_.push_back({static_cast<const std::uint64_t*>(reads->datap()),
                           static_cast<const std::uint64_t*>(writes->datap())});
      counts_.push_back({scope->name(), 0, 0});
    }
    before_ = counts_;
  }

  void start() { read(before_); }
  void stop() {
    read(counts_);
    for (std::size_t k = 0; k < counts_.size(); k++) {
      counts_[k].reads -= before_[k].reads;
      counts_[k].writes -= before_[k].writes;
    }
  }
  const std::vector<SluiceRam>& counts() const { return counts_; }

 private:
  struct Counter {
    const std::uint64_t* reads;
    const std::uint64_t* writes;
  };

  void read(std::vector<SluiceRam>& into) const {
    for (std::size_t k = 0; k < counters_.size(); k++) {
      into[k].reads = *counters_[k].reads;
      into[k].writes = *counters_[k].writes;
    }
  }

  std::vector<Counter> counters_;
  std::vector<SluiceRam> before_, counts_;
};

#else

class Counters {
 public:
  explicit Counters(VerilatedContext&) {}
  void start() {}
  void stop() {}
  std::vector<SluiceRam> counts() const { return {}; }
};

#endif

}  // namespace sluice_accesses
