// SPDX-License-Identifier: Apache-2.0
#include "synth/timing/ram_liberty.h"

#include <fmt/format.h>

#include <bit>
#include <set>

#include "synth/timing/netlist.h"

namespace sluice::synth {
namespace {

std::string thresholds() {
  std::string text;
  for (const char* edge : {"rise", "fall"}) {
    text += fmt::format(
        "  input_threshold_pct_{0} : 50;\n  output_threshold_pct_{0} : 50;\n"
        "  slew_lower_threshold_pct_{0} : 20;\n  slew_upper_threshold_pct_{0} : 80;\n",
        edge);
  }
  return text;
}

/// Liberty's units are texts such as "1ns" and (1, pf).
std::string units(const Liberty& liberty) {
  const double ps = liberty.time_unit * 1e12, ff = liberty.cap_unit * 1e15;
  return fmt::format(
      "  time_unit : \"{}\";\n  capacitive_load_unit ({:.0f}, ff);\n"
      "  voltage_unit : \"1V\";\n  current_unit : \"1uA\";\n  leakage_power_unit : \"1nW\";\n"
      "  nom_voltage : {};\n",
      // Tools take 1, 10 and 100 of a unit
      ps >= 1000 ? fmt::format("{:.0f}ns", ps / 1000) : fmt::format("{:.0f}ps", ps), ff,
      liberty.voltage > 0 ? liberty.voltage : 1.0);
}

std::int64_t address_bits(const RamShape& shape) {
  return std::bit_width(static_cast<std::uint64_t>(shape.depth - 1));
}

std::string cell_text(const std::string& ram, const RamShape& s, const std::string& setup,
                      double load, double access) {
  std::string text = fmt::format("  cell ({}) {{\n    area : 0;\n", ram_cell(ram, s));
  text += fmt::format(
      "    pin (clk_i) {{ direction : input; clock : true; capacitance : {:.6f}; }}\n", load);
  text += fmt::format("    bus (write_i) {{ bus_type : bus{}; {}", s.width / s.granule, setup);
  text += fmt::format("    bus (write_address_i) {{ bus_type : bus{}; {}", address_bits(s), setup);
  text += fmt::format("    bus (write_data_i) {{ bus_type : bus{}; {}", s.width, setup);
  text += fmt::format("    pin (read_i) {{ {}", setup);
  text += fmt::format("    bus (read_address_i) {{ bus_type : bus{}; {}", address_bits(s), setup);
  text += fmt::format(
      "    bus (read_data_o) {{ bus_type : bus{}; direction : output;\n"
      "      timing () {{ related_pin : \"clk_i\"; timing_type : rising_edge;\n",
      s.width);
  for (const char* edge : {"rise", "fall"}) {
    text += fmt::format(
        "        cell_{0} (scalar) {{ values (\"{1:.6f}\"); }}\n"
        "        {0}_transition (scalar) {{ values (\"{2:.6f}\"); }}\n",
        edge, access, access / 10);
  }
  text += "      } }\n  }\n";
  return text;
}

}  // namespace

double RamTiming::access_of(const RamShape& shape) const {
  const auto known = by_shape.find(shape);
  return known == by_shape.end() ? access_ps : known->second;
}

std::string ram_liberty(const std::string& ram, const std::vector<RamShape>& shapes,
                        const RamTiming& timing, const Liberty& liberty) {
  const LibertyCell& inverter = *liberty.find(liberty.inverter);
  const double load = 4 * inverter.find_pin(inverter.inputs()[0])->capacitance / liberty.cap_unit;
  const double unit = liberty.time_unit * 1e12;
  std::set<std::int64_t> widths;
  for (const RamShape& s : shapes) {
    widths.insert({s.width, s.width / s.granule, address_bits(s)});
  }
  std::string text =
      "library (" + ram + "s) {\n  delay_model : table_lookup;\n" + units(liberty) + thresholds();
  for (const std::int64_t width : widths) {
    text += fmt::format(
        "  type (bus{0}) {{ base_type : array; data_type : bit; bit_width : {0}; bit_from : {1}; "
        "bit_to : 0; downto : true; }}\n",
        width, width - 1);
  }
  const std::string setup = fmt::format(
      "direction : input; capacitance : {0:.6f};\n"
      "      timing () {{ related_pin : \"clk_i\"; timing_type : setup_rising;\n"
      "        rise_constraint (scalar) {{ values (\"{1:.6f}\"); }}\n"
      "        fall_constraint (scalar) {{ values (\"{1:.6f}\"); }} }} }}\n",
      load, timing.setup_ps / unit);
  for (const RamShape& shape : shapes) {
    text += cell_text(ram, shape, setup, load, timing.access_of(shape) / unit);
  }
  return text + "}\n";
}

}  // namespace sluice::synth
