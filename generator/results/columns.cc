// SPDX-License-Identifier: Apache-2.0
#include "generator/results/columns.h"

#include <fmt/format.h>

#include "generator/estimate/gate_note.h"
#include "generator/results/area_result.h"
#include "generator/results/gains.h"

namespace sluice::results {
namespace {

using enum Shown;
using enum Limit;
using enum Place;
using enum InSweep;

/// The value, or none.
template <typename T>
std::optional<T> when(bool there, T value) {
  return there ? std::optional<T>(value) : std::nullopt;
}

double frames_a_second(const NetworkFigures::Source& of) {
  if (of.result.cycles == 0) return 0;
  return of.megahertz * 1e6 / static_cast<double>(of.result.cycles);
}

/// Frames a second for each million NAND2 of logic and memories.
std::optional<double> frames_a_mnand2(const NetworkFigures::Source& of) {
  if (!of.result.whole() || !of.area) return std::nullopt;
  const double total = of.area->figures.total_nand2.value_or(0);
  return when(total > 0, frames_a_second(of) / total * 1e6);
}

/// Of the layers on the accelerator, at each layer's own width.
double utilisation_of(const estimate::Estimate& result) {
  double work = 0, cycles = 0;
  for (const estimate::LayerEstimate& layer : result.layers) {
    if (!layer.on_accelerator || layer.peak == 0) continue;
    work += static_cast<double>(layer.macs_done) / layer.peak;
    cycles += static_cast<double>(layer.with.cycles);
  }
  return cycles > 0 ? work / cycles : 0;
}

/// Of the network: none of a part of it.
Gain gain_of(const estimate::Estimate& result) {
  return result.whole() && has_gains(result) ? all_layers_gain(result) : Gain{};
}

std::string shown_text(Shown shown, double value) {
  switch (shown) {
    case kPlain:
      return fmt::format("{:g}", value);
    case kWholeNumber:
      return fmt::format("{:.0f}", value);
    case kOneDigit:
      return fmt::format("{:.1f}", value);
    case kTwoDigits:
      return fmt::format("{:.2f}", value);
    case kPercent:
      return fmt::format("{:.1f} %", 100 * value);
    case kRatio:
      return fmt::format("{:.3f}", value);
  }
  return "";
}

void read_into(const json::Value& value, Limit, std::optional<Flag>& to) { to = value.flag(); }

void read_into(const json::Value& value, Limit limit, std::optional<Count>& to) {
  if (limit == kAmount) value.number(0, json::kLargest);
  to = value.count();
}

void read_into(const json::Value& value, Limit limit, std::optional<Real>& to) {
  // A percentage is a sum of rounded ones
  to = value.number(0, limit == kPercentage ? 100.001 : json::kLargest);
}

}  // namespace

template <typename S>
bool Column<S>::has(const S& of) const {
  return std::visit([&of](auto at) { return (of.*at).has_value(); }, member);
}

template <typename S>
std::optional<double> Column<S>::number(const S& of) const {
  return std::visit(
      [&of](auto at) {
        return of.*at ? std::optional<double>(static_cast<double>(*(of.*at))) : std::nullopt;
      },
      member);
}

template <typename S>
std::string Column<S>::text(const S& of) const {
  if (!has(of)) return "";
  // A count has all its digits, also beyond those of a double
  if (shown == kPlain && !std::holds_alternative<std::optional<Real> S::*>(member)) {
    return json(of).dump();
  }
  return shown_text(shown, *number(of));
}

template <typename S>
Json Column<S>::json(const S& of) const {
  return std::visit([&of](auto at) { return of.*at ? Json(*(of.*at)) : Json(); }, member);
}

template <typename S>
void Column<S>::read(const json::Value& value, S& to) const {
  std::visit([&](auto at) { read_into(value, limit, to.*at); }, member);
}

template <typename S>
void Column<S>::clear(S& of) const {
  std::visit([&of](auto at) { (of.*at).reset(); }, member);
}

template struct Column<NetworkFigures>;
template struct Column<LayerFigures>;
template struct Column<Gain>;
template struct Column<BlockFigures>;
template struct Column<AreaFigures>;
template struct Column<KindFigures>;

template <>
const std::vector<Column<NetworkFigures>>& columns() {
  using S = NetworkFigures;
  static const std::vector<Column<S>> table = {
#define NETWORK_COLUMN(type, name, unit, shown, place, sweep, needs, meaning, ...) \
  {#name, unit,  shown,   kAmount,  place,                                         \
   sweep, needs, meaning, &S::name, [](const S::Source& of, S& to) { to.name = __VA_ARGS__; }},
#include "generator/results/columns.def"
  };
  return table;
}

template <>
const std::vector<Column<LayerFigures>>& columns() {
  using S = LayerFigures;
  static const std::vector<Column<S>> table = {
#define LAYER_COLUMN(type, name, unit, shown, place, needs, meaning, ...) \
  {#name,  unit,  shown,   kAmount,  place,                               \
   kNever, needs, meaning, &S::name, [](const S::Source& of, S& to) { to.name = __VA_ARGS__; }},
#include "generator/results/columns.def"
  };
  return table;
}

template <>
const std::vector<Column<Gain>>& columns() {
  using S = Gain;
  static const std::vector<Column<S>> table = {
#define GAIN_COLUMN(type, name, unit, shown, meaning, ...) \
  {#name,  unit, shown,   kAmount,  kGain,                 \
   kNever, 0,    meaning, &S::name, [](const S::Source& of, S& to) { to.name = __VA_ARGS__; }},
#include "generator/results/columns.def"
  };
  return table;
}

template <>
const std::vector<Column<BlockFigures>>& columns() {
  using S = BlockFigures;
  static const std::vector<Column<S>> table = {
#define BLOCK_COLUMN(type, name, unit, shown, limit, needs, meaning) \
  {#name, unit, shown, limit, kLogic, kNever, needs, meaning, &S::name, nullptr},
#include "generator/results/columns.def"
  };
  return table;
}

template <>
const std::vector<Column<AreaFigures>>& columns() {
  using S = AreaFigures;
  static const std::vector<Column<S>> table = {
#define AREA_COLUMN(type, name, unit, shown, limit, place, needs, meaning) \
  {#name, unit, shown, limit, place, kNever, needs, meaning, &S::name, nullptr},
#include "generator/results/columns.def"
  };
  return table;
}

template <>
const std::vector<Column<KindFigures>>& columns() {
  using S = KindFigures;
  static const std::vector<Column<S>> table = {
#define MEMORY_COLUMN(type, name, unit, shown, limit, needs, meaning) \
  {#name, unit, shown, limit, kMemory, kNever, needs, meaning, &S::name, nullptr},
#include "generator/results/columns.def"
  };
  return table;
}

}  // namespace sluice::results
