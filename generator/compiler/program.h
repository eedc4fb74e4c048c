// SPDX-License-Identifier: Apache-2.0
// What the compiler makes of a network: a memory image with commands, weights and feature maps, and
// the tables that relate it to the network. Formats: docs/03_design/commands_and_layout.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generator/compiler/memory_image.h"

namespace sluice::compiler {

/// Where the values of a feature map lie, in memory or in the activation buffer. A part of another
/// map is laid out like that one, its whole: groups, pitches and padding are those of the whole.
struct MapLayout {
  bool local = false;         ///< in the activation buffer, else in memory
  std::uint64_t address = 0;  ///< byte address of group 0's first atom, padding included
  int groups = 1;
  int channels_per_group = 0;
  int bits = 8;                ///< container width
  int atom = 4;                ///< bytes
  int atoms_per_position = 0;  ///< `ca`
  int row_pitch = 0;           ///< atoms
  int group_pitch = 0;         ///< atoms
  int pad_top = 0, pad_left = 0;
  int rows = 0, columns = 0;  ///< positions stored, padding included
  int pad_value = 0;
  /// Two groups of all channels: the upper halves of values of 2 * `bits` bits, and the lower ones
  /// less half their range.
  bool planes = false;

  // Of a part: where it begins in the whole, and how far apart its positions lie there
  int first_channel = 0;
  int first_row = 0, first_column = 0;
  int row_step = 1, column_step = 1;
  int part_channels = 0;  ///< that it has; 0: it is no part
  bool followed = false;  ///< channels of the whole lie behind its last one
  int first_group = 0;    ///< of the whole, where a reader begins: the address is this group's
  /// Of a map that a layer of the network writes: where each of its channels lies, by number.
  /// Empty: channel c is number c.
  std::vector<int> places = {};

  /// The group that holds channel `c`, and the channel's number in it.
  int group_of(int c) const { return (first_channel + c) / channels_per_group; }
  int channel_of(int c) const { return (first_channel + c) % channels_per_group; }
  /// Atoms from a position to the next in a row, and in a column.
  int column_atoms() const { return column_step * atoms_per_position; }
  int row_atoms() const { return row_step * row_pitch; }
  /// Where channel `c` lies, among those of the map.
  int place_of(int c) const { return places.empty() ? c : places[c]; }
  /// Byte address of the byte that holds channel `c` at (y, x).
  std::uint64_t byte_address(int y, int x, int c) const;
  /// Bytes from there to the one that holds the channel's lower half, of planes.
  std::uint64_t plane_distance() const { return std::uint64_t{1} * group_pitch * atom; }
  /// Lowest bit of channel `c` in that byte.
  int bit_offset(int c) const;
  /// Bytes from `address` to the end of the last group.
  std::uint64_t size() const;
  /// A byte whose fields all hold the pad value.
  std::uint8_t pad_byte() const;
  bool operator==(const MapLayout&) const = default;
};

/// A block: up to `columns` neighbouring output channels, which share a pass over their inputs. No
/// channels: a record's place that is left empty.
struct Block {
  int first_channel = 0;
  int channels = 0;
};

/// One RUN: all blocks over output rows [first_row, first_row + rows) and as many columns.
struct Run {
  int first_row = 0;
  int rows = 0;
  int first_column = 0;
  int columns = 0;
};

/// What one LAYER command does: one layer of the network, or some of its output channels.
struct LayerProgram {
  std::string name;
  int layer = 0;  ///< index into Network::layers
  int result =
      0;  ///< the same of what it writes: the addition of another map to its outputs, or itself
  bool copies = false;  ///< values of a map to another, for the layer: no layer of the network
  bool gated = false;
  int mode = 8;             ///< container width of the layer's inputs and weights
  int split_channels = 0;   ///< of the input that are given twice, with a part of the weights each
  MapLayout input, output;  ///< local addresses mean nothing for an input that is loaded in bands
  int fold = 1;             ///< blocks that the base pass computes at once
  int record_blocks = 1;    ///< places for blocks in a record, at most `fold`
  int positions = 1;        ///< at which a record has the same blocks: windows of one each
  /// Record r holds blocks [r * record_blocks, (r + 1) * record_blocks). It belongs to lane r mod
  /// lanes and is that lane's record number r / lanes.
  std::vector<Block> blocks;
  std::vector<Run> runs;
  std::int64_t useful_macs =
      0;  ///< multiply-accumulates of the layer, all gates open, nothing padded
  int tile_rows = 0, tile_columns = 0;
  bool keep = false;
  int base_steps = 0;              ///< of a record
  int conditional_steps = 0;       ///< of one block
  std::uint64_t load_words = 0;    ///< memory words that its LOADs read
  int circulant = 1;               ///< columns of weights that a stored one stands for
  int hadamard = 1;                ///< channels over which sums are transformed
  std::uint64_t stream_words = 0;  ///< memory words of records, as often as they are fetched
  int activation_bytes = 0;        ///< of the activation buffer, for its input and a local output
};

struct Program {
  MemoryImage image;
  std::uint64_t command_address = 0;
  MapLayout input;                 ///< of the network's input, in memory
  std::vector<MapLayout> outputs;  ///< of the maps that net::result_maps() names, in memory
  /// In the order of the LAYER commands. Those that share the channels of a layer follow each
  /// other.
  std::vector<LayerProgram> layers;
};

}  // namespace sluice::compiler
