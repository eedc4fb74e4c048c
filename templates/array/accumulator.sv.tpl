<%! SPDX-License-Identifier: Apache-2.0 %>
// Accumulators of one lane: for each column of each block two banks of Positions sums. One bank
// takes the sums that leave the array, the other is drained by post-processing; banks change roles
// with each tile.
//
// The array's columns work one cycle behind each other, and so do their accumulators: the control
// of column 0 comes one cycle before its sum and is handed on from column to column. A sum is
// read in that cycle, added in the next and written in the one after, so the same position must not
// come again within three cycles (the sequencer's shortest step sees to that). Where a sum starts
// from zero<%#gating%>, or a closed gate lets it be,<%/gating%> nothing is read.
<%#gating%>
//
// A base pass brings a sum for each block, a conditional pass (`listed_i`) one for `block_i` alone.
//
// Gate: with `last_i` (last step of a base pass) each written sum is compared with its column's
// threshold, strictly and signed; the decisions of all columns of a position appear together on
// `gate_open_o`, Columns + 2 cycles after the control of column 0. `end_i` comes twice in a gated
// tile: with the last position that is decided, and without `last_i` when the tile is complete.
<%/gating%>
<%#planes%>
//
// Precision gating: the sums of a base pass are those of the inputs' upper halves, and move up by
// 2 * `plane_shift_i` bits before they are added; the lower halves', of the conditional pass, do
// not.
<%/planes%>
module <%name%>_accumulator #(
  parameter int Columns = <%columns%>,
  parameter int Segments = <%segments%>,  // blocks at most
  parameter int SumBits = <%partial_sum_bits%>,  // of the array's sums
  parameter int AccBits = <%accumulator_bits%>,
  parameter int Positions = <%accumulator_positions%>,
  localparam int PositionBits = $clog2(Positions)<%#gating%>,
  localparam int BlockBits = (Segments > 1) ? $clog2(Segments) : 1,
  localparam int GateBits = (AccBits < 32) ? AccBits : 32<%/gating%>
) (
  input  logic                       clk_i,
  input  logic                       rst_ni,

  // Layer registers
  input  logic                       take_max_i,  // maximum instead of sum
  input  logic [Segments-1:0]        used_i,      // blocks of a record
<%#planes%>
  input  logic [1:0]                 plane_shift_i,  // half the bits that base sums move up
<%/planes%>

  // Control of column 0, one cycle before its sum
  input  logic                       valid_i,
  input  logic                       first_i,     // start from zero
<%#gating%>
  input  logic                       last_i,      // last step of a base pass: decide the gate
  input  logic                       listed_i,    // conditional pass, of
  input  logic [BlockBits-1:0]       block_i,     // this block
  input  logic [Columns-1:0]         enable_i,    // columns whose sums change in it
<%/gating%>
  input  logic                       bank_i,
  input  logic [PositionBits-1:0]    position_i,
  input  logic                       end_i,       // the bank's tile<%#gating%> or its base pass<%/gating%> ends
  input  logic [Segments*Columns*SumBits-1:0] sum_i,  // of all blocks
<%#gating%>
  input  logic [Columns*SumBits-1:0] all_i,       // of one block with all rows
<%/gating%>
  output logic                       tile_end_o,  // the tile's sums are complete
<%#gating%>

  // Gate
  input  logic [Segments*Columns*GateBits-1:0] threshold_i,  // signed
  output logic                       gate_valid_o,
  output logic                       gate_end_o,      // last decision about the tile
  output logic                       gate_bank_o,
  output logic [PositionBits-1:0]    gate_position_o,
  output logic [Segments*Columns-1:0] gate_open_o,    // none of a block that is not used
<%/gating%>

  // Drain: a position of the other bank, valid one cycle after drain_i and held until the next
  input  logic                       drain_i,
  input  logic [Segments-1:0]        drain_blocks_i,  // that are read
  input  logic                       drain_bank_i,
  input  logic [PositionBits-1:0]    drain_position_i,
  input  logic                       drain_data_bank_i,  // bank of the position read before
  output logic [Segments*Columns*AccBits-1:0] drain_data_o
);

  for (genvar c = 0; c < Columns; c++) begin : gen_column
    // Stage 0: read; stage 1: add; stage 2: write
    logic                    valid, valid_q;
    logic [Segments-1:0]     write_q;
    logic                    first, first_q;
    logic                    bank, bank_q, bank_qq;
    logic [PositionBits-1:0] position, position_q, position_qq;
    logic                    ends, ends_q;
<%#gating%>
    logic                    last, last_q, last_qq, valid_qq;
    logic                    listed, listed_q;
    logic [BlockBits-1:0]    block, block_q;
    logic [Columns-1:0]      enable, enable_q;
<%/gating%>

    if (c == 0) begin : gen_first
      assign valid    = valid_i;
      assign first    = first_i;
      assign bank     = bank_i;
      assign position = position_i;
      assign ends     = end_i;
<%#gating%>
      assign last     = last_i;
      assign listed   = listed_i;
      assign block    = block_i;
      assign enable   = enable_i;
<%/gating%>
    end else begin : gen_next
      assign valid    = gen_column[c-1].valid_q;
      assign first    = gen_column[c-1].first_q;
      assign bank     = gen_column[c-1].bank_q;
      assign position = gen_column[c-1].position_q;
      assign ends     = gen_column[c-1].ends_q;
<%#gating%>
      assign last     = gen_column[c-1].last_q;
      assign listed   = gen_column[c-1].listed_q;
      assign block    = gen_column[c-1].block_q;
      assign enable   = gen_column[c-1].enable_q;
<%/gating%>
    end

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        valid_q  <= 1'b0;
<%#gating%>
        valid_qq <= 1'b0;
<%/gating%>
        ends_q   <= 1'b0;
      end else begin
        valid_q  <= valid;
<%#gating%>
        valid_qq <= valid_q;
<%/gating%>
        ends_q   <= ends;
      end
    end

    always_ff @(posedge clk_i) begin
      first_q     <= first;
      bank_q      <= bank;
      bank_qq     <= bank_q;
      position_q  <= position;
      position_qq <= position_q;
<%#gating%>
      last_q      <= last;
      last_qq     <= last_q;
      listed_q    <= listed;
      block_q     <= block;
      enable_q    <= enable;
<%/gating%>
    end

    for (genvar b = 0; b < Segments; b++) begin : gen_block
      localparam int Column = b * Columns + c;

      // Whether the sum of this block changes, in stage 0 and in stage 1
      logic changes, changes_q;

<%#gating%>
      assign changes   = listed ? (block == BlockBits'(b)) & enable[c] : used_i[b];
      assign changes_q = listed_q ? (block_q == BlockBits'(b)) & enable_q[c] : used_i[b];
<%/gating%>
<%^gating%>
      assign changes   = used_i[b];
      assign changes_q = used_i[b];
<%/gating%>

      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) write_q[b] <= 1'b0;
        else         write_q[b] <= valid_q & changes_q;
      end

      // Add
      logic signed [AccBits-1:0] stored, arriving, sum_qq;

<%#planes%>
      logic signed [AccBits-1:0] base, upper;

      // Sums of upper planes
      assign base = AccBits'($signed(sum_i[Column*SumBits +: SumBits]));
      always_comb begin
        upper = base;
<%#precision4%>
        if (plane_shift_i == 2'd2) upper = base <<< 4;
<%/precision4%>
<%#precision2%>
        if (plane_shift_i == 2'd1) upper = base <<< 2;
<%/precision2%>
      end
      assign arriving = listed_q ? AccBits'($signed(all_i[c*SumBits +: SumBits])) : upper;
<%/planes%>
<%#gating%>
<%^planes%>
      assign arriving = AccBits'($signed(listed_q ? all_i[c*SumBits +: SumBits]
                                                  : sum_i[Column*SumBits +: SumBits]));
<%/planes%>
<%/gating%>
<%^gating%>
      assign arriving = AccBits'($signed(sum_i[Column*SumBits +: SumBits]));
<%/gating%>

      always_ff @(posedge clk_i) begin
        if (first_q)         sum_qq <= arriving;
        else if (take_max_i) sum_qq <= (arriving > stored) ? arriving : stored;
        else                 sum_qq <= stored + arriving;
      end

      // Memories
      logic [2*AccBits-1:0] bank_data;

      for (genvar k = 0; k < 2; k++) begin : gen_bank
        logic accumulates;
        assign accumulates = valid & (bank == 1'(k));

        <%name%>_ram #(
          .Depth   (Positions),
          .Width   (AccBits),
          .Granule (AccBits)
        ) u_ram (
          .clk_i,
          .write_i         (write_q[b] & (bank_qq == 1'(k))),
          .write_address_i (position_qq),
          .write_data_i    (sum_qq),
          .read_i          ((accumulates & ~first & changes) |
                            (drain_i & drain_blocks_i[b] & (drain_bank_i == 1'(k)))),
          .read_address_i  (accumulates ? position : drain_position_i),
          .read_data_o     (bank_data[k*AccBits +: AccBits])
        );
      end

      assign stored = bank_q ? bank_data[AccBits +: AccBits] : bank_data[0 +: AccBits];
      assign drain_data_o[Column*AccBits +: AccBits] =
          drain_data_bank_i ? bank_data[AccBits +: AccBits] : bank_data[0 +: AccBits];
<%#gating%>

      // Gate: decided here, then delayed until column Columns-1 has decided, too
      logic                 exceeds;
      logic [Columns-1-c:0] open;

      assign exceeds = used_i[b] &
                       (sum_qq > AccBits'($signed(threshold_i[Column*GateBits +: GateBits])));
      always_ff @(posedge clk_i) open <= (Columns - c)'({open, exceeds});
      assign gate_open_o[Column] = open[Columns-1-c];
<%/gating%>
    end

    if (c == Columns - 1) begin : gen_end
      // The control leaves here: the last column has written two cycles after its read
      logic ends_qq;
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
          ends_qq    <= 1'b0;
          tile_end_o <= 1'b0;
        end else begin
          ends_qq    <= ends_q;
          tile_end_o <= ends_qq<%#gating%> & ~last_qq<%/gating%>;
        end
      end
<%#gating%>
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
      assign unused_last = ^{last_qq, valid_qq};
<%/gating%>
    end
  end

endmodule : <%name%>_accumulator
