// SPDX-License-Identifier: Apache-2.0
// Proofs about single modules. A proof is a module of a small design with properties from
// verif/formal put before its end, where a tool that knows `bind` would put them.
//
// Without bound: no property ever fails, from reset on, whatever the inputs do; ABC's
// property-directed reachability (Een, Mishchenko, Brayton, FMCAD 2011) finds the invariant. Within
// a bound: no property fails in the first cycles; yosys-smtbmc and z3 unroll the module.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace sluice::test {

/// A change of the module's text that a proof must notice.
struct Fault {
  std::string name;
  std::string right, wrong;
};

struct Proof {
  std::string claim;                         ///< such as "the queue loses nothing"
  std::string module;                        ///< without the design's prefix
  std::vector<std::string> properties = {};  ///< files of verif/formal, without .sv
  std::string parameters = {};               ///< for Yosys: "-chparam Depth 4"
  std::vector<std::string> others = {};      ///< modules below it
  std::vector<Fault> faults = {};
  int bound = 0;            ///< cycles; 0: without bound
  bool by_id = false;       ///< of a design whose reads are ordered by ID
  bool wide_words = false;  ///< of a design with memory words of several places of data
  bool circulant = false;   ///< of a design of all widths that rotates columns of weights
  bool transforms = false;  ///< of a design with Hadamard transforms
  bool folds = false;       ///< of a design whose rows fold: of two segments of one atom
};

enum class Verdict { kProved, kFailed, kUndecided };

struct Answer {
  Verdict verdict = Verdict::kUndecided;
  std::string log;
};

/// What the tools say of a proof, with a fault planted or without. Nothing if a tool is missing; a
/// warning then says which. Fails the test if the fault's text is not in the module, or the module
/// cannot be read.
std::optional<Answer> answer_of(const Proof& proof, const Fault* fault);

/// A test: the proof holds, and fails with each of its faults. One that holds of a faulty module
/// says nothing.
void check(const Proof& proof);

}  // namespace sluice::test
