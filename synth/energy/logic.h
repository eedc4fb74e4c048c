// SPDX-License-Identifier: Apache-2.0
// Energy of a design's cells for each cycle and each product: from what `sluice power` found for a
// network on it, or from a table of example designs.
#pragma once

#include <optional>
#include <string>

#include "generator/cycle_model/accesses.h"
#include "generator/plan/plan.h"
#include "synth/memories/table.h"

namespace sluice::synth {

/// What cells draw, of two kinds: in each cycle, whatever they do (clock pins, leakage), and for
/// each product that the array computes (changing data), padding and unused columns included.
struct LogicRates {
  double cycle_pj = 0;
  double product_pj = 0;  ///< of a product of 8 bits; one of 4 or 2 bits takes 1/2 or 1/4 of it
};

/// Products that the array computes, in those of 8 bits: one of 4 or 2 bits counts 1/2 or 1/4.
double products_of_8_bits(const cycles::Work& work);

/// Rates with gates and without; those of the other way where only one was run.
struct LogicModel {
  LogicRates with, without;
  std::string network;                         ///< that the rates were found with
  std::string design;                          ///< on which
  std::string library;                         ///< with which cells
  bool measured = false;                       ///< on this very design, by its config
  std::optional<double> process_nm, supply_v;  ///< of the library, if known
};

/// Reads what `sluice power CONFIG NETWORK --json` printed for this design. Throws UserError, also
/// if the file is of another design.
LogicModel read_logic(const std::string& file, const Plan& plan);

/// From logic.csv: this very design if it is there, or else the example that is most alike: with
/// the same gating, then the nearest number of products a cycle, then the same narrowest operands.
/// Its energy of a cycle is taken in proportion to the products a cycle.
LogicModel logic_of_examples(const Plan& plan);

/// What puts energies of these cells beside those of memories of another node: capacitance in
/// proportion to the node, energy to the square of the supply. An assumption; none if a node or a
/// supply is not known.
std::optional<double> logic_scale(const LogicModel& logic, const MemoryTable& table);

}  // namespace sluice::synth
