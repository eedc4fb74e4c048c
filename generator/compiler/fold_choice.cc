// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/fold_choice.h"

#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "generator/compiler/circulant.h"
#include "generator/compiler/errors.h"
#include "generator/compiler/folding.h"
#include "generator/compiler/hadamard.h"
#include "generator/compiler/joined_taps.h"
#include "generator/compiler/layout.h"
#include "generator/compiler/math.h"
#include "generator/compiler/position_windows.h"
#include "generator/compiler/records.h"
#include "generator/compiler/reduction.h"
#include "generator/compiler/tiling.h"
#include "generator/util/powers_of_two.h"

namespace sluice::compiler {
namespace {

/// Estimates are equal up to rounding.
constexpr double kEqual = 1 + 1e-9;

/// A folding and what it costs.
struct Candidate {
  Mapping mapping;
  PitchRule rule;
  double cycles = 0;
};

/// Tries the foldings of one layer.
class Choice {
 public:
  Choice(const Mapping& mapping, const net::Network& network, const Plan& plan,
         const PitchRule& in_rule)
      : m_(mapping),
        network_(network),
        plan_(plan),
        in_rule_(in_rule),
        circulant_(circulant_sizes(mapping, network, plan)) {}

  Candidate best() {
    for (int fold = 1; fold <= plan_.config.segments; fold *= 2) {
      for (const FoldRule& rule : rules(fold)) consider(rule);
      if (!m_.gated) consider_positions(fold, {});
    }
    if (m_.by_taps) {
      for (const JoinedTaps& taps : joined_taps(*m_.layer, m_.mode, plan_)) consider_joined(taps);
    }
    if (!best_ && m_.layer->hadamard > 1) {
      fail(*m_.layer,
           "transforms its sums over {} channels each, which no fold of the rows has in "
           "neighbouring columns: groups of its output map, or of the convolution, split them",
           m_.layer->hadamard);
    }
    if (!best_ && plan_.config.columns < 8 / m_.out.bits)
      fail(*m_.layer,
           "no fold of the rows reads the activation buffer without conflict and gives records "
           "whose outputs of {} bits fill bytes; a design with columns: {} takes it",
           m_.out.bits, 8 / m_.out.bits);
    if (!best_) fail(*m_.layer, "no fold of the rows reads the activation buffer without conflict");
    return *best_;
  }

 private:
  /// What is tried with one fold.
  std::vector<FoldRule> rules(int fold) const {
    std::vector<FoldRule> rules;
    const std::set<int> spans = {longest_span(m_, network_, plan_, true),
                                 longest_span(m_, network_, plan_, false)};
    for (const int most : std::set{std::min(whole_transforms(even_record(fold)), fold), fold}) {
      bool one_group = spans.size() == 2;
      for (const int span : spans) {
        for (const int unit : units(span)) rules.push_back({fold, most, one_group, unit, {}, {}});
        one_group = false;
      }
    }
    return rules;
  }

  /// None, or places for the blocks of a span: as many as post-processing can take, also filled up
  /// to a power of two, as windows ask for.
  std::set<int> units(int span) const {
    const int chunk = std::lcm(plan_.config.columns, plan_.config.post) / plan_.config.columns;
    const int least = round_up(span, chunk);
    return {0, least, round_up(static_cast<int>(next_power_of_two(span)), chunk)};
  }

  /// Blocks of a record if all lanes get as many.
  int even_record(int fold) const {
    const int blocks = static_cast<int>(m_.natural_blocks.size());
    const int records = ceil_div(blocks, plan_.config.lanes * fold);
    return ceil_div(blocks, plan_.config.lanes * records);
  }

  /// Blocks that hold all channels of their transforms, at least so many.
  int whole_transforms(int blocks) const {
    const int columns = plan_.config.columns;
    return round_up(blocks, std::lcm(columns, m_.layer->hadamard) / columns);
  }

  /// Folds into all segments, as joined taps ask for.
  void consider_joined(const JoinedTaps& taps) {
    const int fold = plan_.config.segments;
    for (FoldRule rule : rules(fold)) {
      rule.taps = taps;
      consider(rule);
    }
    consider_positions(fold, taps);
  }

  /// Windows that are positions, each with the same blocks.
  void consider_positions(int fold, const JoinedTaps& taps) {
    for (int windows = 2; windows <= fold; windows *= 2) {
      for (const bool rows : {true, false}) {
        const int positions = rows ? m_.out_rows : m_.out_columns;
        consider_ways(fold, taps, strips(positions, windows, rows));
        consider_ways(fold, taps, interleaved(positions, windows, rows));
      }
    }
  }

  /// The first way that the buffer can be read in.
  void consider_ways(int fold, const JoinedTaps& taps, const std::vector<PositionWindows>& ways) {
    for (const PositionWindows& way : ways) {
      const int places = fold / way.windows;
      bool found = false;
      for (const int most :
           std::set{std::min(whole_transforms(even_record(places)), places), places}) {
        found = consider({fold, most, true, 0, way, taps}) || found;
      }
      if (found) return;
    }
  }

  /// False if no walk can be read.
  bool consider(const FoldRule& rule) {
    const std::optional<Records> records = form_records(m_, network_, plan_, rule);
    if (!records) return false;
    for (const int groups : walks()) {
      if (consider(*records, groups, 0)) return true;  // the longest walks take the fewest steps
      if (groups > 1) consider_copies(*records, groups);
    }
    return false;
  }

  /// Walks that go on into copies of all groups but one, if the array counts so many groups.
  void consider_copies(const Records& records, int walk_groups) {
    const int copies = m_.layer->gate->partitions - 1;
    if (m_.in.groups + copies <= kMostGatedGroups) consider(records, walk_groups, copies);
  }

  /// Groups of a conditional pass's walks, the most first.
  std::vector<int> walks() const {
    if (!m_.gated) return {0};
    const int all = m_.layer->gate->partitions - 1;
    std::vector<int> divisors;
    for (int groups = all; groups > 0; --groups) {
      if (all % groups == 0) divisors.push_back(groups);
    }
    return divisors;
  }

  /// False if the buffer cannot be read like that.
  bool consider(const Records& records, int walk_groups, int copies) {
    Candidate candidate{m_, in_rule_};
    Mapping& m = candidate.mapping;
    m.folding = records.folding;
    m.blocks = records.blocks;
    if (!holds_transforms(m, plan_)) return false;
    m.walk = make_walk(m, plan_, walk_groups, copies);
    if (!steps_fit(m)) return false;
    m.circulant = circulant_size(m, circulant_);
    m.record_words = record_weight_words(m, plan_);
    candidate.rule.require(std::make_shared<PitchProof>(base_steps_of(m, plan_), plan_.banks));
    if (m_.gated) candidate.rule.require(conditional_proof(m));
    if (copies > 0) {
      candidate.rule.require_whole(m.in.groups, plan_.load_bytes / m.in.atom);
    }
    const std::optional<int> pitch = memory_group_pitch(m.in, candidate.rule, plan_);
    if (!pitch) return false;
    m.in.group_pitch = *pitch;
    m.in_pitch = &candidate.rule;
    const std::optional<double> cycles = cycles_of(m);
    if (!cycles) return false;
    candidate.cycles = *cycles;
    // Windows that are positions repeat weights, and cut what is stored into more parts
    const double bound = m.folding.positions.windows > 1 ? 1 / kEqual : kEqual;
    if (!best_ || candidate.cycles <= best_->cycles * bound) best_ = candidate;
    return true;
  }

  /// All taps that are joined have room, and a step's atoms end before those of the next row.
  bool steps_fit(const Mapping& m) const {
    const Steps& steps = m.walk.base;
    return !m.folding.joins() || (steps.slots <= plan_.tap_slots &&
                                  (steps.advance_atom == 0 || steps.slots <= steps.advance_atom));
  }

  /// Windows of rows do not go with bands of every size: they have to find room even if another
  /// reader of the map wants its groups further apart.
  int reserve(const Mapping& m) const {
    const int wider = plan_.banks + plan_.config.memory.bytes / m.in.atom;
    return m.folding.positions.windows > 1 ? m.in.groups * wider * m.in.atom : 0;
  }

  /// The same for all folds.
  const std::shared_ptr<PitchProof>& conditional_proof(const Mapping& m) {
    std::shared_ptr<PitchProof>& proof = conditional_[{m.walk.walk_groups, m.walk.copies}];
    if (!proof) {
      proof = std::make_shared<PitchProof>(conditional_steps_of(m, network_, plan_), plan_.banks);
    }
    return proof;
  }

  /// Of the whole map if the buffer holds it, else of bands. A map with copies cannot stay in the
  /// buffer, where it would not have to be loaded.
  std::optional<double> cycles_of(Mapping& m) const {
    const int buffer = plan_.config.buffers.activation - reserve(m);
    choose_single_band(m, plan_);
    const bool fits = region_bytes(m, plan_, m.in.group_pitch) <= buffer;
    const bool held = fits || choose_bands(m, plan_, buffer);
    if (m.walk.copies == 0 && m.folding.positions.windows == 1) return m.bands.cycles;
    if (!held) return std::nullopt;
    if (m.walk.copies == 0) return m.bands.cycles;
    return m.bands.cycles + static_cast<double>(m.in.size()) / plan_.config.memory.bytes;
  }

  const Mapping& m_;
  const net::Network& network_;
  const Plan& plan_;
  const PitchRule& in_rule_;
  const std::vector<int> circulant_;  ///< sizes of blocks, see circulant.h
  /// By the groups of a walk and the copies.
  std::map<std::pair<int, int>, std::shared_ptr<PitchProof>> conditional_;
  std::optional<Candidate> best_;
};

}  // namespace

void choose_fold(Mapping& mapping, const net::Network& network, const Plan& plan,
                 PitchRule& in_rule) {
  const Candidate best = Choice(mapping, network, plan, in_rule).best();
  mapping.folding = best.mapping.folding;
  mapping.blocks = best.mapping.blocks;
  mapping.walk = best.mapping.walk;
  mapping.circulant = best.mapping.circulant;
  mapping.record_words = best.mapping.record_words;
  in_rule = best.rule;
}

}  // namespace sluice::compiler
