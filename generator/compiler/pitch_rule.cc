// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/pitch_rule.h"

#include <algorithm>
#include <set>

#include "generator/compiler/blocks.h"
#include "generator/compiler/joined_taps.h"
#include "generator/compiler/math.h"
#include "generator/compiler/position_windows.h"

namespace sluice::compiler {
namespace {

/// The atoms of a walk over the kernel rows of one group after the other, from group `start` on.
class WalkPlaces {
 public:
  WalkPlaces(const Mapping& m, int start) : m_(m), start_(start) {}

  /// Atom `index` of the walk, from the map's first one on.
  GroupRead at(int index) const {
    const int group_atoms = m_.layer->kernel_h * m_.walk.run;
    const int atom = index % group_atoms;
    const std::int64_t row = atom / m_.walk.run;
    return {true, (start_ + index / group_atoms) % m_.stored_groups(),
            row * m_.in.row_pitch + atom % m_.walk.run};
  }

 private:
  const Mapping& m_;
  int start_;
};

/// What the slots of a window read besides those of window 0.
GroupRead window_read(const Mapping& m, const Folding& folding, int slot, int part) {
  const int window = folding.window_of(slot / part);
  const std::int64_t atoms = window == 0 ? 0 : window_atoms(m);
  return {true, atoms > 0 ? 0 : window, window * atoms};
}

/// Adds the steps of one walk.
void add_walk(std::set<GroupStep>& kinds, const Mapping& m, const Plan& plan,
              const Folding& folding, const Steps& steps, int start) {
  const WalkPlaces places(m, start);
  const int part = plan.slots / folding.fold;
  for (int s = 0; s < steps.count; ++s) {
    const int valid = s + 1 < steps.count ? steps.slots : steps.last_slots;
    const GroupRead first = places.at(s * steps.slots);
    GroupStep step(plan.slots);
    for (int slot = 0; slot < plan.slots; ++slot) {
      if (slot % part >= valid) continue;
      const GroupRead read = places.at(s * steps.slots + slot % part);
      const GroupRead window = window_read(m, folding, slot, part);
      step[slot] = {true, read.groups - first.groups + window.groups,
                    read.atom - first.atom + window.atom};
    }
    kinds.insert(step);
  }
}

/// Taps that are joined.
GroupStep joined_step(const Mapping& m, const Plan& plan) {
  const JoinedTaps& taps = m.folding.taps;
  const int apart = taps.rows ? m.in.row_pitch : m.slice.position_atoms;
  GroupStep step;
  for (const SlotRead& read : joined_slots(taps.count, apart, m.walk.base.slots, plan)) {
    step.push_back({read.valid, 0, read.atom});
  }
  return step;
}

/// Layers that go by taps: atoms of blocks at one position.
GroupStep selection_step(const Mapping& m, const Plan& plan) {
  if (m.folding.joins()) return joined_step(m, plan);
  const int part = plan.slots / m.folding.fold;
  GroupStep step(plan.slots);
  for (int slot = 0; slot < plan.slots; ++slot) {
    if (slot % part >= m.walk.base.slots) continue;
    step[slot] = window_read(m, m.folding, slot, part);
    step[slot].atom += slot % part;
  }
  return step;
}

std::vector<SlotRead> slots_of(const GroupStep& step, std::int64_t pitch) {
  std::vector<SlotRead> slots;
  for (const GroupRead& read : step) {
    slots.push_back({read.valid, read.atom + read.groups * pitch});
  }
  return slots;
}

bool in_one_group(const GroupStep& step) {
  return std::all_of(step.begin(), step.end(), [](const GroupRead& read) {
    return read.groups == 0;  // the first slot's
  });
}

}  // namespace

std::vector<GroupStep> base_steps_of(const Mapping& m, const Plan& plan) {
  if (m.by_taps) return {selection_step(m, plan)};
  std::set<GroupStep> kinds;
  add_walk(kinds, m, plan, m.folding, m.walk.base, 0);
  return {kinds.begin(), kinds.end()};
}

std::vector<GroupStep> conditional_steps_of(const Mapping& m, const net::Network& network,
                                            const Plan& plan) {
  std::set<int> starts;
  for (const Block& block : m.natural_blocks) {
    const int base = first_group(network, m, block);
    for (int i = 0; i < m.walk.conditional_walks; ++i) {
      starts.insert((base + m.walk.base_groups + i * m.walk.walk_groups) % m.stored_groups());
    }
  }
  std::set<GroupStep> kinds;
  for (const int start : starts) add_walk(kinds, m, plan, {}, m.walk.conditional, start);
  return {kinds.begin(), kinds.end()};
}

PitchProof::PitchProof(std::vector<GroupStep> steps, int banks)
    : steps_(std::move(steps)),
      banks_(banks),
      any_pitch_(std::all_of(steps_.begin(), steps_.end(), in_one_group)) {}

bool PitchProof::holds(int pitch) {
  const int residue = any_pitch_ ? 0 : pitch % banks_;
  const auto [known, fresh] = known_.try_emplace(residue, false);
  if (fresh) {
    known->second = std::all_of(steps_.begin(), steps_.end(), [&](const GroupStep& step) {
      return routes(slots_of(step, pitch), banks_);
    });
  }
  return known->second;
}

void PitchRule::require(const std::shared_ptr<PitchProof>& proof) { proofs_.push_back(proof); }

void PitchRule::require_whole(int pitches, int atoms) { wholes_.push_back({pitches, atoms}); }

bool PitchRule::allows(int pitch) const {
  for (const auto& [pitches, atoms] : wholes_) {
    if (pitches * pitch % atoms != 0) return false;
  }
  return std::all_of(proofs_.begin(), proofs_.end(),
                     [&](const std::shared_ptr<PitchProof>& proof) { return proof->holds(pitch); });
}

std::optional<int> PitchRule::least(int atoms, int granule, int residue) const {
  const int first = congruent_from(atoms, residue, granule);
  for (int pitch = first; pitch < first + std::max(banks_, granule); pitch += granule) {
    if (allows(pitch)) return pitch;
  }
  return std::nullopt;
}

}  // namespace sluice::compiler
