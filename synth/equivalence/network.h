// SPDX-License-Identifier: Apache-2.0
// Modules as Yosys' BLIF files hold them: gates, registers and instances between named nets.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace sluice::synth {

/// One output bit as a table: it is `on` where an input pattern ('0', '1' or '-' for each input)
/// matches, and the opposite elsewhere. No inputs: a constant.
struct Gate {
  int output = 0;
  std::vector<int> inputs;
  std::vector<std::string> patterns;
  bool on = true;
};

/// A register of one bit. `clear` and `preset` are -1 where it has none; clear wins.
struct Register {
  int q = 0, data = 0, clock = 0, clear = -1, preset = -1;
  bool clock_rises = true, clear_high = true, preset_high = true;
};

/// An instance of another module.
struct Instance {
  std::string name, type;
  std::vector<std::string> parameters;             ///< "Depth 00000100"
  std::vector<std::pair<std::string, int>> ports;  ///< port with its bit, such as "data_i[3]", net
};

struct Port {
  std::string name;  ///< with its bit
  int net = 0;
};

struct Network {
  std::string name;
  int nets = 0;  ///< numbered from 0; connected names are one net
  std::vector<Port> inputs, outputs;
  std::vector<Gate> gates;
  std::vector<Register> registers;
  std::vector<Instance> instances;
  std::vector<std::pair<std::string, int>> names;  ///< all names of all nets, sorted
  bool black_box = false;
};

/// Reads what `write_blif -conn -cname -param -blackbox` writes. Names lose the backslash with
/// which a netlist marks them. Throws UserError for registers that are no flip-flops.
std::vector<Network> read_blif(const std::string& text);

/// A constant, or a wire from one net to another.
Gate constant_gate(int output, bool value);
Gate buffer_gate(int output, int input, bool inverted = false);

}  // namespace sluice::synth
