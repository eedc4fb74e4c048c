// SPDX-License-Identifier: Apache-2.0
#include "synth/equivalence/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <string_view>
#include <unordered_map>

#include "generator/util/user_error.h"

namespace sluice::synth {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  std::size_t at = 0;
  while ((at = line.find_first_not_of(" \r\t", at)) != std::string_view::npos) {
    const std::size_t end = std::min(line.find_first_of(" \r\t", at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

std::string plain(std::string_view name) {
  if (name.starts_with("\\")) name.remove_prefix(1);
  return std::string(name);
}

/// Builds one network; nets that are connected become one at the end.
class Builder {
 public:
  explicit Builder(std::string_view name) { network_.name = plain(name); }

  int net(std::string_view name) {
    const auto [at, added] = ids_.try_emplace(plain(name), static_cast<int>(parents_.size()));
    if (added) parents_.push_back(at->second);
    return at->second;
  }

  void line(const std::vector<std::string_view>& words) {
    const std::string_view kind = words[0];
    if (kind == ".inputs" || kind == ".outputs") {
      for (std::size_t k = 1; k < words.size(); k++) {
        (kind == ".inputs" ? network_.inputs : network_.outputs)
            .push_back({plain(words[k]), net(words[k])});
      }
    } else if (kind == ".names") {
      Gate gate;
      for (std::size_t k = 1; k + 1 < words.size(); k++) gate.inputs.push_back(net(words[k]));
      gate.output = net(words.back());
      network_.gates.push_back(gate);
    } else if (kind == ".conn") {
      parents_[root(net(words[1]))] = root(net(words[2]));
    } else if (kind == ".latch") {
      latch(words);
    } else if (kind == ".subckt" || kind == ".gate") {
      instance(words);
    } else if (kind == ".cname" && is_instance_) {
      network_.instances.back().name = plain(words[1]);
    } else if (kind == ".param" && is_instance_) {
      network_.instances.back().parameters.push_back(
          fmt::format("{} {}", words[1], words.size() > 2 ? words[2] : ""));
    } else if (kind == ".blackbox") {
      network_.black_box = true;
    } else if (!kind.starts_with(".")) {
      row(words);
    }
  }

  Network finish() {
    std::unordered_map<int, int> numbers;
    const auto number = [&](int& id) {
      if (id < 0) return;
      id = numbers.try_emplace(root(id), static_cast<int>(numbers.size())).first->second;
    };
    for (Port& port : network_.inputs) number(port.net);
    for (Port& port : network_.outputs) number(port.net);
    for (Gate& gate : network_.gates) {
      number(gate.output);
      for (int& input : gate.inputs) number(input);
    }
    for (Register& bit : network_.registers) {
      for (int* id : {&bit.q, &bit.data, &bit.clock, &bit.clear, &bit.preset}) number(*id);
    }
    for (Instance& one : network_.instances) {
      for (auto& [port, id] : one.ports) number(id);
    }
    for (const auto& [name, id] : ids_) {
      int copy = id;
      number(copy);
      network_.names.emplace_back(name, copy);
    }
    std::sort(network_.names.begin(), network_.names.end());
    network_.nets = static_cast<int>(numbers.size());
    return std::move(network_);
  }

 private:
  int root(int id) {
    while (parents_[id] != id) id = parents_[id] = parents_[parents_[id]];
    return id;
  }

  void row(const std::vector<std::string_view>& words) {
    Gate& gate = network_.gates.back();
    gate.on = words.back() == "1";
    gate.patterns.emplace_back(words.size() > 1 ? words[0] : "");
  }

  void latch(const std::vector<std::string_view>& words) {
    Register bit;
    bit.data = net(words[1]);
    bit.q = net(words[2]);
    if (words.size() < 5 || (words[3] != "re" && words[3] != "fe")) {
      throw UserError(fmt::format("{}: {} is a latch, not a flip-flop", network_.name, words[2]));
    }
    bit.clock_rises = words[3] == "re";
    bit.clock = net(words[4]);
    network_.registers.push_back(bit);
    is_instance_ = false;
  }

  void instance(const std::vector<std::string_view>& words) {
    Instance found;
    found.type = plain(words[1]);
    for (std::size_t k = 2; k < words.size(); k++) {
      const std::size_t equal = words[k].find('=');
      found.ports.emplace_back(plain(words[k].substr(0, equal)), net(words[k].substr(equal + 1)));
    }
    is_instance_ = !found.type.starts_with("$_");
    if (is_instance_) {
      network_.instances.push_back(std::move(found));
    } else {
      network_.registers.push_back(flip_flop(found));
    }
  }

  /// $_DFF_P_, $_DFF_PN0_ (clock, reset, value) and $_DFFSR_PNN_ (clock, set, reset) of Yosys.
  Register flip_flop(const Instance& cell) {
    std::map<std::string, int> ports(cell.ports.begin(), cell.ports.end());
    const std::string& type = cell.type;
    Register bit;
    const bool simple = type.starts_with("$_DFF_") && type.size() == 8;
    const bool reset = type.starts_with("$_DFF_") && type.size() == 10;
    const bool both = type.starts_with("$_DFFSR_") && type.size() == 12;
    if (!simple && !reset && !both) {
      throw UserError(
          fmt::format("{}: registers of kind {} cannot be compared", network_.name, type));
    }
    bit.q = ports.at("Q");
    bit.data = ports.at("D");
    bit.clock = ports.at("C");
    bit.clock_rises = type[both ? 8 : 6] == 'P';
    if (reset) {
      (type[8] == '1' ? bit.preset : bit.clear) = ports.at("R");
      (type[8] == '1' ? bit.preset_high : bit.clear_high) = type[7] == 'P';
    } else if (both) {
      bit.preset = ports.at("S");
      bit.preset_high = type[9] == 'P';
      bit.clear = ports.at("R");
      bit.clear_high = type[10] == 'P';
    }
    return bit;
  }

  Network network_;
  std::unordered_map<std::string, int> ids_;
  std::vector<int> parents_;
  bool is_instance_ = false;
};

}  // namespace

std::vector<Network> read_blif(const std::string& text) {
  std::vector<Network> found;
  std::vector<Builder> builder;  // none or one
  std::istringstream lines(text);
  std::string line, more;
  while (std::getline(lines, line)) {
    while (line.ends_with("\\") && std::getline(lines, more)) {
      line.pop_back();
      line += more;
    }
    const std::vector<std::string_view> words = words_of(line);
    if (words.empty() || words[0].starts_with("#")) continue;
    if (words[0] == ".model") {
      builder.clear();
      builder.emplace_back(words[1]);
    } else if (words[0] == ".end") {
      if (!builder.empty()) found.push_back(builder[0].finish());
      builder.clear();
    } else if (!builder.empty()) {
      builder[0].line(words);
    }
  }
  return found;
}

Gate constant_gate(int output, bool value) {
  return {output, {}, value ? std::vector<std::string>{""} : std::vector<std::string>{}, true};
}

Gate buffer_gate(int output, int input, bool inverted) {
  return {output, {input}, {inverted ? "0" : "1"}, true};
}

}  // namespace sluice::synth
