// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/slices.h"

#include <algorithm>
#include <optional>

#include "generator/compiler/blocks.h"
#include "generator/compiler/math.h"
#include "generator/compiler/pitch_rule.h"
#include "generator/compiler/reduction.h"
#include "generator/compiler/selection.h"
#include "generator/compiler/tiling.h"

namespace sluice::compiler {
namespace {

constexpr int kMoreSlices = 4;         ///< how many finer cuts than necessary are tried
constexpr double kLayerOverhead = 60;  ///< cycles to start a LAYER, besides its slots

/// Records [first, first + count) of a layer.
struct Part {
  int first = 0, count = 0;
};

/// Mappings that together are a layer, and their cycles by estimate.
struct Cut {
  std::vector<Mapping> mappings;
  double cycles = 0;
};

class Cutter {
 public:
  Cutter(const Mapping& mapping, const net::Network& network, const Plan& plan)
      : m_(mapping), network_(network), plan_(plan) {}

  std::vector<Mapping> run() {
    Mapping whole = m_;
    // Windows of positions are chosen only where the buffer holds rows
    if (fits(whole) || m_.folding.positions.windows > 1) return {whole};
    whole.by_pieces = true;
    if (fits(whole)) consider({{whole}, whole.bands.cycles});
    if (sliceable()) consider_slices();
    if (best_) return best_->mappings;
    whole.bands = {};
    return {whole};
  }

 private:
  bool fits(Mapping& m) const { return choose_bands(m, plan_, plan_.config.buffers.activation); }

  void consider(const Cut& cut) {
    if (!best_ || cut.cycles < best_->cycles) best_ = cut;
  }

  /// Each output needs the channels of its own group.
  bool sliceable() const {
    return !m_.gated && m_.records() > 1 && (m_.by_taps || m_.layer->groups > 1);
  }

  // ---- what is tried ----

  void consider_slices() {
    const std::vector<Part> runs = runs_of_records();
    const int count = static_cast<int>(runs.size());
    int tried = 0, last = count;
    for (int parts = 2; parts <= count && tried < kMoreSlices; ++parts) {
      const int size = ceil_div(count, parts);
      if (size == last) continue;
      last = size;
      if (consider_parts(joined(runs, size))) ++tried;
    }
    int longest = 0;
    for (const Part& run : runs) longest = std::max(longest, run.count);
    for (int parts = 2; parts <= longest && tried < kMoreSlices; ++parts) {
      const int size = in_words(ceil_div(longest, parts));
      if (size == last || size >= longest) continue;
      last = size;
      if (consider_parts(split(runs, size))) ++tried;
    }
  }

  /// The shortest runs of records such that no two read the same group.
  std::vector<Part> runs_of_records() const {
    std::vector<Part> runs;
    int end = 0;  // behind the groups of the last run
    for (int r = 0; r < m_.records(); ++r) {
      const Slice slice = groups_of({r, 1});
      if (runs.empty() || slice.first_group >= end) runs.push_back({r, 0});
      ++runs.back().count;
      end = std::max(end, slice.first_group + slice.groups);
    }
    return runs;
  }

  static std::vector<Part> joined(const std::vector<Part>& runs, int size) {
    std::vector<Part> parts;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (i % size == 0) parts.push_back({runs[i].first, 0});
      parts.back().count += runs[i].count;
    }
    return parts;
  }

  static std::vector<Part> split(const std::vector<Part>& runs, int size) {
    std::vector<Part> parts;
    for (const Part& run : runs) {
      for (int done = 0; done < run.count; done += size) {
        parts.push_back({run.first + done, std::min(size, run.count - done)});
      }
    }
    return parts;
  }

  /// At least `records`, so that a slice of a position ends with a memory word where it can.
  int in_words(int records) const {
    const int word_atoms = plan_.config.memory.bytes / m_.in.atom;
    const int atoms = std::max(1, atoms_of({0, 1}).atoms);
    return atoms < word_atoms ? round_up(records, word_atoms / atoms) : records;
  }

  bool consider_parts(const std::vector<Part>& parts) {
    Cut cut;
    for (const Part& part : parts) {
      Mapping slice = slice_of(part);
      if (!fits(slice)) {
        slice.by_pieces = true;
        if (!fits(slice)) return false;
      }
      if (!reads_without_conflict(slice)) return false;
      cut.cycles += slice.bands.cycles + plan_.slots + kLayerOverhead;
      slice.input_written = slice.input_written && (slice.in_place || cut.mappings.empty());
      slice.addend_written = slice.addend_written && cut.mappings.empty();
      cut.mappings.push_back(slice);
    }
    consider(cut);
    return true;
  }

  /// The steps are those of the layer, which has been proved, but for atoms that it does not read;
  /// a walk over taps may be another one.
  bool reads_without_conflict(const Mapping& slice) const {
    return PitchProof(base_steps_of(slice, plan_), plan_.banks).holds(slice.bands.group_pitch);
  }

  // ---- one slice ----

  Mapping slice_of(const Part& part) const {
    Mapping m = m_;
    const std::size_t places = m.folding.record_blocks;
    m.blocks.assign(m_.blocks.begin() + part.first * places,
                    m_.blocks.begin() + (part.first + part.count) * places);
    m.natural_blocks.clear();
    for (const Block& block : m.blocks) {
      if (block.channels > 0) m.natural_blocks.push_back(block);
    }
    m.slice = groups_of(part);
    if (m.by_taps && m.slice.groups == 1) cut_positions(m.slice, part);
    m.slice.part = true;
    m.by_pieces = m.splits_positions();
    m.walk = make_walk(m, plan_, 0, 0);
    return m;
  }

  Slice groups_of(const Part& part) const {
    Slice slice = whole_slice(m_.in);
    int first = m_.in.groups, end = 0;
    for (int r = part.first; r < part.first + part.count; ++r) {
      for (const Block& block : m_.record(r)) {
        if (block.channels == 0) continue;
        const int group = first_group(network_, m_, block);
        first = std::min(first, group);
        end = std::max(end, group + 1);
      }
    }
    slice.first_group = first;
    slice.groups = end - first;
    return slice;
  }

  /// The atoms of a position that blocks of one group read.
  Slice atoms_of(const Part& part) const {
    Slice slice;
    int first = m_.in.atoms_per_position, end = 0;
    for (int r = part.first; r < part.first + part.count; ++r) {
      for (const Block& block : m_.record(r)) {
        if (block.channels == 0) continue;
        const int last = m_.in.channel_of(block.first_channel) + block.channels - 1;
        first = std::min(first, first_atom(m_, block));
        end = std::max(end, last * m_.mode / (8 * m_.in.atom) + 1);
      }
    }
    slice.first_atom = first;
    slice.atoms = end - first;
    return slice;
  }

  /// Pieces of positions lie in the buffer like those in memory modulo the memory word and the
  /// banks, no two in one word.
  void cut_positions(Slice& slice, const Part& part) const {
    const Slice atoms = atoms_of(part);
    if (atoms.atoms == m_.in.atoms_per_position) return;
    const int word_atoms = plan_.config.memory.bytes / m_.in.atom;
    const int starts[] = {m_.in.row_pitch, m_.in.group_pitch, m_.in.atoms_per_position,
                          atoms.first_atom};
    const bool words = std::all_of(std::begin(starts), std::end(starts),
                                   [&](int start) { return start % word_atoms == 0; });
    slice.first_atom = atoms.first_atom;
    slice.atoms = atoms.atoms;
    slice.position_atoms = atoms.atoms + (words ? 0 : word_atoms - 1);
    slice.position_atoms =
        congruent_from(slice.position_atoms, m_.in.atoms_per_position, plan_.banks);
  }

  const Mapping& m_;
  const net::Network& network_;
  const Plan& plan_;
  std::optional<Cut> best_;
};

}  // namespace

Slice whole_slice(const MapLayout& map) {
  Slice slice;
  slice.groups = map.groups;
  slice.atoms = slice.position_atoms = map.atoms_per_position;
  return slice;
}

std::vector<Mapping> cut_layer(const Mapping& mapping, const net::Network& network,
                               const Plan& plan) {
  return Cutter(mapping, network, plan).run();
}

}  // namespace sluice::compiler
