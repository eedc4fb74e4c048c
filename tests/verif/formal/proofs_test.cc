// SPDX-License-Identifier: Apache-2.0
// What is proved of the bus, its registers, the queue, the parts of a lane that fold and those that
// bring addends, and for each proof faults that it must find.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>
#include <utility>
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

/// Of two segments; segments of less than an atom share one.
Proof tap_join(int taps, int columns, int tap_atoms, std::vector<Fault> faults) {
  return {.claim = "segments get the largest byte of all taps, or all taps",
          .module = "tap_join",
          .properties = {"taps_of_both", "tap_join", "tap_sums"},
          .parameters = fmt::format("-chparam Slots 8 -chparam AtomBytes 2 -chparam Segments 2 "
                                    "-chparam Columns {} -chparam Taps {} -chparam TapAtoms {} "
                                    "-chparam BlockAtoms 1",
                                    columns, taps, tap_atoms),
          .faults = std::move(faults)};
}

Proof two_taps() {
  return tap_join(
      2, 2, 2,
      {{"takes the smaller one", "? right : left", "? left : right"},
       {"compares without the sign", "$signed(right) > $signed(left)", "right > left"},
       {"gives all segments the first one's channels", "Atom  = First +", "Atom  = 0 * First +"},
       {"joins always", "!joins_i ?", "1'b0 ?"},
       {"always takes the largest", "maximum_i ?", "1'b1 ?"},
       {"puts all taps into a pool's slots", "joins_i && !maximum_i ?", "joins_i ?"}});
}

Proof four_taps() {
  return tap_join(4, 1, 1,
                  {{"leaves out half of the taps", "= larger(low, high)", "= low"},
                   {"joins slots that are no taps of another", "(t*TapSlots*AtomBytes + b)",
                    "(t*AtomBytes + b)"},
                   {"gives the first tap again", "data_i[(Tap*TapSlots + Atom)",
                    "data_i[(0*TapSlots + Atom)"}});
}

/// Of segments that have no slots for two taps.
Proof maxima_alone() {
  Proof proof = tap_join(
      2, 2, 2,
      {{"takes the smaller one", "? right : left", "? left : right"},
       {"gives all segments the first one's channels", "Atom  = First +", "Atom  = 0 * First +"},
       {"joins always", "joins_i ?", "1'b1 ?"}});
  proof.claim = "segments get the largest byte of all taps";
  proof.properties = {"taps_of_maxima", "tap_join"};
  proof.folds = true;
  return proof;
}

Proof open_positions() {
  return {
      .claim = "each open position of a block is taken once in each of its steps",
      .module = "open_positions",
      .properties = {"start", "one_reset", "open_positions"},
      .parameters =
          "-chparam Positions 4 -chparam AddressBits 3 -chparam Columns 2 -chparam Segments 2",
      .others = {"ram", "find_first"},
      .faults = {
          {"takes a closed position", "(next_opens ? decided : '0)", "decided"},
          {"forgets what is decided as a step begins", "(next_opens ? decided : '0)",
           "((next_opens & ~step_i) ? decided : '0)"},
          {"takes a position again and again", "(left_q & ~taken)", "left_q"},
          {"begins with the positions of the last block", "map_q[32'(next_i)*Positions",
           "map_q[32'(block_i)*Positions"},
          {"gives the columns of the next block", "32'(block_q)*Columns", "32'(block_i)*Columns"},
          {"opens one column of a block with one gate",
           "per_output_i ? gate_open_i[b*Columns +: Columns] : {Columns{open[b]}}",
           "gate_open_i[b*Columns +: Columns]"},
          {"steps along a row at its end", "(line_end ? row_step_i : column_step_i)",
           "column_step_i"},
          {"counts blocks that the record has not", "gate_valid_i & used_i[b] & ~open[b]",
           "gate_valid_i & ~open[b]"},
      }};
}

Proof activation_buffer() {
  return {.claim = "each slot gets the atom of its address",
          .module = "activation_buffer",
          .properties = {"whole_words", "activation_buffer"},
          .parameters =
              "-chparam Slots 4 -chparam Banks 4 -chparam BankDepth 2 -chparam AtomBytes 1 "
              "-chparam WordBytes 2 -chparam AddressBits 3 -chparam WordAddressBits 2",
          .others = {"ram", "tap_join"},
          .faults = {{"forgets the way back", "crosses_qq <= crosses_q;", "crosses_qq <= crosses;"},
                     {"reads banks that serve no slot",
                      "read_q     <= gen_request[BankBits].valid;", "read_q     <= '1;"},
                     {"goes the highest bit first", "m ^ (1 << (k - 1))", "m ^ (Banks >> k)"},
                     {"comes back another way", "gen_atom[k+1].data[(m ^ (1 << k))*AtomBits",
                      "gen_atom[k+1].data[(m ^ (Banks >> (k + 1)))*AtomBits"},
                     {"writes bytes without a strobe", "strobe & {AtomBytes{write_i & selected}}",
                      "{AtomBytes{write_i & selected}}"}}};
}

/// Of a design whose LOADs may begin inside a memory word, here of two places.
Proof activation_buffer_with_shifts() {
  return {
      .claim = "each slot gets the atom of its address, also of words that were shifted",
      .module = "activation_buffer",
      .properties = {"shifted_words", "activation_buffer"},
      .parameters =
          "-chparam Slots 2 -chparam Banks 4 -chparam BankDepth 2 -chparam AtomBytes 1 "
          "-chparam WordBytes 2 -chparam PlaceBytes 1 -chparam AddressBits 3 "
          "-chparam WordAddressBits 2",
      .others = {"ram", "tap_join"},
      .faults =
          {
              {"writes all places to the word named", "(32'(write_shift_i) > 32'(Place))", "1'b0"},
              {"writes a place too many to the word after", "(32'(write_shift_i) > 32'(Place))",
               "(32'(write_shift_i) >= 32'(Place))"},
              {"takes the part of the row of the word named", "selected = word[",
               "selected = write_word_i["},
          },
      .wide_words = true};
}

Proof weight_buffer() {
  return {
      .claim = "a column turns by one weight",
      .module = "weight_buffer",
      .properties = {"turned_columns"},
      .parameters =
          "-chparam Rows 8 -chparam ColumnBytes 8 -chparam WordBytes 8 "
          "-chparam WeightDepth 2 -chparam GranuleBits 1 -chparam GroupBytes 4",
      .others = {"ram"},
      .faults = {{"takes no byte from the one before", "data_o[(i - 1)*8 + b]", "data_o[i*8 + b]"},
                 {"a group's first byte is not its last one", "(i + (1 << l) - 1)*8",
                  "(i + (1 << l) - 2)*8"},
                 {"groups take bytes of others", "(first == '0) &", "1'b1 &"},
                 {"narrow groups are as long as wide ones", "3'(l) + 3'(mode_i)", "3'(l)"},
                 {"fields come from the wrong end of a byte", "{other[1:0],", "{other[7:6],"},
                 {"turns a cycle too early", "rotate_qq ? turned", "rotate_q ? turned"}},
      .circulant = true};
}

Proof collect() {
  return {.claim = "each byte leaves once, with its address",
          .module = "collect",
          .properties = {"start", "one_reset", "collect"},
          .parameters =
              "-chparam LaneColumns 4 -chparam Post 2 -chparam WordBytes 2 -chparam MemoryBits 4",
          .others = {"fifo"},
          .faults = {{"gives a chunk's first part twice",
                      "if (part_taken) second_q <= two_words & ~second_q;",
                      "if (part_taken) second_q <= 1'b0;"},
                     {"loses a chunk's second part",
                      "assign chunk_taken = part_taken & (second_q | ~two_words);",
                      "assign chunk_taken = part_taken;"},
                     {"keeps the strobes of the last word",
                      "if (~word_valid_q | ~same_word) word_strobe_q <= part_strobe;",
                      "if (~word_valid_q) word_strobe_q <= part_strobe;"},
                     {"overwrites bytes without a strobe", "if (part_strobe[b]) word_data_q",
                      "word_data_q"},
                     {"is done before its words are taken", "run_end_q & ~flush_q & ~word_valid_o",
                      "run_end_q & ~flush_q"}},
          .bound = 10};
}

/// With bursts of so many words; bytes of words of two bytes.
Proof addend(int burst, int bound, std::vector<Fault> faults) {
  return {.claim = "each output is added the value of its address",
          .module = "addend",
          .properties = {"start", "one_reset", "addend"},
          .parameters = fmt::format("-chparam LaneColumns 4 -chparam Post 2 -chparam Positions 2 "
                                    "-chparam WordBytes 2 -chparam MemoryBits 3 -chparam Burst {} "
                                    "-chparam Depth {}",
                                    burst, 2 * burst),
          .others = {"fifo", "ram"},
          .faults = std::move(faults),
          .bound = bound};
}

Proof addends_of_single_words() {
  return addend(
      1, 11,
      {{"has more words under way than have room",
        "assign room      = under_way_q != UnderWayBits'(Depth);", "assign room      = 1'b1;"}});
}

Proof addends_of_bursts() {
  return addend(
      2, 12,
      {{"asks again for the word at hand", "assign again     = asked_q &",
        "assign again     = 1'b0 &"},
       {"takes a tile's first word for the last tile's last",
        "if (tile_take)      asked_q <= 1'b0;", "if (1'b0)           asked_q <= 1'b0;"},
       {"walks rows as it walks columns", "line_out_q + row_step", "out_q + column_step"},
       {"takes the last unit's place for the next one's", "unit_out_q + unit_step", "unit_out_q"},
       {"walks over a map of one position", "vector_i ? '0 : out_column_step_i",
        "out_column_step_i"},
       {"reads a map of one position where outputs lie",
        "vector_i ? tile_record_out_i :", "1'b0 ? tile_record_out_i :"},
       {"takes other channels for a unit at another position",
        "same_units_i ? '0 :", "1'b0 ? '0 :"},
       {"joins words that do not follow each other", "assign follows   = (length_q == '0) |",
        "assign follows   = 1'b1 |"},
       {"keeps a request to itself when there is no room", "| (active_q & ~step))", ")"},
       {"forgets a tile's last words", "(step & tile_end) |", ""},
       {"shows a word too late", "(shown_q | ((length_d != '0) &",
        "(shown_q | ((length_q != '0) &"},
       {"takes the front for the word at hand", "assign low   = current ? current_q : head;",
        "assign low   = head;"},
       {"keeps the word at hand beyond its tile", "wanted & tile_last_i & take_i & ready_o",
        "1'b0 & take_i"},
       {"uses a word before it has left memory", "(~two_q | head_valid_q) :", "1'b1 :"},
       {"lets a word go that is needed once more", "(two_q & take_i) :", "take_i :"},
       {"leaves a word in memory", "(~head_valid_q | pop);", "~head_valid_q;"}});
}

/// Memory words of `bytes` bring part of a row of parameters, or several rows.
Proof parameter_buffer(int bytes, int words, int entries, std::vector<Fault> faults) {
  return {.claim = "each memory gives the parameters of its columns",
          .module = "parameter_buffer",
          .properties = {"parameter_buffer"},
          .parameters = fmt::format("-chparam Post 2 -chparam HeaderSlots 2 -chparam WordBytes {} "
                                    "-chparam ParameterWords {} -chparam ParameterEntries {}",
                                    bytes, words, entries),
          .others = {"ram"},
          .faults = std::move(faults),
          .bound = 6};
}

Proof parameters_of_narrow_words() {
  return parameter_buffer(
      8, 4, 4,
      {{"writes the first memory alone", "PartBits'(p / WordEntries)", "PartBits'(0)"},
       {"takes a part of a row for a row", "RamBits'(write_word_i >> PartBits)",
        "RamBits'(write_word_i)"}});
}

Proof parameters_of_wide_words() {
  return parameter_buffer(32, 2, 6,
                          {{"forgets the row", "if (read_i) row_q <=", "row_q <="},
                           {"takes the next entry for the next row", "(p % WordEntries) + r * Post",
                            "(p % WordEntries) + r"}});
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
TEST_CASE("Proof.SegmentsGetTwoTapsOrTheLargestByte") { check(two_taps()); }
TEST_CASE("Proof.SegmentsGetFourTapsOrTheLargestByte") { check(four_taps()); }
TEST_CASE("Proof.SegmentsOfOneAtomGetTheLargestByte") { check(maxima_alone()); }
TEST_CASE("Proof.EachOpenPositionIsTakenOnceInEachStep") { check(open_positions()); }
TEST_CASE("Proof.EachSlotGetsTheAtomOfItsAddress") { check(activation_buffer()); }
TEST_CASE("Proof.EachSlotGetsTheAtomOfItsAddressOfShiftedWords") {
  check(activation_buffer_with_shifts());
}
TEST_CASE("Proof.AColumnOfCirculantWeightsTurnsByOneWeight") { check(weight_buffer()); }
TEST_CASE("Proof.EachByteLeavesOnceWithItsAddressBounded") { check(collect()); }
TEST_CASE("Proof.EachOutputIsAddedItsValueOfSingleWordsBounded") {
  check(addends_of_single_words());
}
TEST_CASE("Proof.EachOutputIsAddedItsValueOfBurstsBounded") { check(addends_of_bursts()); }
TEST_CASE("Proof.MemoriesGiveParametersOfNarrowWordsBounded") {
  check(parameters_of_narrow_words());
}
TEST_CASE("Proof.MemoriesGiveParametersOfWideWordsBounded") { check(parameters_of_wide_words()); }

}  // namespace
}  // namespace sluice::test
