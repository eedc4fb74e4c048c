// GENERATED - do not edit. Change edge.yaml or templates/post/post.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Post-processing of one lane: reads finished tiles out of the accumulators, requantises Post
// channels a cycle, adds the values of another map and collects the results into memory words.
//
// Latency from a position's read to its bytes in a word: 14 cycles, if nothing is in the way, and
// two for the activation table.
module sluice_edge_post #(
  parameter  int Columns           = 4,
  parameter  int Segments          = 4,
  parameter  int Post              = 4,
  parameter  int AccBits           = 28,
  parameter  int Positions         = 128,
  parameter  int WordBytes         = 32,
  parameter  int MemoryBits        = 32,
  parameter  int ParameterWords    = 8,   // memory words of a header's parameters
  parameter  int HeaderSlots       = 2,
  parameter  int Burst             = 16,  // longest request of addends
  localparam int SlotBits          = $clog2(HeaderSlots),
  localparam int PositionBits      = $clog2(Positions),
  localparam int TileBits          = PositionBits + 1,
  localparam int LaneColumns       = Segments * Columns,
  localparam int ColumnBits        = $clog2(LaneColumns + 1),
  localparam int ParameterWordBits = (ParameterWords > 1) ? $clog2(ParameterWords) : 1,
  localparam int LengthBits        = $clog2(Burst + 1),
  localparam int OutWordBits       = MemoryBits - $clog2(WordBytes)
) (
  input  logic                           clk_i,
  input  logic                           rst_ni,

  // Layer registers
  input  logic                           gated_i,
  input  logic [1:0]                     out_width_i,
  input  logic                           rounds_twice_i,
  input  logic [7:0]                     zero_point_i,
  input  logic [7:0]                     clamp_low_i,
  input  logic [7:0]                     clamp_high_i,
  input  logic [MemoryBits-1:0]          out_row_step_i,
  input  logic [MemoryBits-1:0]          out_column_step_i,
  input  logic [MemoryBits-1:0]          out_unit_step_i,
  input  logic [7:0]                     unit_blocks_i,
  input  logic                           table_i,
  input  logic                           add_i,
  input  sluice_edge_addition_t          addition_i,

  // Activation tables
  input  logic                           table_write_i,
  input  logic [5:0]                     table_address_i,
  input  logic [31:0]                    table_data_i,

  // Tiles, see the drain
  input  logic                           tile_start_i,
  input  logic                           tile_bank_i,
  input  logic [TileBits-1:0]            tile_height_i,
  input  logic [TileBits-1:0]            tile_width_i,
  input  logic [MemoryBits-1:0]          tile_out_i,
  input  logic [MemoryBits-1:0]          tile_record_out_i,
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

  // Addends: requests in words of the output map, and the words of the other one
  output logic                           addend_valid_o,
  input  logic                           addend_ready_i,
  output logic [OutWordBits-1:0]         addend_word_o,
  output logic [LengthBits-1:0]          addend_length_o,
  input  logic                           addend_data_valid_i,
  input  logic [WordBytes*8-1:0]         addend_data_i,

  // Outputs: memory words
  output logic                           word_valid_o,
  input  logic                           word_ready_i,
  output logic [OutWordBits-1:0]         word_address_o,
  output logic [WordBytes*8-1:0]         word_data_o,
  output logic [WordBytes-1:0]           word_strobe_o,
  output logic                           run_done_o
);

  localparam int Kinds        = 2;                 // sets of parameters: of open gates, of closed
                                                   // ones
  localparam int Chunks       = LaneColumns / Post;
  localparam int ChunkBits    = (Chunks > 1) ? $clog2(Chunks) : 1;
  localparam int RowBits      = (Chunks * Kinds > 1) ? $clog2(Chunks * Kinds) : 1;
  localparam int ScaledStages = 6;                 // parameter read and the five stages of
                                                   // requantisation
  localparam int MathStages   = ScaledStages + 2;  // and the two of the table
  localparam int Stages       = MathStages + 5;    // and the five of the sum

  // Addend buffer: the words that are used in 64 cycles, no more than two bursts
  localparam int UsedWords   = (64 * Post - 1) / WordBytes + 1;
  localparam int NeededWords = (UsedWords > 4) ? 1 << $clog2(UsedWords) : 4;
  localparam int AddendWords = (NeededWords < 2 * Burst) ? NeededWords : 2 * Burst;

  logic advance, collect_advance, addends_ready;

  assign advance = collect_advance & addends_ready;

  // ---------------------------------------------------------------------------------------------
  // Drain
  logic                  sums_valid, sums_tile_last, sums_record_last, sums_run_last;
  logic [ChunkBits-1:0]  sums_chunk;
  logic [ColumnBits-1:0] sums_column, sums_channels;
  logic [MemoryBits-1:0] sums_out;
  logic [SlotBits-1:0]   sums_slot;
  logic [1:0]            drain_busy;
  logic [MemoryBits-1:0] sums_record_out;
  logic                  vector, same_units;  // the map that is added has one position

  assign vector     = addition_i.one_position;
  assign same_units = addition_i.same_units;

  sluice_edge_drain #(
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
    .same_units_i  (same_units),
    .tile_record_out_i,
    .record_out_o  (sums_record_out),
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
    .bank_busy_o   (drain_busy),
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

  logic tiles_ready;  // for another tile's addends

  assign bank_busy_o = drain_busy | {2{~tiles_ready}};

  assign mask_read_o     = drain_read_o & gated_i;
  assign mask_bank_o     = drain_bank_o;
  assign mask_position_o = drain_position_o;

  // ---------------------------------------------------------------------------------------------
  // Requantise: parameters of the column, of an open or a closed gate
  logic [Post*AccBits-1:0] sums;
  logic [Post*RowBits-1:0] rows;
  logic [Post*64-1:0]      parameters;
  logic [Post*8-1:0]       scaled, values;

  logic [Post-1:0] open, closed;

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

  sluice_edge_parameter_buffer #(
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

    sluice_edge_requantise #(
      .AccBits (AccBits)
    ) u_requantise (
      .clk_i,
      .advance_i    (advance),
      .rounds_twice_i,
      .zero_point_i,
      .clamp_low_i,
      .clamp_high_i,
      .sum_i        (sum_q),
      .parameters_i (parameters[p*64 +: 64]),
      .value_o      (scaled[p*8 +: 8])
    );
  end

  // ---------------------------------------------------------------------------------------------
  // What accompanies the values
  localparam int TagBits = 2 * ColumnBits + MemoryBits + 2;

  logic [Stages-1:0]         valid_q;
  logic                      record_last_q;
  logic [Stages*TagBits-1:0] tag_q;
  logic [ColumnBits-1:0]     value_column, value_channels;
  logic [MemoryBits-1:0]     value_out;
  logic                      value_tile_last, value_run_last;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q       <= '0;
      record_last_q <= 1'b0;
    end else if (advance) begin
      valid_q       <= {valid_q[Stages-2:0], sums_valid};
      record_last_q <= sums_valid & sums_record_last;
    end
  end

  always_ff @(posedge clk_i) begin
    if (advance) begin
      tag_q <= {tag_q[(Stages-1)*TagBits-1:0],
                sums_column, sums_out, sums_channels, sums_tile_last, sums_run_last};
    end
  end

  for (genvar p = 0; p < Post; p++) begin : gen_table
    sluice_edge_table u_activation (
      .clk_i,
      .advance_i       (advance),
      .table_i,
      .write_i         (table_write_i),
      .write_address_i (table_address_i),
      .write_data_i    (table_data_i),
      .valid_i         (valid_q[ScaledStages-1]),
      .value_i         (scaled[p*8 +: 8]),
      .value_o         (values[p*8 +: 8])
    );
  end

  // The last parameters of a record are used in this cycle
  assign header_retired_o = advance & record_last_q;

  assign {value_column, value_out, value_channels, value_tile_last, value_run_last} =
      tag_q[(Stages-1)*TagBits +: TagBits];

  // ---------------------------------------------------------------------------------------------
  // Addends: of the values that come out of requantisation; their places one advance before
  logic [ColumnBits-1:0] next_column, next_channels;
  logic [MemoryBits-1:0] next_out;
  logic                  here_tile_last, unused_tags;
  logic [TagBits-1:0]    next_tag, here_tag;
  logic [Post*8-1:0]     addends, sums_of_both;

  // Of a map of one position
  logic [(MathStages-1)*MemoryBits-1:0] record_out_q;

  always_ff @(posedge clk_i) begin
    if (advance) record_out_q <= {record_out_q[(MathStages-2)*MemoryBits-1:0], sums_record_out};
  end

  assign next_tag       = tag_q[(MathStages-2)*TagBits +: TagBits];
  assign here_tag       = tag_q[(MathStages-1)*TagBits +: TagBits];
  assign {next_column, next_out, next_channels} = next_tag[TagBits-1:2];
  assign here_tile_last = here_tag[1];
  assign unused_tags    = ^{next_tag[1:0], here_tag};

  sluice_edge_addend #(
    .LaneColumns (LaneColumns),
    .Post        (Post),
    .Positions   (Positions),
    .WordBytes   (WordBytes),
    .MemoryBits  (MemoryBits),
    .Burst       (Burst),
    .Depth       (AddendWords)
  ) u_addend (
    .clk_i,
    .rst_ni,
    .add_i,
    .vector_i          (vector),
    .same_units_i      (same_units),
    .width_i           (out_width_i),
    .out_row_step_i,
    .out_column_step_i,
    .out_unit_step_i,
    .tile_start_i,
    .tile_height_i,
    .tile_width_i,
    .tile_out_i,
    .tile_record_out_i,
    .tile_channels_i,
    .tile_units_i,
    .tile_ready_o      (tiles_ready),
    .request_valid_o   (addend_valid_o),
    .request_ready_i   (addend_ready_i),
    .request_word_o    (addend_word_o),
    .request_length_o  (addend_length_o),
    .data_valid_i      (addend_data_valid_i),
    .data_i            (addend_data_i),
    .advance_i         (advance),
    .next_column_i     (next_column),
    .next_out_i        (next_out),
    .next_record_out_i (record_out_q[(MathStages-2)*MemoryBits +: MemoryBits]),
    .next_channels_i   (next_channels),
    .valid_i           (valid_q[MathStages-1]),
    .tile_last_i       (here_tile_last),
    .take_i            (collect_advance),
    .ready_o           (addends_ready),
    .value_o           (addends)
  );

  // Both factors' part of the bias is the same for all channels
  localparam int SumBits = 37;

  logic [28:0]        bias;
  logic [19:0]        factor, addend_factor;
  logic [SumBits-1:0] sum_bias_q;
  logic               multiply, unused_addition;

  assign bias            = addition_i.bias[28:0];
  assign multiply        = addition_i.multiply;
  assign factor          = addition_i.factor;
  assign addend_factor   = addition_i.addend_factor;
  assign unused_addition = ^addition_i;

  always_ff @(posedge clk_i) begin
    // What the multipliers' operands are too large by
    if (multiply) sum_bias_q <= '0 - ((SumBits'(factor) << 8) + (SumBits'(factor) << 16));
    else          sum_bias_q <= SumBits'($signed(bias)) -
                                ((SumBits'(factor) + SumBits'(addend_factor)) << 8);
  end

  for (genvar p = 0; p < Post; p++) begin : gen_sum
    sluice_edge_sum #(
      .BiasBits (SumBits)
    ) u_sum (
      .clk_i,
      .advance_i       (advance),
      .add_i,
      .multiply_i      (multiply),
      .zero_i          (addition_i.zero),
      .addend_zero_i   (addition_i.addend_zero),
      .factor_i        (factor),
      .addend_factor_i (addend_factor),
      .bias_i          (sum_bias_q),
      .shift_i         (addition_i.shift),
      .zero_point_i    (addition_i.zero_point),
      .clamp_low_i     (addition_i.clamp_low),
      .clamp_high_i    (addition_i.clamp_high),
      .value_i         (values[p*8 +: 8]),
      .addend_i        (addends[p*8 +: 8]),
      .value_o         (sums_of_both[p*8 +: 8])
    );
  end

  // ---------------------------------------------------------------------------------------------
  // Collect
  sluice_edge_collect #(
    .LaneColumns (LaneColumns),
    .Post        (Post),
    .WordBytes   (WordBytes),
    .MemoryBits  (MemoryBits)
  ) u_collect (
    .clk_i,
    .rst_ni,
    .width_i     (out_width_i),
    .valid_i     (valid_q[Stages-1] & addends_ready),
    .value_i     (sums_of_both),
    .column_i    (value_column),
    .out_i       (value_out),
    .channels_i  (value_channels),
    .tile_last_i (value_tile_last),
    .run_last_i  (value_run_last),
    .advance_o   (collect_advance),
    .word_valid_o,
    .word_ready_i,
    .word_address_o,
    .word_data_o,
    .word_strobe_o,
    .run_done_o
  );

endmodule : sluice_edge_post
