// GENERATED - do not edit. Change edge.yaml or templates/array/array.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Systolic array of one segment of a lane: Rows/Dot rows of Columns processing elements, weights
// stationary.
//
// Activations enter on the left, row r delayed by r cycles, and move right, one column a cycle;
// sums move down. Column c works c cycles behind column 0. That skew makes a second weight register
// in each element unnecessary: the weights of column c are on the row's bus just when the last
// position of the old step has left that column, so a step follows another without a gap and the
// next step's weights wait in the weight buffer. `load_i` marks the cycle of column 0's weights,
// which is the cycle of the step's first activations; columns 1, 2, .. follow in the next cycles.
//
// Latency from `activation_i` to column 0 of `sum_o`: PeRows + Stages cycles; column c: c more.
module sluice_edge_array #(
  parameter int Rows    = 8,  // of a segment: bytes of reduction a cycle
  parameter int Columns = 4,
  parameter int Dot     = 4,  // bytes of one element's dot product
  parameter int SumBits = 19,
  parameter int Stages  = 1
) (
  input  logic                       clk_i,
  input  logic [1:0]                 mode_i,  // 0: 8 bits, 1: 4 bits, 2: 2 bits; steady in a layer
  input  logic                       load_i,
  input  logic [Rows*8-1:0]          activation_i,
  input  logic [Rows*8-1:0]          weight_i,
  output logic [Columns*SumBits-1:0] sum_o    // signed; column c delayed by c cycles
);

  localparam int PeRows = Rows / Dot;

  // What the inverted bits of `Rows` products add to a column's sum (see the element)
  localparam logic [SumBits-1:0] Excess8 = SumBits'(Rows * (2 * 128 * 127));
  localparam logic [SumBits-1:0] Excess4 = SumBits'(Rows * (2 * 2 * 8 * 7 * 16));
  localparam logic [SumBits-1:0] Excess2 = SumBits'(Rows * (4 * 2 * 2 * 1 * 64));

  // Decoded once for all elements, which register it: a net of many loads keeps a cycle to itself
  logic mode4;
  always_ff @(posedge clk_i) mode4 <= mode_i == 2'd1;
  logic mode2;
  always_ff @(posedge clk_i) mode2 <= mode_i == 2'd2;

  logic [SumBits-1:0] correction;

  always_comb begin
    correction = -Excess8;
    if (mode4) correction = -Excess4;
    if (mode2) correction = -Excess2;
  end

  for (genvar r = 0; r < PeRows; r++) begin : gen_row
    // Skew: row r works r cycles behind row 0
    localparam int InBits = 2 * Dot * 8 + 1;
    logic             load;
    logic [Dot*8-1:0] act, weight;

    // Sums grow downwards: enough bits for the products of this row and those above
    localparam int RowSumBits   = 16 + $clog2((r + 1) * Dot);
    localparam int AboveSumBits = (r == 0) ? 1 : 16 + $clog2(((r == 0) ? 1 : r) * Dot);

    for (genvar d = 0; d <= r; d++) begin : gen_skew
      logic [InBits-1:0] in;
      if (d == 0) begin : gen_now
        assign in = {load_i, activation_i[r*Dot*8 +: Dot*8], weight_i[r*Dot*8 +: Dot*8]};
      end else begin : gen_later
        always_ff @(posedge clk_i) in <= gen_row[r].gen_skew[d-1].in;
      end
    end
    assign {load, act, weight} = gen_skew[r].in;

    for (genvar c = 0; c < Columns; c++) begin : gen_column
      logic                    load_in, load_out;
      logic [Dot*8-1:0]        act_in, act_out;
      logic [AboveSumBits-1:0] sum_in;
      logic [RowSumBits-1:0]   sum_out;

      if (c == 0) begin : gen_first
        assign load_in = load;
        assign act_in  = act;
      end else begin : gen_next
        assign load_in = gen_row[r].gen_column[c-1].load_out;
        assign act_in  = gen_row[r].gen_column[c-1].act_out;
      end

      if (r == 0) begin : gen_top
        assign sum_in = '0;
      end else begin : gen_below
        assign sum_in = gen_row[r-1].gen_column[c].sum_out;
      end

      sluice_edge_pe #(
        .Dot       (Dot),
        .First     (1'(r == 0)),
        .SumInBits (AboveSumBits),
        .SumBits   (RowSumBits),
        .Stages    (Stages)
      ) u_pe (
        .clk_i,
        .mode4_i      (mode4),
        .mode2_i      (mode2),
        .load_i       (load_in),
        .load_o       (load_out),
        .activation_i (act_in),
        .activation_o (act_out),
        .weight_i     (weight),
        .sum_i        (sum_in),
        .sum_o        (sum_out)
      );

      if (c == Columns - 1) begin : gen_end
        logic unused_end;
        assign unused_end = &{1'b0, load_out, act_out};
      end
      if (r == PeRows - 1) begin : gen_bottom
        assign sum_o[c*SumBits +: SumBits] = sum_out + correction;
      end
    end
  end

endmodule : sluice_edge_array
