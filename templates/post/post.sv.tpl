<%! SPDX-License-Identifier: Apache-2.0 %>
// Post-processing of one lane: reads finished tiles out of the accumulators, requantises Post
<%^additions%>
// channels a cycle and collects the results into memory words.
//
// Latency from a position's read to its bytes in a word: nine cycles, if nothing is in the way<%#activation_table%>, and
// two for the activation table<%/activation_table%><%#transforms%>, and one for Hadamard transforms<%/transforms%>.
<%/additions%>
<%#additions%>
// channels a cycle, adds the values of another map and collects the results into memory words.
//
// Latency from a position's read to its bytes in a word: 14 cycles, if nothing is in the way<%#activation_table%>, and
// two for the activation table<%/activation_table%><%#transforms%>, and one for Hadamard transforms<%/transforms%>.
<%/additions%>
module <%name%>_post #(
  parameter int Columns = <%columns%>,
  parameter int Segments = <%segments%>,
  parameter int Post = <%post%>,
  parameter int AccBits = <%accumulator_bits%>,
  parameter int Positions = <%accumulator_positions%>,
  parameter int WordBytes = <%memory_bytes%>,
  parameter int MemoryBits = <%memory_address_bits%>,
  parameter int ParameterWords = <%parameter_words%>,  // memory words of a header's parameters
  parameter int HeaderSlots = <%param_slots%>,
<%#additions%>
  parameter int Burst = <%memory_burst%>,  // longest request of addends
<%/additions%>
  localparam int SlotBits = $clog2(HeaderSlots),
  localparam int PositionBits = $clog2(Positions),
  localparam int TileBits = PositionBits + 1,
  localparam int LaneColumns = Segments * Columns,
  localparam int ColumnBits = $clog2(LaneColumns + 1),
  localparam int ParameterWordBits = (ParameterWords > 1) ? $clog2(ParameterWords) : 1,
<%#additions%>
  localparam int LengthBits = $clog2(Burst + 1),
<%/additions%>
  localparam int OutWordBits = MemoryBits - $clog2(WordBytes)
) (
  input  logic                       clk_i,
  input  logic                       rst_ni,

  // Layer registers
<%#gating%>
  input  logic                       gated_i,
<%/gating%>
<%#narrow%>
  input  logic [1:0]                 out_width_i,
<%/narrow%>
  input  logic                       rounds_twice_i,
<%#transforms%>
  input  logic [2:0]                 hadamard_i,
<%/transforms%>
<%#planes%>
  input  logic                       planes_i,
<%/planes%>
  input  logic [7:0]                 zero_point_i,
  input  logic [7:0]                 clamp_low_i,
  input  logic [7:0]                 clamp_high_i,
  input  logic [MemoryBits-1:0]         out_row_step_i,
  input  logic [MemoryBits-1:0]         out_column_step_i,
  input  logic [MemoryBits-1:0]         out_unit_step_i,
  input  logic [7:0]                 unit_blocks_i,
<%#activation_table%>
  input  logic                       table_i,
<%/activation_table%>
<%#additions%>
  input  logic                       add_i,
  input <%name%>_addition_t addition_i,
<%/additions%>

<%#activation_table%>
  // Activation tables
  input  logic                       table_write_i,
  input  logic [5:0]                 table_address_i,
  input  logic [31:0]                table_data_i,

<%/activation_table%>
  // Tiles, see the drain
  input  logic                       tile_start_i,
  input  logic                       tile_bank_i,
  input  logic [TileBits-1:0]        tile_height_i,
  input  logic [TileBits-1:0]        tile_width_i,
  input  logic [MemoryBits-1:0]         tile_out_i,
<%#additions%>
  input  logic [MemoryBits-1:0]         tile_record_out_i,
<%/additions%>
  input  logic [ColumnBits-1:0]      tile_channels_i,
  input  logic [7:0]                 tile_units_i,
  input  logic                       tile_record_end_i,
  input  logic                       tile_run_end_i,
  input  logic [SlotBits-1:0]        tile_slot_i,
  output logic [1:0]                 bank_busy_o,
  input  logic                       tile_end_i,

  // Parameters, from record headers
  input  logic                       parameter_fill_i,
  input  logic [SlotBits-1:0]        parameter_slot_i,
  input  logic [ParameterWordBits-1:0] parameter_word_i,
  input  logic [WordBytes*8-1:0]     parameter_data_i,
  output logic                       header_retired_o,

  // Accumulators
  output logic                       drain_read_o,
  output logic [Segments-1:0]        drain_blocks_o,
  output logic                       drain_bank_o,
  output logic [PositionBits-1:0]    drain_position_o,
  output logic                       drain_data_bank_o,
  input  logic [LaneColumns*AccBits-1:0] drain_data_i,
<%#gating%>

  // Gate decisions
  output logic                       mask_read_o,
  output logic                       mask_bank_o,
  output logic [PositionBits-1:0]    mask_position_o,
  input  logic [LaneColumns-1:0]     mask_i,
<%/gating%>
<%#additions%>

  // Addends: requests in words of the output map, and the words of the other one
  output logic                       addend_valid_o,
  input  logic                       addend_ready_i,
  output logic [OutWordBits-1:0]     addend_word_o,
  output logic [LengthBits-1:0]      addend_length_o,
  input  logic                       addend_data_valid_i,
  input  logic [WordBytes*8-1:0]     addend_data_i,
<%/additions%>

  // Outputs: memory words
  output logic                       word_valid_o,
  input  logic                       word_ready_i,
  output logic [OutWordBits-1:0]     word_address_o,
  output logic [WordBytes*8-1:0]     word_data_o,
  output logic [WordBytes-1:0]       word_strobe_o,
  output logic                       run_done_o
);

  localparam int Kinds = <%parameter_kinds%>;  // sets of parameters<%#gating%>: of open gates, of closed ones<%/gating%>
  localparam int Chunks = LaneColumns / Post;
  localparam int ChunkBits = (Chunks > 1) ? $clog2(Chunks) : 1;
  localparam int RowBits = (Chunks * Kinds > 1) ? $clog2(Chunks * Kinds) : 1;
  localparam int ScaledStages = 6;  // parameter read and the five stages of requantisation
<%#activation_table%>
  localparam int MathStages = ScaledStages + 2;  // and the two of the table
<%/activation_table%>
<%^activation_table%>
  localparam int MathStages = ScaledStages;
<%/activation_table%>
<%#additions%>
  localparam int Stages = MathStages + 5;  // and the five of the sum

  // Addend buffer: the words that are used in 64 cycles, no more than two bursts
  localparam int UsedWords = (64 * Post - 1) / WordBytes + 1;
  localparam int NeededWords = (UsedWords > 4) ? 1 << $clog2(UsedWords) : 4;
  localparam int AddendWords = (NeededWords < 2 * Burst) ? NeededWords : 2 * Burst;

  logic advance, collect_advance, addends_ready;

  assign advance = collect_advance & addends_ready;
<%/additions%>
<%^additions%>

  logic advance;
<%/additions%>

  // ---------------------------------------------------------------------------------------------
  // Drain
<%#planes%>
<%#transforms%>
  logic                  read_lower;
<%/transforms%>
  logic                  sums_lower;
<%/planes%>
<%#transforms%>
  logic                  read_valid, read_tile_last, read_record_last, read_run_last;
  logic [ChunkBits-1:0]  read_chunk;
  logic [ColumnBits-1:0] read_column, read_channels;
  logic [MemoryBits-1:0] read_out;
  logic [SlotBits-1:0]   read_slot;
<%#additions%>
  logic [MemoryBits-1:0] read_record_out;
<%/additions%>
<%/transforms%>
  logic                  sums_valid, sums_tile_last, sums_record_last, sums_run_last;
  logic [ChunkBits-1:0]  sums_chunk;
  logic [ColumnBits-1:0] sums_column, sums_channels;
  logic [MemoryBits-1:0]    sums_out;
  logic [SlotBits-1:0]   sums_slot;
<%#additions%>
  logic [1:0]            drain_busy;
  logic [MemoryBits-1:0] sums_record_out;
  logic                  vector, same_units;  // the map that is added has one position

  assign vector     = addition_i.one_position;
  assign same_units = addition_i.same_units;
<%/additions%>

  <%name%>_drain #(
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
<%#transforms%>
    .hadamard_i,
<%/transforms%>
<%#planes%>
    .planes_i,
<%#transforms%>
    .lower_o       (read_lower),
<%/transforms%>
<%^transforms%>
    .lower_o       (sums_lower),
<%/transforms%>
<%/planes%>
<%#additions%>
    .same_units_i  (same_units),
    .tile_record_out_i,
<%#transforms%>
    .record_out_o  (read_record_out),
<%/transforms%>
<%^transforms%>
    .record_out_o  (sums_record_out),
<%/transforms%>
<%/additions%>
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
<%^additions%>
    .bank_busy_o,
<%/additions%>
<%#additions%>
    .bank_busy_o   (drain_busy),
<%/additions%>
    .tile_end_i,
    .read_o        (drain_read_o),
    .blocks_o      (drain_blocks_o),
    .bank_o        (drain_bank_o),
    .position_o    (drain_position_o),
    .data_bank_o   (drain_data_bank_o),
<%#transforms%>
    .valid_o       (read_valid),
    .chunk_o       (read_chunk),
    .column_o      (read_column),
    .out_o         (read_out),
    .channels_o    (read_channels),
    .slot_o        (read_slot),
    .tile_last_o   (read_tile_last),
    .record_last_o (read_record_last),
    .run_last_o    (read_run_last)
<%/transforms%>
<%^transforms%>
    .valid_o       (sums_valid),
    .chunk_o       (sums_chunk),
    .column_o      (sums_column),
    .out_o         (sums_out),
    .channels_o    (sums_channels),
    .slot_o        (sums_slot),
    .tile_last_o   (sums_tile_last),
    .record_last_o (sums_record_last),
    .run_last_o    (sums_run_last)
<%/transforms%>
  );
<%#additions%>

  logic tiles_ready;  // for another tile's addends

  assign bank_busy_o = drain_busy | {2{~tiles_ready}};
<%/additions%>
<%#gating%>

  assign mask_read_o     = drain_read_o & gated_i;
  assign mask_bank_o     = drain_bank_o;
  assign mask_position_o = drain_position_o;
<%/gating%>

<%#transforms%>
  // ---------------------------------------------------------------------------------------------
  // Transform: one advance, for layers without one as well
  logic [Post*AccBits-1:0] sums;

  <%name%>_hadamard #(
    .LaneColumns (LaneColumns),
    .Post        (Post),
    .AccBits     (AccBits)
  ) u_hadamard (
    .clk_i,
    .advance_i (advance),
    .size_i    (hadamard_i),
    .sum_i     (drain_data_i),
    .chunk_i   (read_chunk),
    .sum_o     (sums)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)      sums_valid <= 1'b0;
    else if (advance) sums_valid <= read_valid;
  end

  always_ff @(posedge clk_i) begin
    if (advance) begin
      sums_chunk       <= read_chunk;
      sums_column      <= read_column;
      sums_out         <= read_out;
      sums_channels    <= read_channels;
      sums_slot        <= read_slot;
      sums_tile_last   <= read_tile_last;
      sums_record_last <= read_record_last;
      sums_run_last    <= read_run_last;
<%#planes%>
      sums_lower       <= read_lower;
<%/planes%>
<%#additions%>
      sums_record_out  <= read_record_out;
<%/additions%>
    end
  end

<%/transforms%>
  // ---------------------------------------------------------------------------------------------
  // Requantise: parameters of the column<%#gating%>, of an open or a closed gate<%/gating%>
<%^transforms%>
  logic [Post*AccBits-1:0] sums;
<%/transforms%>
  logic [Post*RowBits-1:0] rows;
  logic [Post*64-1:0]      parameters;
  logic [Post*8-1:0]       scaled, values;
<%#gating%>

  logic [Post-1:0]         open, closed;

  assign closed = gated_i ? ~open : '0;
<%/gating%>

<%^transforms%>
  if (Chunks > 1) begin : gen_chunk
    assign sums = drain_data_i[32'(sums_chunk)*Post*AccBits +: Post*AccBits];
<%#gating%>
    assign open = mask_i[32'(sums_chunk)*Post +: Post];
<%/gating%>
  end else begin : gen_whole
    logic unused_chunk;
    assign sums         = drain_data_i;
    assign unused_chunk = sums_chunk;
<%#gating%>
    assign open         = mask_i;
<%/gating%>
  end

<%/transforms%>
<%#transforms%>
<%#gating%>
  if (Chunks > 1) begin : gen_chunk
    always_ff @(posedge clk_i) if (advance) open <= mask_i[32'(read_chunk)*Post +: Post];
  end else begin : gen_whole
    logic unused_chunk;
    assign unused_chunk = sums_chunk;
    always_ff @(posedge clk_i) if (advance) open <= mask_i;
  end

<%/gating%>
<%/transforms%>
  <%name%>_parameter_buffer #(
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

<%#gating%>
    if (Chunks > 1) begin : gen_rows
      assign rows[p*RowBits +: RowBits] = {sums_chunk, closed[p]};
    end else begin : gen_two_rows
      assign rows[p*RowBits +: RowBits] = closed[p];
    end
<%/gating%>
<%^gating%>
    assign rows[p*RowBits +: RowBits] = RowBits'(sums_chunk);
<%/gating%>

    always_ff @(posedge clk_i) if (advance) sum_q <= sums[p*AccBits +: AccBits];

    <%name%>_requantise #(
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

<%#additions%>
  logic [Stages-1:0]     valid_q;
  logic                  record_last_q;
  logic [Stages*TagBits-1:0] tag_q;
<%/additions%>
<%^additions%>
  logic [MathStages-1:0] valid_q;
  logic                  record_last_q;
  logic [MathStages*TagBits-1:0] tag_q;
<%/additions%>
  logic [ColumnBits-1:0] value_column, value_channels;
  logic [MemoryBits-1:0]    value_out;
  logic                  value_tile_last, value_run_last;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q       <= '0;
      record_last_q <= 1'b0;
    end else if (advance) begin
<%#additions%>
      valid_q       <= {valid_q[Stages-2:0], sums_valid};
<%/additions%>
<%^additions%>
      valid_q       <= {valid_q[MathStages-2:0], sums_valid};
<%/additions%>
      record_last_q <= sums_valid & sums_record_last;
    end
  end

  always_ff @(posedge clk_i) begin
    if (advance) begin
<%#additions%>
      tag_q <= {tag_q[(Stages-1)*TagBits-1:0],
<%/additions%>
<%^additions%>
      tag_q <= {tag_q[(MathStages-1)*TagBits-1:0],
<%/additions%>
                sums_column, sums_out, sums_channels, sums_tile_last, sums_run_last};
    end
  end

<%#activation_table%>
  for (genvar p = 0; p < Post; p++) begin : gen_table
    <%name%>_table u_activation (
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

<%/activation_table%>
<%^activation_table%>
  assign values = scaled;

<%/activation_table%>
  // The last parameters of a record are used in this cycle
  assign header_retired_o = advance & record_last_q;

  assign {value_column, value_out, value_channels, value_tile_last, value_run_last} =
<%#additions%>
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

  <%name%>_addend #(
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
    .vector_i         (vector),
    .same_units_i     (same_units),
<%#narrow%>
    .width_i          (out_width_i),
<%/narrow%>
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
    .tile_ready_o     (tiles_ready),
    .request_valid_o  (addend_valid_o),
    .request_ready_i  (addend_ready_i),
    .request_word_o   (addend_word_o),
    .request_length_o (addend_length_o),
    .data_valid_i     (addend_data_valid_i),
    .data_i           (addend_data_i),
    .advance_i        (advance),
    .next_column_i    (next_column),
    .next_out_i       (next_out),
    .next_record_out_i (record_out_q[(MathStages-2)*MemoryBits +: MemoryBits]),
    .next_channels_i  (next_channels),
    .valid_i          (valid_q[MathStages-1]),
    .tile_last_i      (here_tile_last),
    .take_i           (collect_advance),
    .ready_o          (addends_ready),
    .value_o          (addends)
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
<%^dsp%>
    // What the multipliers' operands are too large by
    if (multiply) sum_bias_q <= '0 - ((SumBits'(factor) << 8) + (SumBits'(factor) << 16));
    else          sum_bias_q <= SumBits'($signed(bias)) -
                                ((SumBits'(factor) + SumBits'(addend_factor)) << 8);
<%/dsp%>
<%#dsp%>
    sum_bias_q <= SumBits'($signed(bias));
<%/dsp%>
  end

  for (genvar p = 0; p < Post; p++) begin : gen_sum
    <%name%>_sum #(
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

<%/additions%>
<%^additions%>
      tag_q[(MathStages-1)*TagBits +: TagBits];

<%/additions%>
<%#planes%>
  // ---------------------------------------------------------------------------------------------
  // Planes: of the outputs the half that the unit writes
<%#additions%>
  logic [Stages-1:0]     lower_q;
<%/additions%>
<%^additions%>
  logic [MathStages-1:0] lower_q;
<%/additions%>
  logic [Post*8-1:0]     halves;

  always_ff @(posedge clk_i) begin
<%#additions%>
    if (advance) lower_q <= {lower_q[Stages-2:0], sums_lower};
<%/additions%>
<%^additions%>
    if (advance) lower_q <= {lower_q[MathStages-2:0], sums_lower};
<%/additions%>
  end

  <%name%>_planes #(
    .Post (Post)
  ) u_planes (
    .planes_i,
    .width_i  (out_width_i),
<%#additions%>
    .lower_i  (lower_q[Stages-1]),
    .value_i  (sums_of_both),
<%/additions%>
<%^additions%>
    .lower_i  (lower_q[MathStages-1]),
    .value_i  (values),
<%/additions%>
    .half_o   (halves)
  );

<%/planes%>
<%#additions%>
  // ---------------------------------------------------------------------------------------------
  // Collect
<%/additions%>
  <%name%>_collect #(
    .LaneColumns (LaneColumns),
    .Post        (Post),
    .WordBytes   (WordBytes),
    .MemoryBits  (MemoryBits)
  ) u_collect (
    .clk_i,
    .rst_ni,
<%#narrow%>
    .width_i     (out_width_i),
<%/narrow%>
<%#additions%>
    .valid_i     (valid_q[Stages-1] & addends_ready),
<%^planes%>
    .value_i     (sums_of_both),
<%/planes%>
<%/additions%>
<%^additions%>
    .valid_i     (valid_q[MathStages-1]),
<%^planes%>
    .value_i     (values),
<%/planes%>
<%/additions%>
<%#planes%>
    .value_i     (halves),
<%/planes%>
    .column_i    (value_column),
    .out_i       (value_out),
    .channels_i  (value_channels),
    .tile_last_i (value_tile_last),
    .run_last_i  (value_run_last),
<%#additions%>
    .advance_o   (collect_advance),
<%/additions%>
<%^additions%>
    .advance_o   (advance),
<%/additions%>
    .word_valid_o,
    .word_ready_i,
    .word_address_o,
    .word_data_o,
    .word_strobe_o,
    .run_done_o
  );

endmodule : <%name%>_post
