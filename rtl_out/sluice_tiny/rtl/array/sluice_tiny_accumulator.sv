// GENERATED - do not edit. Change tiny.yaml or templates/array/accumulator.sv.tpl, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 6e78fb91
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Accumulators of one lane: for each column two banks of Positions sums. One bank takes the sums
// that leave the array, the other is drained by post-processing; banks change roles with each tile.
//
// The array's columns work one cycle behind each other, and so do their accumulators: the control
// of column 0 comes one cycle before its sum and is handed on from column to column. A sum is
// read in that cycle, added in the next and written in the one after, so the same position must not
// come again within three cycles (the sequencer's shortest step sees to that). Where a sum starts
// from zero, or a closed gate lets it be, nothing is read.
//
// Gate: with `last_i` (last step of a base pass) each written sum is compared with its column's
// threshold, strictly and signed; the decisions of all columns of a position appear together on
// `gate_open_o`, Columns + 2 cycles after the control of column 0. `end_i` comes twice in a gated
// tile: with the last position that is decided, and without `last_i` when the tile is complete.
module sluice_tiny_accumulator #(
  parameter  int Columns      = 2,
  parameter  int SumBits      = 19,  // of the array's sums
  parameter  int AccBits      = 28,
  parameter  int Positions    = 16,
  localparam int PositionBits = $clog2(Positions),
  localparam int GateBits     = (AccBits < 32) ? AccBits : 32
) (
  input  logic                        clk_i,
  input  logic                        rst_ni,
  input  logic                        take_max_i,  // maximum instead of sum; steady in a layer

  // Control of column 0, one cycle before its sum
  input  logic                        valid_i,
  input  logic                        first_i,     // start from zero
  input  logic                        last_i,      // last step of a base pass: decide the gate
  input  logic                        bank_i,
  input  logic [PositionBits-1:0]     position_i,
  input  logic [Columns-1:0]          enable_i,    // columns whose sums change: all in a base pass
  input  logic [Columns*SumBits-1:0]  sum_i,
  input  logic                        end_i,       // the bank's tile or its base pass ends
  output logic                        tile_end_o,  // the tile's sums are complete

  // Gate
  input  logic [Columns*GateBits-1:0] threshold_i,  // signed
  output logic                        gate_valid_o,
  output logic                        gate_end_o,   // last decision about the tile
  output logic                        gate_bank_o,
  output logic [PositionBits-1:0]     gate_position_o,
  output logic [Columns-1:0]          gate_open_o,

  // Drain: all columns of a position of the other bank, valid one cycle after drain_i and
  // held until the next
  input  logic                        drain_i,
  input  logic                        drain_bank_i,
  input  logic [PositionBits-1:0]     drain_position_i,
  input  logic                        drain_data_bank_i,  // bank of the position read before
  output logic [Columns*AccBits-1:0]  drain_data_o
);

  for (genvar c = 0; c < Columns; c++) begin : gen_column
    // Stage 0: read; stage 1: add; stage 2: write
    logic                    valid, valid_q, valid_qq;
    logic                    first, first_q;
    logic                    bank, bank_q, bank_qq;
    logic [PositionBits-1:0] position, position_q, position_qq;
    logic                    ends, ends_q;
    logic                    last, last_q, last_qq;
    logic [Columns-1:0]      enable, enable_q;

    if (c == 0) begin : gen_first
      assign valid    = valid_i;
      assign first    = first_i;
      assign bank     = bank_i;
      assign position = position_i;
      assign ends     = end_i;
      assign last     = last_i;
      assign enable   = enable_i;
    end else begin : gen_next
      assign valid    = gen_column[c-1].valid_q;
      assign first    = gen_column[c-1].first_q;
      assign bank     = gen_column[c-1].bank_q;
      assign position = gen_column[c-1].position_q;
      assign ends     = gen_column[c-1].ends_q;
      assign last     = gen_column[c-1].last_q;
      assign enable   = gen_column[c-1].enable_q;
    end

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        valid_q  <= 1'b0;
        valid_qq <= 1'b0;
        ends_q   <= 1'b0;
      end else begin
        valid_q  <= valid;
        valid_qq <= valid_q & enable_q[c];
        ends_q   <= ends;
      end
    end

    always_ff @(posedge clk_i) begin
      first_q     <= first;
      bank_q      <= bank;
      bank_qq     <= bank_q;
      position_q  <= position;
      position_qq <= position_q;
      last_q      <= last;
      last_qq     <= last_q;
      enable_q    <= enable;
    end

    // Add
    logic signed [AccBits-1:0] stored, arriving, sum_qq;

    assign arriving = AccBits'($signed(sum_i[c*SumBits +: SumBits]));

    always_ff @(posedge clk_i) begin
      if (first_q)         sum_qq <= arriving;
      else if (take_max_i) sum_qq <= (arriving > stored) ? arriving : stored;
      else                 sum_qq <= stored + arriving;
    end

    // Memories
    logic [2*AccBits-1:0] bank_data;

    for (genvar b = 0; b < 2; b++) begin : gen_bank
      logic accumulates;
      assign accumulates = valid & (bank == 1'(b));

      sluice_tiny_ram #(
        .Depth   (Positions),
        .Width   (AccBits),
        .Granule (AccBits)
      ) u_ram (
        .clk_i,
        .write_i         (valid_qq & (bank_qq == 1'(b))),
        .write_address_i (position_qq),
        .write_data_i    (sum_qq),
        .read_i          ((accumulates & ~first & enable[c]) |
                          (drain_i & (drain_bank_i == 1'(b)))),
        .read_address_i  (accumulates ? position : drain_position_i),
        .read_data_o     (bank_data[b*AccBits +: AccBits])
      );
    end

    assign stored = bank_q ? bank_data[AccBits +: AccBits] : bank_data[0 +: AccBits];
    assign drain_data_o[c*AccBits +: AccBits] = drain_data_bank_i ? bank_data[AccBits +: AccBits]
                                                                  : bank_data[0 +: AccBits];

    // Gate: decided here, then delayed until column Columns-1 has decided, too
    logic                 exceeds;
    logic [Columns-1-c:0] open;

    assign exceeds = sum_qq > AccBits'($signed(threshold_i[c*GateBits +: GateBits]));
    always_ff @(posedge clk_i) open <= (Columns - c)'({open, exceeds});
    assign gate_open_o[c] = open[Columns-1-c];

    if (c == Columns - 1) begin : gen_end
      // The control leaves here: the last column has written two cycles after its read
      logic ends_qq;
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
          ends_qq    <= 1'b0;
          tile_end_o <= 1'b0;
        end else begin
          ends_qq    <= ends_q;
          tile_end_o <= ends_qq & ~last_qq;
        end
      end
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) gate_valid_o <= 1'b0;
        else         gate_valid_o <= valid_qq & last_qq;
      end
      always_ff @(posedge clk_i) begin
        gate_end_o      <= ends_qq;
        gate_bank_o     <= bank_qq;
        gate_position_o <= position_qq;
      end
      logic unused_enable;
      assign unused_enable = ^enable_q;
    end else begin : gen_pass
      logic unused_last;
      assign unused_last = last_qq;
    end
  end

endmodule : sluice_tiny_accumulator
