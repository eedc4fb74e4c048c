// SPDX-License-Identifier: Apache-2.0
#include "synth/equivalence/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "generator/util/process.h"
#include "generator/util/user_error.h"
#include "synth/equivalence/cut.h"
#include "synth/tools/workspace.h"

namespace sluice::synth {
namespace {

constexpr const char* kAbc = "berkeley-abc";
constexpr std::size_t kShownInputs = 12;

using Words = std::vector<std::uint64_t>;

/// Names of the inputs on which an output depends.
std::set<std::string> support(const Logic& logic, int output) {
  std::vector<bool> needed(logic.nets, false);
  needed[logic.outputs[output].net] = true;
  for (auto gate = logic.gates.rbegin(); gate != logic.gates.rend(); ++gate) {
    if (!needed[gate->output]) continue;
    for (const int input : gate->inputs) needed[input] = true;
  }
  std::set<std::string> names;
  for (const Port& port : logic.inputs) {
    if (needed[port.net]) names.insert(port.name);
  }
  return names;
}

/// Bits of the same vector put together: "a_i = 0x1f" or "a_i[2] = 1".
std::string values_text(const std::map<std::string, bool>& bits) {
  std::map<std::string, std::map<int, bool>> vectors;
  std::vector<std::string> texts;
  for (const auto& [name, value] : bits) {
    const std::string base = base_name(name);
    if (base == name) {
      texts.push_back(fmt::format("{} = {}", name, value ? 1 : 0));
    } else {
      vectors[base][std::stoi(name.substr(base.size() + 1))] = value;
    }
  }
  for (const auto& [base, values] : vectors) {
    std::string binary;
    for (int k = values.rbegin()->first; k >= values.begin()->first; k--) {
      const auto at = values.find(k);
      binary += at == values.end() ? 'x' : at->second ? '1' : '0';
    }
    texts.push_back(
        fmt::format("{}[{}:{}] = {}", base, values.rbegin()->first, values.begin()->first, binary));
  }
  const std::size_t shown = std::min(texts.size(), kShownInputs);
  std::string text = fmt::format("{}", fmt::join(texts.begin(), texts.begin() + shown, ", "));
  if (shown < texts.size()) text += fmt::format(" and {} more", texts.size() - shown);
  return text;
}

class Checker {
 public:
  Checker(const Logic& gold, const Logic& gate) : gold_(gold), gate_(gate) {}

  /// The first difference within these patterns, or an empty text.
  std::string difference(const Words& inputs) const {
    const Words a = evaluate(gold_, inputs), b = evaluate(gate_, inputs);
    for (std::size_t k = 0; k < a.size(); k++) {
      if (a[k] == b[k]) continue;
      int pattern = 0;
      while (((a[k] ^ b[k]) >> pattern & 1) == 0) pattern++;
      return describe(static_cast<int>(k), inputs, pattern, a[k] >> pattern & 1);
    }
    return "";
  }

  Words random_inputs(std::mt19937_64& random, std::int64_t round) const {
    Words inputs(gold_.inputs.size());
    for (std::uint64_t& word : inputs) word = random_word(random, round);
    return inputs;
  }

 private:
  std::string describe(int output, const Words& inputs, int pattern, bool gold_value) const {
    std::set<std::string> names = support(gold_, output);
    names.merge(support(gate_, output));
    std::map<std::string, bool> bits;
    for (std::size_t k = 0; k < gold_.inputs.size(); k++) {
      const std::string& name = gold_.inputs[k].name;
      if (names.contains(name)) bits[name] = inputs[k] >> pattern & 1;
    }
    return fmt::format("{} is {} in the RTL, {} in the netlist, with {}",
                       gold_.outputs[output].name, gold_value ? 1 : 0, gold_value ? 0 : 1,
                       values_text(bits));
  }

  const Logic& gold_;
  const Logic& gate_;
};

/// BLIF for abc: inputs i0, i1, ..; outputs o0, o1, .. in the order of the names.
std::string blif_of(const Logic& logic) {
  std::ostringstream text;
  std::vector<int> number(logic.nets, -1);
  text << ".model m\n.inputs";
  for (std::size_t k = 0; k < logic.inputs.size(); k++) {
    number[logic.inputs[k].net] = static_cast<int>(k);
    text << " i" << k;
  }
  text << "\n.outputs";
  for (std::size_t k = 0; k < logic.outputs.size(); k++) text << " o" << k;
  text << "\n";
  const auto name = [&](int net) {
    return number[net] >= 0 ? fmt::format("i{}", number[net]) : fmt::format("n{}", net);
  };
  std::set<int> driven;
  for (const Port& port : logic.inputs) driven.insert(port.net);
  for (const Gate& gate : logic.gates) driven.insert(gate.output);
  std::set<int> tied;  // nets without driver, such as those of undefined constants
  const auto tie = [&](int net) {
    if (!driven.contains(net) && tied.insert(net).second) text << ".names " << name(net) << "\n";
  };
  for (const Gate& gate : logic.gates) {
    for (const int input : gate.inputs) tie(input);
    text << ".names";
    for (const int input : gate.inputs) text << ' ' << name(input);
    text << ' ' << name(gate.output) << '\n';
    for (const std::string& pattern : gate.patterns) {
      text << pattern << (pattern.empty() ? "" : " ") << (gate.on ? 1 : 0) << '\n';
    }
  }
  for (std::size_t k = 0; k < logic.outputs.size(); k++) {
    tie(logic.outputs[k].net);
    text << ".names " << name(logic.outputs[k].net) << " o" << k << "\n1 1\n";
  }
  text << ".end\n";
  return text.str();
}

/// The pattern of abc's counter-example, as pattern 0.
Words abc_pattern(const std::string& output, std::size_t inputs) {
  Words words(inputs, 0);
  const std::size_t start = output.find("Input pattern:");
  if (start == std::string::npos) return words;
  std::istringstream text(output.substr(start + 14));
  for (std::string word; text >> word;) {
    const std::size_t equal = word.find('=');
    if (!word.starts_with("i") || equal == std::string::npos) continue;
    const std::size_t at = std::stoul(word.substr(1));
    if (at < inputs) words[at] = word.substr(equal + 1) == "1";
  }
  return words;
}

void prove(const Checker& checker, const Logic& gold, const Logic& gate,
           const CheckOptions& options, CheckResult& result) {
  require_tool(kAbc, kAbc);
  const Workspace workspace;
  workspace.write("gold.blif", blif_of(gold));
  workspace.write("gate.blif", blif_of(gate));
  // abc's own limits: rounds of conflicts; time is limited from outside, too, for it may hang
  const std::string command =
      fmt::format("cec -T {:.0f} -C 1000000 gold.blif gate.blif", options.timeout_seconds);
  const ProcessResult run =
      run_process({kAbc, "-c", command}, workspace.folder(), options.timeout_seconds + 1);
  if (run.output.find("Networks are equivalent") != std::string::npos) {
    result.answer = Answer::kEqual;
    result.method = "abc cec";
  } else if (run.output.find("NOT EQUIVALENT") != std::string::npos) {
    result.counterexample = checker.difference(abc_pattern(run.output, gold.inputs.size()));
    if (result.counterexample.empty()) {
      throw UserError("abc's counter-example shows no difference:\n" + run.output.substr(0, 2000));
    }
    result.answer = Answer::kDifferent;
    result.method = "abc cec";
  } else if (!run.timed_out && run.output.find("UNDECIDED") == std::string::npos) {
    throw UserError("abc failed:\n" + run.output.substr(0, 2000));
  }
}

/// The network with some inputs at the bits of `value`.
Logic tied(const Logic& logic, const std::vector<std::string>& names, unsigned value) {
  Logic made = logic;
  made.inputs.clear();
  made.gates.clear();
  for (const Port& port : logic.inputs) {
    const auto at = std::find(names.begin(), names.end(), port.name);
    if (at == names.end()) {
      made.inputs.push_back(port);
    } else {
      made.gates.push_back(constant_gate(port.net, value >> (at - names.begin()) & 1));
    }
  }
  made.gates.insert(made.gates.end(), logic.gates.begin(), logic.gates.end());
  return made;
}

/// Tries random patterns until there are `vectors`; false if one shows a difference.
bool random_agrees(const Checker& checker, std::mt19937_64& random, std::int64_t vectors,
                   CheckResult& result) {
  while (result.vectors < vectors) {
    result.counterexample = checker.difference(checker.random_inputs(random, result.vectors / 64));
    if (!result.counterexample.empty()) {
      result.answer = Answer::kDifferent;
      result.method = "random";
      return false;
    }
    result.vectors += 64;
  }
  return true;
}

}  // namespace

CheckResult check_cases(const Logic& gold, const Logic& gate, const std::string& vector,
                        const CheckOptions& options) {
  CheckResult result;
  std::vector<std::string> names;
  for (const Port& port : gold.inputs) {
    if (base_name(port.name) == vector) names.push_back(port.name);
  }
  if (names.empty() || names.size() > kMaxSplitBits) return result;
  result.method = fmt::format("abc cec x{}", 1u << names.size());
  for (unsigned value = 0; value < 1u << names.size(); value++) {
    const Logic a = tied(gold, names, value), b = tied(gate, names, value);
    CheckResult one;
    prove(Checker(a, b), a, b, options, one);
    result.answer = one.answer;
    result.counterexample = one.counterexample;
    if (one.answer != Answer::kEqual) break;
  }
  return result;
}

CheckResult check_equal(const Logic& gold, const Logic& gate, const CheckOptions& options) {
  CheckResult result;
  result.method = "random";
  const Checker checker(gold, gate);
  std::mt19937_64 random(1);
  if (!random_agrees(checker, random, options.vectors, result)) return result;
  prove(checker, gold, gate, options, result);
  if (result.answer == Answer::kUnknown && !options.split.empty()) {
    const std::int64_t vectors = result.vectors;
    const CheckResult cases = check_cases(gold, gate, options.split, options);
    if (cases.answer != Answer::kUnknown) result = cases;
    result.vectors = vectors;
  }
  if (result.answer == Answer::kUnknown) {
    random_agrees(checker, random, options.vectors_without_proof, result);
  }
  return result;
}

}  // namespace sluice::synth
