// GENERATED - do not edit. Change tiny.yaml or templates/post/post.sv.tpl, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 08f1bf8a
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Post-processing of one lane: reads finished tiles out of the accumulators, requantises Post
// channels a cycle and collects the results into memory words.
//
// Latency from a position's read to its bytes in a word: nine cycles, if nothing is in the way.
module sluice_tiny_post #(
  parameter  int Columns           = 2,
  parameter  int Segments          = 1,
  parameter  int Post              = 1,
  parameter  int AccBits           = 28,
  parameter  int Positions         = 16,
  parameter  int WordBytes         = 8,
  parameter  int MemoryBits        = 32,
  parameter  int ParameterWords    = 4,  // memory words of a header's parameters
  parameter  int HeaderSlots       = 4,
  localparam int SlotBits          = $clog2(HeaderSlots),
  localparam int PositionBits      = $clog2(Positions),
  localparam int TileBits          = PositionBits + 1,
  localparam int LaneColumns       = Segments * Columns,
  localparam int ColumnBits        = $clog2(LaneColumns + 1),
  localparam int ParameterWordBits = (ParameterWords > 1) ? $clog2(ParameterWords) : 1,
  localparam int OutWordBits       = MemoryBits - $clog2(WordBytes)
) (
  input  logic                           clk_i,
  input  logic                           rst_ni,

  // Layer registers
  input  logic                           gated_i,
  input  logic [7:0]                     zero_point_i,
  input  logic [7:0]                     clamp_low_i,
  input  logic [7:0]                     clamp_high_i,
  input  logic [MemoryBits-1:0]          out_row_step_i,
  input  logic [MemoryBits-1:0]          out_column_step_i,
  input  logic [MemoryBits-1:0]          out_unit_step_i,
  input  logic [7:0]                     unit_blocks_i,

  // Tiles, see the drain
  input  logic                           tile_start_i,
  input  logic                           tile_bank_i,
  input  logic [TileBits-1:0]            tile_height_i,
  input  logic [TileBits-1:0]            tile_width_i,
  input  logic [MemoryBits-1:0]          tile_out_i,
  input  logic [ColumnBits-1:0]          tile_channels_i,
  input  logic [7:0]                     tile_units_i,
  input  logic                           tile_record_end_i,
  input  logic                           tile_run_end_i,
  input  logic [SlotBits-1:0]            tile_slot_i,
  output logic [1:0]                     bank_busy_o,
  input  logic                           tile_end_i,

  // Parameters, from record headers
  input  logic                           parameter_fill_i,
  input  logic [SlotBits-1:0]            parameter_slot_i,
  input  logic [ParameterWordBits-1:0]   parameter_word_i,
  input  logic [WordBytes*8-1:0]         parameter_data_i,
  output logic                           header_retired_o,

  // Accumulators
  output logic                           drain_read_o,
  output logic [Segments-1:0]            drain_blocks_o,
  output logic                           drain_bank_o,
  output logic [PositionBits-1:0]        drain_position_o,
  output logic                           drain_data_bank_o,
  input  logic [LaneColumns*AccBits-1:0] drain_data_i,

  // Gate decisions
  output logic                           mask_read_o,
  output logic                           mask_bank_o,
  output logic [PositionBits-1:0]        mask_position_o,
  input  logic [LaneColumns-1:0]         mask_i,

  // Outputs: memory words
  output logic                           word_valid_o,
  input  logic                           word_ready_i,
  output logic [OutWordBits-1:0]         word_address_o,
  output logic [WordBytes*8-1:0]         word_data_o,
  output logic [WordBytes-1:0]           word_strobe_o,
  output logic                           run_done_o
);

  localparam int Kinds      = 2;  // sets of parameters: of open gates, of closed ones
  localparam int Chunks     = LaneColumns / Post;
  localparam int ChunkBits  = (Chunks > 1) ? $clog2(Chunks) : 1;
  localparam int RowBits    = (Chunks * Kinds > 1) ? $clog2(Chunks * Kinds) : 1;
  localparam int MathStages = 6;  // parameter read and the five stages of requantisation

  logic advance;

  // ---------------------------------------------------------------------------------------------
  // Drain
  logic                  sums_valid, sums_tile_last, sums_record_last, sums_run_last;
  logic [ChunkBits-1:0]  sums_chunk;
  logic [ColumnBits-1:0] sums_column, sums_channels;
  logic [MemoryBits-1:0] sums_out;
  logic [SlotBits-1:0]   sums_slot;

  sluice_tiny_drain #(
    .Columns     (Columns),
    .Segments    (Segments),
    .Post        (Post),
    .Positions   (Positions),
    .MemoryBits  (MemoryBits),
    .HeaderSlots (HeaderSlots)
  ) u_drain (
    .clk_i,
    .rst_ni,
    .advance_i     (advance),
    .out_row_step_i,
    .out_column_step_i,
    .out_unit_step_i,
    .unit_blocks_i,
    .tile_start_i,
    .tile_bank_i,
    .tile_height_i,
    .tile_width_i,
    .tile_out_i,
    .tile_channels_i,
    .tile_units_i,
    .tile_record_end_i,
    .tile_run_end_i,
    .tile_slot_i,
    .bank_busy_o,
    .tile_end_i,
    .read_o        (drain_read_o),
    .blocks_o      (drain_blocks_o),
    .bank_o        (drain_bank_o),
    .position_o    (drain_position_o),
    .data_bank_o   (drain_data_bank_o),
    .valid_o       (sums_valid),
    .chunk_o       (sums_chunk),
    .column_o      (sums_column),
    .out_o         (sums_out),
    .channels_o    (sums_channels),
    .slot_o        (sums_slot),
    .tile_last_o   (sums_tile_last),
    .record_last_o (sums_record_last),
    .run_last_o    (sums_run_last)
  );

  assign mask_read_o     = drain_read_o & gated_i;
  assign mask_bank_o     = drain_bank_o;
  assign mask_position_o = drain_position_o;

  // ---------------------------------------------------------------------------------------------
  // Requantise: parameters of the column, of an open or a closed gate
  logic [Post*AccBits-1:0] sums;
  logic [Post*RowBits-1:0] rows;
  logic [Post*64-1:0]      parameters;
  logic [Post*8-1:0]       values;
  logic [Post-1:0]         open, closed;

  assign closed = gated_i ? ~open : '0;

  if (Chunks > 1) begin : gen_chunk
    assign sums = drain_data_i[32'(sums_chunk)*Post*AccBits +: Post*AccBits];
    assign open = mask_i[32'(sums_chunk)*Post +: Post];
  end else begin : gen_whole
    logic unused_chunk;
    assign sums         = drain_data_i;
    assign unused_chunk = sums_chunk;
    assign open         = mask_i;
  end

  sluice_tiny_parameter_buffer #(
    .Post             (Post),
    .HeaderSlots      (HeaderSlots),
    .ParameterWords   (ParameterWords),
    .ParameterEntries (LaneColumns * Kinds),
    .WordBytes        (WordBytes)
  ) u_parameters (
    .clk_i,
    .write_i      (parameter_fill_i),
    .write_slot_i (parameter_slot_i),
    .write_word_i (parameter_word_i),
    .write_data_i (parameter_data_i),
    .read_i       (advance & sums_valid),
    .read_slot_i  (sums_slot),
    .read_row_i   (rows),
    .read_data_o  (parameters)
  );

  for (genvar p = 0; p < Post; p++) begin : gen_channel
    logic [AccBits-1:0] sum_q;

    if (Chunks > 1) begin : gen_rows
      assign rows[p*RowBits +: RowBits] = {sums_chunk, closed[p]};
    end else begin : gen_two_rows
      assign rows[p*RowBits +: RowBits] = closed[p];
    end

    always_ff @(posedge clk_i) if (advance) sum_q <= sums[p*AccBits +: AccBits];

    sluice_tiny_requantise #(
      .AccBits (AccBits)
    ) u_requantise (
      .clk_i,
      .advance_i    (advance),
      .zero_point_i,
      .clamp_low_i,
      .clamp_high_i,
      .sum_i        (sum_q),
      .parameters_i (parameters[p*64 +: 64]),
      .value_o      (values[p*8 +: 8])
    );
  end

  // ---------------------------------------------------------------------------------------------
  // What accompanies the values
  localparam int TagBits = 2 * ColumnBits + MemoryBits + 2;

  logic [MathStages-1:0]         valid_q;
  logic                          record_last_q;
  logic [MathStages*TagBits-1:0] tag_q;
  logic [ColumnBits-1:0]         value_column, value_channels;
  logic [MemoryBits-1:0]         value_out;
  logic                          value_tile_last, value_run_last;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q       <= '0;
      record_last_q <= 1'b0;
    end else if (advance) begin
      valid_q       <= {valid_q[MathStages-2:0], sums_valid};
      record_last_q <= sums_valid & sums_record_last;
    end
  end

  always_ff @(posedge clk_i) begin
    if (advance) begin
      tag_q <= {tag_q[(MathStages-1)*TagBits-1:0],
                sums_column, sums_out, sums_channels, sums_tile_last, sums_run_last};
    end
  end

  // The last parameters of a record are used in this cycle
  assign header_retired_o = advance & record_last_q;

  assign {value_column, value_out, value_channels, value_tile_last, value_run_last} =
      tag_q[(MathStages-1)*TagBits +: TagBits];

  sluice_tiny_collect #(
    .LaneColumns (LaneColumns),
    .Post        (Post),
    .WordBytes   (WordBytes),
    .MemoryBits  (MemoryBits)
  ) u_collect (
    .clk_i,
    .rst_ni,
    .valid_i     (valid_q[MathStages-1]),
    .value_i     (values),
    .column_i    (value_column),
    .out_i       (value_out),
    .channels_i  (value_channels),
    .tile_last_i (value_tile_last),
    .run_last_i  (value_run_last),
    .advance_o   (advance),
    .word_valid_o,
    .word_ready_i,
    .word_address_o,
    .word_data_o,
    .word_strobe_o,
    .run_done_o
  );

endmodule : sluice_tiny_post
