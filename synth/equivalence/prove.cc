// SPDX-License-Identifier: Apache-2.0
#include "synth/equivalence/prove.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>

#include "generator/util/process.h"
#include "generator/util/resources.h"
#include "generator/util/user_error.h"
#include "synth/tools/workspace.h"
#include "synth/yosys/script.h"
#include "synth/yosys/stat.h"

namespace sluice::synth {
namespace {

using Networks = std::map<std::string, Network>;

constexpr double kYosysSeconds = 900;
constexpr const char* kWrite = "write_blif -conn -cname -param -blackbox out.blif\n";

std::string read_rtl(const Rtl& rtl, const Workspace& workspace) {
  std::string script;
  for (const OutputFile& file : rtl.files) {
    workspace.write(file.path, file.text);
    script += fmt::format("read_verilog -sv {}\n", file.path);
  }
  if (!rtl.ram.empty()) script += fmt::format("blackbox {}\n", rtl.ram);
  return script + fmt::format("hierarchy -check -top {}\n", rtl.top);
}

/// The RTL as it is: statements to gates, without optimisation.
std::string elaborate_script(const Rtl& rtl, const Workspace& workspace) {
  return read_rtl(rtl, workspace) + "proc\nopt_clean\nmemory_map\ntechmap\nsimplemap\nopt_clean\n" +
         kWrite;
}

/// The RTL after the first part of mapping, before cells: sums are formed, registers merged.
std::string synthesis_script(const Rtl& rtl, const Workspace& workspace) {
  for (const OutputFile& file : rtl.files) workspace.write(file.path, file.text);
  workspace.write(kSelectFile, std::string(resource("synth/scripts/select.v")));
  const std::string mapping = mapping_script(rtl, {});
  return mapping.substr(0, mapping.find("dfflibmap")) +
         "dfflegalize -cell $_DFF_P_ x -cell $_DFF_PN0_ x -cell $_DFF_PN1_ x -cell $_DFF_PP0_ x "
         "-cell $_DFF_PP1_ x\nsimplemap\nopt_clean\n" +
         kWrite;
}

/// The netlist, its cells replaced by what Liberty says they do.
std::string netlist_script(const Rtl& rtl, const std::string& netlist, const Liberty& liberty,
                           const Workspace& workspace) {
  std::string script;
  workspace.write("netlist.v", netlist);
  script += "read_verilog netlist.v\nsetattr -mod -set keep_hierarchy 1\n";
  for (const OutputFile& file : rtl.files) {
    if (rtl.ram.empty() || !file.path.ends_with("/" + rtl.ram + ".sv")) continue;
    workspace.write("ram.sv", file.text);
    script += fmt::format("read_verilog -sv ram.sv\nblackbox {}\n", rtl.ram);
  }
  workspace.write("cells.lib", liberty.text);
  return script + "read_liberty -ignore_miss_func cells.lib\n" +
         fmt::format("hierarchy -check -top {}\n", rtl.top) +
         "proc\nflatten\ntechmap\nsimplemap\nopt_clean\n" + kWrite;
}

/// Runs Yosys and reads the modules it writes.
Networks run_yosys(const Workspace& workspace, const std::string& script, const char* what) {
  require_tool("yosys", "yosys");
  workspace.write("run.ys", script);
  const ProcessResult run =
      run_process({"yosys", "-q", "run.ys"}, workspace.folder(), kYosysSeconds);
  if (run.timed_out || run.exit_code != 0) {
    throw UserError(fmt::format("Yosys failed on {}{}: {}", what,
                                run.timed_out ? " (out of time)" : "", run.output.substr(0, 2000)));
  }
  Networks found;
  for (Network& network : read_blif(workspace.read("out.blif"))) {
    std::string name = network.name;
    found.emplace(std::move(name), std::move(network));
  }
  return found;
}

Directions directions_in(const Networks& networks) {
  std::vector<Network> list;
  for (const auto& [name, network] : networks) {
    Network ports;
    ports.name = name;
    ports.inputs = network.inputs;
    ports.outputs = network.outputs;
    list.push_back(ports);
  }
  return directions_of(list);
}

class Prover {
 public:
  Prover(const Rtl& rtl, const std::string& netlist, const Liberty& liberty,
         const ProveOptions& options)
      : rtl_(rtl), options_(options) {
    tell("reading the RTL");
    const Workspace a, b;
    rtl_modules_ = run_yosys(a, elaborate_script(rtl, a), "the RTL");
    tell("reading the netlist");
    gates_ = run_yosys(b, netlist_script(rtl, netlist, liberty, b), "the netlist");
    directions_ = directions_in(rtl_modules_);
  }

  std::vector<ModuleProof> run() {
    std::vector<ModuleProof> proofs;
    for (const auto& [name, network] : rtl_modules_) {
      if (network.black_box || !wanted(source_name(name))) continue;
      tell("proving " + source_name(name));
      proofs.push_back(prove(name, network));
    }
    std::stable_sort(proofs.begin(), proofs.end(), [](const ModuleProof& a, const ModuleProof& b) {
      return a.module < b.module;
    });
    return proofs;
  }

 private:
  void tell(const std::string& text) const {
    if (options_.progress) options_.progress(text);
  }

  bool wanted(const std::string& module) const {
    const auto& list = options_.modules;
    return list.empty() || std::find(list.begin(), list.end(), module) != list.end();
  }

  ModuleProof prove(const std::string& name, const Network& gold) {
    const auto start = std::chrono::steady_clock::now();
    ModuleProof proof;
    proof.module = source_name(name);
    proof.name = name;
    const auto gate = gates_.find(name);
    if (gate == gates_.end()) {
      proof.method = "names";
      proof.text = "the netlist has no such module";
    } else if (!compare(gold, gate->second, proof)) {
      compare_mapping(synthesised(name), gate->second, proof);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    proof.seconds = took.count();
    return proof;
  }

  /// False if that must be asked of the synthesised RTL: the two differ in registers, or no proof
  /// is found in time.
  bool compare(const Network& gold, const Network& gate, ModuleProof& proof) {
    const Pair pair = make_pair(gold, gate, directions_);
    proof.registers = pair.registers;
    proof.merged = pair.merged;
    proof.method = "names";
    proof.text = pair.problem;
    if (!pair.problem.empty()) return false;
    const CheckResult result = check_equal(pair.gold, pair.gate, options_.check);
    proof.method = result.method;
    proof.vectors = result.vectors;
    proof.text = result.counterexample;
    if (result.answer == Answer::kEqual) {
      proof.verdict = Verdict::kProven;
    } else if (result.answer == Answer::kUnknown) {
      proof.text =
          fmt::format("RTL = netlist: no proof in time, {} random patterns agree", result.vectors);
      return false;
    } else if (!pair.unknown.empty()) {
      // The pattern may be one that this register never holds
      proof.text = fmt::format("the netlist lacks the register {}", pair.unknown[0]);
      return false;
    } else if (pair.merged > 0) {
      // One of the registers that the netlist lacks may have been taken for what it is not
      proof.text = "RTL and netlist cannot be compared: " + result.counterexample;
      return false;
    } else {
      proof.verdict = Verdict::kRefuted;
    }
    return true;
  }

  /// What is left when the RTL itself cannot be compared: the same after synthesis.
  void compare_mapping(const Network& gold, const Network& gate, ModuleProof& proof) {
    const Pair pair = make_pair(gold, gate, directions_);
    const bool same = pair.problem.empty() && pair.unknown.empty();
    if (!same) {
      proof.text += "; nor can the synthesised RTL be compared: " +
                    (pair.problem.empty() ? pair.unknown[0] + " is missing" : pair.problem);
      return;
    }
    CheckOptions options = options_.check;
    options.split.clear();
    const CheckResult result = check_equal(pair.gold, pair.gate, options);
    if (result.answer == Answer::kEqual) {
      proof.verdict = Verdict::kProvenMapping;
      proof.method = result.method;
    } else if (result.answer == Answer::kDifferent) {
      proof.verdict = Verdict::kRefuted;
      proof.method = result.method;
      proof.text = "after synthesis, " + result.counterexample;
    } else {
      proof.text +=
          fmt::format("; synthesised RTL = netlist: no proof in time, {} agree", result.vectors);
    }
  }

  const Network& synthesised(const std::string& name) {
    if (synthesised_.empty()) {
      tell("synthesising the RTL without mapping");
      const Workspace workspace;
      synthesised_ = run_yosys(workspace, synthesis_script(rtl_, workspace), "the RTL");
    }
    return synthesised_.at(name);
  }

  const Rtl& rtl_;
  const ProveOptions& options_;
  Networks rtl_modules_, gates_, synthesised_;
  Directions directions_;
};

}  // namespace

std::vector<ModuleProof> prove_netlist(const Rtl& rtl, const std::string& netlist,
                                       const Liberty& liberty, const ProveOptions& options) {
  return Prover(rtl, netlist, liberty, options).run();
}

const char* verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kProven:
      return "proven";
    case Verdict::kProvenMapping:
      return "mapping proven";
    case Verdict::kRefuted:
      return "refuted";
    default:
      return "not decided";
  }
}

}  // namespace sluice::synth
