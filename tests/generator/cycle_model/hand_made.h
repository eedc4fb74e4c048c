// SPDX-License-Identifier: Apache-2.0
// A design small enough to count its cycles and accesses by hand, and programs of one layer for any
// design, made without a compiler: all values are zero, only sizes count.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

#include "generator/commands/formats.h"
#include "generator/compiler/program.h"
#include "generator/plan/plan.h"

namespace sluice::test {

/// Bytes of the small plan's memory words: a command, or the weights of up to eight steps of four
/// rows.
inline constexpr int kSmallPlanWord = 128;

/// One lane of four columns and segments of four rows, which post-processes two channels a cycle. A
/// position passes the array in 11 cycles, and one more for each level of the segments' tree.
Plan small_plan(int segments = 1);

/// One layer over a band of positions.
struct HandMadeLayer {
  bool per_output = false, keep = true, local = false;
  bool addition = false;                ///< an ADDITION command before LAYER
  bool vector = false;                  ///< of one position
  bool look_up = false;                 ///< outputs in the activation table
  bool add = false;                     ///< the layer adds another map
  int rows = 1, columns = 8;            ///< output positions of the RUN
  int tile_rows = 0, tile_columns = 0;  ///< 0: as many as the RUN has
  int runs = 1;                         ///< over the same positions
  int first_row = 0;                    ///< of the RUN in the layer's output
  int circulant = 0;                    ///< log2 of the columns that one of weights stands for
  int steps = 1;                        ///< of the one group of the base pass
  int conditional_walks = 0;            ///< 0: not gated
  int conditional_steps = 1;            ///< of each such group
  int fold = 0, windows = 0;            ///< log2
  int window_step = 100;                ///< atoms: windows have none in common
  int record_blocks = 1, unit_blocks = 1;
  int records = 1;   ///< of all lanes
  int units = 1;     ///< of each record
  int channels = 4;  ///< of each unit
  int step_slots = 1, last_slots = 1, conditional_last_slots = 1;
  int output_width = 8;                  ///< bits
  int out_column_step = kSmallPlanWord;  ///< bytes; each row, then each unit follows the one before
  std::vector<compiler::Block> blocks = {};  ///< if none: all, of four channels

  bool gated() const { return conditional_walks > 0; }
  int tiles() const;
};

/// Writes memory from address 0 on: commands, then records.
class ImageWriter {
 public:
  explicit ImageWriter(const Plan& plan) : plan_(plan) {}

  using Values = std::initializer_list<std::pair<commands::Field, std::int64_t>>;
  void command(int opcode, Values values = {});
  void load(int words);
  void fill(int words);
  void addition(bool vector = false);
  void table(int part);
  void layer(const HandMadeLayer& layer);
  /// The layer's records, which records() writes behind `commands` commands.
  void fetch(const HandMadeLayer& layer, int commands);
  void run(const HandMadeLayer& layer);
  void end();
  void records(const HandMadeLayer& layer);

  /// The image alone.
  compiler::Program program() const;
  /// With the tables of its one layer.
  compiler::Program program(const HandMadeLayer& layer) const;

 private:
  int record_words(const HandMadeLayer& layer) const;
  int weight_words(const HandMadeLayer& layer) const;
  int lane_records(const HandMadeLayer& layer) const;

  const Plan& plan_;
  std::vector<std::uint8_t> bytes_;
};

/// ADDITION if there is one, LAYER, a FETCH for each RUN, END and the records.
compiler::Program hand_made_program(const Plan& plan, const HandMadeLayer& layer);

}  // namespace sluice::test
