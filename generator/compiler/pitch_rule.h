// SPDX-License-Identifier: Apache-2.0
// How far apart the groups of a map may lie: steps that read several groups must do so in one
// cycle.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "generator/compiler/mapping.h"
#include "generator/compiler/routing.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

/// What a slot reads in a step, from the step's first atom on.
struct GroupRead {
  bool valid = false;
  int groups = 0;         ///< pitches to the group, or windows
  std::int64_t atom = 0;  ///< besides
  auto operator<=>(const GroupRead&) const = default;
};
using GroupStep = std::vector<GroupRead>;

/// The steps of a layer's base pass, each kind once. Its windows count as groups.
std::vector<GroupStep> base_steps_of(const Mapping& mapping, const Plan& plan);

/// The steps of the conditional passes of all blocks, each kind once; none in a layer without
/// gates.
std::vector<GroupStep> conditional_steps_of(const Mapping& mapping, const net::Network& network,
                                            const Plan& plan);

/// Proves steps for the pitches that it is asked about.
class PitchProof {
 public:
  PitchProof(std::vector<GroupStep> steps, int banks);
  /// Whether all steps are read without a conflict if groups are `pitch` atoms apart, at least what
  /// a group takes.
  bool holds(int pitch);

 private:
  std::vector<GroupStep> steps_;
  int banks_;
  bool any_pitch_;             ///< no step reads more than one group: all pitches are alike
  std::map<int, bool> known_;  ///< by the pitch modulo the banks
};

/// The group pitches that all readers of a map can work with. Copies share what has been proved.
class PitchRule {
 public:
  explicit PitchRule(int banks) : banks_(banks) {}

  /// Adds the steps of a reader.
  void require(const std::shared_ptr<PitchProof>& proof);
  /// So many pitches must be a multiple of `atoms`, a power of two.
  void require_whole(int pitches, int atoms);
  bool allows(int pitch) const;
  /// The least pitch of at least `atoms` that is `residue` modulo `granule` (a power of two); none
  /// if the rule allows none.
  std::optional<int> least(int atoms, int granule, int residue = 0) const;

 private:
  int banks_;
  std::vector<std::shared_ptr<PitchProof>> proofs_;
  std::vector<std::pair<int, int>> wholes_;  ///< pitches and atoms
};

}  // namespace sluice::compiler
