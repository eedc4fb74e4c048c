// GENERATED - do not edit. Change tiny.yaml or templates/control/open_positions.sv.tpl, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 d6053104
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Open positions of one lane: takes the gate's decisions about a tile, for all blocks of a record
// at once and in the order of its positions, keeps a map of the open ones for each block, and finds
// one in each cycle, in order, for the block whose conditional pass is in progress.
//
// With one gate per block any open column opens all; with one gate per output (`per_output_i`) a
// closed column of an open position keeps its base sum. The decisions are kept for post-processing,
// too, in one mask memory for each accumulator bank.
//
// Latency: a position can be taken one cycle after `gate_valid_i`; what is taken in one cycle
// appears in the next.
module sluice_tiny_open_positions #(
  parameter  int Columns      = 2,
  parameter  int Segments     = 1,  // blocks at most
  parameter  int AddressBits  = 10,
  parameter  int Positions    = 16,
  localparam int LaneColumns  = Segments * Columns,
  localparam int PositionBits = $clog2(Positions),
  localparam int TileBits     = PositionBits + 1,
  localparam int BlockBits    = (Segments > 1) ? $clog2(Segments) : 1,
  localparam int CountBits    = $clog2(Segments + 1)
) (
  input  logic                    clk_i,
  input  logic                    rst_ni,

  // Layer registers
  input  logic                    per_output_i,
  input  logic [Segments-1:0]     used_i,  // blocks of a record
  input  logic [AddressBits-1:0]  row_step_i,
  input  logic [AddressBits-1:0]  column_step_i,

  // A new tile: no position is open
  input  logic                    tile_start_i,
  input  logic [TileBits-1:0]     tile_width_i,  // steady until the tile is left
  input  logic [AddressBits-1:0]  tile_address_i,

  // Decisions
  input  logic                    gate_valid_i,
  input  logic                    gate_end_i,  // the tile's last
  input  logic                    gate_bank_i,
  input  logic [PositionBits-1:0] gate_position_i,
  input  logic [LaneColumns-1:0]  gate_open_i,
  output logic                    done_o,      // all positions of the tile are decided
  output logic [Segments-1:0]     open_o,      // blocks that have an open position

  // A step: from the next cycle on all open positions of this block are left
  input  logic                    step_i,
  input  logic [BlockBits-1:0]    next_i,   // block of the step in the next cycle
  input  logic [BlockBits-1:0]    block_i,  // block of the step in progress
  output logic                    left_o,   // a position is left
  output logic                    more_o,   // more than one is
  input  logic                    take_i,   // the first of them is taken

  // One cycle later
  output logic [PositionBits-1:0] position_o,
  output logic [AddressBits-1:0]  address_o,
  output logic [BlockBits-1:0]    block_o,
  output logic [Columns-1:0]      enable_o,

  // Masks for post-processing
  input  logic                    mask_read_i,
  input  logic                    mask_bank_i,
  input  logic [PositionBits-1:0] mask_position_i,
  output logic [LaneColumns-1:0]  mask_o,

  // Events for the counters, of all blocks
  output logic [CountBits-1:0]    listed_o,
  output logic [CountBits-1:0]    skipped_o
);

  localparam int EntryBits = AddressBits + LaneColumns;

  // ---------------------------------------------------------------------------------------------
  // Decisions
  logic                   done_q;
  logic [TileBits-1:0]    x_left_q;
  logic [AddressBits-1:0] line_address_q, address_q, next_address;
  logic [Segments-1:0]    open, open_q;
  logic [LaneColumns-1:0] enable;
  logic                   line_end;

  for (genvar b = 0; b < Segments; b++) begin : gen_open
    assign open[b] = gate_open_i[b*Columns +: Columns] != '0;
    assign enable[b*Columns +: Columns] =
        per_output_i ? gate_open_i[b*Columns +: Columns] : {Columns{open[b]}};
  end

  assign done_o = done_q;
  assign open_o = open_q;

  always_comb begin
    listed_o  = '0;
    skipped_o = '0;
    for (int b = 0; b < Segments; b++) begin
      if (gate_valid_i & open[b])              listed_o = listed_o + 1'b1;
      if (gate_valid_i & used_i[b] & ~open[b]) skipped_o = skipped_o + 1'b1;
    end
  end

  // The decided position's address: counts as the sequencer did
  assign line_end     = x_left_q == TileBits'(1);
  assign next_address = (line_end ? line_address_q : address_q) +
                        (line_end ? row_step_i : column_step_i);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      done_q <= 1'b0;
      open_q <= '0;
    end else if (tile_start_i) begin
      done_q <= 1'b0;
      open_q <= '0;
    end else if (gate_valid_i) begin
      done_q <= gate_end_i;
      open_q <= open_q | open;
    end
  end

  always_ff @(posedge clk_i) begin
    if (tile_start_i) begin
      x_left_q       <= tile_width_i;
      line_address_q <= tile_address_i;
      address_q      <= tile_address_i;
    end else if (gate_valid_i) begin
      address_q <= next_address;
      x_left_q  <= line_end ? tile_width_i : x_left_q - 1'b1;
      if (line_end) line_address_q <= next_address;
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Maps, and what is left of that of the step's block
  logic [Positions-1:0]          decided;     // the position that is decided in this cycle
  logic [Segments*Positions-1:0] map_q;
  logic [Positions-1:0]          next_map, left_q, left_d, taken;
  logic                          next_opens;  // a position of the next step's block
  logic [PositionBits-1:0]       first;

  assign decided = gate_valid_i ? Positions'(1) << gate_position_i : '0;
  assign taken   = take_i ? Positions'(1) << first : '0;
  assign left_d  = (step_i ? next_map : (left_q & ~taken)) | (next_opens ? decided : '0);

  if (Segments > 1) begin : gen_next
    assign next_map   = map_q[32'(next_i)*Positions +: Positions];
    assign next_opens = open[next_i];
  end else begin : gen_only
    logic unused_next;
    assign next_map    = map_q;
    assign next_opens  = open;
    assign unused_next = ^next_i;
  end

  for (genvar b = 0; b < Segments; b++) begin : gen_map
    always_ff @(posedge clk_i) begin
      if (tile_start_i) map_q[b*Positions +: Positions] <= '0;
      else if (open[b]) begin
        map_q[b*Positions +: Positions] <= map_q[b*Positions +: Positions] | decided;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (tile_start_i) left_q <= '0;
    else              left_q <= left_d;
  end

  sluice_tiny_find_first #(
    .Width (Positions)
  ) u_first (
    .bits_i  (left_q),
    .any_o   (left_o),
    .many_o  (more_o),
    .index_o (first)
  );

  // ---------------------------------------------------------------------------------------------
  // Where an open position's inputs are, and its open columns
  logic [EntryBits-1:0]    entry;
  logic [PositionBits-1:0] position_q;
  logic [BlockBits-1:0]    block_q;

  always_ff @(posedge clk_i) begin
    if (take_i) begin
      position_q <= first;
      block_q    <= block_i;
    end
  end

  sluice_tiny_ram #(
    .Depth   (Positions),
    .Width   (EntryBits),
    .Granule (EntryBits)
  ) u_positions (
    .clk_i,
    .write_i         (gate_valid_i),
    .write_address_i (gate_position_i),
    .write_data_i    ({enable, address_q}),
    .read_i          (take_i),
    .read_address_i  (first),
    .read_data_o     (entry)
  );

  assign position_o = position_q;
  assign block_o    = block_q;
  assign address_o  = entry[AddressBits-1:0];

  if (Segments > 1) begin : gen_enable
    assign enable_o = entry[AddressBits + 32'(block_q)*Columns +: Columns];
  end else begin : gen_only_enable
    assign enable_o = entry[AddressBits +: Columns];
  end

  sluice_tiny_ram #(
    .Depth   (2 * Positions),
    .Width   (LaneColumns),
    .Granule (LaneColumns)
  ) u_masks (
    .clk_i,
    .write_i         (gate_valid_i),
    .write_address_i ({gate_bank_i, gate_position_i}),
    .write_data_i    (enable),
    .read_i          (mask_read_i),
    .read_address_i  ({mask_bank_i, mask_position_i}),
    .read_data_o     (mask_o)
  );

endmodule : sluice_tiny_open_positions
