// SPDX-License-Identifier: Apache-2.0
#include "synth/liberty/kinds.h"

#include <fmt/format.h>

#include <functional>

#include "generator/util/user_error.h"
#include "synth/liberty/function.h"

namespace sluice::synth {
namespace {

// Truth tables: bit i for inputs that are the bits of i
constexpr std::uint64_t kInverter = 0b01, kBuffer = 0b10, kNand2 = 0b0111, kAnd2 = 0b1000,
                        kXor2 = 0b0110, kMajority = 0b11101000, kXor3 = 0b10010110;

bool at_falling_edge(const LibertyCell& cell) {
  return cell.is_flip_flop && cell.find_pin(cell.clocked_on) == nullptr;
}

bool is_better(const LibertyCell& cell, const LibertyCell& than) {
  if (cell.area != than.area) return cell.area < than.area;
  return at_falling_edge(than) && !at_falling_edge(cell);
}

/// The smallest cell with an area that passes the test; null if there is none. Of equal ones the
/// first, but rising edges before falling ones.
const LibertyCell* smallest(const Liberty& liberty,
                            const std::function<bool(const LibertyCell&)>& passes) {
  const LibertyCell* best = nullptr;
  for (const LibertyCell& cell : liberty.cells) {
    if (cell.area <= 0 || cell.dont_use || !passes(cell)) continue;
    if (!best || is_better(cell, *best)) best = &cell;
  }
  return best;
}

bool is_logic(const LibertyCell& cell, std::size_t inputs, std::size_t outputs) {
  if (cell.is_flip_flop || cell.is_latch) return false;
  if (cell.pins.size() != inputs + outputs || cell.inputs().size() != inputs) return false;
  for (const LibertyPin& pin : cell.pins) {
    if (pin.three_state) return false;
  }
  return cell.outputs().size() == outputs;
}

bool computes(const LibertyCell& cell, const std::string& output, std::uint64_t table) {
  return truth_table(cell.find_pin(output)->function, cell.inputs()) == table;
}

std::string gate(const Liberty& liberty, std::size_t inputs, std::uint64_t table) {
  const LibertyCell* cell = smallest(liberty, [&](const LibertyCell& candidate) {
    return is_logic(candidate, inputs, 1) && computes(candidate, candidate.outputs()[0], table);
  });
  return cell ? cell->name : std::string();
}

/// A flip-flop whose next state is one of its inputs and that gives its state.
bool is_plain_flop(const LibertyCell& cell) {
  if (!cell.is_flip_flop) return false;
  const LibertyPin* data = cell.find_pin(cell.next_state);
  if (!data || data->direction != "input") return false;
  return std::any_of(cell.pins.begin(), cell.pins.end(), [&](const LibertyPin& pin) {
    return pin.direction == "output" && pin.function == cell.state;
  });
}

std::string flop(const Liberty& liberty, bool clear) {
  const LibertyCell* cell = smallest(liberty, [&](const LibertyCell& candidate) {
    const bool fits =
        clear ? !candidate.clear.empty() : candidate.clear.empty() && candidate.preset.empty();
    return fits && is_plain_flop(candidate);
  });
  return cell ? cell->name : std::string();
}

/// The output of a two-output cell that computes `table`; empty if neither does.
std::string output_of(const LibertyCell& cell, std::uint64_t table) {
  for (const std::string& output : cell.outputs()) {
    if (computes(cell, output, table)) return output;
  }
  return {};
}

std::optional<AdderCell> adder(const Liberty& liberty, std::size_t inputs, std::uint64_t sum,
                               std::uint64_t carry) {
  const LibertyCell* cell = smallest(liberty, [&](const LibertyCell& candidate) {
    return is_logic(candidate, inputs, 2) && !output_of(candidate, sum).empty() &&
           !output_of(candidate, carry).empty();
  });
  if (!cell) return std::nullopt;
  const std::vector<std::string> pins = cell->inputs();
  return AdderCell{cell->name,
                   pins[0],
                   pins[1],
                   inputs == 3 ? pins[2] : std::string(),
                   output_of(*cell, sum),
                   output_of(*cell, carry)};
}

void require(const Liberty& liberty, const std::string& cell, const char* what) {
  if (!cell.empty()) return;
  throw UserError(
      fmt::format("{}:1: library {} has no {} among its {} cells (looked for by function, with an "
                  "area above 0); a design cannot be mapped to it: give a complete standard cell "
                  "library, or --liberty osu018",
                  liberty.path, liberty.name, what, liberty.cells.size()));
}

}  // namespace

void find_kinds(Liberty& liberty) {
  liberty.nand2 = gate(liberty, 2, kNand2);
  liberty.inverter = gate(liberty, 1, kInverter);
  liberty.buffer = gate(liberty, 1, kBuffer);
  liberty.flip_flop = flop(liberty, false);
  liberty.clear_flip_flop = flop(liberty, true);
  liberty.full_adder = adder(liberty, 3, kXor3, kMajority);
  liberty.half_adder = adder(liberty, 2, kXor2, kAnd2);
  require(liberty, liberty.nand2, "2-input NAND");
  require(liberty, liberty.inverter, "inverter");
  require(liberty, liberty.flip_flop, "plain D flip-flop");
  require(liberty, liberty.clear_flip_flop, "D flip-flop with asynchronous clear");
}

}  // namespace sluice::synth
