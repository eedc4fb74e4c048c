// SPDX-License-Identifier: Apache-2.0
// Proofs that a mapped netlist does what the RTL says, module by module.
//
// Mapping keeps the modules' boundaries. Each distinct module (one set of parameters) is compared
// by itself; the modules in it and the memories are cut: what they give is free, what they get must
// be equal. So proofs of all modules together prove the whole design. See
// docs/04_develop/gate_level.md for what a proof rests on.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "synth/equivalence/check.h"
#include "synth/liberty/liberty.h"
#include "synth/yosys/mapping.h"

namespace sluice::synth {

struct ProveOptions {
  CheckOptions check;                                ///< for each module
  std::vector<std::string> modules;                  ///< in the RTL, such as "edge_pe"; empty: all
  std::function<void(const std::string&)> progress;  ///< told what is going on; may be empty
};

enum class Verdict {
  kProven,         ///< RTL = netlist
  kProvenMapping,  ///< netlist = the RTL after Yosys' synthesis, before cells: the rest is not
                   ///< proven
  kRefuted,
  kUndecided,
};

struct ModuleProof {
  std::string module;  ///< in the RTL: "edge_pe"
  std::string name;    ///< in the netlist, with its parameters
  Verdict verdict = Verdict::kUndecided;
  std::string method;        ///< "abc cec", "random" or "names"
  std::string text;          ///< counter-example, or why it is not decided; may be empty
  int registers = 0;         ///< bits in the RTL
  int merged = 0;            ///< of these, proven to be copies or constants and not in the netlist
  std::int64_t vectors = 0;  ///< random patterns that agree
  double seconds = 0;        ///< wall clock
};

/// Proofs of the modules of a netlist made by map_design without `flat`, sorted by name. Throws
/// UserError if a tool is missing or fails.
std::vector<ModuleProof> prove_netlist(const Rtl& rtl, const std::string& netlist,
                                       const Liberty& liberty, const ProveOptions& options = {});

/// "proven", "mapping proven", "refuted" or "not decided".
const char* verdict_name(Verdict verdict);

}  // namespace sluice::synth
