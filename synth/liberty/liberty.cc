// SPDX-License-Identifier: Apache-2.0
#include "synth/liberty/liberty.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "generator/util/input_file.h"
#include "generator/util/sha256.h"
#include "generator/util/text.h"
#include "generator/util/user_error.h"
#include "generator/util/utf8.h"
#include "synth/liberty/function.h"
#include "synth/liberty/kinds.h"
#include "synth/liberty/syntax.h"
#include "synth/liberty/values.h"

namespace sluice::synth {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostPinNames = 64;

[[noreturn]] void fail(const std::string& path, int line, const std::string& what) {
  throw UserError({path, line}, what);
}

std::string without_blanks(std::string text) {
  std::erase_if(text, [](unsigned char c) { return std::isspace(c); });
  return text;
}

/// A function, within the limits of what is read of one.
std::string function(const LibertyGroup& group, std::string_view name, const std::string& path) {
  const LibertyAttribute* attribute = group.find(name);
  if (!attribute) return "";
  const std::string text = group.value(name);
  if (const std::string problem = function_problem(text); !problem.empty()) {
    fail(path, attribute->line,
         fmt::format("{} of {} ({}) {}; simplify it, or remove the cell", name, group.name,
                     shortened(group.argument(), 40), problem));
  }
  return text;
}

LibertyPin read_pin(const LibertyGroup& group, double cap_unit, const std::string& path) {
  LibertyPin pin;
  pin.direction = group.value("direction");
  pin.capacitance = liberty_number(group, "capacitance", 0, path) * cap_unit;
  pin.function = function(group, "function", path);
  pin.three_state = group.find("three_state") != nullptr;
  pin.clock = group.value("clock") == "true";
  return pin;
}

/// A pin group may name several pins; pins of buses and bundles are pins, too.
void read_pins(const LibertyGroup& group, double cap_unit, const std::string& path,
               LibertyCell& cell) {
  for (const LibertyGroup& inner : group.groups) {
    if (inner.name == "pin") {
      if (inner.arguments.size() > kMostPinNames) {
        fail(path, inner.line,
             fmt::format("a pin group has {} names; at most {} are read", inner.arguments.size(),
                         kMostPinNames));
      }
      LibertyPin pin = read_pin(inner, cap_unit, path);
      for (const std::string& name : inner.arguments) {
        pin.name = name;
        cell.pins.push_back(pin);
      }
    } else if (inner.name == "bus" || inner.name == "bundle") {
      read_pins(inner, cap_unit, path, cell);
    }
  }
}

/// Mean of the leakage in each state, for libraries that state no single number.
double mean_leakage(const LibertyGroup& group, const std::string& path) {
  double sum = 0;
  int count = 0;
  for (const LibertyGroup& inner : group.groups) {
    if (inner.name != "leakage_power") continue;
    sum += liberty_number(inner, "value", 0, path);
    count++;
  }
  return count ? sum / count : 0;
}

LibertyCell read_cell(const LibertyGroup& group, double cap_unit, double leakage_unit,
                      const std::string& path) {
  if (group.argument().empty()) fail(path, group.line, "a cell has no name; write cell (NAME) {");
  LibertyCell cell;
  cell.name = group.argument();
  cell.line = group.line;
  cell.area = liberty_number(group, "area", 0, path);
  if (cell.area < 0) {
    fail(path, group.line,
         fmt::format("cell {} has the area {}, which must not be negative", cell.name, cell.area));
  }
  cell.leakage =
      liberty_number(group, "cell_leakage_power", mean_leakage(group, path), path) * leakage_unit;
  cell.dont_use = group.value("dont_use") == "true";
  for (const LibertyGroup& inner : group.groups) {
    if (inner.name == "latch") cell.is_latch = true;
    if (inner.name != "ff") continue;
    cell.is_flip_flop = true;
    cell.state = inner.argument();
    cell.next_state = without_blanks(function(inner, "next_state", path));
    cell.clocked_on = without_blanks(function(inner, "clocked_on", path));
    cell.clear = without_blanks(function(inner, "clear", path));
    cell.preset = without_blanks(function(inner, "preset", path));
  }
  read_pins(group, cap_unit, path, cell);
  return cell;
}

void check_areas(const Liberty& liberty, int line) {
  const auto has_area = [](const LibertyCell& cell) { return cell.area > 0; };
  if (liberty.cells.empty()) {
    fail(liberty.path, line,
         fmt::format("library {} has no cells; give a standard cell library, or --liberty osu018",
                     liberty.name));
  }
  if (std::none_of(liberty.cells.begin(), liberty.cells.end(), has_area)) {
    fail(liberty.path, line,
         fmt::format("library {}: all {} cells have the area 0, so there is nothing to add up; "
                     "give a library with areas, or --liberty osu018",
                     liberty.name, liberty.cells.size()));
  }
}

void check_names(const Liberty& liberty) {
  std::set<std::string> names;
  for (const LibertyCell& cell : liberty.cells) {
    if (names.insert(cell.name).second) continue;
    fail(liberty.path, cell.line,
         fmt::format("cell {} is there twice (first in line {}); remove one", cell.name,
                     liberty.find(cell.name)->line));
  }
}

/// A name that stands for the file of a Debian package: path and package.
struct KnownLibrary {
  const char* name;
  const char* path;
  const char* package;
};
constexpr KnownLibrary kKnown[] = {
    {"osu018", "/usr/share/qflow/tech/osu018/osu018_stdcells.lib", "qflow-tech-osu018"},
    {"osu035", "/usr/share/qflow/tech/osu035/osu035_stdcells.lib", "qflow-tech-osu035"},
};

std::string library_path(const std::string& name_or_path) {
  for (const KnownLibrary& known : kKnown) {
    if (name_or_path != known.name) continue;
    if (fs::exists(known.path)) return known.path;
    throw UserError(fmt::format(
        "{}: the cell library is not installed; it comes with Debian's package {}: apt-get install "
        "{}",
        known.path, known.package, known.package));
  }
  return name_or_path;
}

}  // namespace

const LibertyPin* LibertyCell::find_pin(std::string_view pin) const {
  for (const LibertyPin& candidate : pins) {
    if (candidate.name == pin) return &candidate;
  }
  return nullptr;
}

std::vector<std::string> LibertyCell::inputs() const {
  std::vector<std::string> names;
  for (const LibertyPin& pin : pins) {
    if (pin.direction == "input") names.push_back(pin.name);
  }
  return names;
}

std::vector<std::string> LibertyCell::outputs() const {
  std::vector<std::string> names;
  for (const LibertyPin& pin : pins) {
    if (pin.direction == "output") names.push_back(pin.name);
  }
  return names;
}

const LibertyCell* Liberty::find(std::string_view cell) const {
  for (const LibertyCell& candidate : cells) {
    if (candidate.name == cell) return &candidate;
  }
  return nullptr;
}

Liberty read_liberty(std::string_view text, const std::string& path) {
  const LibertyGroup library = parse_liberty(text, path);
  Liberty liberty;
  liberty.name = library.argument();
  liberty.path = path;
  liberty.text = text;
  const std::string revision = library.value("revision");
  liberty.version = (revision.empty() ? "" : "revision " + revision + ", ") + "sha256 " +
                    sha256(text).substr(0, 8);
  liberty.time_unit = liberty_unit(library, "time_unit", 1e-9, path);
  liberty.cap_unit = liberty_capacitance_unit(library, 1e-12, path);
  liberty.voltage = liberty_number(library, "nom_voltage", 0, path);
  const double leakage_unit = liberty_unit(library, "leakage_power_unit", 1e-9, path);
  for (const LibertyGroup& group : library.groups) {
    if (group.name != "cell") continue;
    liberty.cells.push_back(read_cell(group, liberty.cap_unit, leakage_unit, path));
  }
  check_areas(liberty, library.line);
  check_names(liberty);
  find_kinds(liberty);
  return liberty;
}

Liberty load_liberty(const std::string& name_or_path) {
  const std::string path = library_path(name_or_path);
  const InputText read = try_read(path, input::kLiberty.most);
  if (read.too_large) {
    throw UserError(fmt::format("{}: is larger than {}, the most that is read of a cell library",
                                path, size_text(input::kLiberty.most)));
  }
  if (read.error != 0) {
    throw UserError(fmt::format(
        "{}: cannot read this cell library; give a Liberty file or one of the names osu018, osu035",
        path));
  }
  if (find_non_text(read.text)) {
    throw UserError(fmt::format(
        "{}: this is not a text, so not a Liberty file; unpack it if it is compressed", path));
  }
  return read_liberty(read.text, path);
}

}  // namespace sluice::synth
