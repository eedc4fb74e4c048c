// SPDX-License-Identifier: Apache-2.0
#include "tests/verif/formal/prover.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <catch2/catch.hpp>

#include "tests/support/designs.h"
#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;

constexpr int kSeconds = 300;

/// Sizes as small as keep every branch.
Config formal_config(const Proof& proof) {
  Config config;
  config.name = "formal";
  config.lanes = 1;
  config.columns = proof.circulant || proof.transforms ? 4 : 2;
  config.circulant = proof.circulant;
  config.hadamard = proof.transforms ? 4 : 0;
  config.rows = 8;
  config.dot = 4;
  config.segments = proof.folds ? 2 : 1;
  config.precisions = proof.circulant ? std::vector<int>{8, 4, 2} : std::vector<int>{8};
  config.buffers = {4096, 1024};
  config.memory.bytes = proof.wide_words ? 32 : 8;
  config.memory.address_bits = 16;
  config.memory.burst = 4;
  config.bus = {"axi4", 32, 32, 2, 3, proof.by_id ? "by_id" : "in_order", 2, 2};
  return config;
}

bool have_tools(const std::vector<std::string>& tools) {
  for (const std::string& tool : tools) {
    if (run_shell(source_dir(), "command -v " + tool).exit_code == 0) continue;
    WARN(tool << " is missing (Debian: yosys, berkeley-abc, z3): nothing was proved");
    return false;
  }
  return true;
}

std::string module_text(const Bundle& bundle, const std::string& module) {
  for (const OutputFile& file : bundle.files) {
    if (file.path.ends_with("/formal_" + module + ".sv")) return file.text;
  }
  FAIL("the design has no module " << module);
  return "";
}

/// The module's text with the fault, and the properties before its end.
std::string proved_text(const Proof& proof, const Fault* fault, std::string text) {
  if (fault != nullptr) {
    INFO("the module " << proof.module << " has no text " << fault->right);
    REQUIRE(text.find(fault->right) != std::string::npos);
    text = replace_all(text, fault->right, fault->wrong);
  }
  text.erase(text.rfind("endmodule"));
  for (const std::string& name : proof.properties) {
    text += "\n" + read_file(source_dir() / "verif/formal" / (name + ".sv"));
  }
  return text + "\nendmodule\n";
}

void run_yosys(const Proof& proof, const Fault* fault, const fs::path& folder,
               const std::string& passes) {
  const Bundle bundle = bundle_of(formal_config(proof));
  std::string files;
  for (const std::string& module : proof.others) {
    write_file(folder / (module + ".sv"), module_text(bundle, module));
    files += module + ".sv ";
  }
  write_file(folder / "proved.sv", proved_text(proof, fault, module_text(bundle, proof.module)));
  write_file(folder / "model.ys",
             fmt::format("read_verilog -sv -formal {}proved.sv\n"
                         "hierarchy -check -top formal_{} {}\nprep -flatten -nordff\n"
                         "async2sync\nopt -keepdc\nmemory_map\ndffunmap\ncheck -assert\n{}",
                         files, proof.module, proof.parameters, passes));
  const RunResult made = run_shell(folder, "yosys -q model.ys");
  INFO(made.out);
  REQUIRE(made.exit_code == 0);
}

/// Unknown values become free inputs, registers without a first value start with any, and only
/// properties stay outputs.
constexpr const char* kToAiger =
    "setundef -undriven -anyseq\ntechmap\nopt -keepdc -fast\ndffunmap\nabc -g AND -fast\n"
    "opt_clean\ndelete -output o:*\nopt_clean\nwrite_aiger -I -B -zinit model.aig\n";

Answer reach(const Proof& proof, const Fault* fault) {
  const TempDir temp;
  run_yosys(proof, fault, temp.path(), kToAiger);
  // fold: the assumptions become part of the properties
  write_file(temp.path() / "prove.abc",
             fmt::format("read_aiger model.aig\nfold\nstrash\nscorr\npdr -T {}\n", kSeconds));
  const RunResult result = run_shell(temp.path(), "berkeley-abc -f prove.abc");
  const auto says = [&](const char* words) { return result.out.find(words) != std::string::npos; };
  const Verdict verdict = says("was asserted in frame") ? Verdict::kFailed
                          : says("Property proved")     ? Verdict::kProved
                                                        : Verdict::kUndecided;
  return {verdict, result.out};
}

Answer unroll(const Proof& proof, const Fault* fault) {
  const TempDir temp;
  run_yosys(proof, fault, temp.path(), "write_smt2 -wires model.smt2\n");
  const RunResult result = run_shell(
      temp.path(), fmt::format("timeout {} yosys-smtbmc --noprogress -s z3 --unroll --presat "
                               "-t {} model.smt2",
                               kSeconds, proof.bound));
  const bool failed = result.out.find("Assert failed") != std::string::npos;
  const Verdict verdict = result.exit_code == 0 ? Verdict::kProved
                          : failed              ? Verdict::kFailed
                                                : Verdict::kUndecided;
  return {verdict, result.out};
}

}  // namespace

std::optional<Answer> answer_of(const Proof& proof, const Fault* fault) {
  const bool bounded = proof.bound > 0;
  const std::vector<std::string> solver =
      bounded ? std::vector<std::string>{"z3", "yosys-smtbmc"} : std::vector<std::string>{};
  if (!have_tools({"yosys"}) || !have_tools(solver)) return std::nullopt;
  if (bounded) return unroll(proof, fault);
  if (!have_tools({"berkeley-abc"})) return std::nullopt;
  return reach(proof, fault);
}

void check(const Proof& proof) {
  INFO(proof.claim);
  const std::optional<Answer> answer = answer_of(proof, nullptr);
  if (!answer) return;
  INFO(answer->log);
  CHECK((answer->verdict == Verdict::kProved));
  REQUIRE_FALSE(proof.faults.empty());
  for (const Fault& fault : proof.faults) {
    const std::optional<Answer> faulty = answer_of(proof, &fault);
    REQUIRE(faulty);
    INFO("with a fault: it " << fault.name << "\n" << faulty->log);
    CHECK((faulty->verdict == Verdict::kFailed));
  }
}

}  // namespace sluice::test
