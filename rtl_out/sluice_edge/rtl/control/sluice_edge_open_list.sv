// GENERATED - do not edit. Change edge.yaml or templates/control/open_list.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ceffaa47
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Open list of one lane: takes the gate's decisions about a tile in the order of its positions and
// keeps the positions that are open, with their addresses and, for each, the columns that are.
//
// With one gate per block any open column opens all; with one gate per output (`per_output_i`) a
// closed column of an open position keeps its base sum. The decisions are kept for post-processing,
// too, in one mask memory for each accumulator bank.
//
// Latency: a decision can be read from the list one cycle after `gate_valid_i`; reads take one
// cycle.
module sluice_edge_open_list #(
  parameter  int Columns      = 4,
  parameter  int AddressBits  = 13,
  parameter  int Positions    = 256,
  localparam int PositionBits = $clog2(Positions),
  localparam int TileBits     = PositionBits + 1
) (
  input  logic                    clk_i,
  input  logic                    rst_ni,

  // Layer registers
  input  logic                    per_output_i,
  input  logic [AddressBits-1:0]  row_step_i,
  input  logic [AddressBits-1:0]  column_step_i,

  // A new tile: the list is emptied
  input  logic                    tile_start_i,
  input  logic [TileBits-1:0]     tile_width_i,  // steady until the tile is left
  input  logic [AddressBits-1:0]  tile_address_i,

  // Decisions
  input  logic                    gate_valid_i,
  input  logic                    gate_end_i,  // the tile's last
  input  logic                    gate_bank_i,
  input  logic [PositionBits-1:0] gate_position_i,
  input  logic [Columns-1:0]      gate_open_i,

  // List
  output logic [PositionBits:0]   count_o,
  output logic                    done_o,  // all positions of the tile are decided
  input  logic                    read_i,
  input  logic [PositionBits-1:0] index_i,
  output logic [PositionBits-1:0] position_o,
  output logic [AddressBits-1:0]  address_o,
  output logic [Columns-1:0]      enable_o,

  // Masks for post-processing
  input  logic                    mask_read_i,
  input  logic                    mask_bank_i,
  input  logic [PositionBits-1:0] mask_position_i,
  output logic [Columns-1:0]      mask_o,

  // Events for the counters
  output logic                    listed_o,
  output logic                    skipped_o
);

  localparam int EntryBits = PositionBits + AddressBits + Columns;

  logic                   done_q;
  logic [TileBits-1:0]    x_left_q;
  logic [AddressBits-1:0] line_address_q, address_q, next_address;
  logic [PositionBits:0]  count_q;
  logic [Columns-1:0]     enable;
  logic                   open, line_end;

  assign open   = gate_open_i != '0;
  assign enable = per_output_i ? gate_open_i : {Columns{open}};

  assign listed_o  = gate_valid_i & open;
  assign skipped_o = gate_valid_i & ~open;
  assign count_o   = count_q;
  assign done_o    = done_q;

  // The decided position's address: counts as the sequencer did
  assign line_end     = x_left_q == TileBits'(1);
  assign next_address = (line_end ? line_address_q : address_q) +
                        (line_end ? row_step_i : column_step_i);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      count_q <= '0;
      done_q  <= 1'b0;
    end else if (tile_start_i) begin
      count_q <= '0;
      done_q  <= 1'b0;
    end else if (gate_valid_i) begin
      if (open) count_q <= count_q + 1'b1;
      done_q <= gate_end_i;
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

  logic [EntryBits-1:0] entry;

  sluice_edge_ram #(
    .Depth   (Positions),
    .Width   (EntryBits),
    .Granule (EntryBits)
  ) u_list (
    .clk_i,
    .write_i         (listed_o),
    .write_address_i (count_q[PositionBits-1:0]),
    .write_data_i    ({enable, address_q, gate_position_i}),
    .read_i,
    .read_address_i  (index_i),
    .read_data_o     (entry)
  );

  assign position_o = entry[PositionBits-1:0];
  assign address_o  = entry[PositionBits +: AddressBits];
  assign enable_o   = entry[PositionBits + AddressBits +: Columns];

  sluice_edge_ram #(
    .Depth   (2 * Positions),
    .Width   (Columns),
    .Granule (Columns)
  ) u_masks (
    .clk_i,
    .write_i         (gate_valid_i),
    .write_address_i ({gate_bank_i, gate_position_i}),
    .write_data_i    (enable),
    .read_i          (mask_read_i),
    .read_address_i  ({mask_bank_i, mask_position_i}),
    .read_data_o     (mask_o)
  );

endmodule : sluice_edge_open_list
