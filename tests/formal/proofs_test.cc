// Proofs with yosys-smtbmc and z3. A proof is a module of a small design with properties from
// verif/formal put before its end, where a tool that knows `bind` would put them. Bounded: no
// property fails in the first `depth` cycles after the start, for all inputs. By induction: none
// ever fails.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "support/designs.h"
#include "support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;

struct Proof {
  std::string module;                   ///< without the design's prefix
  std::vector<std::string> properties;  ///< files of verif/formal, without .sv
  std::string parameters;               ///< "-chparam Depth 4"
  std::vector<std::string> others;      ///< files below the design's folder it is made of
  int depth = 0;                        ///< cycles
  bool induction = false;               ///< both start and step, else bounded
  bool by_id = false;                   ///< reads ordered by ID
};

/// A fault planted in the module, to see that the proof fails.
struct Fault {
  std::string right, wrong;
};

Config formal_config(bool by_id) {
  Config config;
  config.name = "formal";
  config.lanes = 1;
  config.columns = 2;
  config.rows = 8;
  config.dot = 4;
  config.precisions = {8};
  config.buffers = {4096, 1024};
  config.memory.bytes = 8;
  config.memory.address_bits = 16;
  config.memory.burst = 4;
  config.bus = {"axi4", 32, 32, 2, 3, by_id ? "by_id" : "in_order", 2, 2};
  return config;
}

bool have_z3() {
  if (run_shell(source_dir(), "command -v z3 yosys-smtbmc").exit_code == 0) return true;
  WARN("z3 or yosys is missing (Debian: apt-get install z3 yosys): nothing was proved");
  return false;
}

/// The module's text with the properties before its end.
std::string with_properties(const Proof& proof, std::string text) {
  text.erase(text.rfind("endmodule"));
  for (const std::string& name : proof.properties) {
    text += "\n" + read_file(source_dir() / "verif/formal" / (name + ".sv"));
  }
  return text + "\nendmodule\n";
}

std::string find_text(const Bundle& bundle, const std::string& module) {
  for (const OutputFile& file : bundle.files) {
    if (file.path.ends_with("/formal_" + module + ".sv")) return file.text;
  }
  FAIL("the design has no module " << module);
  return "";
}

/// Yosys turns the module into a model for the solver, in `folder`.
void make_model(const Proof& proof, const Fault& fault, const fs::path& folder) {
  const Bundle bundle = bundle_of(formal_config(proof.by_id));
  const std::string text = find_text(bundle, proof.module);
  const std::string planted =
      fault.right.empty() ? text : replace_all(text, fault.right, fault.wrong);
  REQUIRE((fault.right.empty() || planted != text));
  std::string files;
  for (const std::string& module : proof.others) {
    write_file(folder / (module + ".sv"), find_text(bundle, module));
    files += module + ".sv ";
  }
  write_file(folder / "proved.sv", with_properties(proof, planted));
  write_file(folder / "model.ys",
             fmt::format("read_verilog -sv -formal {}proved.sv\n"
                         "hierarchy -check -top formal_{} {}\nprep -flatten -nordff\n"
                         "async2sync\nopt\nmemory_map\ndffunmap\ncheck -assert\n"
                         "write_smt2 -wires model.smt2\n",
                         files, proof.module, proof.parameters));
  const RunResult made = run_shell(folder, "yosys -q model.ys");
  INFO(made.out);
  REQUIRE(made.exit_code == 0);
}

RunResult solve(const Proof& proof, const fs::path& folder, const std::string& option) {
  return run_shell(folder,
                   fmt::format("timeout 300 yosys-smtbmc --noprogress -s z3 --unroll --presat "
                               "-t {} {} model.smt2",
                               proof.depth, option));
}

void prove(const Proof& proof) {
  if (!have_z3()) return;
  const TempDir temp;
  make_model(proof, {}, temp.path());
  const RunResult start = solve(proof, temp.path(), "");
  INFO(start.out);
  CHECK(start.exit_code == 0);
  if (!proof.induction) return;
  const RunResult step = solve(proof, temp.path(), "-i");
  INFO(step.out);
  CHECK(step.exit_code == 0);
}

/// The proof must fail, and by a property.
void refute(const Proof& proof, const Fault& fault) {
  if (!have_z3()) return;
  const TempDir temp;
  make_model(proof, fault, temp.path());
  const RunResult result = solve(proof, temp.path(), "");
  INFO(result.out);
  CHECK(result.exit_code == 1);
  CHECK(result.out.find("Assert failed") != std::string::npos);
}

const char* const kSmallBus =
    "-chparam BusBytes 2 -chparam WordBytes 4 -chparam MemoryBits 13 -chparam AddressBits 14";

Proof fifo_proof(int depth) {
  return {
      "fifo", {"start", "fifo"}, fmt::format("-chparam Depth {} -chparam Width 4", depth), {}, 10,
      true};
}

Proof read_rules() {
  return {"axi_read", {"start", "axi_read_environment", "axi_read_in_order"},
          "",         {"axi_read_checker"},
          8,          true};
}

Proof read_rules_by_id() {
  return {"axi_read", {"start", "axi_read_environment"},
          "",         {"ram", "axi_reorder", "axi_read_checker"},
          12,         false,
          true};
}

Proof read_data() {
  return {"axi_read",
          {"start", "one_reset", "in_order", "axi_read_environment", "axi_read_data"},
          std::string(kSmallBus) + " -chparam Burst 2 -chparam BurstBeats 2",
          {"axi_read_checker"},
          10};
}

Proof read_data_by_id() {
  Proof proof = read_data();
  proof.properties[2] = "by_id";
  proof.others = {"ram", "axi_reorder", "axi_read_checker"};
  proof.by_id = true;
  return proof;
}

Proof write_rules() {
  return {"axi_write", {"start", "axi_write_environment", "axi_write_induction"},
          "",          {"fifo", "axi_write_checker"},
          8,           true};
}

Proof write_rules_bounded() {
  return {"axi_write", {"start", "axi_write_environment"}, "", {"fifo", "axi_write_checker"}, 10};
}

Proof write_data() {
  return {"axi_write",
          {"start", "one_reset", "axi_write_environment", "axi_write_data"},
          kSmallBus,
          {"fifo", "axi_write_checker"},
          9};
}

Proof lite_rules() {
  return {"axi_lite", {"start", "axi_lite"}, "", {"axi_lite_checker"}, 8, true};
}

Proof open_list() {
  return {"open_list",
          {"start", "one_reset", "open_list"},
          "-chparam Positions 4 -chparam AddressBits 3 -chparam Columns 2",
          {"ram"},
          9};
}

Proof register_file() { return {"registers", {"start", "registers"}, "", {}, 4, true}; }

TEST_CASE("Proof.RegistersHoldWhatWasWritten") { prove(register_file()); }
TEST_CASE("Proof.QueueOfTwoLosesAddsAndSwapsNothing") { prove(fifo_proof(2)); }
TEST_CASE("Proof.QueueOfFourLosesAddsAndSwapsNothing") { prove(fifo_proof(4)); }
TEST_CASE("Proof.ReadMasterKeepsTheRules") { prove(read_rules()); }
TEST_CASE("Proof.ReadMasterKeepsTheRulesByIdBounded") { prove(read_rules_by_id()); }
TEST_CASE("Proof.ReadMasterReturnsTheDataAskedForBounded") { prove(read_data()); }
TEST_CASE("Proof.ReadMasterReturnsTheDataAskedForByIdBounded") { prove(read_data_by_id()); }
TEST_CASE("Proof.WriteMasterKeepsTheRules") { prove(write_rules()); }
TEST_CASE("Proof.WriteMasterWithItsQueuesKeepsTheRulesBounded") { prove(write_rules_bounded()); }
TEST_CASE("Proof.WriteMasterSendsWhatItWasGivenBounded") { prove(write_data()); }
TEST_CASE("Proof.LiteSlaveKeepsTheRulesAndWritesOnce") { prove(lite_rules()); }
TEST_CASE("Proof.OpenListHoldsEachOpenPositionOnceBounded") { prove(open_list()); }

TEST_CASE("Refuted.QueueThatTakesAPushWhenFull") {
  refute(fifo_proof(2), {"push_i & ready_o", "push_i"});
}
TEST_CASE("Refuted.BytesWithoutAStrobeThatKeepTheirValue") {
  refute(write_data(), {" & {8{write_strobe_i[b]}}", ""});
}
TEST_CASE("Refuted.ReadsAcrossPagesOf4KiB") {
  refute(read_rules(), {"if (page_left < piece) piece = page_left;", ""});
}
TEST_CASE("Refuted.OneReadTooMany") {
  refute(read_rules(), {"CountBits'(Reads);", "CountBits'(Reads + 1);"});
}
TEST_CASE("Refuted.ReadRequestTakenBack") {
  refute(read_rules(), {"else if (arready_i) arvalid_o", "else arvalid_o"});
}
TEST_CASE("Refuted.ErrorOfAnEarlierBeatLost") {
  refute(read_data(), {"((beat_q == '0) ? 2'b00 : read_error_o) | beat_error", "beat_error"});
}
TEST_CASE("Refuted.LastBeatMarkedTooEarly") {
  refute(write_rules_bounded(), {"beat_q == IndexBits'(Beats - 1);", "beat_q == '0;"});
}
TEST_CASE("Refuted.StrobesOfAnotherBeat") {
  refute(write_data(), {"strobe[32'(beat_q)*BusBytes +: BusBytes]", "strobe[0 +: BusBytes]"});
}
TEST_CASE("Refuted.RegisterWrittenBeforeItsDataCame") {
  refute(lite_rules(), {"address_q & data_q & ~bvalid_o", "address_q & ~bvalid_o"});
}
TEST_CASE("Refuted.EventLostWhileItsBitIsCleared") {
  refute(register_file(), {"(interrupt_status_q & ~clear) | {error_event_i, done_event_i}",
                           "(interrupt_status_q | {error_event_i, done_event_i}) & ~clear"});
}
TEST_CASE("Refuted.StrobesThatDoNotCount") {
  refute(register_file(), {"strobe[b] ? data", "strobe[0] ? data"});
}
TEST_CASE("Refuted.ClosedPositionListed") {
  refute(open_list(),
         {"assign listed_o  = gate_valid_i & open;", "assign listed_o  = gate_valid_i;"});
}

}  // namespace
}  // namespace sluice::test
