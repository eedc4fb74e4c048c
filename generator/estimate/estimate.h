// SPDX-License-Identifier: Apache-2.0
// What a network costs on a design, by compiler and cycle model alone: no RTL, no weights. For a
// network that the design runs as a whole, the cycles are exactly those of the RTL.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "generator/cycle_model/accesses.h"
#include "generator/cycle_model/cycle_model.h"
#include "generator/estimate/gates.h"
#include "generator/estimate/layer_list.h"
#include "generator/network/network.h"
#include "generator/plan/plan.h"
#include "generator/util/defaults.h"

namespace sluice::estimate {

struct Options {
  cycles::MemoryTiming memory{defaults::kMemoryLatency, 1, defaults::kMemoryLatency, 1};
  cycles::Stepping stepping = cycles::Stepping::kEvents;
  bool gates = true;                        ///< false: layers without their gates
  bool compare = true;                      ///< also without gates, if the network has some
  bool local = true;                        ///< keep maps in the activation buffers where they fit
  double density = defaults::kDensity;      ///< share of open gates where a layer does not say
  GateSpread spread = GateSpread::kUneven;  ///< how gates are drawn
  std::uint64_t seed = 1;                   ///< of the gates drawn; equal layers get equal gates
  /// Measured gates by layer name, instead of drawn ones.
  std::map<std::string, GateMap> measured;
};

/// Where the lanes' cycles went.
enum class Bound { kCompute, kShort, kWeights, kGate, kPost, kWrites, kBalance, kMemory, kOther };
inline constexpr int kBounds = 9;
const char* text_of(Bound bound);

/// Of one layer, with gates or without.
struct LayerCost {
  std::uint64_t cycles = 0;
  std::uint64_t read_bytes = 0, write_bytes = 0;  ///< to and from memory
  std::uint64_t weight_read_bytes = 0;            ///< of those read: records, with their headers
  std::uint64_t map_read_bytes = 0;               ///< the others: maps
  std::uint64_t output_bytes = 0;                 ///< of its output, if that has to leave
  int activation_bytes = 0;                       ///< of the buffer: input and local output
  int weight_bytes = 0;                           ///< most in a lane's buffer or on the way to it
  double share[kBounds] = {};                     ///< of the lanes' cycles
  Bound bound = Bound::kCompute;                  ///< the largest share
  /// Of memories on the chip, as read_bytes: what is fetched for a layer counts for it, whenever.
  cycles::Accesses accesses;
  cycles::Work work;
};

struct LayerEstimate {
  std::string name;
  std::string kind;
  bool on_accelerator = true;
  std::string note;           ///< why not; on the accelerator what else there is to say
  std::string computed_with;  ///< an addition: the layer in whose costs it is; empty: in its own
  bool gated = false;
  std::optional<GateSpread> drawn;  ///< how its gates were drawn; none: measured, or no gates
  int bits = 8;
  int hadamard = 1;                      ///< channels over which sums are transformed
  int plane_bits = 0;                    ///< of the planes into which gates split its input
  int circulant = 1;                     ///< columns of weights that a stored one stands for
  std::int64_t macs = 0, macs_done = 0;  ///< for one image: all, and what the gates leave
  std::int64_t gates = 0, gates_open = 0;
  double peak = 0;    ///< multiply-accumulates a cycle at the layer's width; of whole inputs, which
                      ///< planes have half of
  LayerCost with;     ///< as asked: with gates if there are some
  LayerCost without;  ///< gates ignored; equal for a layer without gates if not compared

  double open_share() const { return gates > 0 ? double(gates_open) / double(gates) : 0; }
  /// Of the multipliers, with the multiplications that are left.
  double utilisation() const;
  double speedup() const;
  double theory() const;
};

struct Estimate {
  std::string network;
  int programs = 0;       ///< the network is cut into so many
  bool compared = false;  ///< `without` was computed
  int off_without = 0;    ///< layers that do not fit without gates; `without` is then as `with`
  std::vector<LayerEstimate> layers;
  std::uint64_t cycles = 0, cycles_without = 0;
  std::int64_t macs = 0, macs_done = 0;                     ///< of the layers on the accelerator
  std::uint64_t command_bytes = 0;                          ///< read, of no layer
  std::uint64_t read_bytes = 0, write_bytes = 0;            ///< with commands
  std::uint64_t weight_read_bytes = 0, map_read_bytes = 0;  ///< of those read
  std::uint64_t output_bytes = 0;                           ///< of the maps that have to leave
  int activation_bytes = 0, weight_bytes = 0;               ///< largest of all layers
  cycles::Accesses command_accesses;                        ///< for commands, of no layer
  cycles::Accesses accesses;                                ///< of all memories, with commands
  cycles::Work work;

  int off_accelerator() const;
  /// Every layer is on the accelerator. If not, the sums are of the layers that are: no figures of
  /// the network.
  bool whole() const { return off_accelerator() == 0; }
};

/// Estimates a list of layers. What the design cannot do is off the accelerator, with a note.
/// Neighbouring layers that read each other make one program. Keeps no state between calls.
Estimate estimate(const Plan& plan, const LayerList& list, const Options& options);

/// Estimates networks one after the other (net::import_chain), each as one program, with these
/// gates, one map for each layer of all; empty ones for layers without gates. `density` as in
/// compiler::Options, of the same layers, or empty. Throws compiler::CompileError.
Estimate estimate(const Plan& plan, std::span<const net::Network> chain,
                  const std::vector<GateMap>& gates,
                  const std::vector<std::vector<double>>& density, const Options& options);

}  // namespace sluice::estimate
