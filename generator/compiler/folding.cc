// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/folding.h"

#include <algorithm>

#include "generator/compiler/blocks.h"
#include "generator/compiler/position_windows.h"
#include "generator/compiler/selection.h"

namespace sluice::compiler {
namespace {

using Span = std::vector<Block>;

/// Cuts a layer's blocks into spans.
class SpanCut {
 public:
  SpanCut(const Mapping& mapping, const net::Network& network, const Plan& plan, bool one_group)
      : m_(mapping), network_(network), plan_(plan), one_group_(one_group) {}

  std::vector<Span> spans() const {
    std::vector<Span> spans;
    for (const Block& block : m_.natural_blocks) {
      if (spans.empty() || !follows(spans.back().back(), block)) spans.emplace_back();
      spans.back().push_back(block);
    }
    return spans;
  }

 private:
  /// The outputs of `next` follow those of `block` in the map and in the columns.
  bool follows(const Block& block, const Block& next) const {
    if (one_group_ && group_of(block) != group_of(next)) return false;
    return block.channels == plan_.config.columns &&
           m_.out.group_of(block.first_channel) == m_.out.group_of(next.first_channel);
  }

  int group_of(const Block& block) const { return first_group(network_, m_, block); }

  const Mapping& m_;
  const net::Network& network_;
  const Plan& plan_;
  bool one_group_;
};

/// Forms the records of one layer for one fold.
class RecordForm {
 public:
  RecordForm(const Mapping& mapping, const net::Network& network, const Plan& plan,
             const FoldRule& rule)
      : m_(mapping), network_(network), plan_(plan), rule_(rule) {
    result_.folding.fold = rule.fold;
    result_.folding.positions = rule.positions;
    result_.folding.taps = rule.taps;
  }

  std::optional<Records> form() {
    // Planes are the units of a record
    if (m_.out.planes && (rule_.unit > 0 || rule_.positions.windows > 1)) return std::nullopt;
    const std::vector<Span> spans = SpanCut(m_, network_, plan_, rule_.one_group).spans();
    if (rule_.unit > 0 ? !join(spans) : !cut(spans)) return std::nullopt;
    if (rule_.positions.windows > 1 && !repeat()) return std::nullopt;
    if (!fills_bytes()) return std::nullopt;
    for (Span& record : records_) {
      record.resize(result_.folding.record_blocks);
      result_.blocks.insert(result_.blocks.end(), record.begin(), record.end());
    }
    const bool found = rule_.taps.count > 1 ? joins()
                       : m_.by_taps         ? find_selection()
                                            : find_windows();
    return found ? std::optional(result_) : std::nullopt;
  }

 private:
  /// Each span becomes records of its own.
  bool cut(const std::vector<Span>& spans) {
    for (const Span& span : spans) {
      for (std::size_t first = 0; first < span.size(); first += rule_.most) {
        const std::size_t end = std::min(span.size(), first + rule_.most);
        records_.emplace_back(span.begin() + first, span.begin() + end);
        result_.folding.record_blocks =
            std::max(result_.folding.record_blocks, static_cast<int>(end - first));
      }
    }
    result_.folding.unit_blocks = result_.folding.record_blocks;
    return true;
  }

  /// Units begin with a byte, and have room for whole ones, if blocks need not.
  bool fills_bytes() const {
    const int fields = 8 / m_.out.bits, unit = result_.folding.unit_blocks;
    if (plan_.config.columns >= fields) return true;
    if (unit * plan_.config.columns % fields != 0) return false;
    for (const Span& record : records_) {
      for (std::size_t j = 0; j < record.size(); j += unit) {
        const bool empty = record[j].channels == 0;
        if (!empty && m_.out.channel_of(record[j].first_channel) % fields != 0) return false;
      }
    }
    return true;
  }

  /// Each window has the blocks of a record, in a unit of its own.
  bool repeat() {
    const int windows = rule_.positions.windows;
    const int unit = rule_.fold / windows;
    if (unit * plan_.config.columns % plan_.config.post != 0) return false;
    for (Span& record : records_) {
      const Span blocks = std::move(record);
      record.clear();
      for (int w = 0; w < windows; ++w) {
        record.resize(w * unit);
        record.insert(record.end(), blocks.begin(), blocks.end());
      }
    }
    result_.folding.record_blocks = rule_.fold;
    result_.folding.unit_blocks = unit;
    return true;
  }

  /// Several spans become one record: each fills the first places of a unit.
  bool join(const std::vector<Span>& spans) {
    const int blocks = static_cast<int>(spans.front().size());
    const int units = std::min(rule_.most / rule_.unit, static_cast<int>(spans.size()));
    if (units < 2 || blocks > rule_.unit) return false;
    if (rule_.unit * plan_.config.columns % plan_.config.post != 0) return false;
    for (std::size_t i = 0; i < spans.size(); ++i) {
      if (!alike(spans.front(), spans[i])) return false;
      if (i % units == 0) records_.emplace_back();
      Span& record = records_.back();
      record.resize(i % units * rule_.unit);
      record.insert(record.end(), spans[i].begin(), spans[i].end());
    }
    result_.folding.unit_blocks = rule_.unit;
    result_.folding.record_blocks = units * rule_.unit;
    return equally_apart(spans, units);
  }

  static bool alike(const Span& a, const Span& b) {
    return a.size() == b.size() && a.back().channels == b.back().channels;
  }

  /// In groups of the output map and in bytes of a position.
  bool equally_apart(const std::vector<Span>& spans, std::size_t units) const {
    const auto groups = [&](std::size_t i) {
      return m_.out.group_of(spans[i].front().first_channel) -
             m_.out.group_of(spans[i - 1].front().first_channel);
    };
    const auto channels = [&](std::size_t i) {
      return m_.out.channel_of(spans[i].front().first_channel) -
             m_.out.channel_of(spans[i - 1].front().first_channel);
    };
    for (std::size_t i = 1; i < spans.size(); ++i) {
      if (i % units != 0 && (groups(i) != groups(1) || channels(i) != channels(1))) return false;
    }
    return true;
  }

  /// Windows of whole input groups: as few as reach the group of every block.
  bool find_windows() {
    Folding& folding = result_.folding;
    if (folding.positions.windows > 1) {
      folding.windows = folding.positions.windows;
      return all_blocks([&](const Block& first, const Block& block, int) {
        return group_of(block) == group_of(first);
      });
    }
    for (folding.windows = 1; folding.windows <= folding.fold; folding.windows *= 2) {
      const auto reaches = [&](const Block& first, const Block& block, int j) {
        // A conditional pass goes on behind the windows
        const bool inside = !m_.gated || group_of(first) + folding.windows <= m_.in.groups;
        return inside && group_of(block) - group_of(first) == folding.window_of(j);
      };
      if (all_blocks(reaches)) return true;
    }
    return false;
  }

  /// Windows of a position's channels: a slice for each block, or whole groups that several share.
  bool find_selection() {
    Folding& folding = result_.folding;
    const int slice = plan_.config.columns * m_.mode;
    if (folding.fold > 1 && slice % (8 * m_.in.atom) == 0) {
      folding.windows = folding.fold;
      folding.slice_atoms = slice / (8 * m_.in.atom);
      if (slices_meet() && selects()) return true;
      folding.slice_atoms = 0;
    }
    if (folding.positions.windows > 1) {
      folding.windows = folding.positions.windows;
      return selects();
    }
    for (folding.windows = 1; folding.windows <= folding.fold; folding.windows *= 2) {
      if (selects()) return true;
    }
    return false;
  }

  /// The channels of all blocks lie where the segments take them from joined taps. Windows of
  /// positions are neighbours, whose channels follow each other.
  bool joins() {
    Folding& folding = result_.folding;
    folding.block_bytes = plan_.config.columns;
    const PositionWindows& positions = folding.positions;
    if (positions.windows > 1) {
      const int bytes = folding.fold / positions.windows * folding.block_bytes;
      if (positions.rows || bytes != position_atoms(m_, positions) * m_.in.atom) return false;
    }
    return all_blocks([&](const Block& first, const Block& block, int j) {
      return group_of(block) == group_of(first) &&
             skipped_channels(m_, folding, first, block, j) >= 0 &&
             selected_atoms(m_, folding, first, block, j) <= plan_.block_atoms;
    });
  }

  /// The slices of a position end where those of the next window begin.
  bool slices_meet() const {
    const Folding& folding = result_.folding;
    if (folding.positions.windows == 1) return true;
    const int slices = folding.fold / folding.positions.windows;
    return position_atoms(m_, folding.positions) == slices * folding.slice_atoms;
  }

  /// All parts reach the channels of their blocks.
  bool selects() const {
    const Folding& folding = result_.folding;
    const bool groups = folding.slice_atoms == 0 && folding.positions.windows == 1;
    return all_blocks([&](const Block& first, const Block& block, int j) {
      const int group = groups ? folding.window_of(j) : 0;
      return group_of(block) - group_of(first) == group &&
             skipped_channels(m_, folding, first, block, j) >= 0 &&
             selected_atoms(m_, folding, first, block, j) <= plan_.slots / folding.fold;
    });
  }

  int group_of(const Block& block) const { return first_group(network_, m_, block); }

  /// Whether `holds(a record's first block, its block j, j)` for all blocks of all records.
  template <typename Holds>
  bool all_blocks(Holds holds) const {
    for (const Span& record : records_) {
      for (std::size_t j = 0; j < record.size(); ++j) {
        const bool empty = record[j].channels == 0;
        if (!empty && !holds(record.front(), record[j], static_cast<int>(j))) return false;
      }
    }
    return true;
  }

  const Mapping& m_;
  const net::Network& network_;
  const Plan& plan_;
  const FoldRule& rule_;
  std::vector<Span> records_;
  Records result_;
};

}  // namespace

int longest_span(const Mapping& mapping, const net::Network& network, const Plan& plan,
                 bool one_group) {
  std::size_t longest = 0;
  for (const Span& span : SpanCut(mapping, network, plan, one_group).spans()) {
    longest = std::max(longest, span.size());
  }
  return static_cast<int>(longest);
}

std::optional<Records> form_records(const Mapping& mapping, const net::Network& network,
                                    const Plan& plan, const FoldRule& rule) {
  return RecordForm(mapping, network, plan, rule).form();
}

std::int64_t out_unit_step(const Mapping& mapping) {
  const int unit = mapping.folding.unit_blocks;
  if (mapping.out.planes) return std::int64_t{mapping.out.group_pitch} * mapping.out.atom;
  if (mapping.folding.record_blocks <= unit) return 0;
  const PositionWindows& positions = mapping.folding.positions;
  if (positions.windows > 1) {
    const int atoms = positions.rows ? mapping.out.row_atoms() : mapping.out.column_atoms();
    return std::int64_t{positions.apart} * atoms * mapping.out.atom;
  }
  const auto byte = [&](const Block& block) {
    return static_cast<std::int64_t>(mapping.out.byte_address(0, 0, block.first_channel));
  };
  // Dealing may put a record with one unit first
  for (std::size_t i = 0; i < mapping.blocks.size(); i += mapping.folding.record_blocks) {
    const Block& second = mapping.blocks[i + unit];
    if (second.channels > 0) return byte(second) - byte(mapping.blocks[i]);
  }
  return 0;
}

}  // namespace sluice::compiler
