// SPDX-License-Identifier: Apache-2.0
// Plants one-line bugs in the RTL of a small design and demands that verification finds each.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <span>

#include "generator/plan/plan.h"
#include "tests/support/designs.h"
#include "verif/run/verify.h"
#include "verif/sim/simulator.h"

namespace sluice::test {
namespace {

struct Bug {
  const char* what;
  const char* file;  ///< end of the file's path
  const char* right;
  const char* wrong;
};

const Bug kBugs[] = {
    {"gate opens at the threshold, not above it", "accumulator.sv", "sum_qq > AccBits'(",
     "sum_qq >= AccBits'("},
    {"maximum pooling keeps the smaller value", "accumulator.sv",
     "(arriving > stored) ? arriving : stored", "(arriving > stored) ? stored : arriving"},
    {"sign of 4-bit weights is lost", "_pe.sv", "8'h77 : 8'h88", "8'h7f : 8'h80"},
    {"2-bit products come from the wrong places", "_pe.sv", "8'hc0 >> (l / 2 * 2)",
     "8'h03 << (l / 2 * 2)"},
    {"constant of the 4-bit products is too small", "array.sv", "(2 * 2 * 8 * 7 * 16)",
     "(2 * 8 * 7 * 16)"},
    {"results are rounded down", "requantise.sv",
     "raise  = ~exact_q | narrow_q[1] | rounds_twice_i", "raise  = exact_q & narrow_q[1]"},
    {"layers that round twice round once", "requantise.sv", "rounds_twice_i ? Half - Excess",
     "rounds_twice_i ? -Excess"},
    {"saturation goes to the wrong end", "requantise.sv",
     "{(NarrowBits-2){~shifted[ProductBits-1]}}", "{(NarrowBits-2){shifted[ProductBits-1]}}"},
    {"closed columns of an open position get the whole sum", "open_positions.sv",
     "per_output_i ? gate_open_i[b*Columns +: Columns] : {Columns{open[b]}}", "{Columns{open[b]}}"},
    {"addresses of open positions lose the row step", "open_positions.sv",
     "(line_end ? row_step_i : column_step_i)", "column_step_i"},
    {"closed outputs are requantised like open ones", "post.sv", "{sums_chunk, closed[p]}",
     "{sums_chunk, 1'b0}"},
    {"a step may follow too soon after few positions", "sequencer.sv",
     "(issued_q == 2'd0) | issued_q[1] | since_q[1]", "1'b1"},
    {"input groups do not wrap", "sequencer.sv",
     "group_offset_q + taken_span - (next_group_wraps ? groups_span : '0)",
     "group_offset_q + taken_span"},
    {"a kept record is not read again from its start", "sequencer.sv", "read_q <= record_q;",
     "read_q <= read_next;"},
    {"kernel rows do not wrap", "slot_pattern.sv", "wraps       = atom_next == run_i",
     "wraps       = 1'b0"},
    {"atoms come back by the way of the wrong cycle", "activation_buffer.sv",
     "crosses_qq[k*Banks + m]", "crosses_q[k*Banks + m]"},
    {"words are merged although they differ", "collect.sv",
     "same_word   = ~second_q & (word_address_q ==",
     "same_word   = ~second_q & (word_address_q !="},
    {"a command does not wait for loads", "command.sv", "~(waits_q[0] & loads_busy_i)", "1'b1"},
    {"multipliers lose their highest bit", "requantise.sv", "multiplier_q[19:9], multiplier_q[19]",
     "multiplier_q[19:9], 1'b0"},
    {"multipliers have 16 bits", "requantise.sv", "<= parameters_i[51:32]",
     "<= {parameters_i[51:36], 4'd0}"},
    {"constants overtake outputs", "core.sv", "load_constant_ready = ~load_write & ~local_valid",
     "load_constant_ready = ~load_write"},
};

/// In what folds.
const Bug kFoldingBugs[] = {
    {"blocks take the sums of the wrong level", "sum_tree.sv", "fold == 4'(Levels - l)",
     "fold == 4'(Levels - l + 1)"},
    {"all blocks take the sum of a conditional pass", "accumulator.sv",
     "(block_q == BlockBits'(b)) & enable_q[c]", "enable_q[c]"},
    {"windows all read the first place", "slot_pattern.sv", "(window_end ? window_step_i : '0)",
     "'0"},
    {"blocks of a further window take the groups of the first", "sequencer.sv",
     "~window_end ? condition_offset_q :", "1'b1 ? condition_offset_q :"},
    {"a walk stays in its group", "sequencer.sv", "((in_condition & row_wraps) ? group_wrap : '0)",
     "'0"},
    {"a walk does not wrap", "sequencer.sv", "((in_condition & group_wraps) ? groups_span : '0)",
     "'0"},
    {"a step begins with the positions of the block before", "open_positions.sv",
     "map_q[32'(next_i)*Positions +: Positions]", "map_q[32'(block_i)*Positions +: Positions]"},
    {"a kept record is left though later blocks are open", "sequencer.sv",
     "(block_end & (last_block | (~last_use & ~later_open)))",
     "(block_end & (last_block | ~last_use))"},
    {"sums of the next tile overtake those of a conditional pass", "sequencer.sv",
     "delay_q <= layer_i.fold - 4'd1", "delay_q <= 4'd0"},
    {"the outputs of all units go to the first", "drain.sv",
     "out_q        <= unit_out_q + out_unit_step_i", "out_q        <= unit_out_q"},
    {"units have the parameters of the first", "drain.sv",
     "chunk_q      <= unit_chunk_q + ChunkBits'(unit_columns / 16'(Post))", "chunk_q      <= '0"},
    {"odd columns have the thresholds of even ones", "lane.sv", "assign value = thresholds.next",
     "assign value = thresholds.threshold"},
};

/// In what adds a second map.
const Bug kAdditionBugs[] = {
    {"addends come from the map that is written", "addend_fetch.sv", "+ distance_i", "+ '0"},
    {"all lanes get the addends of the first", "addend_fetch.sv",
     "word_i[32'(lane_q)*MemoryWordBits", "word_i[32'd0*MemoryWordBits"},
    {"weights and addends wait for each other", "read_arbiter.sv",
     "(weight_valid_i & (turn_q != ToAddends))", "(weight_valid_i)"},
    {"ADDITION does not wait for RUNs", "command.sv", "(waits_q[2] | sets_up)",
     "(waits_q[2] | is_layer)"},
    {"addends of a further row follow those of the first", "addend.sv", "line_out_q + row_step",
     "out_q + column_step"},
    {"a word that is at hand is asked for again", "addend.sv",
     "asked_q & (word_q ==", "1'b0 & (word_q =="},
    {"a tile begins with the word of the one before", "addend.sv", "if (tile_take)      asked_q",
     "if (1'b0)           asked_q"},
    {"words are asked for though there is no room", "addend.sv",
     "under_way_q != UnderWayBits'(Depth)", "1'b1"},
    {"a word is left though it goes on in the next output", "addend.sv", "(two_q & take_i)",
     "take_i"},
    {"the first part of an addend is that of the second", "addend.sv",
     "low   = current ? current_q : head", "low   = head"},
    {"narrow addends lose their sign", "addend.sv", "8'($signed(value4))", "8'(value4)"},
    {"odd columns take the addends of even ones", "addend.sv", "32'(column_q[0])*4", "32'd0*4"},
    {"sums are rounded down", "_sum.sv", "raise   = ~exact_q | narrow_q[1]",
     "raise   = exact_q & narrow_q[1]"},
    {"sums are clamped as outputs are", "post.sv", "(addition_i.clamp_low)", "(clamp_low_i)"},
};

/// In what multiplies by a second map.
const Bug kProductBugs[] = {
    {"products have the lower bits twice", "_sum.sv", "both[16:8]", "both[8:0]"},
    {"the zero of an output is not taken off", "_sum.sv", "9'($signed(zero_i))", "9'd0"},
    {"the zero of the other map is not taken off", "_sum.sv", "9'($signed(addend_zero_i))", "9'd0"},
    {"the upper part of a product is not shifted", "_sum.sv", "multiply_i ? wide << 8",
     "1'b0 ? wide"},
    {"what multipliers add is taken off as in sums", "post.sv", "if (multiply) sum_bias_q",
     "if (1'b0) sum_bias_q"},
    {"a map of one position is read by positions", "addend.sv", "vector_i ? '0 : out_column_step_i",
     "out_column_step_i"},
    {"outputs look for a map of one position where they lie", "addend.sv",
     "(vector_i ? next_record_out_i : next_out_i)", "next_out_i"},
    {"records all have the first channels", "sequencer.sv", "tile_record_out_o = out_offset_q",
     "tile_record_out_o = '0"},
};

/// In what looks outputs up.
const Bug kTableBugs[] = {
    {"entries of negative outputs are those of positive ones", "_table.sv",
     "{~value_i[7], value_i[6:2]}", "value_i[7:2]"},
    {"a word's entries are in the wrong order", "_table.sv", "32'(value_q[1:0])",
     "32'({value_q[0], value_q[1]})"},
    {"the quarters of a table go to the first", "command.sv", "{part_of_table_q, table_word}",
     "{2'd0, table_word}"},
    {"layers without a table look outputs up", "_table.sv", "table_i ? word", "1'b1 ? word"},
};

/// In LOADs of copies of groups, which need not lie whole memory words off.
const Bug kShiftBugs[] = {
    {"the places of the next word go to the one before", "activation_buffer.sv",
     "(32'(write_shift_i) > 32'(Place))", "1'b0"},
    {"shifted words are not rotated", "_load.sv", "assign data = write_shift_o[k-1]",
     "assign data = 1'b0"},
    {"words are rotated the other way", "_load.sv", "PlaceBytes * 8 << (k - 1)",
     "WordBytes * 8 - (PlaceBytes * 8 << (k - 1))"},
    {"constants are shifted by what they are", "core.sv", "{PlaceBits{~load_fill}}",
     "{PlaceBits{1'b1}}"},
};

/// In what joins taps of max pools.
const Bug kTapBugs[] = {
    {"of two taps the smaller value is taken", "tap_join.sv", "? right : left", "? left : right"},
    {"taps are compared without their signs", "tap_join.sv", "$signed(right) > $signed(left)",
     "right > left"},
    {"all segments get the channels of the first", "tap_join.sv", "First + s % SegmentSlots",
     "s % SegmentSlots"},
    {"taps are joined in all layers", "activation_buffer.sv", ".joins_i (joins_q)",
     ".joins_i (1'b1)"},
    {"taps are read that are none of the kernel", "slot_pattern.sv", "share[TapBits]", "1'b1"},
    {"joined taps lie in the parts of blocks", "slot_pattern.sv", "joins       = taps_i != '0",
     "joins       = 1'b0"},
};

/// The same of depthwise layers.
const Bug kTapSumBugs[] = {
    {"taps of a sum are all the first one", "tap_join.sv", "data_i[(Tap*TapSlots + Atom)",
     "data_i[(0*TapSlots + Atom)"},
    {"of taps of a sum the largest is taken", "activation_buffer.sv", ".maximum_i (maximum_q)",
     ".maximum_i (1'b1)"},
    {"taps of a pool are handed on apart", "lane.sv", ".maximum_i      (layer_i.take_max)",
     ".maximum_i      (1'b0)"},
};

/// In what rotates columns of weights.
const Bug kCirculantBugs[] = {
    {"bytes stay where they are", "weight_buffer.sv", "data_o[(i - 1)*8 + b]", "data_o[i*8 + b]"},
    {"groups of two bytes turn in four", "weight_buffer.sv", "(first == '0) &", "1'b1 &"},
    {"the last byte of a group is its first", "weight_buffer.sv", "(i + (1 << l) - 1)*8", "i*8"},
    {"4-bit weights turn by bytes", "weight_buffer.sv", "(mode_i == 2'd1) ?", "1'b0 ?"},
    {"fields of 2 bits come from the wrong end of a byte", "weight_buffer.sv", "{other[1:0],",
     "{other[7:6],"},
    {"narrow groups have as many bytes as wide ones", "weight_buffer.sv", "3'(l) + 3'(mode_i)",
     "3'(l)"},
    {"a column is read for each", "sequencer.sv", "use_column & (columns_before == '0)",
     "use_column"},
    {"steps wait for weights that are not there", "sequencer.sv",
     "NeedBits'(Columns * "
     "ColumnGranules) >> layer_i.circulant",
     "NeedBits'(Columns * ColumnGranules)"},
};

/// Around Hadamard transforms, which are proved by themselves.
const Bug kHadamardBugs[] = {
    {"differences within a chunk are sums", "hadamard.sv", "other + (own ^ {AccBits{is_over[l]}})",
     "other + (own ^ {AccBits{1'b0}})"},
    {"all chunks of a transform get sums", "hadamard.sv", "is_over[l] & place[l]", "1'b0"},
    {"chunks beyond a transform are joined", "hadamard.sv", "{ChunkSums{is_over[l] | place[l]}}",
     "{ChunkSums{1'b1}}"},
    {"sums are transformed in all layers", "lane.sv", "(layer_i.hadamard)", "(3'd2)"},
    {"parameters are those of the chunk behind", "post.sv", "sums_chunk       <= read_chunk",
     "sums_chunk       <= read_chunk + 1'b1"},
    {"gates are those of the chunk before", "post.sv", "mask_i[32'(read_chunk)*Post",
     "mask_i[32'(sums_chunk)*Post"},
    {"of a transform over several units one is read", "drain.sv", "apart |", "1'b0 |"},
    {"headers are given back too early", "post.sv", "sums_valid & sums_record_last",
     "read_valid & read_record_last"},
};

/// Around precision gating.
const Bug kPlaneBugs[] = {
    {"upper planes of 4 bits count once", "accumulator.sv", "upper = base <<< 4", "upper = base"},
    {"upper planes of 2 bits count 16 times", "accumulator.sv", "upper = base <<< 2",
     "upper = base <<< 4"},
    {"lower planes count like upper ones", "accumulator.sv", "listed_q ? AccBits'",
     "1'b0 ? AccBits'"},
    {"lower halves are not made signed", "planes.sv", "~value[3]", "value[3]"},
    {"upper halves of 2 bits are those of 4", "planes.sv", ": value[3:2]", ": value[7:6]"},
    {"outputs are halved in all layers", "planes.sv", "~planes_i ? value", "1'b0 ? value"},
    {"both planes are the upper one", "drain.sv", "if (step & unit_end) lower_q <= 1'b1",
     "if (step & unit_end) lower_q <= 1'b0"},
    {"the lower plane is that of the blocks behind", "drain.sv", "planes_i ? unit_chunk_q",
     "1'b0 ? unit_chunk_q"},
    {"planes' sums are read as those of units", "drain.sv", "planes_i ? block_q", "1'b0 ? block_q"},
    {"a plane's mark comes with the value before", "post.sv", "lower_q[Stages-1]",
     "lower_q[Stages-2]"},
};

/// Memories that are read without need: values and cycles stay right.
const Bug kNeedlessReads[] = {
    {"weights are read in every cycle", "weight_buffer.sv", "(read_q)", "(1'b1)"},
    {"activations are read in every cycle", "activation_buffer.sv", "(read_q[b])", "(1'b1)"},
    {"commands are read while they wait", "command.sv",
     "((state_q == StOpcode) & full_q[read_slot_q])", "(state_q == StOpcode)"},
    {"sums that start from zero are read", "accumulator.sv", "accumulates & ~first & changes",
     "accumulates & changes"},
    {"sums are read again for each channel", "drain.sv", "step & (column_q == '0)", "step"},
    {"headers are read while there is nothing to drain", "post.sv", "(advance & sums_valid)",
     "(advance)"},
    {"addends are read before they have come", "addend.sv", ".read_i          (fetch)",
     ".read_i          (fetch | ~head_valid_q)"},
};

/// The files with the bug in; the line to change must be there just once.
Bundle plant(Bundle bundle, const Bug& bug) {
  int found = 0;
  for (OutputFile& file : bundle.files) {
    if (!file.path.ends_with(bug.file)) continue;
    const std::size_t at = file.text.find(bug.right);
    if (at == std::string::npos) continue;
    found++;
    file.text.replace(at, std::string(bug.right).size(), bug.wrong);
  }
  INFO(bug.what << ": '" << bug.right << "' in " << bug.file);
  REQUIRE(found == 1);
  return bundle;
}

/// The first seed whose network shows the bug, and how; an empty text if none does.
std::string hunt(const Plan& plan, const Bundle& bundle, bool accesses) {
  sim::BuildOptions build;
  build.accesses = accesses;
  build.quick = true;
  build.cache = false;
  sim::Simulator simulator(plan, bundle, build);
  for (std::uint64_t seed = 1; seed <= 1200; seed++) {
    const run::CaseResult result = run::verify_case(simulator, plan, seed);
    if (result.verdict == run::Verdict::kFail) return fmt::format("seed {}: {}", seed, result.text);
  }
  return "";
}

/// `accesses`: whether those of memories are compared, too.
void find_bugs(std::span<const Bug> bugs, bool accesses = false, const char* name = "t_small") {
  const Design& tested = design(name);
  const Plan plan = make_plan(tested.config);
  const Bundle bundle = bundle_of(tested.config);
  for (const Bug& bug : bugs) {
    const std::string found = hunt(plan, plant(bundle, bug), accesses);
    fmt::print("{}: {}\n", bug.what, found.empty() ? "NOT FOUND" : found);
    INFO(bug.what);
    CHECK(!found.empty());
  }
}

}  // namespace

// In parts, so that they run side by side.
TEST_CASE("PlantedBugs.AreFound 1 of 3") { find_bugs(std::span(kBugs).first(6)); }
TEST_CASE("PlantedBugs.AreFound 2 of 3") { find_bugs(std::span(kBugs).subspan(6, 6)); }
TEST_CASE("PlantedBugs.AreFound 3 of 3") { find_bugs(std::span(kBugs).subspan(12)); }
TEST_CASE("PlantedBugs.InFoldingAreFound 1 of 2") {
  find_bugs(std::span(kFoldingBugs).first(6), false, "t_fold");
}
TEST_CASE("PlantedBugs.InFoldingAreFound 2 of 2") {
  find_bugs(std::span(kFoldingBugs).subspan(6), false, "t_fold");
}
TEST_CASE("PlantedBugs.InAdditionsAreFound 1 of 2") {
  find_bugs(std::span(kAdditionBugs).first(7));
}
TEST_CASE("PlantedBugs.InAdditionsAreFound 2 of 2") {
  find_bugs(std::span(kAdditionBugs).subspan(7));
}
TEST_CASE("PlantedBugs.InProductsAreFound") { find_bugs(kProductBugs); }
TEST_CASE("PlantedBugs.InTablesAreFound") { find_bugs(kTableBugs); }
TEST_CASE("PlantedBugs.InCirculantWeightsAreFound") {
  find_bugs(kCirculantBugs, false, "t_circulant");
}
TEST_CASE("PlantedBugs.InHadamardTransformsAreFound") {
  find_bugs(kHadamardBugs, false, "t_hadamard");
}
TEST_CASE("PlantedBugs.InPrecisionGatingAreFound") { find_bugs(kPlaneBugs, false, "t_planes"); }
TEST_CASE("PlantedBugs.InShiftedLoadsAreFound") { find_bugs(kShiftBugs, false, "t_fold_output"); }
TEST_CASE("PlantedBugs.InJoinedTapsAreFound") { find_bugs(kTapBugs, false, "t_fold_output"); }
TEST_CASE("PlantedBugs.InTapsOfSumsAreFound") { find_bugs(kTapSumBugs, false, "t_fold_lanes"); }
TEST_CASE("PlantedBugs.NeedlessReadsAreFound") { find_bugs(kNeedlessReads, true); }

}  // namespace sluice::test
