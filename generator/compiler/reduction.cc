// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/reduction.h"

#include <cassert>

#include "generator/compiler/math.h"

namespace sluice::compiler {
namespace {

using net::Reduction;

/// Atoms of kernel rows one after the other, as many a step as there are slots.
void walk_kernel_rows(const Mapping& m, const Plan& plan, Walk& walk) {
  const net::Layer& layer = *m.layer;
  walk.group_steps = ceil_div(layer.kernel_h * walk.run, plan.slots);
  walk.advance_row = plan.slots / walk.run;
  walk.advance_atom = plan.slots % walk.run;
  if (m.gated) walk.conditional_groups = layer.gate->partitions - 1;
  // A reader beside this one may have split the map.
  if (!m.gated && layer.groups == 1) walk.base_groups = m.in.groups;
}

/// The operands are groups of one step each.
void walk_operands(const Mapping& m, Walk& walk) {
  walk.group_steps = 1;
  walk.base_groups = m.layer->traits().inputs;
  walk.advance_atom = m.in.atoms_per_position;
}

void walk_taps(const Mapping& m, Walk& walk) {
  walk.group_steps = m.layer->kernel_h * m.layer->kernel_w;
  walk.advance_atom = m.in.atoms_per_position;
}

}  // namespace

Walk make_walk(const Mapping& m, const Plan& plan) {
  Walk walk;
  walk.run = m.layer->kernel_w * m.in.atoms_per_position;
  switch (m.layer->traits().reduction) {
    case Reduction::kKernelRows:
      walk_kernel_rows(m, plan, walk);
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
      return std::vector<int>(m.walk.group_steps, 1);
    case Reduction::kOperands:  // that which lies first in the buffer before the other
      if (m.addend_first) return {layer.addend_factor, layer.factor};
      return {layer.factor, layer.addend_factor};
  }
  assert(false && "layers with weights have no factors");
  return {};
}

}  // namespace sluice::compiler
