// SPDX-License-Identifier: Apache-2.0
// How one layer is mapped onto the design: filled in stage by stage, then read by the writers of
// streams and commands.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "generator/compiler/compile.h"

namespace sluice::compiler {

class PitchRule;

/// Groups of a gated layer's input, copies included, that fit the fields of a conditional step's
/// place.
constexpr int kMostGatedGroups = 255;

/// Windows that are output positions, see position_windows.h.
struct PositionWindows {
  int windows = 1;    ///< that compute the same blocks at positions of their own
  bool rows = false;  ///< what `apart` and `step` count; else columns
  int apart = 0;      ///< positions from a window to the next
  int step = 1;       ///< positions from one of a RUN to the next
};

/// Taps of a layer that goes by them which a step joins.
struct JoinedTaps {
  int count = 1;      ///< neighbours; 1: none are joined
  bool rows = false;  ///< of a kernel column; else of a kernel row
};

/// How blocks share the rows of a lane.
struct Folding {
  int fold = 1;     ///< blocks that the base pass computes at once, each with a part of the rows
  int windows = 1;  ///< places that those parts read
  int slice_atoms = 0;  ///< from a window to the next in a position; 0: to the next input group
                        ///< or position
  PositionWindows positions;
  JoinedTaps taps;
  int block_bytes = 0;    ///< where taps are joined: of a tap, from a block's to the next one's
  int record_blocks = 1;  ///< places for blocks in a record, at most `fold`
  int unit_blocks = 1;    ///< places for blocks whose outputs lie one after the other

  /// The window that the part of a record's block `j` reads.
  int window_of(int j) const { return j * windows / fold; }
  /// Where windows are slices: the one of a position that this part reads.
  int slice_of(int j) const { return window_of(j) % (windows / positions.windows); }
  /// Steps join several taps.
  bool joins() const { return taps.count > 1; }
};

/// The steps of one walk over kernel rows: of a group in a base pass, of several, one after the
/// other, in a conditional pass.
struct Steps {
  int count = 0;
  /// From a step to the next: digits with the bases kernel rows and `Walk::run`.
  int advance_group = 0, advance_row = 0, advance_atom = 0;
  int slots = 0;       ///< atoms that each block's part reads in a step
  int last_slots = 0;  ///< the same in the last step
};

/// How the passes of a record walk over the input map.
struct Walk {
  int run = 0;  ///< atoms of one kernel row
  int skipped_atoms =
      0;            ///< of a position before the first one that a kernel of one position reads
  int row_gap = 1;  ///< kernel rows from the one of a step to the next that steps begin in
  Steps base, conditional;
  int base_groups = 1;
  int walk_groups = 0;        ///< groups of each walk of a conditional pass
  int conditional_walks = 0;  ///< of a block
  int copies = 0;  ///< of the map's first groups, behind its last one: then no walk has to wrap

  int base_steps() const { return base.count * base_groups; }
  /// Of one block.
  int conditional_steps() const { return conditional.count * conditional_walks; }
};

/// The part of an input map that a mapping reads: groups and, of their positions, atoms.
struct Slice {
  int first_group = 0, groups = 1;
  int first_atom = 0, atoms = 0;  ///< of a position
  int position_atoms = 0;         ///< from a position to the next in the activation buffer
  bool part = false;              ///< not all that the layer reads: others of its mappings do
};

/// How an input map in memory is brought into the activation buffer. Each band of output positions
/// has its input in one of `regions` regions that take turns.
struct Bands {
  int rows = 0, columns = 0;  ///< output positions of a band
  int count = 1;
  int across = 1;  ///< of them beside each other
  int regions = 1;
  bool whole = true;       ///< one band, which one LOAD brings: all groups as they are in memory
  bool by_pieces = false;  ///< each row, or position, of a group is loaded for itself
  int region_bytes = 0;    ///< of one region, a multiple of the memory word
  int row_pitch = 0, group_pitch = 0;  ///< in the activation buffer, atoms
  double cycles = 0;                   ///< estimate for the layer
};

/// Tile of output positions that the accumulators hold at once.
struct Tile {
  int rows = 1, columns = 1;
  double cycles = 0;  ///< estimate for all blocks of one lane over one band, without the last drain
};

/// Bytes of the activation buffer; offset and size are multiples of the memory word.
struct Region {
  int offset = 0;
  int bytes = 0;
  bool overlaps(const Region& other) const {
    return offset < other.offset + other.bytes && other.offset < offset + bytes;
  }
};

/// A range of memory words of the activation buffer.
struct WordRange {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

/// When the padding of a local output is filled.
enum class FillTime {
  kEarly,   ///< while the layer before is computed
  kLate,    ///< before the layer's first RUN
  kBeside,  ///< while the layer itself is computed: only where fills and outputs share no word
};

/// The addition, or the product, that post-processing makes of a layer's outputs and another map.
struct Addition {
  const net::Layer* layer = nullptr;
  int index = 0;                      ///< into Network::layers
  int addend = 0;                     ///< the map that is added, which lies in memory
  int factor = 0, addend_factor = 0;  ///< of the layer's outputs, and of the map
  int zero = 0, addend_zero = 0;      ///< of a product: the values of both that stand for zero
  bool vector = false;                ///< the map has one position, for all positions of outputs

  bool multiplies() const { return layer->traits().second == net::Second::kProduct; }
};

/// One layer, perhaps with an addition.
struct Mapping {
  int index = 0;                      ///< into Network::layers
  const net::Layer* layer = nullptr;  ///< what the array does
  std::optional<Addition> addition;
  bool gated = false;
  int mode = 8;
  int input_root = 0, output_root = 0;  ///< maps that hold the input, and what is written
  MapLayout in, out;
  Slice slice;             ///< of `in`
  bool by_pieces = false;  ///< the buffer does not hold the input of one row of outputs as it is
  bool by_taps = false;    ///< steps are taps, each channel's from its own, see goes_by_taps()
  std::uint64_t addend_address = 0;      ///< of the map that is added, which is laid out as `out`
  const PitchRule* in_pitch = nullptr;   ///< how far apart groups of `in` may lie, in any place
  const PitchRule* out_pitch = nullptr;  ///< the same of `out`
  int out_rows = 0, out_columns = 0;     ///< output positions
  std::vector<Block> natural_blocks;     ///< in the order of their channels
  Folding folding;
  std::vector<Block>
      blocks;             ///< of records, one after the other; record r belongs to lane r mod lanes
  double open_share = 0;  ///< expected share of positions with a conditional pass
  Walk walk;
  Bands bands;
  Tile tile;
  bool keep = false;
  int circulant = 1;  ///< columns of weights that a stored one stands for, see circulant.h

  Region input_region;           ///< of a local input, or of all bands; of all that is loaded
  Region output_region;          ///< of a local output
  int activation_bytes = 0;      ///< of all inputs and a local output
  std::vector<WordRange> fills;  ///< of a local output's padding
  FillTime fill_time = FillTime::kLate;
  /// The input map is written by an earlier layer, which no slice before this one has waited for.
  bool input_written = false;
  bool addend_written = false;  ///< the same of the map that is added
  bool in_place = false;        ///< input and output are parts of one map

  std::uint32_t record_words = 0;  ///< memory words of the weights in one record
  std::uint64_t stream_bytes = 0;  ///< of one lane's stream
  std::uint64_t stream_address = 0;

  /// An addition of its own: the array hands an operand on.
  bool only_adds() const { return addition && addition->index == index; }
  /// The map that is written.
  int output() const { return addition ? addition->layer->output : layer->output; }
  /// Rows and columns before those that the layer reads: of padding that other readers of the map
  /// need and this layer does not, and of what is no part of its input.
  int skipped_rows() const { return in.pad_top - layer->pad_top + in.first_row; }
  int skipped_columns() const { return in.pad_left - layer->pad_left + in.first_column; }
  /// Groups of the input map in the activation buffer, copies included.
  int stored_groups() const { return slice.groups + walk.copies; }
  /// Some atoms of each position are loaded, not all.
  bool splits_positions() const { return slice.atoms < in.atoms_per_position; }
  /// Steps of a record with weights of their own.
  int steps() const { return walk.base_steps() + folding.record_blocks * walk.conditional_steps(); }
  int records() const { return static_cast<int>(blocks.size()) / folding.record_blocks; }
  /// The blocks of a record, empty places included.
  std::span<const Block> record(int index) const {
    const std::size_t size = folding.record_blocks;
    return std::span(blocks).subspan(index * size, size);
  }
  /// The band's first output position.
  int band_row(int band) const { return band / bands.across * bands.rows; }
  int band_column(int band) const { return band % bands.across * bands.columns; }
  int band_rows(int band) const {
    const int left = out_rows - band_row(band);
    return left < bands.rows ? left : bands.rows;
  }
  int band_columns(int band) const {
    const int left = out_columns - band_column(band);
    return left < bands.columns ? left : bands.columns;
  }
  /// Rows and columns of the input that so many of the output read.
  int input_rows(int rows) const { return (rows - 1) * layer->stride_h + layer->kernel_h; }
  int input_columns(int columns) const { return (columns - 1) * layer->stride_w + layer->kernel_w; }
  /// Of a RUN over `rows` output rows and `columns` columns: those that window 0 computes.
  int run_rows(int rows) const;
  int run_columns(int columns) const;
  int tiles(int band) const {
    return ((run_rows(band_rows(band)) + tile.rows - 1) / tile.rows) *
           ((run_columns(band_columns(band)) + tile.columns - 1) / tile.columns);
  }
};

}  // namespace sluice::compiler
