// SPDX-License-Identifier: Apache-2.0
// Numbers that the RTL derives from its parameters by itself, as elaborated by Verilator, are those
// of the Plan, from which compiler and models derive theirs.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "tests/support/designs.h"
#include "tests/support/files.h"

namespace sluice::test {
namespace {

/// A number of the Plan and the parameter that the RTL has for it.
struct Row {
  const char* member;             ///< of Plan
  int Plan::*number;              ///< the same
  const char* parameter;          ///< its name in the RTL
  std::set<std::string> modules;  ///< in which it means this; empty: in all that have it
  bool (*there)(const Config&);   ///< whether a design has it
};

bool always(const Config&) { return true; }
bool with_gating(const Config& config) { return config.gating; }
bool with_shifts(const Config& config) { return make_plan(config).load_places > 1; }
bool with_additions(const Config& config) { return config.additions; }
bool with_taps(const Config& config) { return make_plan(config).taps > 1; }
bool with_circulant(const Config& config) { return config.circulant; }
bool with_axi(const Config& config) { return config.bus.axi(); }

#define SLUICE_NUMBER(name) #name, &Plan::name

const std::vector<Row>& table() {
  static const std::vector<Row> rows = {
      {SLUICE_NUMBER(pe_rows), "PeRows", {}, always},
      {SLUICE_NUMBER(partial_sum_bits),
       "SumBits",
       {"core", "lane", "sum_tree", "accumulator"},
       always},
      {SLUICE_NUMBER(segment_rows), "SegmentRows", {}, always},
      {SLUICE_NUMBER(segment_sum_bits), "SegmentSumBits", {}, always},
      {SLUICE_NUMBER(segment_sum_bits), "SumBits", {"array"}, always},
      {SLUICE_NUMBER(fold_bits), "FoldBits", {"lane"}, always},
      {SLUICE_NUMBER(lane_columns), "LaneColumns", {}, always},
      {SLUICE_NUMBER(min_step), "MinStep", {}, always},
      {SLUICE_NUMBER(slots), "Slots", {}, always},
      {SLUICE_NUMBER(banks), "Banks", {}, always},
      {SLUICE_NUMBER(bank_depth), "BankDepth", {}, always},
      {SLUICE_NUMBER(atom_address_bits),
       "AddressBits",
       {"core", "lane", "sequencer", "open_positions", "slot_pattern", "activation_buffer"},
       always},
      {SLUICE_NUMBER(word_address_bits), "WordAddressBits", {}, always},
      {SLUICE_NUMBER(load_bytes), "PlaceBytes", {}, with_shifts},
      {SLUICE_NUMBER(load_places), "Places", {}, with_shifts},
      {SLUICE_NUMBER(taps), "Taps", {"tap_join", "slot_pattern"}, with_taps},
      {SLUICE_NUMBER(tap_levels), "TapBits", {"slot_pattern"}, with_taps},
      {SLUICE_NUMBER(tap_slots), "TapSlots", {}, with_taps},
      {SLUICE_NUMBER(tap_atoms), "TapAtoms", {}, with_taps},
      {SLUICE_NUMBER(block_atoms), "BlockAtoms", {}, with_taps},
      {SLUICE_NUMBER(column_bytes), "ColumnBytes", {}, always},
      {SLUICE_NUMBER(weight_word_bytes), "RamBytes", {}, always},
      {SLUICE_NUMBER(weight_depth), "WeightDepth", {}, always},
      {SLUICE_NUMBER(column_granules), "ColumnGranules", {}, always},
      {SLUICE_NUMBER(word_granules), "WordGranules", {}, always},
      {SLUICE_NUMBER(weight_granule_bits), "GranuleBits", {}, always},
      {SLUICE_NUMBER(circulant_bytes), "GroupBytes", {}, with_circulant},
      {SLUICE_NUMBER(circulant_levels), "Levels", {"weight_buffer"}, with_circulant},
      {SLUICE_NUMBER(header_words), "HeaderWords", {"core", "lane"}, always},
      {SLUICE_NUMBER(sequencer_words), "SequencerWords", {}, always},
      {SLUICE_NUMBER(sequencer_words), "HeaderWords", {"header_buffer"}, always},
      {SLUICE_NUMBER(parameter_words), "ParameterWords", {}, always},
      {SLUICE_NUMBER(parameter_entries), "ParameterEntries", {}, always},
      {SLUICE_NUMBER(parameter_kinds), "Kinds", {"post"}, always},
      {SLUICE_NUMBER(word_parameters), "RamRows", {"parameter_buffer"}, always},
      {SLUICE_NUMBER(parameter_rows), "RamWords", {"parameter_buffer"}, always},
      {SLUICE_NUMBER(param_slots), "HeaderSlots", {}, always},
      {SLUICE_NUMBER(param_slot_bits),
       "SlotBits",
       {"lane", "post", "drain", "header_buffer", "parameter_buffer"},
       always},
      {SLUICE_NUMBER(threshold_entry), "ThresholdEntry", {}, with_gating},
      {SLUICE_NUMBER(post_groups), "Chunks", {"post"}, always},
      {SLUICE_NUMBER(addend_depth), "Depth", {"addend"}, with_additions},
      {SLUICE_NUMBER(memory_word_address_bits), "MemoryWordBits", {}, always},
      {SLUICE_NUMBER(memory_word_address_bits), "OutWordBits", {}, always},
      {SLUICE_NUMBER(position_bits), "PositionBits", {}, always},
      {SLUICE_NUMBER(command_words), "CommandWords", {}, always},
      {SLUICE_NUMBER(write_depth), "WriteDepth", {}, always},
      {SLUICE_NUMBER(bus_bytes), "BusBytes", {}, with_axi},
      {SLUICE_NUMBER(bus_word_beats), "Beats", {"axi_read", "axi_write"}, with_axi},
      {SLUICE_NUMBER(bus_size), "Size", {"axi"}, with_axi},
      {SLUICE_NUMBER(bus_size), "ByteBits", {"axi_read"}, with_axi},
      {SLUICE_NUMBER(bus_id_port_bits), "IdBits", {"axi_read", "axi_write"}, with_axi},
  };
  return rows;
}

/// Numbers of the Plan that no module has a parameter for.
const std::set<std::string>& not_in_rtl() {
  static const std::set<std::string> members = {"buffer_words", "weight_columns",
                                                "threshold_entries", "command_bytes"};
  return members;
}

/// A parameter of a module, and its values in all instances.
using Parameters = std::map<std::pair<std::string, std::string>, std::set<long>>;

/// What Verilator makes of a design.
Parameters elaborated(const Config& config) {
  const TempDir temp;
  const Bundle bundle = bundle_of(config);
  const auto folder = write_files(bundle, temp.path());
  const RunResult result = run_shell(
      folder,
      fmt::format("verilator --xml-only --xml-output elaborated.xml --top-module {} -F {}.f",
                  top_of(bundle), bundle.name));
  INFO(result.out);
  REQUIRE(result.exit_code == 0);
  static const std::regex module("<(?:module|package) .*origName=\"([^\"]+)\"");
  static const std::regex parameter("<var .*origName=\"([^\"]+)\".* (?:local)?param=\"true\"");
  static const std::regex value("^ *<const .*name=\"[0-9]+&apos;s?h([0-9a-f]{1,8})\"");
  Parameters all;
  std::string in, name;
  std::istringstream lines(read_file(folder / "elaborated.xml"));
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (!name.empty() && std::regex_search(line, match, value)) {
      all[{in, name}].insert(std::stol(match[1].str(), nullptr, 16));
    }
    name.clear();
    if (std::regex_search(line, match, module)) {
      const std::string whole = match[1].str();  // the unit around all modules has another prefix
      const bool ours = whole.starts_with(config.name + "_");
      in = ours ? whole.substr(config.name.size() + 1) : "";
    }
    if (std::regex_search(line, match, parameter)) name = match[1].str();
  }
  return all;
}

/// What is not as the plan says, or not there, a line each.
std::string differences(const Plan& plan, const Parameters& parameters) {
  std::string found;
  for (const Row& row : table()) {
    if (!row.there(plan.config)) continue;
    bool there = false;
    for (const auto& [place, values] : parameters) {
      const auto& [module, parameter] = place;
      if (parameter != row.parameter) continue;
      if (!row.modules.empty() && !row.modules.contains(module)) continue;
      there = true;
      for (const long value : values) {
        if (value == plan.*row.number) continue;
        found += fmt::format("{} of {} is {}, {} of the plan {}\n", parameter, module, value,
                             row.member, plan.*row.number);
      }
    }
    if (!there) found += fmt::format("no module has {}\n", row.parameter);
  }
  return found;
}

TEST_CASE("Elaboration.DerivedNumbersEqualThePlans") {
  for (const Design& one : designs()) {
    INFO(one.config.name << " (" << one.purpose << ")");
    CHECK(differences(make_plan(one.config), elaborated(one.config)) == "");
  }
}

TEST_CASE("Elaboration.ANumberThatDiffersIsFound") {
  std::set<std::string> found, listed;
  for (const char* name : {"t_axi_by_id", "t_fold_output", "t_circulant"}) {
    const Config& config = design(name).config;
    const Parameters parameters = elaborated(config);
    for (const Row& row : table()) {
      Plan plan = make_plan(config);
      plan.*row.number += 1;
      listed.insert(row.member);
      if (differences(plan, parameters).find(row.parameter) == std::string::npos) continue;
      found.insert(row.member);
    }
  }
  CHECK(found == listed);  // a design need not have all of them
}

TEST_CASE("Elaboration.EveryNumberOfAPlanIsComparedOrSaidNotToBe") {
  std::set<std::string> listed = not_in_rtl();
  for (const Row& row : table()) listed.insert(row.member);
  std::set<std::string> members;
  static const std::regex member("\n  int ([a-z_0-9]+) = [0-9]+;");
  const std::string text = read_file(source_dir() / "generator/plan/plan.h");
  for (std::sregex_iterator match(text.begin(), text.end(), member), end; match != end; ++match) {
    members.insert((*match)[1]);
  }
  CHECK(members == listed);
}

}  // namespace
}  // namespace sluice::test
