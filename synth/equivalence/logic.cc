// SPDX-License-Identifier: Apache-2.0
#include "synth/equivalence/logic.h"

#include <fmt/format.h>

#include <algorithm>

#include "generator/util/text.h"
#include "generator/util/user_error.h"
#include "synth/equivalence/cut.h"

namespace sluice::synth {
namespace {

constexpr int kSuggestions =
    8;  // words of 64 random patterns before two registers are taken as one

std::vector<std::string> names_of(const std::vector<Port>& ports) {
  std::vector<std::string> names;
  for (const Port& port : ports) names.push_back(port.name);
  return names;
}

/// Position of a name, or -1.
int position(const std::vector<Port>& ports, const std::string& name) {
  const auto at = std::lower_bound(ports.begin(), ports.end(), name,
                                   [](const Port& p, const std::string& n) { return p.name < n; });
  return at != ports.end() && at->name == name ? static_cast<int>(at - ports.begin()) : -1;
}

/// Tries on random patterns which registers that only the RTL has are copies or constants.
class Suggester {
 public:
  Suggester(const Logic& gold, const Keys& keys) : gold_(gold), keys_(keys) {}

  std::vector<Substitute> run() {
    std::vector<Substitute> found(keys_.of.size());
    for (bool more = true; more;) {
      more = false;
      for (std::size_t k = 0; k < keys_.of.size(); k++) {
        if (keys_.matched[k] || found[k].kind != Substitute::kNone) continue;
        found[k] = suggest(static_cast<int>(k), found);
        more |= found[k].kind != Substitute::kNone;
      }
    }
    return found;
  }

 private:
  Substitute suggest(int bit, const std::vector<Substitute>& found) {
    // Several may be possible: what the netlist connects is what was chosen
    const Substitute hint{Substitute::kCopy, keys_.hint[bit]};
    if (hint.copied >= 0 && holds(bit, hint, found)) return hint;
    for (const Substitute::Kind kind : {Substitute::kZero, Substitute::kOne}) {
      if (holds(bit, {kind, -1}, found)) return {kind, -1};
    }
    for (std::size_t k = 0; k < keys_.of.size(); k++) {
      const Substitute copy{Substitute::kCopy, static_cast<int>(k)};
      if (keys_.matched[k] && holds(bit, copy, found)) return copy;
    }
    return {};
  }

  bool holds(int bit, const Substitute& tried, std::vector<Substitute> found) {
    found[bit] = tried;
    std::mt19937_64 random(1);
    for (int k = 0; k < kSuggestions; k++) {
      std::vector<std::uint64_t> inputs(gold_.inputs.size());
      for (std::uint64_t& word : inputs) word = random_word(random, k);
      for (std::size_t other = 0; other < found.size(); other++) tie(inputs, other, found[other]);
      const std::vector<std::uint64_t> values = evaluate(gold_, inputs);
      const auto value = [&](int of, const char* what) {
        return values[position(gold_.outputs, keys_.of[of] + what)];
      };
      const std::uint64_t next = value(bit, kNext), clear = value(bit, kClear),
                          preset = value(bit, kPreset);
      if (tried.kind == Substitute::kZero && (next | preset) != 0) return false;
      if (tried.kind == Substitute::kOne && (clear | ~(next | preset)) != 0) return false;
      if (tried.kind == Substitute::kCopy &&
          (next != value(tried.copied, kNext) || clear != value(tried.copied, kClear) ||
           preset != value(tried.copied, kPreset))) {
        return false;
      }
    }
    return true;
  }

  void tie(std::vector<std::uint64_t>& inputs, std::size_t bit, const Substitute& by) const {
    if (by.kind == Substitute::kNone) return;
    const int at = position(gold_.inputs, keys_.of[bit]);
    if (by.kind != Substitute::kCopy) {
      inputs[at] = by.kind == Substitute::kOne ? ~0ull : 0;
    } else {
      inputs[at] = inputs[position(gold_.inputs, keys_.of[by.copied])];
    }
  }

  const Logic& gold_;
  const Keys& keys_;
};

/// Instances must be the same on both sides, with the same parameters.
std::string instance_problem(const Network& gold, const Network& gate) {
  std::map<std::string, const Instance*> found;
  for (const Instance& one : gate.instances) found[one.name] = &one;
  for (const Instance& one : gold.instances) {
    const auto at = found.find(one.name);
    if (at == found.end()) return fmt::format("the netlist lacks the instance {}", one.name);
    if (at->second->type != one.type || at->second->parameters != one.parameters) {
      return fmt::format("instance {} is of another module in the netlist", one.name);
    }
    found.erase(at);
  }
  if (found.empty()) return "";
  return fmt::format("only the netlist has the instance {}", found.begin()->first);
}

/// Both sides get all inputs of either.
void share_inputs(Logic& one, const Logic& other) {
  for (const Port& port : other.inputs) {
    if (position(one.inputs, port.name) < 0) {
      one.inputs.insert(
          std::lower_bound(one.inputs.begin(), one.inputs.end(), port,
                           [](const Port& a, const Port& b) { return a.name < b.name; }),
          {port.name, one.nets++});
    }
  }
}

std::string output_problem(const Logic& gold, const Logic& gate) {
  const std::vector<std::string> a = names_of(gold.outputs), b = names_of(gate.outputs);
  std::vector<std::string> lost;
  std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(lost));
  if (lost.empty()) return "";
  return fmt::format("only one side has {}", lost[0]);
}

}  // namespace

std::uint64_t random_word(std::mt19937_64& random, std::int64_t round) {
  const std::uint64_t a = random(), b = random(), c = random();
  if (round % 4 == 1) return a & b & c;
  if (round % 4 == 3) return a | b | c;
  return a;
}

Directions directions_of(const std::vector<Network>& networks) {
  Directions directions;
  for (const Network& network : networks) {
    for (const bool output : {false, true}) {
      for (const Port& port : output ? network.outputs : network.inputs) {
        directions[network.name][base_name(port.name)] = output;
      }
    }
  }
  return directions;
}

Pair make_pair(const Network& gold, const Network& gate, const Directions& directions) {
  Pair pair;
  pair.registers = static_cast<int>(gold.registers.size());
  pair.problem = instance_problem(gold, gate);
  if (!pair.problem.empty()) return pair;
  Keys keys = match_registers(gold, gate);
  pair.extra = keys.extra;
  std::vector<Substitute> substitutes(keys.of.size());
  if (std::count(keys.matched.begin(), keys.matched.end(), false) > 0) {
    const Logic free = cut_gold(gold, keys, substitutes, directions, true);
    substitutes = Suggester(free, keys).run();
  }
  for (std::size_t k = 0; k < substitutes.size(); k++) {
    pair.merged += substitutes[k].kind != Substitute::kNone;
    const bool known = keys.matched[k] || substitutes[k].kind != Substitute::kNone;
    if (!known) pair.unknown.push_back(keys.of[k]);
  }
  pair.gold = cut_gold(gold, keys, substitutes, directions, false);
  pair.gate = cut_gate(gate, keys, substitutes, directions);
  share_inputs(pair.gold, pair.gate);
  share_inputs(pair.gate, pair.gold);
  pair.problem = keys.extra > 0 ? fmt::format("the netlist has {} that the RTL lacks",
                                              count_of(keys.extra, "register"))
                                : output_problem(pair.gold, pair.gate);
  return pair;
}

std::vector<std::uint64_t> evaluate(const Logic& logic, const std::vector<std::uint64_t>& inputs) {
  std::vector<std::uint64_t> values(logic.nets, 0);
  for (std::size_t k = 0; k < inputs.size(); k++) values[logic.inputs[k].net] = inputs[k];
  for (const Gate& gate : logic.gates) {
    std::uint64_t covered = 0;
    for (const std::string& pattern : gate.patterns) {
      std::uint64_t match = ~0ull;
      for (std::size_t k = 0; k < pattern.size(); k++) {
        if (pattern[k] == '-') continue;
        const std::uint64_t value = values[gate.inputs[k]];
        match &= pattern[k] == '1' ? value : ~value;
      }
      covered |= match;
    }
    values[gate.output] = gate.on ? covered : ~covered;
  }
  std::vector<std::uint64_t> outputs;
  for (const Port& port : logic.outputs) outputs.push_back(values[port.net]);
  return outputs;
}

}  // namespace sluice::synth
