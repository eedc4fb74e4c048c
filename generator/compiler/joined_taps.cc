// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/joined_taps.h"

#include <algorithm>

#include "generator/compiler/math.h"

namespace sluice::compiler {

TapSteps tap_steps(int width, int taps) {
  for (int advance = taps; width > taps && advance > 0; --advance) {
    if ((width - taps) % advance != 0) continue;
    return {(width - taps) / advance + 1, advance};
  }
  return {};
}

int tap_steps(const net::Layer& layer, const JoinedTaps& taps) {
  if (taps.rows) return layer.kernel_w * tap_steps(layer.kernel_h, taps.count).count;
  return layer.kernel_h * tap_steps(layer.kernel_w, taps.count).count;
}

std::vector<JoinedTaps> joined_taps(const net::Layer& layer, int bits, const Plan& plan) {
  std::vector<JoinedTaps> taps;
  const bool joins = layer.traits().joined == net::Joined::kMax || plan.sums_taps;
  if (!joins || bits != 8) return taps;
  for (const bool rows : {true, false}) {
    const int width = rows ? layer.kernel_h : layer.kernel_w;
    for (int n = 2; n <= std::min(plan.taps, width); ++n) taps.push_back({n, rows});
  }
  std::stable_sort(taps.begin(), taps.end(), [&](const JoinedTaps& a, const JoinedTaps& b) {
    return tap_steps(layer, a) > tap_steps(layer, b);
  });
  return taps;
}

int summed_tap(const net::Layer& layer, const JoinedTaps& taps, int step, int place,
               const Plan& plan) {
  const int tap = place * taps.count / plan.taps;
  if (place > 0 && tap == (place - 1) * taps.count / plan.taps) return -1;
  const TapSteps steps = tap_steps(taps.rows ? layer.kernel_h : layer.kernel_w, taps.count);
  const int along = taps.rows ? step / layer.kernel_w : step % steps.count;
  const int across = taps.rows ? step % layer.kernel_w : step / steps.count;
  if (along > 0 && tap < taps.count - steps.advance) return -1;
  const int joined = along * steps.advance + tap;
  return taps.rows ? joined * layer.kernel_w + across : across * layer.kernel_w + joined;
}

std::vector<SlotRead> joined_slots(int taps, std::int64_t apart, int atoms, const Plan& plan) {
  std::vector<SlotRead> slots(plan.slots);
  for (int slot = 0; slot < plan.slots; ++slot) {
    const int tap = slot / plan.tap_slots * taps / plan.taps;
    const int atom = slot % plan.tap_slots;
    if (atom < atoms) slots[slot] = {true, tap * apart + atom};
  }
  return slots;
}

int joined_residue(const net::Layer& layer, int channels, const Plan& plan) {
  const int atoms = ceil_div(channels, plan.config.atom);
  const int read = std::min(atoms, plan.tap_atoms);
  int least_of_rows = layer.kernel_h * layer.kernel_w, least = least_of_rows;
  for (const JoinedTaps& taps : joined_taps(layer, 8, plan)) {
    const int steps = tap_steps(layer, taps);
    least = std::min(least, steps);
    const bool reads =
        !taps.rows && routes(joined_slots(taps.count, atoms, read, plan), plan.banks);
    if (reads) least_of_rows = std::min(least_of_rows, steps);
  }
  const int drain = ceil_div(plan.lane_columns, plan.config.post);
  return least < least_of_rows && drain < least_of_rows ? plan.tap_slots : -1;
}

}  // namespace sluice::compiler
