// SPDX-License-Identifier: Apache-2.0
#include "synth/equivalence/cut.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "generator/util/user_error.h"

namespace sluice::synth {
namespace {

/// All names of the nets that registers drive.
std::unordered_map<int, std::vector<std::string>> register_names(const Network& network) {
  std::unordered_map<int, std::vector<std::string>> names;
  for (const Register& bit : network.registers) names[bit.q];
  for (const auto& [name, net] : network.names) {
    const auto at = names.find(net);
    if (at != names.end()) at->second.push_back(name);
  }
  return names;
}

/// Names that tools make up have a '$', or a cell's number and pin such as "_12_.Q".
bool made_up(const std::string& name) {
  return name.find('$') != std::string::npos || name.starts_with("_");
}

std::string best_name(const std::vector<std::string>& names) {
  const auto worse = [](const std::string& a, const std::string& b) {
    return std::make_tuple(made_up(a), a.size(), a) < std::make_tuple(made_up(b), b.size(), b);
  };
  return *std::min_element(names.begin(), names.end(), worse);
}

class Cutter {
 public:
  Cutter(const Network& network, const Directions& directions)
      : network_(network), directions_(directions), gates_(network.gates), nets_(network.nets) {
    logic_.inputs = network.inputs;
    for (const Port& port : network.outputs) logic_.outputs.push_back(port);
    for (const Instance& one : network.instances) cut(one);
  }

  void input(const std::string& name, int net) { logic_.inputs.push_back({name, net}); }
  void output(const std::string& name, int net) { logic_.outputs.push_back({name, net}); }
  void add(Gate gate) { gates_.push_back(std::move(gate)); }
  int fresh() { return nets_++; }

  struct Functions {
    int next, clear, preset, clock;
  };

  /// What a register does, in terms that do not depend on the polarity of its pins.
  Functions functions(const Register& bit) {
    Functions made{fresh(), fresh(), fresh(), fresh()};
    add(bit.clear < 0 ? constant_gate(made.clear, false)
                      : buffer_gate(made.clear, bit.clear, !bit.clear_high));
    if (bit.preset < 0) {
      add(constant_gate(made.preset, false));
    } else {
      add({made.preset, {bit.preset, made.clear}, {bit.preset_high ? "10" : "00"}, true});
    }
    add({made.next, {bit.data, made.clear, made.preset}, {"100"}, true});
    add(buffer_gate(made.clock, bit.clock, !bit.clock_rises));
    return made;
  }

  void outputs(const std::string& name, const Functions& made) {
    output(name + kNext, made.next);
    output(name + kClear, made.clear);
    output(name + kPreset, made.preset);
    output(name + kClock, made.clock);
  }

  Logic finish() {
    const auto by_name = [](const Port& a, const Port& b) { return a.name < b.name; };
    std::sort(logic_.inputs.begin(), logic_.inputs.end(), by_name);
    std::sort(logic_.outputs.begin(), logic_.outputs.end(), by_name);
    logic_.nets = nets_;
    order();
    return std::move(logic_);
  }

 private:
  void cut(const Instance& one) {
    const auto ports = directions_.find(one.type);
    if (ports == directions_.end()) {
      throw UserError(fmt::format("{}: nothing is known of the module {} of instance {}",
                                  network_.name, one.type, one.name));
    }
    for (const auto& [port, net] : one.ports) {
      const bool drives = ports->second.at(base_name(port));
      (drives ? logic_.inputs : logic_.outputs).push_back({one.name + "." + port, net});
    }
  }

  /// Sorts the gates that outputs need, each after its drivers.
  void order() {
    std::vector<int> driver(nets_, -1);
    for (std::size_t k = 0; k < gates_.size(); k++) driver[gates_[k].output] = static_cast<int>(k);
    for (const Port& port : logic_.inputs) driver[port.net] = -1;
    std::vector<char> state(gates_.size(), 0);  // 1: below something being visited, 2: done
    std::vector<std::pair<int, std::size_t>> stack;
    const auto enter = [&](int net) {
      const int gate = driver[net];
      if (gate < 0 || state[gate] == 2) return;
      if (state[gate] == 1) {
        throw UserError(fmt::format("{}: combinational loop", network_.name));
      }
      state[gate] = 1;
      stack.emplace_back(gate, 0);
    };
    for (const Port& port : logic_.outputs) {
      enter(port.net);
      while (!stack.empty()) {
        const int gate = stack.back().first;
        const std::size_t input = stack.back().second++;
        if (input < gates_[gate].inputs.size()) {
          enter(gates_[gate].inputs[input]);
        } else {
          state[gate] = 2;
          logic_.gates.push_back(gates_[gate]);
          stack.pop_back();
        }
      }
    }
  }

  const Network& network_;
  const Directions& directions_;
  std::vector<Gate> gates_;
  int nets_;
  Logic logic_;
};

/// That a register leaves the value it is taken to have.
int leaves(Cutter& cutter, const Cutter::Functions& made, bool value) {
  const int net = cutter.fresh();
  if (value) {
    cutter.add({net, {made.clear, made.next, made.preset}, {"1--", "-00"}, true});
  } else {
    cutter.add({net, {made.next, made.preset}, {"1-", "-1"}, true});
  }
  return net;
}

}  // namespace

std::string base_name(const std::string& port) {
  return port.ends_with("]") ? port.substr(0, port.rfind('[')) : port;
}

Keys match_registers(const Network& gold, const Network& gate) {
  Keys keys;
  std::unordered_map<std::string, int> numbers;
  const auto gold_names = register_names(gold);
  for (const Register& bit : gold.registers) {
    const std::vector<std::string>& names = gold_names.at(bit.q);
    for (const std::string& name : names) {
      if (!made_up(name)) numbers[name] = static_cast<int>(keys.of.size());
    }
    keys.of.push_back(best_name(names));
  }
  keys.matched.assign(keys.of.size(), false);
  keys.gate_of.assign(keys.of.size(), -1);
  keys.hint.assign(keys.of.size(), -1);
  const auto gate_names = register_names(gate);
  for (std::size_t k = 0; k < gate.registers.size(); k++) {
    const std::vector<std::string>& names = gate_names.at(gate.registers[k].q);
    int first = -1;
    for (const std::string& name : names) {
      const auto at = numbers.find(name);
      if (at == numbers.end() || keys.matched[at->second] || at->second == first) continue;
      if (first < 0) first = at->second;
      keys.hint[at->second] = first;
    }
    if (first >= 0) {
      keys.matched[first] = true;
      keys.gate_of[first] = static_cast<int>(k);
    }
    keys.extra += first < 0;
    keys.gate.push_back(first < 0 ? "netlist's " + best_name(names) : keys.of[first]);
  }
  return keys;
}

Logic cut_gold(const Network& gold, const Keys& keys, const std::vector<Substitute>& substitutes,
               const Directions& directions, bool all) {
  Cutter cutter(gold, directions);
  for (std::size_t k = 0; k < gold.registers.size(); k++) {
    const Register& bit = gold.registers[k];
    const std::string& name = keys.of[k];
    const Substitute& by = substitutes[k];
    const Cutter::Functions made = cutter.functions(bit);
    switch (by.kind) {
      case Substitute::kNone:
        cutter.input(name, bit.q);
        if (keys.matched[k] || all) cutter.outputs(name, made);
        break;
      case Substitute::kCopy:
        cutter.add(buffer_gate(bit.q, gold.registers[by.copied].q));
        cutter.outputs(name, made);
        break;
      default:
        cutter.add(constant_gate(bit.q, by.kind == Substitute::kOne));
        cutter.output(name + kConstant, leaves(cutter, made, by.kind == Substitute::kOne));
    }
  }
  return cutter.finish();
}

Logic cut_gate(const Network& gate, const Keys& keys, const std::vector<Substitute>& substitutes,
               const Directions& directions) {
  Cutter cutter(gate, directions);
  std::vector<Cutter::Functions> made;
  for (std::size_t k = 0; k < gate.registers.size(); k++) {
    cutter.input(keys.gate[k], gate.registers[k].q);
    made.push_back(cutter.functions(gate.registers[k]));
    cutter.outputs(keys.gate[k], made.back());
  }
  for (std::size_t k = 0; k < substitutes.size(); k++) {
    const Substitute& by = substitutes[k];
    if (by.kind == Substitute::kCopy) {
      cutter.outputs(keys.of[k], made[keys.gate_of[by.copied]]);
    } else if (by.kind != Substitute::kNone) {
      const int never = cutter.fresh();
      cutter.add(constant_gate(never, false));
      cutter.output(keys.of[k] + kConstant, never);
    }
  }
  return cutter.finish();
}

}  // namespace sluice::synth
