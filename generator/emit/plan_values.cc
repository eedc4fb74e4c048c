// SPDX-License-Identifier: Apache-2.0
#include "generator/emit/plan_values.h"

#include <algorithm>

#include "generator/config/schema.h"
#include "generator/emit/command_values.h"
#include "generator/emit/ports.h"
#include "generator/emit/register_values.h"
#include "generator/plan/characteristics.h"
#include "generator/util/text.h"
#include "generator/util/version.h"

namespace sluice {
namespace {

/// The value of a key, for tags of its path: <%memory_burst%> is that of memory.burst.
void add_key(Values& values, const Key& key, Config& config) {
  std::string name = key.path;
  std::replace(name.begin(), name.end(), '.', '_');
  if (const auto* flag = std::get_if<bool& (*)(Config&)>(&key.member)) {
    values.flag(name, (*flag)(config));
  } else {
    values.text(name, value_text(key, config));
  }
}

void add_config(Values& values, Config config) {
  for (const Key& key : schema()) add_key(values, key, config);
  values.text("name_upper", upper_case(config.name));
  values.number("activation_bytes", config.buffers.activation);
  values.number("weight_bytes", config.buffers.weight);
  values.number("memory_range", std::int64_t{1} << config.memory.address_bits);
}

void add_bus(Values& values, const Plan& plan) {
  const auto& bus = plan.config.bus;
  values.number("write_depth", plan.write_depth);
  values.flag("bus_axi", bus.axi());
  values.text("clock_port", bus.axi() ? "aclk" : "clk_i");
  values.text("reset_port", bus.axi() ? "aresetn" : "rst_ni");
  values.flag("bus_by_id", bus.by_id());
  values.number("bus_by_id_bit", bus.by_id() ? 1 : 0);
  values.number("bus_bytes", plan.bus_bytes);
  values.number("bus_size", plan.bus_size);
  values.number("bus_word_beats", plan.bus_word_beats);
  values.number("bus_id_port_bits", plan.bus_id_port_bits);
}

void add_derived(Values& values, const Plan& plan) {
  values.flag("transforms", plan.config.hadamard > 0);
  values.flag("planes", plan.config.precision_gating);
  values.flag("precision4", plan.precision4);
  values.flag("precision2", plan.precision2);
  values.number("pe_rows", plan.pe_rows);
  values.number("partial_sum_bits", plan.partial_sum_bits);
  values.number("min_step", plan.min_step);
  values.number("slots", plan.slots);
  values.number("banks", plan.banks);
  values.number("bank_depth", plan.bank_depth);
  values.number("atom_address_bits", plan.atom_address_bits);
  values.number("buffer_words", plan.buffer_words);
  values.number("word_address_bits", plan.word_address_bits);
  values.number("load_bytes", plan.load_bytes);
  values.flag("load_shifts", plan.load_places > 1);
  values.flag("joins_taps", plan.taps > 1);
  values.flag("sums_taps", plan.sums_taps);
  values.number("taps", plan.taps);
  values.number("tap_atoms", plan.tap_atoms);
  values.number("block_atoms", plan.block_atoms);
  values.number("column_bytes", plan.column_bytes);
  values.number("weight_columns", plan.weight_columns);
  values.number("weight_word_bytes", plan.weight_word_bytes);
  values.number("weight_depth", plan.weight_depth);
  values.flag("narrow", plan.precision4 || plan.precision2);
  values.number("column_granules", plan.column_granules);
  values.number("word_granules", plan.word_granules);
  values.number("weight_granule_bits", plan.weight_granule_bits);
  values.number("circulant_bytes", plan.circulant_bytes);
  values.number("param_slot_bits", plan.param_slot_bits);
  values.number("threshold_entry", plan.threshold_entry);
  values.number("threshold_entries", plan.threshold_entries);
  values.number("sequencer_words", plan.sequencer_words);
  values.number("parameter_kinds", plan.parameter_kinds);
  values.number("parameter_entries", plan.parameter_entries);
  values.number("parameter_words", plan.parameter_words);
  values.number("word_parameters", plan.word_parameters);
  values.number("parameter_rows", plan.parameter_rows);
  values.number("segment_rows", plan.segment_rows);
  values.number("segment_sum_bits", plan.segment_sum_bits);
  values.flag("folds", plan.config.segments > 1);
  values.number("fold_bits", plan.fold_bits);
  values.number("lane_columns", plan.lane_columns);
  values.number("memory_word_address_bits", plan.memory_word_address_bits);
  values.number("header_words", plan.header_words);
  values.number("param_slots", plan.param_slots);
  values.number("position_bits", plan.position_bits);
  values.number("post_groups", plan.post_groups);
  values.number("addend_depth", plan.addend_depth);
  values.number("command_words", plan.command_words);
  values.number("command_bytes", plan.command_bytes);
}

/// The numbers of `sluice info`, one row each, for the page that describes the design.
void add_figures(Values& values, const Plan& plan) {
  Values::Rows rows;
  for (const Characteristic& one : characteristics(plan)) {
    Values row;
    row.text("figure", one.meaning);
    row.number("amount", one.value);
    row.text("unit", one.unit);
    rows.push_back(std::move(row));
  }
  values.list("figures", std::move(rows));
}

void add_keys(Values& values, const Config& config) {
  Values::Rows rows;
  for (const Key* named : named_keys(config)) {
    const Key& key = *named;
    Values row;
    row.text("key", key.path);
    row.text("value", value_text(key, config));
    row.text("unit", key.unit);
    row.text("meaning", key.meaning);
    rows.push_back(std::move(row));
  }
  values.list("keys", std::move(rows));
}

}  // namespace

Values plan_values(const Plan& plan, const Origin& origin) {
  Values values;
  values.text("version", version());
  values.text("output_licence", kOutputLicence);
  values.text("hash", plan.hash);
  values.text("config_file", origin.config_file);
  values.text("command_line", command_line(origin));
  add_config(values, plan.config);
  add_derived(values, plan);
  add_bus(values, plan);
  add_figures(values, plan);
  add_keys(values, plan.config);
  add_register_values(values, plan);
  add_command_values(values, plan);
  add_port_values(values, plan);
  return values;
}

}  // namespace sluice
