// SPDX-License-Identifier: Apache-2.0
// What is proved of the bus, its registers, the queue and the open list, and for each proof faults
// that it must find: a proof that holds of a faulty module says nothing.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/verif/formal/prover.h"

namespace sluice::test {
namespace {

const std::string kSmallBus =
    "-chparam BusBytes 2 -chparam WordBytes 4 -chparam MemoryBits 13 -chparam AddressBits 14";

Proof queue(int depth) {
  return {.claim = fmt::format("a queue of {} loses, adds and swaps nothing", depth),
          .module = "fifo",
          .properties = {"start", "fifo"},
          .parameters = fmt::format("-chparam Depth {} -chparam Width 4", depth),
          .faults = {{"takes a push when full", "push_i & ready_o", "push_i"},
                     {"wraps too early", "IndexBits'(Depth - 1)) ? '0 : tail_q",
                      "IndexBits'(0)) ? '0 : tail_q"}}};
}

Proof read_rules() {
  return {
      .claim = "the read master keeps the rules",
      .module = "axi_read",
      .properties = {"start", "axi_read_environment"},
      .others = {"axi_read_checker"},
      .faults = {{"reads across pages of 4 KiB", "if (page_left < piece) piece = page_left;", ""},
                 {"one read too many in flight", "CountBits'(Reads);", "CountBits'(Reads + 1);"},
                 {"takes a request back", "else if (arready_i) arvalid_o", "else arvalid_o"}}};
}

Proof read_rules_by_id() {
  return {
      .claim = "the read master keeps the rules by ID",
      .module = "axi_read",
      .properties = {"start", "axi_read_environment"},
      .others = {"ram", "axi_reorder", "axi_read_checker"},
      .faults = {{"reads across pages of 4 KiB", "if (page_left < piece) piece = page_left;", ""},
                 {"gives an ID out twice", "arid_o <= IdBits'(slot);", "arid_o <= '0;"}},
      .by_id = true};
}

Proof read_data() {
  return {.claim = "the read master returns the data asked for",
          .module = "axi_read",
          .properties = {"start", "one_reset", "in_order", "axi_read_environment", "axi_read_data"},
          .parameters = kSmallBus + " -chparam Burst 2 -chparam BurstBeats 2",
          .others = {"axi_read_checker"},
          .faults = {{"loses the error of an earlier beat",
                      "((beat_q == '0) ? 2'b00 : read_error_o) | beat_error", "beat_error"}},
          .bound = 10};
}

Proof read_data_by_id() {
  Proof proof = read_data();
  proof.claim += " by ID";
  proof.properties[2] = "by_id";
  proof.others = {"ram", "axi_reorder", "axi_read_checker"};
  proof.by_id = true;
  return proof;
}

Proof write_rules() {
  return {
      .claim = "the write master with its queues keeps the rules",
      .module = "axi_write",
      .properties = {"start", "axi_write_environment"},
      .others = {"fifo", "axi_write_checker"},
      .faults = {
          {"marks the last beat too early", "beat_q == IndexBits'(Beats - 1);", "beat_q == '0;"},
          {"one write too many in flight", "CountBits'(Writes));", "CountBits'(Writes + 1));"}}};
}

Proof write_data() {
  return {
      .claim = "the write master sends what it was given",
      .module = "axi_write",
      .properties = {"start", "one_reset", "axi_write_environment", "axi_write_data"},
      .parameters = kSmallBus,
      .others = {"fifo", "axi_write_checker"},
      .faults = {{"sends the strobes of another beat", "strobe[32'(beat_q)*BusBytes +: BusBytes]",
                  "strobe[0 +: BusBytes]"},
                 {"keeps the value of bytes without a strobe", " & {8{write_strobe_i[b]}}", ""}},
      .bound = 9};
}

Proof lite_rules() {
  return {.claim = "the register slave keeps the rules and writes once",
          .module = "axi_lite",
          .properties = {"start", "axi_lite"},
          .others = {"axi_lite_checker"},
          .faults = {{"writes before the data came", "address_q & data_q & ~bvalid_o",
                      "address_q & ~bvalid_o"},
                     {"answers without an error", "bresp_o <= {write_beyond | reg_error_i, 1'b0};",
                      "bresp_o <= 2'b00;"}}};
}

Proof register_file() {
  return {.claim = "registers hold what was written",
          .module = "registers",
          .properties = {"start", "registers"},
          .faults = {{"an event is lost while its bit is cleared",
                      "(interrupt_status_q & ~clear) | {error_event_i, done_event_i}",
                      "(interrupt_status_q | {error_event_i, done_event_i}) & ~clear"},
                     {"strobes do not count", "strobe[b] ? data", "strobe[0] ? data"}}};
}

Proof open_list() {
  return {.claim = "the open list holds each open position once",
          .module = "open_list",
          .properties = {"start", "one_reset", "open_list"},
          .parameters = "-chparam Positions 4 -chparam AddressBits 3 -chparam Columns 2",
          .others = {"ram"},
          .faults = {{"lists a closed position", "assign listed_o  = gate_valid_i & open;",
                      "assign listed_o  = gate_valid_i;"},
                     {"steps along a row at its end", "(line_end ? row_step_i : column_step_i)",
                      "column_step_i"}}};
}

/// The proof holds, and fails with each of its faults.
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

TEST_CASE("Proof.RegistersHoldWhatWasWritten") { check(register_file()); }
TEST_CASE("Proof.QueueOfTwoLosesAddsAndSwapsNothing") { check(queue(2)); }
TEST_CASE("Proof.QueueOfFourLosesAddsAndSwapsNothing") { check(queue(4)); }
TEST_CASE("Proof.ReadMasterKeepsTheRules") { check(read_rules()); }
TEST_CASE("Proof.ReadMasterKeepsTheRulesById") { check(read_rules_by_id()); }
TEST_CASE("Proof.ReadMasterReturnsTheDataAskedForBounded") { check(read_data()); }
TEST_CASE("Proof.ReadMasterReturnsTheDataAskedForByIdBounded") { check(read_data_by_id()); }
TEST_CASE("Proof.WriteMasterWithItsQueuesKeepsTheRules") { check(write_rules()); }
TEST_CASE("Proof.WriteMasterSendsWhatItWasGivenBounded") { check(write_data()); }
TEST_CASE("Proof.LiteSlaveKeepsTheRulesAndWritesOnce") { check(lite_rules()); }
TEST_CASE("Proof.OpenListHoldsEachOpenPositionOnce") { check(open_list()); }

}  // namespace
}  // namespace sluice::test
