// A Verilated design: built once for each text of RTL and kept in a cache, loaded as a shared
// library.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "emit/bundle.h"
#include "plan/plan.h"
#include "tb/sim_api.h"

namespace sluice::sim {

/// Verilator or the compiler failed, or is missing. The message holds the end of their output.
class SimulatorError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct BuildOptions {
  bool waves = false;  ///< can write FST files (builds and runs slower)
  bool quick = false;  ///< compile fast rather than run fast: for short tests
  bool cache = true;   ///< keep the library for the next time
  std::function<void(const std::string&)> progress;  ///< told what is going on; may be empty
};

/// One loaded design. Not copyable; runs are independent of each other (each starts with a reset).
class Simulator {
 public:
  /// Builds (or finds) and loads the library for the SystemVerilog files of `bundle`. Throws
  /// SimulatorError.
  Simulator(const Plan& plan, const Bundle& bundle, const BuildOptions& options);
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  void run(SluiceRun& run) { run_(sim_, &run); }

 private:
  void* library_ = nullptr;
  void* sim_ = nullptr;
  SluiceSimRun run_ = nullptr;
  SluiceSimClose close_ = nullptr;
  std::string scratch_;  ///< folder to remove at the end, if the library is not kept
};

/// Folder in which libraries are kept: $SLUICE_CACHE, else $XDG_CACHE_HOME/sluice, else
/// ~/.cache/sluice.
std::string cache_folder();

}  // namespace sluice::sim
