// SPDX-License-Identifier: Apache-2.0
// Runs a network on a design and samples the activity of its signals.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "generator/network/network.h"
#include "generator/plan/plan.h"
#include "synth/power/gate_activity.h"
#include "synth/power/vcd.h"
#include "verif/data/images.h"
#include "verif/sim/simulator.h"

namespace sluice::synth {

struct ActivityOptions {
  int images = 1;
  bool gated = true;
  std::uint64_t samples = 2000;  ///< cycles written as waveforms, spread over each image's run
  std::vector<std::vector<double>> density;  ///< see compiler::Options
  const GateModel* gates = nullptr;          ///< a netlist whose cells are to be counted one by one
  std::function<void(const std::string&)> progress;  ///< may be empty
};

/// What the runs of all images gave.
struct NetworkActivity {
  std::vector<Activity> images;
  std::vector<CellRates> cells;              ///< of the same images, with ActivityOptions::gates
  std::uint64_t cycles = 0;                  ///< of all images
  std::int64_t macs_all = 0, macs_done = 0;  ///< of the network, and those the gates left
  double products = 0;                       ///< that the array computed, see products_of_8_bits
};

/// Throws compiler::CompileError if the design cannot run the network, and UserError if a result
/// differs from the golden model, UserError if the images do not fit. `simulator` must
/// have been built with waves.
NetworkActivity network_activity(sim::Simulator& simulator, const Plan& plan,
                                 const net::Network& network, const data::ImageSet& images,
                                 const ActivityOptions& options);

}  // namespace sluice::synth
