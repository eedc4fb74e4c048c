// SPDX-License-Identifier: Apache-2.0
// A mapped netlist as instances and nets, so that what tools say of its cells can be said in the
// RTL's own names.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "synth/liberty/liberty.h"
#include "synth/yosys/mapping.h"

namespace sluice::synth {

/// An instance within a module: of a library cell, a memory or another module.
struct NetlistCell {
  std::string type, name;
  std::vector<std::pair<std::string, std::string>> pins;  ///< pin, net such as "sum_q[12]"

  /// The net at a pin; empty if there is none.
  std::string_view net(std::string_view pin) const;
};

struct NetlistModule {
  std::string name;
  std::vector<NetlistCell> cells;
  std::unordered_map<std::string, int> by_name;
};

/// A netlist as Yosys writes it: one connection a line. Names are without escapes.
class Netlist {
 public:
  Netlist(const std::string& text, const std::string& top);

  const NetlistModule* find(const std::string& module) const;
  const NetlistModule& top() const { return modules_.at(top_); }

  /// A cell by its path from the top, "u_load/u_queue/_12_"; the module that holds it, too.
  struct Place {
    const NetlistModule* module = nullptr;
    const NetlistCell* cell = nullptr;
  };
  Place place(const std::string& path) const;

 private:
  std::string top_;
  std::map<std::string, NetlistModule> modules_;
};

/// The netlist with each memory's parameters in the name of its cell, "edge_ram_256x28g28", as
/// tools without parameters need it; `shapes` gets all shapes, sorted.
std::string name_rams(const std::string& netlist, const std::string& ram,
                      std::vector<RamShape>& shapes);

/// "edge_ram_256x28g28".
std::string ram_cell(const std::string& ram, const RamShape& shape);

}  // namespace sluice::synth
