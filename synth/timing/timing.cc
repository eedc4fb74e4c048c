// SPDX-License-Identifier: Apache-2.0
#include "synth/timing/timing.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "generator/util/process.h"
#include "generator/util/user_error.h"
#include "synth/timing/netlist.h"
#include "synth/timing/sta.h"
#include "synth/tools/workspace.h"
#include "synth/yosys/stat.h"

namespace sluice::synth {
namespace {

constexpr int kAllEndPoints = 10'000'000;

/// A pin of OpenSTA in the RTL's names.
struct Name {
  std::string text;   ///< "u_load/count_q[2]"
  std::string block;  ///< module that holds it
};

class Names {
 public:
  Names(const Netlist& netlist, const Liberty& liberty, const std::string& top)
      : netlist_(netlist), liberty_(liberty), prefix_(top.substr(0, top.rfind('_') + 1)) {}

  Name of(const std::string& pin) const {
    const std::size_t slash = pin.rfind('/');
    const std::string path = pin.substr(0, slash);
    const Netlist::Place place = netlist_.place(path);
    if (slash == std::string::npos || place.cell == nullptr)
      return {pin, block(netlist_.top().name)};
    const LibertyCell* cell = liberty_.find(place.cell->type);
    // A register is known by the net it drives; memories and the like by their own pin
    if (cell == nullptr || !cell->is_flip_flop) return {pin, block(place.module->name)};
    const std::string folder = path.substr(0, path.rfind('/') + 1);
    for (const std::string& output : cell->outputs()) {
      const std::string_view net = place.cell->net(output);
      if (!net.empty()) {
        return {(path.find('/') == std::string::npos ? "" : folder) + std::string(net),
                block(place.module->name)};
      }
    }
    return {pin, block(place.module->name)};
  }

 private:
  std::string block(const std::string& module) const {
    const std::string source = source_name(module);
    return source.starts_with(prefix_) ? source.substr(prefix_.size()) : source;
  }

  const Netlist& netlist_;
  const Liberty& liberty_;
  std::string prefix_;
};

/// True for the asynchronous inputs of flip-flops. Nets of reset are trees that layout builds, like
/// the clock's; before that, one driver for all flip-flops says nothing.
bool is_reset(const EndPoint& end, const Netlist& netlist, const Liberty& liberty) {
  const std::size_t slash = end.end.rfind('/');
  if (slash == std::string::npos) return false;
  const Netlist::Place place = netlist.place(end.end.substr(0, slash));
  if (place.cell == nullptr) return false;
  const LibertyCell* cell = liberty.find(place.cell->type);
  if (cell == nullptr || !cell->is_flip_flop) return false;
  const std::string pin = end.end.substr(slash + 1);
  return (cell->clear + " " + cell->preset).find(pin) != std::string::npos;
}

/// A name without indices: lanes, rows, columns and bits are alike.
std::string without_indices(const std::string& name) {
  std::string text;
  bool inside = false;
  for (const char c : name) {
    if (c == '[') inside = true;
    if (!inside) text += c;
    if (c == ']') inside = false;
  }
  return text;
}

/// The worst end point of each group, in the order of slack.
struct Chosen {
  std::vector<EndPoint> points;
  std::vector<TimingPath> paths;
};

template <typename Key>
Chosen choose(const std::vector<EndPoint>& ends, const Names& names, std::size_t most, Key key) {
  Chosen chosen;
  std::set<std::string> seen;
  for (const EndPoint& end : ends) {
    if (chosen.points.size() >= most) break;
    const Name name = names.of(end.end);
    if (!seen.insert(key(name)).second) continue;
    chosen.points.push_back(end);
    chosen.paths.push_back({names.of(end.start).text, name.text, name.block, 0, 0});
  }
  return chosen;
}

/// Paths between registers only.
const char* const kRegistersOnly =
    "set_false_path -from [all_inputs]\nset_false_path -to [all_outputs]\n";

std::string end_script(const std::string& load) {
  return load +
         "report_checks -path_delay max -format summary -digits 6 -from [all_inputs] > ports.txt\n"
         "report_checks -path_delay max -format summary -digits 6 -to [all_outputs] >> "
         "ports.txt\n" +
         kRegistersOnly +
         fmt::format(
             "report_checks -path_delay max -format summary -digits 6 -group_count {} "
             "> ends.txt\n",
             kAllEndPoints);
}

/// Counts levels of the chosen paths by a second run that prints each in full.
void add_levels(const Workspace& workspace, const std::string& load, double timeout,
                std::vector<Chosen*> groups) {
  std::string script = load + kRegistersOnly;
  std::map<std::string, int> files;
  for (const Chosen* group : groups) {
    for (const EndPoint& end : group->points) {
      const auto [entry, added] = files.insert({end.end, static_cast<int>(files.size())});
      if (!added) continue;
      script += fmt::format(
          "report_checks -path_delay max -format full -to [get_pins {{{}}}] > path{}.txt\n",
          tcl_pattern(end.end), entry->second);
    }
  }
  run_sta(workspace, script, timeout);
  for (Chosen* group : groups) {
    for (std::size_t k = 0; k < group->points.size(); k++) {
      const int file = files.at(group->points[k].end);
      group->paths[k].levels = read_levels(workspace.read(fmt::format("path{}.txt", file)));
    }
  }
}

void sort_ends(std::vector<EndPoint>& ends) {
  std::stable_sort(ends.begin(), ends.end(), [](const EndPoint& a, const EndPoint& b) {
    return std::tie(a.slack, a.end) < std::tie(b.slack, b.end);
  });
}

}  // namespace

std::string sdc_of(const Bundle& bundle) {
  for (const OutputFile& file : bundle.files) {
    if (file.path == "flow/" + bundle.name + ".sdc") return file.text;
  }
  return "";
}

std::string clock_constraints(const std::string& sdc, double period) {
  if (sdc.empty())
    return fmt::format("create_clock -name clk_i -period {} [get_ports clk_i]\n", period);
  std::string text;
  bool replaced = false;
  std::istringstream lines(sdc);
  for (std::string line; std::getline(lines, line);) {
    const bool is_period = line.starts_with("set period ");
    text += is_period ? fmt::format("set period {}", period) : line;
    text += "\n";
    replaced |= is_period;
  }
  if (!replaced) throw UserError("the constraints have no line 'set period ..'");
  return text;
}

TimingResult time_design(const Rtl& rtl, const Liberty& liberty, const TimingOptions& options) {
  MapOptions how;
  how.clock_ps = options.period_ps;
  how.timeout_seconds = options.timeout_seconds;
  TimingResult result;
  require_tool("sta", "opensta");
  result.map = map_design(rtl, liberty, how);
  result.period_ps = options.period_ps;
  result.sta_version = "OpenSTA " + tool_version("sta", "-version");

  const double ps = liberty.time_unit * 1e12;
  const Workspace workspace;
  if (options.memories) {
    result.memories = memory_accesses(result.map.rams(), liberty, *options.memories,
                                      options.access_times, options.ram);
  }
  const RamTiming ram = with_accesses(options.ram, result.memories);
  StaInput input = sta_input(workspace, result.map, rtl.ram, liberty, ram);
  workspace.write("constraints.sdc", clock_constraints(options.sdc, options.period_ps / ps));
  const std::string load = input.load + "source constraints.sdc\n";
  run_sta(workspace, end_script(load), options.timeout_seconds);

  const Netlist netlist(input.netlist, result.map.top);
  std::vector<EndPoint> ends = read_end_points(workspace.read("ends.txt"));
  std::erase_if(ends, [&](const EndPoint& end) { return is_reset(end, netlist, liberty); });
  if (ends.empty()) {
    throw UserError(
        fmt::format("{} has no path between registers: nothing bounds its clock", rtl.top));
  }
  sort_ends(ends);
  result.end_points = static_cast<std::int64_t>(ends.size());
  result.min_period_ps = options.period_ps - ends.front().slack * ps;
  std::vector<EndPoint> ports = read_end_points(workspace.read("ports.txt"));
  sort_ends(ports);
  result.has_ports = !ports.empty();
  if (result.has_ports) result.port_slack_ps = ports.front().slack * ps;

  const Names names(netlist, liberty, rtl.top);
  Chosen worst = choose(ends, names, options.paths,
                        [](const Name& name) { return without_indices(name.text); });
  Chosen blocks = choose(ends, names, ends.size(), [](const Name& name) { return name.block; });
  add_levels(workspace, load, options.timeout_seconds, {&worst, &blocks});
  for (Chosen* group : {&worst, &blocks}) {
    for (std::size_t k = 0; k < group->points.size(); k++) {
      group->paths[k].period_ps = options.period_ps - group->points[k].slack * ps;
    }
  }
  result.worst = std::move(worst.paths);
  result.blocks = std::move(blocks.paths);
  return result;
}

}  // namespace sluice::synth
