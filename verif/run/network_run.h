// SPDX-License-Identifier: Apache-2.0
// A network on a set of images: RTL against golden and cycle model, with gates and without, and
// what the gates saved.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "generator/network/network.h"
#include "generator/plan/plan.h"
#include "generator/util/defaults.h"
#include "verif/data/images.h"
#include "verif/golden/golden.h"
#include "verif/run/execute.h"
#include "verif/sim/simulator.h"

namespace sluice::run {

struct NetworkRunOptions {
  int images = 20;
  SluiceMemory timing{defaults::kMemoryLatency,
                      1,
                      defaults::kMemoryLatency,
                      1,
                      0,
                      0};  ///< memory of the simulation
  bool ungated = true;     ///< run without gates, too, for comparison
  bool local = true;       ///< keep maps in the activation buffers where they fit
  /// Share of open gates, [layer][channel] with the layers of all networks, to balance lanes with;
  /// may be empty.
  std::vector<std::vector<double>> density;
  std::function<void(const std::string&)> progress;  ///< may be empty
  /// Gets the RTL's results of each image, with gates if it runs with them, and those of the golden
  /// model's layers, of all networks; may be empty.
  std::function<void(const std::vector<golden::Tensor>&, const std::vector<golden::LayerResult>&)>
      result;
};

/// Sums over all images for one layer.
struct LayerTally {
  std::string name;
  bool gated = false;
  std::uint64_t cycles_gated = 0, cycles_ungated = 0;
  std::int64_t macs_all = 0, macs_done = 0;
  std::int64_t gates = 0, gates_open = 0;  ///< one for each output, of runs with gates
  std::string computed_with;  ///< an addition: the layer in whose cycles it is; empty: in its own

  double open_share() const { return gates > 0 ? double(gates_open) / double(gates) : 0; }
};

/// Sums over all images.
struct NetworkReport {
  Port port = Port::kNative;  ///< cycles are predicted at the native port only
  int images = 0;
  int labelled = 0;  ///< images whose label is known
  int correct_gated = 0, correct_ungated = 0;
  std::uint64_t cycles_gated = 0, cycles_ungated = 0;
  int exact = 0;  ///< runs equal to the golden model
  int timed = 0;  ///< runs whose cycles the cycle model predicted
  int runs = 0;
  int stalled = 0;  ///< runs with random stalls, beside the others: values only
  int stalled_exact = 0;
  Traffic traffic_gated, traffic_ungated;
  std::string first_problem;  ///< of a run that was not exact or not predicted
  std::vector<LayerTally> layers;

  bool good() const {
    return exact == runs && stalled_exact == stalled && (port == Port::kAxi || timed == runs);
  }
};

/// Multiply-accumulates of a layer that the gates of this image leave.
std::int64_t macs_done(const net::Network& network, const net::Layer& layer,
                       const golden::LayerResult& result);

/// Runs networks one after the other (net::import_chain), each on what the host makes of what the
/// one before has given. Through AXI ports each image is run once more, with random handshakes,
/// latencies and order of answers. Throws compiler::CompileError if the design cannot run a
/// network, and UserError if the images or labels do not fit.
NetworkReport run_network(sim::Simulator& simulator, const Plan& plan,
                          std::span<const net::Network> chain, const data::ImageSet& images,
                          const NetworkRunOptions& options);

/// Share of open gates over the first `count` images, for NetworkRunOptions::density.
std::vector<std::vector<double>> measure_density(std::span<const net::Network> chain,
                                                 const data::ImageSet& images, int count);

}  // namespace sluice::run
