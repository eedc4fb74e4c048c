// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/reduction.h"

#include <algorithm>

#include "generator/compiler/joined_taps.h"
#include "generator/compiler/math.h"
#include "generator/compiler/selection.h"

namespace sluice::compiler {
namespace {

/// A walk over `atoms` atoms of kernel rows, `slots` a step.
Steps steps_of_slots(int atoms, int run, int slots) {
  Steps steps;
  steps.count = ceil_div(atoms, slots);
  steps.slots = slots;
  steps.last_slots = atoms - (steps.count - 1) * slots;
  steps.advance_row = slots / run;
  steps.advance_atom = slots % run;
  return steps;
}

/// A walk over the kernel rows of several groups. Walks of one step have no advance, which might be
/// more groups than there are.
Steps steps_over_groups(int groups, int rows, int run, int slots) {
  Steps steps = steps_of_slots(groups * rows * run, run, slots);
  steps.advance_group = steps.advance_row / rows;
  steps.advance_row %= rows;
  if (steps.count == 1) steps.advance_group = steps.advance_row = steps.advance_atom = 0;
  return steps;
}

void walk_kernel_rows(const Mapping& m, const Plan& plan, int walk_groups, Walk& walk) {
  const net::Layer& layer = *m.layer;
  const bool packed = layer.kernel_h == 1 || (m.in.row_pitch - walk.run) % plan.banks == 0;
  const int most = plan.slots / m.folding.fold;
  const int slots = packed ? most : slots_within_rows(walk.run, most);
  walk.base = steps_of_slots(layer.kernel_h * walk.run, walk.run, slots);
  if (m.gated) {
    walk.walk_groups = walk_groups;
    walk.conditional_walks = (layer.gate->partitions - 1) / walk_groups;
    walk.conditional = steps_over_groups(walk_groups, layer.kernel_h, walk.run, plan.slots);
  }
  // A reader beside this one may have split the map. Behind the last group comes the first again.
  if (!m.gated && layer.groups == 1) walk.base_groups = m.in.groups * layer.rounds();
}

/// A kernel of one position reads the atoms of its part only.
void skip_other_parts(const Mapping& m, Walk& walk) {
  const bool one_position = m.layer->kernel_h == 1 && m.layer->kernel_w == 1;
  if (m.in.part_channels == 0 || m.in.groups > 1 || !one_position) return;
  const int first = m.in.first_channel * m.in.bits / (8 * m.in.atom);
  const int end = ceil_div((m.in.first_channel + m.in.part_channels) * m.in.bits, 8 * m.in.atom);
  walk.skipped_atoms = first;
  walk.run = end - first;
}

/// Steps that each join taps of a kernel row.
void walk_joined_columns(const Mapping& m, Walk& walk) {
  const TapSteps steps = tap_steps(m.layer->kernel_w, m.folding.taps.count);
  if (steps.count == 1) {
    walk.run = std::max(walk.run, walk.base.slots);
    walk.base.advance_row = 1;
    walk.base.advance_atom = 0;
  } else {
    walk.base.advance_atom = steps.advance * m.slice.position_atoms;
    walk.run = steps.count * walk.base.advance_atom;
  }
}

/// Steps that each read the channels of blocks at one position, or join some.
void walk_taps(const Mapping& m, Walk& walk) {
  const JoinedTaps& taps = m.folding.taps;
  const int slots = most_selected_atoms(m);
  walk.base = {tap_steps(*m.layer, taps), 0, 0, m.slice.position_atoms, slots, slots};
  if (taps.rows) walk.row_gap = std::max(1, tap_steps(m.layer->kernel_h, taps.count).advance);
  if (m.folding.joins() && !taps.rows) walk_joined_columns(m, walk);
}

}  // namespace

int slots_within_rows(int run, int slots) {
  slots = std::min(run, slots);
  while (run % slots != 0) --slots;
  return slots;
}

Walk make_walk(const Mapping& m, const Plan& plan, int walk_groups, int copies) {
  Walk walk;
  walk.copies = copies;
  walk.run = m.layer->kernel_w * m.slice.position_atoms;
  if (m.by_taps) {
    walk_taps(m, walk);
  } else {
    skip_other_parts(m, walk);
    walk_kernel_rows(m, plan, walk_groups, walk);
  }
  return walk;
}

}  // namespace sluice::compiler
