// SPDX-License-Identifier: Apache-2.0
// A Verilated design with a network in memory, driven register by register.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "generator/compiler/program.h"
#include "generator/emit/bundle.h"
#include "generator/plan/plan.h"
#include "verif/run/random_case.h"
#include "verif/sim/simulator.h"

namespace sluice::test {

/// What the registers say once the core is idle.
struct EndOfRun {
  bool done = false, error = false;
  int code = 0;
  std::uint32_t command = 0;  ///< ERROR_COMMAND
  std::uint64_t address = 0;  ///< ERROR_ADDRESS
  std::uint64_t cycles = 0;   ///< CYCLES
  bool idle = false;          ///< false: still busy when patience ended
};

/// One design; `load` gives it a random network.
class CoreBench {
 public:
  explicit CoreBench(const std::string& design, Port port = Port::kNative);
  /// The same with changes to its RTL.
  CoreBench(const std::string& design, const Bundle& bundle);

  /// Compiles the network of this seed and resets the core; false if it does not fit the design.
  bool load(std::uint64_t seed);
  /// Puts image and input into memory again.
  void restore();
  /// Starts a run; the registers for commands and interrupts are written, too.
  void start();
  /// Steps until the core is idle.
  EndOfRun finish(std::uint64_t patience = 2'000'000);
  /// Whether memory holds the network's right result.
  bool exact() const;

  std::uint32_t read(const std::string& name);
  void write(const std::string& name, std::uint32_t value, std::uint32_t strobe = 15);
  void write64(const std::string& name, std::uint64_t value);

  /// Byte address of command k; how many there are, END included.
  std::uint64_t command_address(int k) const;
  int commands() const;

  Plan plan;
  sim::Simulator simulator;
  run::RandomCase random;
  compiler::Program program;
  std::vector<std::uint8_t> memory;
  SluiceBus bus{};

 private:
  golden::Tensor expected_;
};

}  // namespace sluice::test
