// SPDX-License-Identifier: Apache-2.0
#include "synth/power/gate_activity.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "generator/util/process.h"
#include "generator/util/user_error.h"
#include "synth/equivalence/network.h"
#include "synth/liberty/function.h"
#include "synth/power/vcd.h"
#include "synth/timing/netlist.h"
#include "synth/tools/workspace.h"
#include "synth/yosys/stat.h"

namespace sluice::synth {
namespace {

constexpr double kYosysSeconds = 900;
constexpr std::uint64_t kWindows = 64;  // evaluated together

/// One flat network whose instances are cells and memories, named by their path with dots.
Network flat_network(const Rtl& rtl, const MapResult& map, const Liberty& liberty) {
  require_tool("yosys", "yosys");
  const Workspace workspace;
  workspace.write("cells.lib", liberty.text);
  // Each shape of memory under a name of its own: as one module, all would get its default widths
  std::vector<RamShape> shapes;
  workspace.write("netlist.v", name_rams(map.netlist, rtl.ram, shapes));
  workspace.write("flatten.ys",
                  fmt::format("read_verilog netlist.v\n"
                              "read_liberty -lib -ignore_miss_func cells.lib\n"
                              "hierarchy -top {}\nflatten\nwrite_blif -conn -cname model.blif\n",
                              map.top));
  const ProcessResult run =
      run_process({"yosys", "-q", "flatten.ys"}, workspace.folder(), kYosysSeconds);
  if (run.timed_out || run.exit_code != 0) {
    throw UserError(
        fmt::format("Yosys failed on the netlist of {}: {}", map.top, run.output.substr(0, 2000)));
  }
  for (Network& network : read_blif(workspace.read("model.blif"))) {
    if (network.name == map.top) return std::move(network);
  }
  throw UserError(fmt::format("Yosys wrote no netlist of {}", map.top));
}

/// The table of a gate with at most six inputs.
std::uint64_t table_of(const Gate& gate) {
  std::uint64_t table = 0;
  for (std::uint64_t row = 0; row < (1ull << gate.inputs.size()); row++) {
    bool matches = false;
    for (const std::string& pattern : gate.patterns) {
      bool equal = true;
      for (std::size_t k = 0; k < pattern.size(); k++) {
        equal &= pattern[k] == '-' || (pattern[k] == '1') == ((row >> k & 1) != 0);
      }
      matches |= equal;
    }
    if (matches == gate.on) table |= 1ull << row;
  }
  return table;
}

/// The function in 64 windows at a time, input by input from the last.
std::uint64_t apply(std::uint64_t table, const std::vector<int>& inputs,
                    const std::vector<std::uint64_t>& values) {
  std::uint64_t rows[1 << kMostInputs];
  const std::size_t count = inputs.size();
  for (std::size_t row = 0; row < (std::size_t{1} << count); row++) {
    rows[row] = (table >> row & 1) != 0 ? ~0ull : 0;
  }
  for (std::size_t k = count; k-- > 0;) {
    const std::uint64_t input = values[inputs[k]];
    const std::size_t half = std::size_t{1} << k;
    for (std::size_t row = 0; row < half; row++) {
      rows[row] = (input & rows[row + half]) | (~input & rows[row]);
    }
  }
  return rows[0];
}

std::string dotted(std::string path) {
  std::replace(path.begin(), path.end(), '/', '.');
  return path;
}

}  // namespace

double CellRates::rate(const std::string& path) const {
  const auto found = rates_.find(dotted(path));
  return found == rates_.end() ? -1 : found->second;
}

GateModel::GateModel(const Rtl& rtl, const MapResult& map, const Liberty& liberty) : top_(map.top) {
  const Network network = flat_network(rtl, map, liberty);
  nets_ = network.nets;
  std::vector<std::vector<std::string>> names(nets_);
  for (const auto& [name, net] : network.names) {
    if (!name.starts_with("$")) names[net].push_back(name);
  }
  std::vector<Node> nodes;
  for (const Gate& gate : network.gates) {
    if (gate.inputs.size() > kMostInputs) throw UserError("a gate has too many inputs");
    nodes.push_back({gate.output, gate.inputs, table_of(gate)});
  }
  for (const Port& port : network.inputs) sources_.push_back({port.net, {port.name}});
  for (const Instance& one : network.instances) {
    const std::string type = source_name(one.type);
    if (!rtl.ram.empty() && type.starts_with(rtl.ram + "_")) {
      for (const auto& [port, net] : one.ports) {
        if (port.starts_with("read_data_o")) sources_.push_back({net, {one.name + "." + port}});
      }
      continue;
    }
    const LibertyCell* cell = liberty.find(type);
    if (cell == nullptr) throw UserError(fmt::format("{} has no cell {}", liberty.name, type));
    const auto net_of = [&one](const std::string& pin) {
      for (const auto& [port, net] : one.ports) {
        if (port == pin) return net;
      }
      return -1;
    };
    const std::vector<std::string> pins = cell->inputs();
    std::vector<int> inputs;
    for (const std::string& pin : pins) inputs.push_back(net_of(pin));
    bool first = true;
    for (const std::string& pin : cell->outputs()) {
      const int output = net_of(pin);
      if (output < 0) continue;
      if (first) outputs_.emplace_back(one.name, output);
      first = false;
      if (cell->is_flip_flop) {
        FlipFlop bit;
        bit.q = output;
        bit.inverted = cell->find_pin(pin)->function != cell->state;
        bit.inputs = inputs;
        bit.next = truth_table(cell->next_state, pins).value();
        if (!cell->clear.empty()) bit.clear = truth_table(cell->clear, pins).value();
        if (!cell->preset.empty()) bit.preset = truth_table(cell->preset, pins).value();
        bit.names = names[output];
        flip_flops_.push_back(std::move(bit));
      } else {
        const auto table = truth_table(cell->find_pin(pin)->function, pins);
        if (!table) throw UserError(fmt::format("cell {} has no function that is known", type));
        nodes.push_back({output, inputs, *table});
      }
    }
  }
  sort(std::move(nodes));
}

void GateModel::sort(std::vector<Node> nodes) {
  std::vector<std::vector<int>> readers(nets_);
  std::vector<int> waits(nodes.size());
  std::vector<bool> driven(nets_);
  for (const Node& node : nodes) driven[node.output] = true;
  std::vector<int> ready;
  for (std::size_t k = 0; k < nodes.size(); k++) {
    for (const int input : nodes[k].inputs) {
      if (!driven[input]) continue;
      readers[input].push_back(static_cast<int>(k));
      waits[k]++;
    }
    if (waits[k] == 0) ready.push_back(static_cast<int>(k));
  }
  for (std::size_t at = 0; at < ready.size(); at++) {
    for (const int reader : readers[nodes[ready[at]].output]) {
      if (--waits[reader] == 0) ready.push_back(reader);
    }
  }
  if (ready.size() != nodes.size()) throw UserError(top_ + ": the netlist has a loop of gates");
  for (const int k : ready) nodes_.push_back(std::move(nodes[k]));
}

/// Goes through the waveforms once; evaluates whenever 64 windows are there.
class GateRun : public VcdReader {
 public:
  GateRun(const GateModel& model, std::istream& vcd, std::uint64_t window)
      : VcdReader(vcd, model.top_),
        model_(model),
        steps_(2 * window),
        values_(model.nets_),
        before_(model.nets_),
        changes_(model.nets_) {}

  CellRates finish() {
    if (!begun_) throw UserError("the waveforms are empty");
    keep_until(time_ + 1);
    evaluate();
    result_.cycles = (time_ + 2) / 2;
    result_.registers = static_cast<std::int64_t>(model_.flip_flops_.size());
    result_.unnamed = std::count(watched_flip_flop_.begin(), watched_flip_flop_.end(), -1);
    for (const auto& [path, net] : model_.outputs_) {
      result_.rates_[path] = static_cast<double>(changes_[net]) / result_.cycles;
    }
    return std::move(result_);
  }

 private:
  /// A bit of a signal that is the value of a net.
  struct Watched {
    int net = 0, signal = 0;
    std::size_t place = 0;  ///< in the signal's value
  };

  void name(const std::string& name, int number, std::size_t bits, std::int64_t lowest) override {
    if (number == static_cast<int>(signals_.size())) signals_.emplace_back(bits, '0');
    names_.insert({name, {number, lowest}});
  }

  void time(std::uint64_t time) override {
    if (!begun_) begin();
    keep_until(time);
    time_ = time;
  }

  void change(int number, std::string value) override { signals_[number] = std::move(value); }

  bool watch(int net, const std::string& bit) {
    auto found = names_.find(bit);
    std::int64_t index = 0;
    if (found == names_.end()) {
      std::string signal;
      if (!split_bit(bit, signal, index)) return false;
      found = names_.find(signal);
      if (found == names_.end()) return false;
      index -= found->second.second;
    } else if (signals_[found->second.first].size() != 1) {
      return false;
    }
    const std::int64_t size = static_cast<std::int64_t>(signals_[found->second.first].size());
    if (index < 0 || index >= size) return false;
    watched_.push_back({net, found->second.first, static_cast<std::size_t>(size - 1 - index)});
    return true;
  }

  void begin() {
    begun_ = true;
    for (const GateModel::Source& source : model_.sources_) {
      if (!watch(source.net, source.names[0])) {
        throw UserError("the waveforms lack " + source.names[0]);
      }
    }
    for (const GateModel::FlipFlop& bit : model_.flip_flops_) {
      const bool known = std::any_of(bit.names.begin(), bit.names.end(),
                                     [&](const auto& name) { return watch(bit.q, name); });
      watched_flip_flop_.push_back(known ? static_cast<int>(watched_.size()) - 1 : -1);
    }
    history_.assign(watched_.size() * steps_, 0);
    following_.assign(model_.flip_flops_.size(), 0);
  }

  /// Values before `time` are complete.
  void keep_until(std::uint64_t time) {
    for (; kept_ < time; kept_++) {
      if (kept_ == first_ + kWindows * steps_) {
        evaluate();
        first_ = kept_;
        std::fill(history_.begin(), history_.end(), 0);
      }
      const std::uint64_t step = kept_ % steps_, window = (kept_ - first_) / steps_;
      for (std::size_t k = 0; k < watched_.size(); k++) {
        const bool one = signals_[watched_[k].signal][watched_[k].place] == '1';
        history_[k * steps_ + step] |= static_cast<std::uint64_t>(one) << window;
      }
    }
  }

  /// Windows that have this step.
  std::uint64_t windows_with(std::uint64_t step) const {
    std::uint64_t mask = 0;
    for (std::uint64_t w = 0; w < kWindows; w++) {
      if (first_ + w * steps_ + step < kept_) mask |= 1ull << w;
    }
    return mask;
  }

  void evaluate() {
    for (std::uint64_t step = 0; step < steps_; step++) {
      const std::uint64_t mask = windows_with(step);
      const bool edge = step % 2 == 1;
      for (std::size_t k = 0; k < watched_.size(); k++) {
        values_[watched_[k].net] = history_[k * steps_ + step];
      }
      if (edge) clock(mask);
      for (const GateModel::Node& node : model_.nodes_) {
        values_[node.output] = apply(node.table, node.inputs, values_);
      }
      if (!edge) prepare();
      for (int net = 0; step > 0 && net < model_.nets_; net++) {
        changes_[net] += std::popcount((values_[net] ^ before_[net]) & mask);
      }
      before_ = values_;
    }
  }

  /// What the next edge makes of each register.
  void prepare() {
    for (std::size_t k = 0; k < model_.flip_flops_.size(); k++) {
      const GateModel::FlipFlop& bit = model_.flip_flops_[k];
      const std::uint64_t clear = bit.clear != 0 ? apply(bit.clear, bit.inputs, values_) : 0;
      const std::uint64_t preset = bit.preset != 0 ? apply(bit.preset, bit.inputs, values_) : 0;
      const std::uint64_t next = apply(bit.next, bit.inputs, values_);
      const std::uint64_t stored = (next | preset) & ~clear;
      following_[k] = bit.inverted ? ~stored : stored;
    }
  }

  /// The edge: registers without a name take their value; the others should have theirs.
  void clock(std::uint64_t mask) {
    for (std::size_t k = 0; k < model_.flip_flops_.size(); k++) {
      const GateModel::FlipFlop& bit = model_.flip_flops_[k];
      if (watched_flip_flop_[k] < 0) {
        values_[bit.q] = following_[k];
        continue;
      }
      const std::uint64_t wrong = (values_[bit.q] ^ following_[k]) & mask;
      result_.compared += std::popcount(mask);
      result_.differing += std::popcount(wrong);
      if (wrong != 0 && result_.first_differing.empty()) result_.first_differing = bit.names[0];
    }
  }

  const GateModel& model_;
  const std::uint64_t steps_;  // times of a window
  std::vector<std::string> signals_;
  std::unordered_map<std::string, std::pair<int, std::int64_t>> names_;
  std::vector<Watched> watched_;
  std::vector<int> watched_flip_flop_;  // of each flip-flop, or -1
  std::vector<std::uint64_t> history_;  // by watched bit and step; bit w is window w
  std::vector<std::uint64_t> values_, before_, following_, changes_;
  bool begun_ = false;
  std::uint64_t time_ = 0, kept_ = 0, first_ = 0;
  CellRates result_;
};

CellRates GateModel::rates(std::istream& vcd, std::uint64_t window) const {
  GateRun run(*this, vcd, window);
  run.read();
  return run.finish();
}

}  // namespace sluice::synth
