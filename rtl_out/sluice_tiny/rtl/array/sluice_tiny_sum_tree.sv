// GENERATED - do not edit. Change tiny.yaml or templates/array/sum_tree.sv.tpl, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 d6053104
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Sums of segments, for one lane: a tree of adders that joins neighbouring segments, with a tap at
// each level. Folded by 2^fold_i, block b takes the sum of its Segments >> fold_i segments;
// unfolded, one block takes the sum of all.
//
// Latency: one cycle a level. Level l holds sums of 2^l segments, so that the sums of blocks come
// $clog2(Segments) - fold_i cycles after those of the segments, the sum of all $clog2(Segments).
// Column c stays c cycles behind column 0.
module sluice_tiny_sum_tree #(
  parameter int Segments       = 1,   // power of two
  parameter int Columns        = 2,
  parameter int SegmentSumBits = 19,  // of a segment's sum
  parameter int SumBits        = 19   // SegmentSumBits + $clog2(Segments)
) (
  input  logic                                       clk_i,
  input  logic [3:0]                                 fold_i,   // log2 of the blocks
  input  logic [Segments*Columns*SegmentSumBits-1:0] sum_i,    // signed
  output logic [Segments*Columns*SumBits-1:0]        block_o,  // of block b of them
  output logic [Columns*SumBits-1:0]                 all_o
);

  localparam int Levels    = $clog2(Segments);
  localparam int LevelBits = Segments * Columns * SumBits;

  // Sums at all levels, in the width of the widest; a level has half the nodes of the one before
  logic [(Levels+1)*LevelBits-1:0] taps;

  for (genvar n = 0; n < Segments * Columns; n++) begin : gen_segment
    assign taps[n*SumBits +: SumBits] =
        SumBits'($signed(sum_i[n*SegmentSumBits +: SegmentSumBits]));
  end

  for (genvar l = 1; l <= Levels; l++) begin : gen_level
    localparam int Bits  = SegmentSumBits + l;
    localparam int Below = (l - 1) * LevelBits;  // the level that is added

    for (genvar n = 0; n < Segments * Columns; n++) begin : gen_sum
      localparam int Node   = n / Columns;
      localparam int Column = n % Columns;

      if (Node < (Segments >> l)) begin : gen_add
        localparam int Left  = 2 * Node * Columns + Column;
        localparam int Right = Left + Columns;
        logic signed [Bits-1:0] sum_q;

        always_ff @(posedge clk_i) begin
          sum_q <= Bits'($signed(taps[Below + Left*SumBits +: Bits-1])) +
                   Bits'($signed(taps[Below + Right*SumBits +: Bits-1]));
        end
        assign taps[l*LevelBits + n*SumBits +: SumBits] = SumBits'(sum_q);
      end else begin : gen_none
        assign taps[l*LevelBits + n*SumBits +: SumBits] = '0;
      end
    end
  end

  // Block b exists with folds by more than b; beyond that its sum means nothing
  function automatic logic [LevelBits-1:0] level_of(
    input  logic [(Levels+1)*LevelBits-1:0] levels,
    input  logic [3:0]                      fold
  );
    level_of = levels[LevelBits-1:0];
    for (int l = 1; l <= Levels; l++) begin
      if (fold == 4'(Levels - l)) level_of = levels[l*LevelBits +: LevelBits];
    end
  endfunction

  assign block_o = level_of(taps, fold_i);

  assign all_o = taps[Levels*LevelBits +: Columns*SumBits];

  if (Segments == 1) begin : gen_unfolded
    logic unused_clock;
    assign unused_clock = ^{clk_i, fold_i};
  end

endmodule : sluice_tiny_sum_tree
