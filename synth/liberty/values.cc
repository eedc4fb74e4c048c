// SPDX-License-Identifier: Apache-2.0
#include "synth/liberty/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>

#include "generator/util/text.h"
#include "generator/util/user_error.h"

namespace sluice::synth {
namespace {

[[noreturn]] void fail(const std::string& path, const LibertyAttribute& attribute,
                       const std::string& what) {
  throw UserError({path, attribute.line, attribute.column}, what);
}

std::optional<double> finite(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// Factor of a unit such as "1ns" or the "pf" of (1, pf).
double unit_scale(char prefix) {
  switch (std::tolower(static_cast<unsigned char>(prefix))) {
    case 'm':
      return 1e-3;
    case 'u':
      return 1e-6;
    case 'n':
      return 1e-9;
    case 'p':
      return 1e-12;
    case 'f':
      return 1e-15;
    default:
      return 1;
  }
}

/// The numbers of a text such as "0.1, 0.2".
std::vector<double> numbers(const std::string& text, const LibertyAttribute& attribute,
                            const std::string& path) {
  constexpr std::string_view kBetween = ", \t";
  std::vector<double> row;
  for (std::size_t begin = text.find_first_not_of(kBetween); begin != std::string::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBetween, begin), text.size());
    const std::string one = text.substr(begin, end - begin);
    const std::optional<double> value = finite(one);
    if (!value) {
      fail(path, attribute,
           fmt::format("{} must be numbers, not '{}'", attribute.name, shortened(one, 40)));
    }
    row.push_back(*value);
    begin = text.find_first_not_of(kBetween, end);
  }
  return row;
}

}  // namespace

double liberty_number(const LibertyGroup& group, std::string_view name, double missing,
                      const std::string& path) {
  const LibertyAttribute* attribute = group.find(name);
  if (!attribute) return missing;
  const std::string text = group.value(name);
  const std::optional<double> value = finite(text);
  if (!value) {
    fail(path, *attribute,
         fmt::format("{} of {} ({}) must be a number, not '{}'", name, group.name, group.argument(),
                     text));
  }
  return *value;
}

double liberty_unit(const LibertyGroup& library, std::string_view name, double missing,
                    const std::string& path) {
  const LibertyAttribute* attribute = library.find(name);
  if (!attribute) return missing;
  const std::string text = library.value(name);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value <= 0 || end == text.data() + text.size()) {
    fail(path, *attribute,
         fmt::format("{} must be a number and a unit such as \"1ns\", not '{}'", name, text));
  }
  return value * unit_scale(*end);
}

double liberty_capacitance_unit(const LibertyGroup& library, double missing,
                                const std::string& path) {
  const LibertyAttribute* attribute = library.find("capacitive_load_unit");
  if (!attribute) return missing;
  double value = 0;
  if (attribute->values.size() == 2 && !attribute->values[1].empty()) {
    const std::string& text = attribute->values[0];
    std::from_chars(text.data(), text.data() + text.size(), value);
  }
  if (value <= 0) {
    fail(path, *attribute, "capacitive_load_unit must be a number and a unit such as (1,pf)");
  }
  return value * unit_scale(attribute->values[1][0]);
}

std::vector<std::vector<double>> liberty_values(const LibertyGroup& group,
                                                const std::string& path) {
  std::vector<std::vector<double>> rows;
  const LibertyAttribute* attribute = group.find("values");
  if (!attribute) return rows;
  for (const std::string& text : attribute->values) {
    std::vector<double> row = numbers(text, *attribute, path);
    if (!row.empty()) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace sluice::synth
