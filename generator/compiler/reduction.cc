// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/reduction.h"

#include <cassert>

#include "generator/compiler/math.h"
#include "generator/compiler/selection.h"

namespace sluice::compiler {
namespace {

using net::Reduction;

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
  walk.base = steps_of_slots(layer.kernel_h * walk.run, walk.run, plan.slots / m.folding.fold);
  if (m.gated) {
    walk.walk_groups = walk_groups;
    walk.conditional_walks = (layer.gate->partitions - 1) / walk_groups;
    walk.conditional = steps_over_groups(walk_groups, layer.kernel_h, walk.run, plan.slots);
  }
  // A reader beside this one may have split the map.
  if (!m.gated && layer.groups == 1) walk.base_groups = m.in.groups;
}

/// Steps that each read the channels of blocks at one position.
Steps steps_of_blocks(const Mapping& m, int steps) {
  const int slots = most_selected_atoms(m);
  return {steps, 0, 0, m.in.atoms_per_position, slots, slots};
}

/// The operands are groups of one step each.
void walk_operands(const Mapping& m, Walk& walk) {
  walk.base = steps_of_blocks(m, 1);
  walk.base_groups = m.layer->traits().inputs;
}

void walk_taps(const Mapping& m, Walk& walk) {
  walk.base = steps_of_blocks(m, m.layer->kernel_h * m.layer->kernel_w);
}

}  // namespace

Walk make_walk(const Mapping& m, const Plan& plan, int walk_groups, int copies) {
  Walk walk;
  walk.copies = copies;
  walk.run = m.layer->kernel_w * m.in.atoms_per_position;
  switch (m.layer->traits().reduction) {
    case Reduction::kKernelRows:
      walk_kernel_rows(m, plan, walk_groups, walk);
      break;
    case Reduction::kTaps:
      walk_taps(m, walk);
      break;
    case Reduction::kOperands:
      walk_operands(m, walk);
      break;
  }
  return walk;
}

std::vector<int> step_factors(const Mapping& m) {
  const net::Layer& layer = *m.layer;
  switch (layer.traits().reduction) {
    case Reduction::kKernelRows:
      break;
    case Reduction::kTaps:
      return std::vector<int>(m.walk.base.count, 1);
    case Reduction::kOperands:  // that which lies first in the buffer before the other
      if (m.addend_first) return {layer.addend_factor, layer.factor};
      return {layer.factor, layer.addend_factor};
  }
  assert(false && "layers with weights have no factors");
  return {};
}

}  // namespace sluice::compiler
