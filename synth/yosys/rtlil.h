// SPDX-License-Identifier: Apache-2.0
// Cuts Yosys' RTLIL of a design into its modules.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace sluice::synth {

/// For Yosys to read first: its numbers get as many digits as cut_modules expects.
std::string first_id_rtlil();

/// A module by itself.
struct CutModule {
  std::string name;             ///< "$paramod$<hash>\edge_fifo"
  std::set<std::string> inner;  ///< names of the modules that it has instances of
  /// The module, and those in it as black boxes. Equal for equal modules of different designs: the
  /// numbers in Yosys' names, which go on from module to module, begin at 1, and attributes that
  /// say where a line came from are left out.
  std::string rtlil;
};

/// The modules of a design as write_rtlil writes it, in its order; without its black boxes.
std::vector<CutModule> cut_modules(const std::string& rtlil);

}  // namespace sluice::synth
