// SPDX-License-Identifier: Apache-2.0
// Figures of results as typed structs, and one table of them: columns.def. JSON, CSV, the checks of
// files and texts are made from the table. A figure that a result does not have is empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "generator/estimate/estimate.h"
#include "generator/plan/plan.h"
#include "generator/util/checked_json.h"

namespace sluice::results {

using json::Json;

// Types of figures, as columns.def names them.
using Flag = bool;
using Count = std::int64_t;
using Real = double;

struct AreaResult;

/// A network on a design.
struct NetworkFigures {
  /// What figures come from. `area`: null if it was not measured.
  struct Source {
    const estimate::Estimate& result;
    const Plan& plan;
    double megahertz;
    const AreaResult* area;
  };
#define NETWORK_COLUMN(type, name, ...) std::optional<type> name;
#include "generator/results/columns.def"
  bool operator==(const NetworkFigures&) const = default;
};

/// One of its layers.
struct LayerFigures {
  struct Source {
    const estimate::LayerEstimate& layer;
    bool without_gates;  ///< it was estimated without them, too

    bool compared() const { return without_gates && layer.on_accelerator && layer.gated; }
  };
#define LAYER_COLUMN(type, name, ...) std::optional<type> name;
#include "generator/results/columns.def"
  bool operator==(const LayerFigures&) const = default;
};

/// Gates on against gates off.
struct Gain {
  struct Source {
    double speedup, theory;  ///< 0: there is none
  };
#define GAIN_COLUMN(type, name, ...) std::optional<type> name;
#include "generator/results/columns.def"
  bool operator==(const Gain&) const = default;
};

/// Cell area of a block of a design, or of all its logic.
struct BlockFigures {
  struct Source {};
#define BLOCK_COLUMN(type, name, ...) std::optional<type> name;
#include "generator/results/columns.def"
  bool operator==(const BlockFigures&) const = default;
};

/// What a design's area has beside its blocks.
struct AreaFigures {
  struct Source {};
#define AREA_COLUMN(type, name, ...) std::optional<type> name;
#include "generator/results/columns.def"
  bool operator==(const AreaFigures&) const = default;
};

/// Memories of one kind in a design's area.
struct KindFigures {
  struct Source {};
#define MEMORY_COLUMN(type, name, ...) std::optional<type> name;
#include "generator/results/columns.def"
  bool operator==(const KindFigures&) const = default;
};

/// How texts write a figure.
enum class Shown { kPlain, kWholeNumber, kOneDigit, kTwoDigits, kPercent, kRatio };

/// What a figure in a file may be. An amount is a number from 0; a count's message says that it is
/// whole.
enum class Limit { kAmount, kCount, kPercentage };

/// Where a figure stands in JSON.
enum class Place {
  kWhole,
  kDesign,   ///< more than 0, where it is needed
  kSpeed,    ///< more than 0, where it is needed; of a network that runs whole only
  kSums,     ///< over layers: of a network that does not run whole, those that run
  kGates,    ///< of the network's gates
  kGain,     ///< in a sweep beside the others, else in an object of its own
  kArea,     ///< in a sweep only
  kWork,     ///< of a layer, before where its cycles went
  kTraffic,  ///< of a layer, after it
  kLogic,    ///< of an area, before the memories
  kMemory,   ///< of an area, after them
};

/// Which sweeps have a figure.
enum class InSweep { kAlways, kCompared, kWithArea, kNever };

/// Who cannot do without a figure: bits.
enum Needs : unsigned {
  kKept = 1,           ///< a kept result of a sweep, else it is computed again
  kSweepChart = 2,     ///< charts of a sweep
  kEstimateChart = 4,  ///< charts of an estimate
  kAreaChart = 8,      ///< the chart of an area
};

/// A figure of the struct S.
template <typename S>
struct Column {
  using Member =
      std::variant<std::optional<Flag> S::*, std::optional<Count> S::*, std::optional<Real> S::*>;

  const char* name;
  const char* unit;  ///< "cycles"; empty: none
  Shown shown;
  Limit limit;
  Place place;
  InSweep in_sweep;
  unsigned needs;
  const char* meaning;
  Member member;
  void (*fill)(const typename S::Source& of, S& to);  ///< null: filled by who measures it

  bool has(const S& of) const;
  /// As a number, a flag as 0 or 1; none if it is empty.
  std::optional<double> number(const S& of) const;
  /// As texts and charts write it, a percentage with its sign; empty if it is.
  std::string text(const S& of) const;
  /// As in JSON and CSV files; null if it is empty.
  Json json(const S& of) const;
  /// Reads the figure. Throws UserError if it is not what the column holds.
  void read(const json::Value& value, S& to) const;
  /// Empties the figure.
  void clear(S& of) const;
};

/// The table's part for a struct: NetworkFigures, LayerFigures, Gain, BlockFigures, AreaFigures or
/// KindFigures.
template <typename S>
const std::vector<Column<S>>& columns();

/// The column of a member.
template <typename S, typename T>
const Column<S>& column(std::optional<T> S::*member) {
  for (const Column<S>& one : columns<S>()) {
    if (one.member == typename Column<S>::Member(member)) return one;
  }
  throw std::logic_error("a member without a column");
}

/// All figures that have a source.
template <typename S>
S filled(const typename S::Source& of) {
  S figures;
  for (const Column<S>& one : columns<S>()) {
    if (one.fill) one.fill(of, figures);
  }
  return figures;
}

/// Adds the figures that are there to an object; `which` says of which columns.
template <typename S, typename Which>
void write(Json& json, const S& of, Which which) {
  for (const Column<S>& one : columns<S>()) {
    if (which(one) && one.has(of)) json[one.name] = one.json(of);
  }
}

template <typename S>
void write(Json& json, const S& of, Place place) {
  write(json, of, [place](const Column<S>& one) { return one.place == place; });
}

template <typename S>
void write(Json& json, const S& of) {
  write(json, of, [](const Column<S>&) { return true; });
}

/// Reads the figures that are there; `which` says of which columns. Throws UserError.
template <typename S, typename Which>
void read(const json::Value& from, S& to, Which which) {
  for (const Column<S>& one : columns<S>()) {
    if (!which(one)) continue;
    if (const auto value = from.find(one.name)) one.read(*value, to);
  }
}

template <typename S>
void read(const json::Value& from, S& to) {
  read(from, to, [](const Column<S>&) { return true; });
}

/// Throws UserError if a figure of this place is missing that `needs` names, or is 0 in a place
/// where that means nothing.
template <typename S>
void require(const json::Value& from, Place place, unsigned needs) {
  const bool positive = place == Place::kDesign || place == Place::kSpeed;
  for (const Column<S>& one : columns<S>()) {
    if (one.place != place || (one.needs & needs) == 0) continue;
    S ignored;
    positive ? void(from.at(one.name).positive()) : one.read(from.at(one.name), ignored);
  }
}

}  // namespace sluice::results
