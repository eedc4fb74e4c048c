// SPDX-License-Identifier: Apache-2.0
#include "synth/memories/liberty_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <regex>

#include "generator/util/text.h"
#include "generator/util/user_error.h"
#include "synth/liberty/function.h"
#include "synth/liberty/values.h"

namespace sluice::synth {
namespace {

using Figure = std::optional<double>;

enum class Access { kRead, kWrite };
enum class Role { kNone, kSelect, kRead, kWrite };

/// What a pin enables, as far as its name says it.
struct Enable {
  Role role = Role::kNone;
  bool active_low = false;
};

/// By name, since Liberty does not mark enables: csb0, CENA, web, GWEN, WEN[3], wmask0.
Enable enable_of(const std::string& name) {
  static const std::regex pattern(
      "(cs|ce|me|en|re|rd|g?we|bwe?|g?wr|wmask)_?(en|m)?_?([nb])?_?[abrw]?[0-9]*(\\[.*)?");
  std::smatch match;
  const std::string text = lower_case(name);
  if (!std::regex_match(text, match, pattern)) return {};
  const std::string stem = match[1];
  const Role role = stem.find('w') != std::string::npos ? Role::kWrite
                    : stem[0] == 'r'                    ? Role::kRead
                                                        : Role::kSelect;
  return {role, match[3].matched};
}

/// Whether the enable's pin is high in this access.
bool is_high(const Enable& enable, Access access) {
  const bool active =
      enable.role == Role::kSelect || (enable.role == Role::kWrite) == (access == Access::kWrite);
  return active != enable.active_low;
}

/// Whether a condition may hold in an access: its enables have their levels, other pins any.
/// Nothing: it cannot be read.
std::optional<bool> may_hold(const std::string& condition, Access access) {
  std::string text;
  std::vector<std::string> others;
  for (std::size_t at = 0; at < condition.size();) {
    const auto in_name = [&condition](std::size_t k) {
      return std::isalnum(static_cast<unsigned char>(condition[k])) ||
             std::string_view("_[]").find(condition[k]) != std::string_view::npos;
    };
    std::size_t end = at;
    while (end < condition.size() && in_name(end)) end++;
    const std::string name = condition.substr(at, std::max<std::size_t>(end - at, 1));
    at += name.size();
    const Enable enable = enable_of(name);
    if (enable.role != Role::kNone) {
      text += is_high(enable, access) ? " 1 " : " 0 ";
      continue;
    }
    text += name;
    const bool pin = end > at - name.size() && name != "0" && name != "1";
    if (pin && std::find(others.begin(), others.end(), name) == others.end()) {
      others.push_back(name);
    }
  }
  const std::optional<std::uint64_t> table = truth_table(text, others);
  return table ? std::optional(*table != 0) : std::nullopt;
}

/// The value in the middle of a table; of an even number of rows or columns the lower one.
Figure middle(const LibertyGroup& table, const std::string& path) {
  const std::vector<std::vector<double>> rows = liberty_values(table, path);
  if (rows.empty()) return std::nullopt;
  const std::vector<double>& row = rows[(rows.size() - 1) / 2];
  return row[(row.size() - 1) / 2];
}

Figure above_zero(Figure figure) { return figure && *figure > 0 ? figure : std::nullopt; }

class FigureReader {
 public:
  FigureReader(const LibertyGroup& library, const MemoryCell& cell, const std::string& path)
      : library_(library), cell_(cell), path_(path) {}

  MemoryFigures read() const {
    MemoryFigures figures;
    figures.area = liberty_number(*cell_.group, "area", 0, path_);
    if (figures.area <= 0) {
      throw UserError(
          {path_, cell_.group->line, cell_.group->column},
          fmt::format("cell {} has no area above 0; add area : UM2;", cell_.group->argument()));
    }
    figures.read = energy(Access::kRead);
    figures.write = energy(Access::kWrite);
    figures.leakage =
        scaled(above_zero(liberty_number(*cell_.group, "cell_leakage_power", 0, path_)),
               "leakage_power_unit", 1e6);
    figures.access = scaled(access_time(), "time_unit", 1e12);
    return figures;
  }

 private:
  /// A number of the file in the unit `scale` to the SI unit; not known if the file has no unit.
  Figure scaled(Figure figure, std::string_view unit, double scale) const {
    const double factor = liberty_unit(library_, unit, 0, path_);
    if (!figure || factor == 0) return std::nullopt;
    return *figure * factor * scale;
  }

  /// pJ. Liberty's unit of energy is that of a charged load.
  Figure energy(Access access) const {
    const double farad = liberty_capacitance_unit(library_, 0, path_);
    const double volt = liberty_unit(library_, "voltage_unit", 1, path_);
    const Figure found = file_energy(access);
    if (!found || farad == 0) return std::nullopt;
    return *found * farad * volt * volt * 1e12;
  }

  /// In the file's unit: of the port's clock, or else of its enables.
  Figure file_energy(Access access) const {
    const std::string& clock = access == Access::kRead ? cell_.read_clock : cell_.write_clock;
    if (const MemorySignal* signal = cell_.find(clock)) {
      if (!signal->groups("internal_power").empty()) {
        return above_zero(signal_energy(*signal, access));
      }
    }
    for (const Role role : {access == Access::kRead ? Role::kRead : Role::kWrite, Role::kSelect}) {
      for (const MemorySignal& signal : cell_.signals) {
        if (enable_of(signal.name).role != role || !follows(signal, clock)) continue;
        const Figure found = above_zero(signal_energy(signal, access));
        if (found) return *found * signal.width;
      }
    }
    return std::nullopt;
  }

  /// Whether an enable is of this clock's port: it has arcs with it, or with none at all.
  static bool follows(const MemorySignal& signal, const std::string& clock) {
    const std::vector<const LibertyGroup*> arcs = signal.groups("timing");
    return arcs.empty() || std::any_of(arcs.begin(), arcs.end(), [&clock](const auto* arc) {
             return arc->value("related_pin") == clock;
           });
  }

  /// The mean over the conditions that may hold, or the group without a condition if none may;
  /// supplies add up.
  Figure signal_energy(const MemorySignal& signal, Access access) const {
    struct Supply {
      double sum = 0;
      int count = 0;
      Figure otherwise;
    };
    std::map<std::string, Supply> supplies;
    for (const LibertyGroup* group : signal.groups("internal_power")) {
      const Figure both = edges(*group);
      Supply& supply = supplies[group->value("related_pg_pin")];
      if (!both) continue;
      const std::string condition = group->value("when");
      if (condition.empty()) {
        supply.otherwise = both;
        continue;
      }
      const std::optional<bool> holds = may_hold(condition, access);
      if (!holds) return std::nullopt;
      if (*holds) {
        supply.sum += *both;
        supply.count++;
      }
    }
    Figure total;
    for (const auto& [name, supply] : supplies) {
      const Figure own = supply.count ? Figure(supply.sum / supply.count) : supply.otherwise;
      if (own) total = total.value_or(0) + *own;
    }
    return total;
  }

  /// A rising and a falling edge together; `power` counts for each of them.
  Figure edges(const LibertyGroup& internal_power) const {
    Figure sum;
    for (const LibertyGroup& table : internal_power.groups) {
      const double edges = table.name == "power"                                      ? 2
                           : table.name == "rise_power" || table.name == "fall_power" ? 1
                                                                                      : 0;
      const Figure value = edges > 0 ? middle(table, path_) : std::nullopt;
      if (value) sum = sum.value_or(0) + edges * *value;
    }
    return sum;
  }

  /// In the file's unit: the slowest arc from the clock, each at its smallest slew and load.
  Figure access_time() const {
    Figure slowest;
    for (const LibertyGroup* arc : cell_.find(cell_.read_data)->groups("timing")) {
      const std::string type = arc->value("timing_type");
      if (arc->value("related_pin") != cell_.read_clock || !type.ends_with("_edge")) continue;
      for (const LibertyGroup& table : arc->groups) {
        if (table.name != "cell_rise" && table.name != "cell_fall") continue;
        const std::vector<std::vector<double>> rows = liberty_values(table, path_);
        if (!rows.empty()) slowest = std::max(slowest.value_or(0), rows.front().front());
      }
    }
    return above_zero(slowest);
  }

  const LibertyGroup& library_;
  const MemoryCell& cell_;
  const std::string& path_;
};

}  // namespace

MemoryFigures read_memory_figures(const LibertyGroup& library, const MemoryCell& cell,
                                  const std::string& path) {
  return FigureReader(library, cell, path).read();
}

}  // namespace sluice::synth
