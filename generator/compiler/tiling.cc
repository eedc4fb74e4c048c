// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/tiling.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "generator/compiler/circulant.h"
#include "generator/compiler/errors.h"
#include "generator/compiler/math.h"
#include "generator/compiler/pitch_rule.h"
#include "generator/compiler/position_windows.h"
#include "generator/util/defaults.h"

namespace sluice::compiler {

int region_bytes(const Mapping& m, const Plan& plan, int group_pitch) {
  const int word = plan.config.memory.bytes;
  const int groups = m.slice.groups * group_pitch * m.in.atom;
  const int copies = m.walk.copies * group_pitch * m.in.atom;
  return round_up(groups, word) + round_up(copies, word);
}

namespace {

constexpr double kRunOverhead = 60;  ///< cycles to start a RUN and to end it
constexpr double kIdleWeight = 1.0 / 16;
/// What a word read from memory costs beside its cycle on the port, in cycles: of bands that take
/// nearly as long those are better that read weights less often.
constexpr double kReadWeight = 1.0 / 64;
constexpr int kMoreBands = 8;  ///< how many more bands than necessary are tried

/// Atoms from a group of a band to the next, equal to those in memory modulo the memory word: with
/// room for its first row to start inside a word.
int band_group_pitch(const Mapping& m, const Plan& plan, int rows) {
  const int word_atoms = plan.config.memory.bytes / m.in.atom;
  const bool words = m.in.row_pitch % word_atoms == 0 && m.in.group_pitch % word_atoms == 0;
  const int atoms = std::min(m.input_rows(rows), m.in.rows) * m.in.row_pitch;
  const int slack = words ? 0 : word_atoms - 1;
  return m.in_pitch->least(atoms + slack, word_atoms, m.in.group_pitch % word_atoms).value();
}

/// The slice's first group begins with a memory word.
bool starts_with_word(const Mapping& m, const Plan& plan) {
  const std::int64_t group = m.in.first_group + m.slice.first_group;
  return group * m.in.group_pitch * m.in.atom % plan.config.memory.bytes == 0;
}

/// Where bands of `rows` output rows lie, in regions of at most `bytes`. The only band is the whole
/// map, also rows that the layer does not read, if there is room: one LOAD brings it.
Bands regions_of(const Mapping& m, const Plan& plan, int rows, int bytes) {
  Bands bands;
  bands.rows = rows;
  bands.columns = m.out_columns;
  bands.count = ceil_div(m.out_rows, rows);
  bands.whole = bands.count == 1 && starts_with_word(m, plan) &&
                region_bytes(m, plan, m.in.group_pitch) <= bytes;
  bands.row_pitch = m.in.row_pitch;
  bands.group_pitch = bands.whole ? m.in.group_pitch : band_group_pitch(m, plan, rows);
  bands.region_bytes = region_bytes(m, plan, bands.group_pitch);
  return bands;
}

/// All pieces of all bands of `columns` columns start with a memory word.
bool pieces_start_with_words(const Mapping& m, const Plan& plan, int columns) {
  const int atoms = m.in.atoms_per_position;
  const int starts[] = {m.in.row_pitch, m.in.group_pitch, m.slice.first_atom,
                        m.skipped_columns() * atoms, columns * m.layer->stride_w * atoms};
  return std::all_of(std::begin(starts), std::end(starts), [&](int start) {
    return start % (plan.config.memory.bytes / m.in.atom) == 0;
  });
}

/// Atoms from a row of pieces to the next. Rows start in the bank that they start in in memory, so
/// that steps over several of them collide no more than those of whole rows. No two pieces share a
/// memory word.
int piece_row_pitch(const Mapping& m, const Plan& plan, int columns) {
  int positions = m.input_columns(columns) * m.slice.position_atoms;
  if (!m.splits_positions() && !pieces_start_with_words(m, plan, columns)) {
    positions += plan.config.memory.bytes / m.in.atom - 1;
  }
  return congruent_from(positions, m.in.row_pitch, plan.banks);
}

/// The same of bands that are loaded by pieces.
Bands pieces_of(const Mapping& m, const Plan& plan, int rows, int columns) {
  const int word_atoms = plan.config.memory.bytes / m.in.atom;
  Bands bands;
  bands.rows = rows;
  bands.columns = columns;
  bands.across = ceil_div(m.out_columns, columns);
  bands.count = ceil_div(m.out_rows, rows) * bands.across;
  bands.whole = false;
  bands.by_pieces = true;
  bands.row_pitch = piece_row_pitch(m, plan, columns);
  bands.group_pitch =
      m.in_pitch
          ->least(m.input_rows(rows) * bands.row_pitch, word_atoms, m.in.group_pitch % word_atoms)
          .value();
  bands.region_bytes = region_bytes(m, plan, bands.group_pitch);
  return bands;
}

int records_per_lane(const Mapping& m, const Plan& plan) {
  return ceil_div(m.records(), plan.config.lanes);
}

double weight_words_of_all_lanes(const Mapping& m, const Plan& plan) {
  const double lanes = std::min(m.records(), plan.config.lanes);
  return lanes * (m.record_words + plan.header_words);
}

/// Cycles from a base pass's last position to the end of its gate's decisions.
double gate_latency(const Plan& plan) {
  return plan.pe_rows + plan.config.pe_stages + plan.config.columns + 8;
}

/// Cycles from a tile's last position until its first sum can be drained.
double sum_latency(const Plan& plan) { return gate_latency(plan) + plan.fold_bits; }

/// Blocks of a record, on average.
double blocks_of_record(const Mapping& m) {
  return static_cast<double>(m.natural_blocks.size()) / m.records();
}

/// Channels of a unit, of the first record.
int unit_channels(const Mapping& m) {
  int channels = 0;
  for (int j = 0; j < m.folding.unit_blocks; ++j) channels += m.blocks[j].channels;
  return channels;
}

/// Units of a record: planes, or as many as have room.
int units_of(const Mapping& m) {
  return m.out.planes ? 2 : m.folding.record_blocks / m.folding.unit_blocks;
}

/// Cycles that post-processing takes for one position of a record.
int drain_cycles(const Mapping& m, const Plan& plan) {
  return units_of(m) * ceil_div(unit_channels(m), plan.config.post);
}

/// Cycles of one lane for one record and a tile of n positions.
double tile_cycles(const Mapping& m, const Plan& plan, double n, bool weights_kept) {
  const double shortest = plan.min_step;
  double work = m.walk.base_steps() * std::max(n, shortest);
  if (m.gated) {
    const double blocks = blocks_of_record(m);
    const double skipped = m.folding.record_blocks - blocks;  // empty places take a cycle a step
    const double step = std::max(n * m.open_share, shortest);
    work += m.walk.conditional_steps() * (blocks * step + skipped) + gate_latency(plan);
  }
  const double drain = n * drain_cycles(m, plan);
  const double weights = weights_kept ? 0 : weight_words_of_all_lanes(m, plan);
  // An accumulator bank is filled and drained in turn; there are two
  const double bank = (work + sum_latency(plan) + drain) / 2;
  return std::max({work, drain, weights, bank});
}

bool record_fits(const Mapping& m, const Plan& plan) {
  return weight_ram_words(m, plan) <= plan.weight_depth;
}

/// A band with the rows and columns of its RUN.
Bands run_of(const Mapping& m, Bands band) {
  band.rows = m.run_rows(band.rows);
  band.columns = m.run_columns(band.columns);
  return band;
}

/// Cycles of one lane over the positions of a RUN in tiles of `tile`.
double band_cycles(const Mapping& m, const Plan& plan, const Bands& run, const Tile& tile) {
  const int whole_rows = run.rows / tile.rows, rest_rows = run.rows % tile.rows;
  const int whole_columns = run.columns / tile.columns;
  const int rest_columns = run.columns % tile.columns;
  const bool kept = record_fits(m, plan);
  double sum = 0;
  const auto add = [&](int tiles, int n) {
    if (tiles > 0 && n > 0) sum += tiles * tile_cycles(m, plan, n, kept);
  };
  add(whole_rows * whole_columns, tile.rows * tile.columns);
  add(whole_rows, tile.rows * rest_columns);
  add(whole_columns, rest_rows * tile.columns);
  add(1, rest_rows * rest_columns);
  // Where weights set the pace, less work is still better.
  if (kept) sum = std::max(sum, weight_words_of_all_lanes(m, plan) + kIdleWeight * sum);
  return sum * records_per_lane(m, plan);
}

/// Cycles from a lane's last sum to its last output.
double last_drain(const Mapping& m, const Tile& tile, const Plan& plan) {
  return 1.0 * tile.rows * tile.columns * drain_cycles(m, plan);
}

/// Words that all units store, one a cycle, on average over rows. Positions in a tile's row share
/// words, if a unit has all channels of a position or positions are smaller than words; a word in
/// which two tiles meet is stored for each.
double stored_words(const Mapping& m, const Plan& plan, const Bands& run, const Tile& tile) {
  const int word = plan.config.memory.bytes;
  const int position = m.out.column_atoms() * m.out.atom;
  const int next = (m.folding.positions.rows ? 1 : m.folding.positions.step) * position;
  const int unit = ceil_div(unit_channels(m) * m.out.bits, 8);
  double segment = 1.0 * run.columns * ceil_div(unit, word);
  if (next <= word || unit >= next) {
    // Rows and tiles begin at any multiple of `step` behind the first position
    const int step = std::gcd(std::gcd(m.out.row_atoms() * m.out.atom, tile.columns * next), word);
    const bool meets_beginnings = m.out.pad_left * position % step == 0;
    const double apart = meets_beginnings ? 1.0 * step / word : 0;
    const int tiles = ceil_div(run.columns, tile.columns);
    segment = 1.0 * run.columns * next / word + tiles * (1 - apart);
  }
  const double units = 1.0 * m.records() * units_of(m);
  return units * run.rows * segment;
}

/// Cycles of LOADs that bring few words each: commands are read through the same port, one after
/// the other, with so many words in flight.
double short_load_cycles(double loads, double words, const Plan& plan) {
  const auto& memory = plan.config.memory;
  constexpr double kLatency = defaults::kMemoryLatency + 2;
  const double read = words / loads + plan.command_words;
  const double rounds = std::max(1.0, read / (memory.burst * memory.outstanding));
  return loads * (rounds * kLatency + read);
}

/// Cycles of the LOADs of one band.
double load_cycles(const Mapping& m, const Plan& plan, const Bands& band) {
  if (m.in.local) return 0;
  const double word = plan.config.memory.bytes;
  const double rows = m.input_rows(band.rows), columns = m.input_columns(band.columns);
  const bool split = m.splits_positions();
  const double pieces = !band.by_pieces ? 1 : split ? rows * columns : rows;
  const double atoms =
      !band.by_pieces ? rows * m.in.row_pitch : (split ? 1 : columns) * m.slice.atoms;
  const double loads = band.whole && m.slice.part ? 1 : m.stored_groups() * pieces;
  const double words = m.stored_groups() * pieces * (atoms * m.in.atom / word + 1);
  const bool cut = band.by_pieces || m.slice.part;
  return cut ? short_load_cycles(loads, words, plan) : words;
}

/// How often weights are read for one band: those of records that do not fit, for each tile.
int weight_reads(const Mapping& m, const Plan& plan, const Bands& band, const Tile& tile) {
  if (record_fits(m, plan)) return 1;
  const Bands run = run_of(m, band);
  return ceil_div(run.rows, tile.rows) * ceil_div(run.columns, tile.columns);
}

/// Cycles of all bands, with one region or two, and what their reads cost.
double layer_cycles(const Mapping& m, const Plan& plan, const Bands& band, int regions,
                    const Tile& tile) {
  const int count = band.count;
  const double load = load_cycles(m, plan, band);
  const double weights = weight_words_of_all_lanes(m, plan) * records_per_lane(m, plan);
  double words = weights;  // what is read while the lanes work
  if (m.addition) words += stored_words(m, plan, run_of(m, band), tile);
  const double work = tile.cycles + kRunOverhead;
  const double drain = last_drain(m, tile, plan);
  const double reads = kReadWeight * count * (load + weights * weight_reads(m, plan, band, tile));
  if (regions == 1) return count * (load + std::max(work, words) + drain) + reads;
  return load + count * std::max(work, load + words) + drain + reads;
}

void set_keep(Mapping& m, const Plan& plan) { m.keep = record_fits(m, plan) && m.tiles(0) > 1; }

/// The divisors-by-ceiling of n: every tile size that no smaller size beats in number of tiles.
std::vector<int> sizes(int n) {
  std::vector<int> result;
  for (int parts = 1; parts <= n; ++parts) {
    const int size = ceil_div(n, parts);
    if (result.empty() || result.back() != size) result.push_back(size);
  }
  return result;
}

struct Candidate {
  Bands bands;
  Tile tile;
};

void consider(Candidate& best, const Mapping& m, const Plan& plan, const Bands& bands,
              int regions) {
  Candidate candidate{bands, {}};
  // With two regions the lanes go on with the next band while a band's last tile is drained
  const int drains = regions == 1 ? 1 : bands.count;
  candidate.tile = choose_tile(m, plan, bands, drains);
  candidate.bands.regions = regions;
  candidate.bands.cycles = layer_cycles(m, plan, bands, regions, candidate.tile);
  if (best.bands.rows != 0 && candidate.bands.cycles >= best.bands.cycles) return;
  best = candidate;
}

/// Tries the fewest bands that fit in `regions` regions, and some more.
void consider_regions(Candidate& best, const Mapping& m, const Plan& plan, int bytes, int regions) {
  int tried = 0;
  for (const int rows : sizes(m.out_rows)) {
    if ((regions == 2 && rows == m.out_rows) || !covers_bands(m, rows)) continue;
    const Bands bands = regions_of(m, plan, rows, bytes / regions);
    if (bands.region_bytes > bytes / regions) continue;
    consider(best, m, plan, bands, regions);
    if (++tried == kMoreBands) return;
  }
}

/// The same of bands of `columns` columns that are loaded by pieces; false if none fits.
bool consider_pieces(Candidate& best, const Mapping& m, const Plan& plan, int bytes, int columns) {
  int tried = 0;
  for (const int rows : sizes(m.out_rows)) {
    const Bands bands = pieces_of(m, plan, rows, columns);
    if (bands.region_bytes > bytes) continue;
    consider(best, m, plan, bands, 1);
    if (bands.count > 1 && bands.region_bytes <= bytes / 2) consider(best, m, plan, bands, 2);
    if (++tried == kMoreBands) break;
  }
  return tried > 0;
}

Candidate best_pieces(const Mapping& m, const Plan& plan, int bytes) {
  Candidate best;
  int tried = 0;
  for (const int columns : sizes(m.out_columns)) {
    if (consider_pieces(best, m, plan, bytes, columns) && ++tried == kMoreBands) break;
  }
  return best;
}

Candidate best_rows(const Mapping& m, const Plan& plan, int bytes) {
  Candidate best;
  consider_regions(best, m, plan, bytes, 1);
  consider_regions(best, m, plan, bytes, 2);
  return best;
}

}  // namespace

int weight_ram_words(const Mapping& mapping, const Plan& plan) {
  const int bytes = mapping.steps() * stored_columns(mapping, plan) * plan.column_bytes;
  return ceil_div(bytes, plan.weight_word_bytes);
}

Tile choose_tile(const Mapping& mapping, const Plan& plan, const Bands& band, int bands) {
  Tile best;
  double least = std::numeric_limits<double>::max();
  const Bands run = run_of(mapping, band);
  for (const int tile_rows : sizes(run.rows)) {
    for (const int tile_columns : sizes(run.columns)) {
      if (tile_rows * tile_columns > plan.config.accumulator.positions) continue;
      Tile tile{tile_rows, tile_columns, 0};
      tile.cycles = band_cycles(mapping, plan, run, tile);
      const double stored = stored_words(mapping, plan, run, tile);
      tile.cycles = std::max(tile.cycles, stored) + kIdleWeight * stored;
      const double cycles = tile.cycles + last_drain(mapping, tile, plan) / bands;
      if (cycles < least) {
        least = cycles;
        best = tile;
      }
    }
  }
  return best;
}

bool choose_bands(Mapping& mapping, const Plan& plan, int bytes) {
  const Candidate best =
      mapping.by_pieces ? best_pieces(mapping, plan, bytes) : best_rows(mapping, plan, bytes);
  if (best.bands.rows == 0) return false;
  mapping.bands = best.bands;
  mapping.tile = best.tile;
  set_keep(mapping, plan);
  return true;
}

int least_band_bytes(const Mapping& mapping, const Plan& plan) {
  const Bands least =
      mapping.by_pieces ? pieces_of(mapping, plan, 1, 1) : regions_of(mapping, plan, 1, 0);
  return least.region_bytes;
}

void choose_single_band(Mapping& mapping, const Plan& plan) {
  mapping.bands = {};
  mapping.bands.rows = mapping.out_rows;
  mapping.bands.columns = mapping.out_columns;
  mapping.bands.row_pitch = mapping.in.row_pitch;
  mapping.bands.group_pitch = mapping.in.group_pitch;
  mapping.tile = choose_tile(mapping, plan, mapping.bands, 1);
  mapping.bands.cycles = layer_cycles(mapping, plan, mapping.bands, 1, mapping.tile);
  set_keep(mapping, plan);
}

}  // namespace sluice::compiler
