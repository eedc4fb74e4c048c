// SPDX-License-Identifier: Apache-2.0
// Proofs RTL = netlist: small modules with known answers, then blocks of designs, sound and with a
// wrong cell planted in each.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "synth/equivalence/prove.h"
#include "synth/yosys/stat.h"
#include "tests/support/designs.h"

namespace sluice::synth {
namespace {

using Catch::Matchers::Contains;

const Liberty& osu018() {
  static const Liberty liberty = load_liberty("osu018");
  return liberty;
}

const ModuleProof& proof(const std::vector<ModuleProof>& proofs, const std::string& module) {
  for (const ModuleProof& one : proofs) {
    if (one.module == module) return one;
  }
  FAIL("no proof of " << module);
  throw 0;
}

/// A counter, a copy of it that mapping merges, a constant register, a register with preset, and a
/// memory.
const char* const kBlock = R"(
module m_ram #(parameter int Depth = 16, parameter int Width = 32, parameter int Granule = 32) (
  input logic clk_i, input logic [$clog2(Depth)-1:0] address_i, output logic [Width-1:0] data_o);
endmodule
module leaf (input logic clk_i, rst_ni, input logic [2:0] d_i, output logic [2:0] q_o);
  always_ff @(posedge clk_i or negedge rst_ni) if (!rst_ni) q_o <= 3'd5; else q_o <= d_i;
endmodule
module top (input logic clk_i, rst_ni, up_i, output logic [3:0] count_o, copy_o,
            output logic more_o, output logic [7:0] data_o, output logic [2:0] late_o);
  logic never_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      count_o <= '0;
      copy_o  <= '0;
      never_q <= 1'b0;
    end else begin
      if (up_i) count_o <= count_o + 4'd3;
      copy_o  <= up_i ? count_o + 4'd3 : count_o;
      never_q <= 1'b0;
    end
  end
  assign more_o = (count_o > 4'd9) | never_q;
  leaf u_leaf (.clk_i, .rst_ni, .d_i (count_o[3:1]), .q_o (late_o));
  m_ram #(.Depth (8), .Width (8), .Granule (8)) u_ram (.clk_i, .address_i (count_o[2:0]), .data_o);
endmodule
)";

/// The RTL with its memory in a file of its own, as designs have it.
Rtl split_block() {
  const std::string text = kBlock;
  const std::size_t end = text.find("endmodule") + 10;
  return {{{"x/m_ram.sv", text.substr(0, end)}, {"t.sv", text.substr(end)}}, "top", "m_ram"};
}

/// Puts one text in place of the first other one behind `after`.
std::string replaced(std::string text, const std::string& after, const std::string& from,
                     const std::string& to) {
  const std::size_t start = text.find(after);
  REQUIRE(start != std::string::npos);
  const std::size_t at = text.find(from, start);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("Equivalence.MergedConstantAndPresetRegistersInstancesAndMemories") {
  const Rtl rtl = split_block();
  const MapResult mapped = map_design(rtl, osu018());
  const std::vector<ModuleProof> proofs = prove_netlist(rtl, mapped.netlist, osu018());
  REQUIRE(proofs.size() == 2);
  CHECK(proof(proofs, "leaf").verdict == Verdict::kProven);
  const ModuleProof& top = proof(proofs, "top");
  INFO(top.text);
  CHECK(top.verdict == Verdict::kProven);
  CHECK(top.method == "abc cec");
  CHECK(top.registers == 9);
  CHECK(top.merged == 5);  // the copy and the constant
}

TEST_CASE("Equivalence.ARegisterThatCouldBeConstantIsWhatTheNetlistMakesOfIt") {
  // Both bits keep what they start with; that they are equal is all that the netlist relies on
  const char* const text = R"(
module top (input logic clk_i, clear_i, a_i, output logic x_o, y_o);
  logic [1:0] stay_q;
  always_ff @(posedge clk_i) if (clear_i) stay_q <= 2'b00;
  assign x_o = stay_q[0] & a_i;
  assign y_o = stay_q[1] ^ a_i;
endmodule
)";
  const Rtl rtl = {{{"t.sv", text}}, "top", ""};
  const ModuleProof found = prove_netlist(rtl, map_design(rtl, osu018()).netlist, osu018())[0];
  INFO(found.text);
  CHECK(found.verdict == Verdict::kProven);
  CHECK(found.registers == 2);
}

TEST_CASE("Equivalence.EachKindOfFaultIsRefuted") {
  const Rtl rtl = split_block();
  const std::string netlist = map_design(rtl, osu018()).netlist;
  struct Fault {
    const char* module;
    std::string netlist;
    const char* text;
  };
  const Fault faults[] = {
      {"top", replaced(netlist, "module top", ".d_i(count_o[3:1])", ".d_i(count_o[2:0])"),
       "u_leaf.d_i"},
      {"top",
       replaced(netlist, "module top", ".address_i(count_o[2:0])", ".address_i(count_o[3:1])"),
       "u_ram.address_i"},
      {"top", replaced(netlist, "module top", ".Depth(32'", ".Depth(32'd9 + 32'"), "u_ram"},
      {"leaf",
       replaced(replaced(netlist, "module leaf", ".R(rst_ni)", ".R(1'h1)"), "module leaf",
                ".S(1'h1)", ".S(rst_ni)"),
       "q_o"},
  };
  for (const Fault& fault : faults) {
    INFO(fault.text);
    const std::vector<ModuleProof> proofs = prove_netlist(rtl, fault.netlist, osu018());
    const ModuleProof& found = proof(proofs, fault.module);
    CHECK(found.verdict != Verdict::kProven);
    CHECK(found.verdict != Verdict::kProvenMapping);
    CHECK_THAT(found.text, Contains(fault.text));
  }
}

/// (a + b) + c, or a + (b + c) and one bit more if `wrong`.
Logic sum_of_three(bool other_order, bool wrong) {
  constexpr int kBits = 4;
  Logic logic;
  int net = 0;
  const auto gate = [&](std::vector<int> inputs, std::vector<std::string> patterns) {
    logic.gates.push_back({net, std::move(inputs), std::move(patterns), true});
    return net++;
  };
  std::vector<std::vector<int>> words;
  for (const char* name : {"a", "b", "c"}) {
    words.emplace_back();
    for (int k = 0; k < kBits; k++) {
      logic.inputs.push_back({fmt::format("{}[{}]", name, k), net});
      words.back().push_back(net++);
    }
  }
  const auto add = [&](const std::vector<int>& a, const std::vector<int>& b, bool carry_in) {
    std::vector<int> sum;
    int carry = gate({}, carry_in ? std::vector<std::string>{""} : std::vector<std::string>{});
    for (int k = 0; k < kBits; k++) {
      sum.push_back(gate({a[k], b[k], carry}, {"100", "010", "001", "111"}));
      carry = gate({a[k], b[k], carry}, {"11-", "1-1", "-11"});
    }
    return sum;
  };
  const std::vector<int> sum = other_order ? add(words[0], add(words[1], words[2], false), wrong)
                                           : add(add(words[0], words[1], false), words[2], wrong);
  for (int k = 0; k < kBits; k++) logic.outputs.push_back({fmt::format("s[{}]", k), sum[k]});
  logic.nets = net;
  return logic;
}

TEST_CASE("Equivalence.AProofCanBeSplitByTheValuesOfARegister") {
  CheckOptions options;
  options.vectors = 0;
  options.timeout_seconds = 20;
  const Logic a = sum_of_three(false, false), b = sum_of_three(true, false);
  const CheckResult split = check_cases(a, b, "c", options);
  CHECK(split.answer == Answer::kEqual);
  CHECK(split.method == "abc cec x16");
  const CheckResult wrong = check_cases(a, sum_of_three(true, true), "c", options);
  CHECK(wrong.answer == Answer::kDifferent);
  CHECK_THAT(wrong.counterexample, Contains("s[0] is "));
  CHECK(check_cases(a, b, "no_such", options).answer == Answer::kUnknown);
}

/// Maps a block of a design, proves all its modules; then plants a wrong cell in each of `modules`
/// and demands that its proof, and no other's, fails with a counter-example.
void prove_block(const Config& config, const std::string& top,
                 const std::vector<std::string>& modules,
                 const std::vector<std::string>& mapping_only = {}) {
  const Rtl rtl = rtl_of(test::bundle_of(config), top);
  const MapResult mapped = map_design(rtl, osu018());
  ProveOptions options;
  options.check.timeout_seconds = 8;
  options.check.vectors_without_proof = 1 << 17;
  std::string broken = mapped.netlist;
  for (const std::string& name : modules) {
    const std::string module = config.name + "_" + name;
    options.modules.push_back(module);
    for (const MappedModule& one : mapped.modules) {
      if (one.source != module) continue;
      const std::string header = one.name == module ? module + "(" : "\\" + one.name + " ";
      broken = replaced(broken, "module " + header, "NAND2X1", "NOR2X1");
    }
  }
  for (const ModuleProof& one : prove_netlist(rtl, mapped.netlist, osu018(), options)) {
    const bool mapping = std::count(mapping_only.begin(), mapping_only.end(),
                                    one.module.substr(config.name.size() + 1)) > 0;
    INFO(one.module << ": " << verdict_name(one.verdict) << " " << one.text);
    CHECK((one.verdict == Verdict::kProven || (mapping && one.verdict == Verdict::kProvenMapping)));
    fmt::print("{}: {} by {} in {:.1f} s\n", one.module, verdict_name(one.verdict), one.method,
               one.seconds);
  }
  const std::vector<ModuleProof> wrong = prove_netlist(rtl, broken, osu018(), options);
  CHECK(wrong.size() >= modules.size());
  for (const ModuleProof& one : wrong) {
    INFO(one.module << ": " << one.text);
    CHECK(one.verdict == Verdict::kRefuted);
    CHECK_THAT(one.text, Contains(" in the RTL, ") && Contains(" in the netlist, with "));
  }
}

Config small(int dot, std::vector<int> precisions) {
  Config config = test::design("t_small").config;
  config.dot = dot;
  config.precisions = std::move(precisions);
  return config;
}

TEST_CASE("Equivalence.TheGatesAccumulatorAndTheOpenPositions") {
  prove_block(small(4, {8}), "accumulator", {"accumulator"});
  prove_block(small(4, {8}), "open_positions", {"open_positions", "find_first"});
}

TEST_CASE("Equivalence.TheSumTree") {
  Config config = small(4, {8});
  config.rows = 16;
  config.segments = 4;
  prove_block(config, "sum_tree", {"sum_tree"});
}

TEST_CASE("Equivalence.TheMaximaOfTaps") {
  Config config = small(4, {8});
  config.rows = 32;
  config.segments = 2;
  prove_block(config, "tap_join", {"tap_join"});
}

TEST_CASE("Equivalence.HadamardTransforms") {
  Config config = small(4, {8});
  config.segments = 2;
  config.rows = 16;
  config.post = 2;
  config.hadamard = 8;
  prove_block(config, "hadamard", {"hadamard"});
}

TEST_CASE("Equivalence.PlanesOfOutputs") {
  Config config = small(4, {8, 4, 2});
  config.gating = config.precision_gating = true;
  prove_block(config, "planes", {"planes"});
}

TEST_CASE("Equivalence.PostProcessing") {
  prove_block(small(4, {8}), "post",
              {"post", "drain", "collect", "requantise", "parameter_buffer", "addend", "sum"},
              {"requantise", "sum"});
  prove_block(small(4, {8}), "addend_fetch", {"addend_fetch"});
}

TEST_CASE("Equivalence.TheBusAroundTheCore") {
  const Config& config = test::design("t_axi").config;
  prove_block(config, "axi_lite", {"axi_lite"});
  prove_block(config, "axi_read", {"axi_read"});
  prove_block(config, "axi_write", {"axi_write", "fifo"});
  prove_block(test::design("t_axi_by_id").config, "axi_reorder", {"axi_reorder"});
}

TEST_CASE("Equivalence.ProcessingElements") {
  prove_block(small(4, {8}), "pe", {"pe"}, {"pe"});
  prove_block(small(1, {8, 4, 2}), "pe", {"pe"}, {"pe"});
}

}  // namespace
}  // namespace sluice::synth
