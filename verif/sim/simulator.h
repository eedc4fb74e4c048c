// SPDX-License-Identifier: Apache-2.0
// A Verilated design: built once for each text of RTL and kept in a cache, loaded as a shared
// library.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "generator/emit/bundle.h"
#include "generator/plan/plan.h"
#include "generator/util/process.h"
#include "verif/sim/accesses.h"
#include "verif/sim/benches/sim_api.h"

namespace sluice::sim {

struct BuildOptions {
  Port port = Port::kNative;
  bool waves = false;     ///< can write FST files (builds and runs slower)
  bool quick = false;     ///< compile fast rather than run fast: for short tests
  bool cache = true;      ///< keep the library for the next time
  bool accesses = false;  ///< counts those of memories (runs slower)
  std::function<void(const std::string&)> progress;  ///< told what is going on; may be empty
};

/// One loaded design. Not copyable; runs are independent of each other (each starts with a reset).
class Simulator {
 public:
  /// Builds (or finds) and loads the library for the SystemVerilog files of `bundle`. Says on
  /// standard error, once, if there is no safe folder to keep it in. Throws UserError.
  Simulator(const Plan& plan, const Bundle& bundle, const BuildOptions& options);
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  void run(SluiceRun& run) { run_(sim_, &run); }

  /// Control register by register; see SluiceBus. `bus` must live until another is attached.
  void attach(SluiceBus& bus) { attach_(sim_, &bus); }
  void reset() { reset_(sim_); }
  void step(std::uint64_t cycles) { step_(sim_, cycles); }
  /// False if the core calls the access an error.
  bool write(std::uint32_t address, std::uint32_t value, std::uint32_t strobe = 15) {
    return write_(sim_, address, value, strobe) == 0;
  }
  bool read(std::uint32_t address, std::uint32_t& value) {
    return read_(sim_, address, &value) == 0;
  }
  bool interrupt() { return interrupt_(sim_) != 0; }

  /// Of memories in the last run; none without BuildOptions::accesses.
  std::optional<MemoryAccesses> accesses();

  /// Where the memory is; the cycle model knows the native port only.
  Port port() const { return port_; }

 private:
  Port port_ = Port::kNative;
  void* library_ = nullptr;
  void* sim_ = nullptr;
  SluiceSimRun run_ = nullptr;
  SluiceSimAttach attach_ = nullptr;
  SluiceSimReset reset_ = nullptr;
  SluiceSimStep step_ = nullptr;
  SluiceSimWrite write_ = nullptr;
  SluiceSimRead read_ = nullptr;
  SluiceSimInterrupt interrupt_ = nullptr;
  SluiceSimRams rams_ = nullptr;
  SluiceSimClose close_ = nullptr;
};

}  // namespace sluice::sim
