// SPDX-License-Identifier: Apache-2.0
// Runs a compiled network on the Verilated design and compares it with the golden and cycle models.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "generator/compiler/program.h"
#include "generator/cycle_model/cycle_model.h"
#include "generator/network/network.h"
#include "verif/golden/golden.h"
#include "verif/sim/simulator.h"

namespace sluice::run {

/// The first value that differs.
struct Mismatch {
  std::string layer;  ///< that writes it
  int y = 0, x = 0, channel = 0;
  int expected = 0, found = 0;
  std::uint64_t cycle = 0;  ///< in which the memory word that holds it was last written
};

/// Bytes between the design and its memory.
struct Traffic {
  std::uint64_t read = 0, written = 0;  ///< transferred, whole words
  std::uint64_t stored = 0;             ///< of those written, bytes with a strobe

  Traffic& operator+=(const Traffic& other) {
    read += other.read;
    written += other.written;
    stored += other.stored;
    return *this;
  }
};

/// What one run on the RTL gave.
struct Execution {
  std::vector<std::uint8_t> memory;  ///< afterwards
  std::uint64_t cycles = 0;
  std::vector<std::uint32_t> counters;
  Traffic traffic;
  std::vector<std::uint64_t> layer_cycles;      ///< of each LAYER command, see SluiceRun
  std::string problem;                          ///< empty, or why there is no result
  std::vector<std::uint32_t> write_cycles;      ///< per memory word
  std::optional<sim::MemoryAccesses> accesses;  ///< if the simulator counts them
};

/// Runs `program` on `input`; `waves` names an FST file or is empty.
Execution execute(sim::Simulator& simulator, const Plan& plan, const compiler::Program& program,
                  const golden::Tensor& input, const SluiceMemory& timing, std::uint64_t max_cycles,
                  const std::string& waves = "");

/// "layer, position (y, x), channel c: RTL .., golden .., written in cycle .."
std::string text_of(const Mismatch& mismatch);

/// Compares all maps that an execution left in memory, the results among them, with the golden
/// ones; `expected` has an element for each layer of the network. Maps that stay in the activation
/// buffers show in what is computed from them.
std::optional<Mismatch> compare(const Execution& execution, const compiler::Program& program,
                                const net::Network& network,
                                const std::vector<golden::LayerResult>& expected, const Plan& plan);

/// The maps that net::result_maps() names, from where the program says that they lie.
std::vector<golden::Tensor> results_of(const Execution& execution, const compiler::Program& program,
                                       const net::Network& network);

/// Puts a map's values where `layout` says.
void store_map(std::vector<std::uint8_t>& memory, const compiler::MapLayout& layout,
               const golden::Tensor& values);
golden::Tensor load_map(const std::vector<std::uint8_t>& memory, const compiler::MapLayout& layout,
                        int height, int width, int channels);

/// Gate decisions of golden results, for the cycle model.
cycles::GateSource gate_source(const compiler::Program& program,
                               const std::vector<golden::LayerResult>& results);

/// What the cycle model says about a run with these memory timings (no random stalls).
cycles::Prediction predict(const Plan& plan, const compiler::Program& program,
                           const std::vector<golden::LayerResult>& results,
                           const SluiceMemory& timing);

}  // namespace sluice::run
