<%! SPDX-License-Identifier: Apache-2.0 %>
// One lane: its buffers, array, accumulators, gate and post-processing, run by its own sequencer.
// All lanes of a core see the same layer registers and get the same activations; they work on
// different output channels at their own pace.
module <%name%>_lane #(
  parameter int Columns = <%columns%>,
  parameter int Rows = <%rows%>,             // bytes of reduction a cycle
  parameter int Segments = <%segments%>,           // parts that the rows fold into
  parameter int Dot = <%dot%>,
  parameter int Stages = <%pe_stages%>,           // of a processing element
  parameter int SegmentSumBits = <%segment_sum_bits%>,  // of a segment's sums
  parameter int SumBits = <%partial_sum_bits%>,         // of sums over all rows
  parameter int AccBits = <%accumulator_bits%>,
  parameter int Positions = <%accumulator_positions%>,      // of an accumulator bank
  parameter int Post = <%post%>,             // channels post-processed a cycle
  parameter int MinStep = <%min_step%>,          // cycles of the shortest step
  parameter int AtomBytes = <%atom%>,
  parameter int Slots = <%slots%>,            // atoms read a cycle
  parameter int Banks = <%banks%>,            // of the activation buffer
  parameter int BankDepth = <%bank_depth%>,      // atoms
  parameter int AddressBits = <%atom_address_bits%>,     // of an atom
  parameter int WordBytes = <%memory_bytes%>,       // memory word
  parameter int WordAddressBits = <%word_address_bits%>, // of a memory word in the activation buffer
<%#load_shifts%>
  parameter int PlaceBytes = <%load_bytes%>,       // LOADs put their data at multiples of this
<%/load_shifts%>
  parameter int MemoryBits = <%memory_address_bits%>,      // of a byte address in memory
  parameter int ColumnBytes = <%column_bytes%>,     // of a column of weights
  parameter int WeightDepth = <%weight_depth%>,    // words of the weight buffer
  parameter int GranuleBits = <%weight_granule_bits%>,       // of an address in the weight buffer
  parameter int ColumnGranules = <%column_granules%>,
  parameter int WordGranules = <%word_granules%>,
  parameter int HeaderWords = <%header_words%>,      // memory words of a record header
  parameter int SequencerWords = <%sequencer_words%>,   // those for the sequencer, the first
  parameter int HeaderSlots = <%param_slots%>,
<%#additions%>
  parameter int Burst = <%memory_burst%>,  // longest request of addends
  localparam int LengthBits = $clog2(Burst + 1),
<%/additions%>
<%#load_shifts%>
  localparam int PlaceBits = $clog2(WordBytes / PlaceBytes),
<%/load_shifts%>
  localparam int LaneColumns = Segments * Columns,
  localparam int PositionBits = $clog2(Positions),
  localparam int TileBits = PositionBits + 1,
  localparam int SlotBits = $clog2(HeaderSlots),
<%#gating%>
  localparam int CountBits = $clog2(Segments + 1),
<%/gating%>
  localparam int OutWordBits = MemoryBits - $clog2(WordBytes)
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,

  // Layer registers, steady while a RUN is in progress; what this lane has of them, and the pattern
  // of slots that goes with them
  input <%name%>_layer_t layer_i,

<%#additions%>
  input <%name%>_addition_t addition_i,

<%/additions%>
<%#activation_table%>
  // Activation tables
  input  logic                         table_write_i,
  input  logic [5:0]                   table_address_i,
  input  logic [31:0]                  table_data_i,

<%/activation_table%>
  input  logic [15:0]                  records_i,
  input  logic [Slots*16-1:0]          pattern_atom_i,
  input  logic [Slots*AddressBits-1:0] pattern_offset_i,
  input  logic [Slots-1:0]             pattern_step_i,
  input  logic [Slots-1:0]             pattern_last_i,
<%#gating%>
  input  logic [Slots*16-1:0]          conditional_atom_i,
  input  logic [Slots*8-1:0]           conditional_row_i,
  input  logic [Slots*8-1:0]           conditional_group_i,
  input  logic [Slots*AddressBits-1:0] conditional_offset_i,
  input  logic [Slots-1:0]             conditional_last_i,
<%/gating%>

  // RUN: at most two unfinished ones
  input <%name%>_run_t run_i,

  input  logic                         run_push_i,
  output logic                         run_done_o,
  output logic                         run_skip_o,  // a RUN without blocks for this lane is done

  // Activation buffer: one memory word
  input  logic                         load_i,
  input  logic [WordAddressBits-1:0]   load_word_i,
<%#load_shifts%>
  input  logic [WordAddressBits-1:0]   load_next_i,   // the word after it
  input  logic [PlaceBits-1:0]         load_shift_i,  // places of the data that belong there
<%/load_shifts%>
  input  logic [WordBytes-1:0]         load_strobe_i,
  input  logic [WordBytes*8-1:0]       load_data_i,

  // Weight stream: one memory word of a header or of weights
  input  logic                         stream_valid_i,
  input  logic                         stream_header_i,
  input  logic [WordBytes*8-1:0]       stream_data_i,
  output logic [GranuleBits:0]           weights_released_o,
  output logic                         header_retired_o,

<%#additions%>
  // Addends: requests in words of the output map, and the words of the other one
  output logic                         addend_valid_o,
  input  logic                         addend_ready_i,
  output logic [OutWordBits-1:0]       addend_word_o,
  output logic [LengthBits-1:0]        addend_length_o,
  input  logic                         addend_data_valid_i,
  input  logic [WordBytes*8-1:0]       addend_data_i,

<%/additions%>
  // Outputs: memory words
  output logic                         word_valid_o,
  input  logic                         word_ready_i,
  output logic [OutWordBits-1:0]       word_address_o,
  output logic [WordBytes*8-1:0]       word_data_o,
  output logic [WordBytes-1:0]         word_strobe_o,

  // Events for the counters
  output logic                         event_issue_o,
<%#gating%>
  output logic [CountBits-1:0]         event_listed_o,   // blocks
  output logic [CountBits-1:0]         event_skipped_o,
  output logic                         event_stall_gate_o,
<%/gating%>
  output logic                         event_stall_weights_o,
  output logic                         event_stall_post_o,
  output logic                         event_stall_short_o
);

  localparam int HeaderWordBits = (HeaderWords > 1) ? $clog2(HeaderWords) : 1;
  localparam int SequencerWordBits = (SequencerWords > 1) ? $clog2(SequencerWords) : 1;
  localparam int ParameterWords = HeaderWords - SequencerWords;
  localparam int ParameterWordBits = (ParameterWords > 1) ? $clog2(ParameterWords) : 1;
  localparam int ColumnBits = $clog2(LaneColumns + 1);
  localparam int SegmentRows = Rows / Segments;
  localparam int FoldBits = $clog2(Segments);  // levels of the sum tree
<%#gating%>
  localparam int BlockBits = (Segments > 1) ? $clog2(Segments) : 1;
  localparam int PairBits = (LaneColumns > 2) ? $clog2((LaneColumns + 1) / 2) : 1;
  localparam int GateBits = (AccBits < 32) ? AccBits : 32;  // of a threshold
<%/gating%>
  localparam int RunBits = AddressBits + MemoryBits + 32;
  // From the sequencer's output to the control of accumulator column 0, for sums of one segment
  localparam int ControlDelay = SegmentRows / Dot + Stages + 2;

  // ---------------------------------------------------------------------------------------------
  // RUN queue
  logic                   run_valid, run_pop, unused_run_ready, unused_run;
  logic [AddressBits-1:0] run_address;
  logic [MemoryBits-1:0]  run_out;
  logic [15:0]            run_rows, run_columns;

  <%name%>_fifo #(
    .Depth (2),
    .Width (RunBits)
  ) u_runs (
    .clk_i,
    .rst_ni,
    .push_i  (run_push_i),
    .data_i  ({run_i.first_tap[AddressBits-1:0], run_i.out[MemoryBits-1:0], run_i.rows,
               run_i.columns}),
    .ready_o (unused_run_ready),
    .pop_i   (run_pop),
    .valid_o (run_valid),
    .data_o  ({run_address, run_out, run_rows, run_columns})
  );

  assign unused_run = ^run_i;

  // ---------------------------------------------------------------------------------------------
  // Record headers: filled by the stream, started by the sequencer, retired by post-processing
  logic [SlotBits-1:0]       fill_slot_q, slot_q;
  logic [HeaderWordBits-1:0] fill_word_q;
  logic [SlotBits:0]         headers_waiting_q;
  logic                      header_fill, header_filled, header_start, header_read, record_end;
  logic                      sequencer_fill, parameter_fill;
  logic [15:0]               header_entry;
  logic [63:0]               header_data;

  assign header_fill   = stream_valid_i & stream_header_i;
  assign header_filled = header_fill & (fill_word_q == HeaderWordBits'(HeaderWords - 1));

  assign sequencer_fill = header_fill & (fill_word_q < HeaderWordBits'(SequencerWords));
  assign parameter_fill = header_fill & ~sequencer_fill;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      fill_slot_q       <= '0;
      fill_word_q       <= '0;
      slot_q            <= '0;
      headers_waiting_q <= '0;
    end else begin
      if (header_filled)    fill_word_q <= '0;
      else if (header_fill) fill_word_q <= fill_word_q + 1'b1;
      if (header_filled) fill_slot_q <= fill_slot_q + 1'b1;
      if (record_end)    slot_q <= slot_q + 1'b1;
      if (header_filled & ~header_start) headers_waiting_q <= headers_waiting_q + 1'b1;
      if (~header_filled & header_start) headers_waiting_q <= headers_waiting_q - 1'b1;
    end
  end

  <%name%>_header_buffer #(
    .HeaderSlots (HeaderSlots),
    .HeaderWords (SequencerWords),
    .WordBytes   (WordBytes)
  ) u_header (
    .clk_i,
    .write_i      (sequencer_fill),
    .write_slot_i (fill_slot_q),
    .write_word_i (SequencerWordBits'(fill_word_q)),
    .write_data_i (stream_data_i),
    .read_i       (header_read),
    .read_slot_i  (slot_q),
    .read_entry_i (header_entry),
    .read_data_o  (header_data)
  );

  // ---------------------------------------------------------------------------------------------
  // Sequencer
  logic [GranuleBits:0]           weights_filled;
  logic [GranuleBits-1:0]         weight_column;
  logic                         weight_read, weight_load<%#circulant%>, weight_rotate<%/circulant%>;
  logic [1:0]                   bank_busy;
  logic                         tile_start, tile_bank, tile_record_end, tile_run_end;
  logic [TileBits-1:0]          tile_height, tile_width;
  logic [MemoryBits-1:0]        tile_out;
<%#additions%>
  logic [MemoryBits-1:0]        tile_record_out;
<%/additions%>
  logic [ColumnBits-1:0]        tile_channels;
  logic [7:0]                   tile_units;
  logic                         issue_valid, issue_first, issue_bank, issue_end;
  logic [PositionBits-1:0]      issue_position;
  logic [AddressBits-1:0]       issue_address;
  logic [Slots*AddressBits-1:0] slot_offset;
  logic [Slots-1:0]             slot_valid;
<%#gating%>
  logic [AddressBits-1:0]       tile_address;
  logic                         threshold_valid;
  logic [PairBits-1:0]          threshold_pair;
  logic                         gate_done, condition_step, condition_left, condition_more;
  logic                         condition_take;
  logic [Segments-1:0]          gate_opened;
  logic [BlockBits-1:0]         condition_next, condition_block;
  logic                         issue_last, issue_listed;
<%/gating%>

  <%name%>_sequencer #(
    .Columns      (Columns),
    .Segments     (Segments),
    .Slots        (Slots),
    .MinStep      (MinStep),
    .AddressBits  (AddressBits),
    .Positions    (Positions),
    .MemoryBits   (MemoryBits),
    .ColumnGranules (ColumnGranules),
    .WordGranules   (WordGranules),
    .GranuleBits    (GranuleBits)
  ) u_sequencer (
    .clk_i,
    .rst_ni,
    .layer_i,
    .records_i,
    .pattern_atom_i,
    .pattern_offset_i,
    .pattern_step_i,
    .pattern_last_i,
<%#gating%>
    .conditional_atom_i,
    .conditional_row_i,
    .conditional_group_i,
    .conditional_offset_i,
    .conditional_last_i,
<%/gating%>
    .run_valid_i          (run_valid),
    .run_address_i        (run_address),
    .run_out_i            (run_out),
    .run_rows_i           (run_rows),
    .run_columns_i        (run_columns),
    .run_pop_o            (run_pop),
    .run_skip_o,
    .header_ready_i       (headers_waiting_q != '0),
    .header_start_o       (header_start),
    .header_read_o        (header_read),
    .header_entry_o       (header_entry),
    .header_data_i        (header_data),
    .record_end_o         (record_end),
<%#gating%>
    .threshold_valid_o    (threshold_valid),
    .threshold_pair_o     (threshold_pair),
<%/gating%>
    .weights_filled_i     (weights_filled),
    .weights_released_o,
    .weight_read_o        (weight_read),
<%#circulant%>
    .weight_rotate_o      (weight_rotate),
<%/circulant%>
    .weight_column_o      (weight_column),
    .weight_load_o        (weight_load),
    .bank_busy_i          (bank_busy),
    .tile_start_o         (tile_start),
    .tile_bank_o          (tile_bank),
    .tile_height_o        (tile_height),
    .tile_width_o         (tile_width),
    .tile_out_o           (tile_out),
<%#additions%>
    .tile_record_out_o    (tile_record_out),
<%/additions%>
    .tile_channels_o      (tile_channels),
    .tile_units_o         (tile_units),
    .tile_record_end_o    (tile_record_end),
    .tile_run_end_o       (tile_run_end),
<%#gating%>
    .tile_address_o       (tile_address),
    .gate_done_i          (gate_done),
    .gate_open_i          (gate_opened),
    .condition_step_o     (condition_step),
    .condition_next_o     (condition_next),
    .condition_block_o    (condition_block),
    .condition_left_i     (condition_left),
    .condition_more_i     (condition_more),
    .condition_take_o     (condition_take),
<%/gating%>
    .issue_valid_o        (issue_valid),
    .issue_first_o        (issue_first),
<%#gating%>
    .issue_last_o         (issue_last),
    .issue_listed_o       (issue_listed),
<%/gating%>
    .issue_bank_o         (issue_bank),
    .issue_position_o     (issue_position),
    .issue_address_o      (issue_address),
    .issue_end_o          (issue_end),
    .slot_offset_o        (slot_offset),
    .slot_valid_o         (slot_valid),
    .stall_weights_o      (event_stall_weights_o),
    .stall_post_o         (event_stall_post_o),
<%#gating%>
    .stall_gate_o         (event_stall_gate_o),
<%/gating%>
    .stall_short_o        (event_stall_short_o)
  );

  assign event_issue_o = issue_valid;

  // Blocks of a record
  logic [Segments-1:0] used;

  for (genvar b = 0; b < Segments; b++) begin : gen_used
    assign used[b] = 8'(b) < layer_i.record_blocks;
  end
<%#gating%>

  // ---------------------------------------------------------------------------------------------
  // Open positions
  logic                    gate_valid, gate_end, gate_bank, mask_read, mask_bank;
  logic [LaneColumns-1:0]  gate_open, mask;
  logic [Columns-1:0]      list_enable;
  logic [PositionBits-1:0] gate_position, list_position, mask_position;
  logic [AddressBits-1:0]  list_address;
  logic [BlockBits-1:0]    list_block;

  <%name%>_open_positions #(
    .Columns     (Columns),
    .Segments    (Segments),
    .AddressBits (AddressBits),
    .Positions   (Positions)
  ) u_open_positions (
    .clk_i,
    .rst_ni,
    .per_output_i    (layer_i.per_output),
    .used_i          (used),
    .row_step_i      (layer_i.row_step[AddressBits-1:0]),
    .column_step_i   (layer_i.column_step[AddressBits-1:0]),
    .tile_start_i    (tile_start),
    .tile_width_i    (tile_width),
    .tile_address_i  (tile_address),
    .gate_valid_i    (gate_valid),
    .gate_end_i      (gate_end),
    .gate_bank_i     (gate_bank),
    .gate_position_i (gate_position),
    .gate_open_i     (gate_open),
    .done_o          (gate_done),
    .open_o          (gate_opened),
    .step_i          (condition_step),
    .next_i          (condition_next),
    .block_i         (condition_block),
    .left_o          (condition_left),
    .more_o          (condition_more),
    .take_i          (condition_take),
    .position_o      (list_position),
    .address_o       (list_address),
    .block_o         (list_block),
    .enable_o        (list_enable),
    .mask_read_i     (mask_read),
    .mask_bank_i     (mask_bank),
    .mask_position_i (mask_position),
    .mask_o          (mask),
    .listed_o        (event_listed_o),
    .skipped_o       (event_skipped_o)
  );
<%/gating%>

  // ---------------------------------------------------------------------------------------------
  // Activations and weights, to the array
  logic [AddressBits-1:0]       position_address;
  logic [Slots*AddressBits-1:0] slot_address;
  logic [Rows*8-1:0]            activations, weights;
  logic [2:0]                   load_delay_q;

<%#gating%>
  assign position_address = issue_listed ? list_address : issue_address;
<%/gating%>
<%^gating%>
  assign position_address = issue_address;
<%/gating%>

  always_comb begin
    for (int s = 0; s < Slots; s++) begin
      slot_address[s*AddressBits +: AddressBits] =
          position_address + slot_offset[s*AddressBits +: AddressBits];
    end
  end

  always_ff @(posedge clk_i) load_delay_q <= {load_delay_q[1:0], weight_load};

  <%name%>_activation_buffer #(
    .Slots           (Slots),
    .Banks           (Banks),
    .BankDepth       (BankDepth),
    .AtomBytes       (AtomBytes),
<%#joins_taps%>
    .Segments        (Segments),
    .Columns         (Columns),
<%/joins_taps%>
    .WordBytes       (WordBytes),
    .AddressBits     (AddressBits),
<%#load_shifts%>
    .PlaceBytes      (PlaceBytes),
<%/load_shifts%>
    .WordAddressBits (WordAddressBits)
  ) u_activations (
    .clk_i,
<%#joins_taps%>
    .joins_i        (layer_i.taps != '0),
<%#sums_taps%>
    .maximum_i      (layer_i.take_max),
<%/sums_taps%>
<%/joins_taps%>
    .read_i         (issue_valid),
    .slot_valid_i   (slot_valid),
    .address_i      (slot_address),
    .data_o         (activations),
    .write_i        (load_i),
    .write_word_i   (load_word_i),
<%#load_shifts%>
    .write_next_i   (load_next_i),
    .write_shift_i  (load_shift_i),
<%/load_shifts%>
    .write_strobe_i (load_strobe_i),
    .write_data_i   (load_data_i)
  );

  <%name%>_weight_buffer #(
    .Rows        (Rows),
    .ColumnBytes (ColumnBytes),
    .WordBytes   (WordBytes),
    .WeightDepth (WeightDepth),
    .GranuleBits   (GranuleBits)
  ) u_weights (
    .clk_i,
    .rst_ni,
    .fill_i      (stream_valid_i & ~stream_header_i),
    .fill_data_i (stream_data_i),
    .filled_o    (weights_filled),
    .read_i      (weight_read),
    .column_i    (weight_column),
<%#circulant%>
    .rotate_i    (weight_rotate),
    .circulant_i (layer_i.circulant),
<%#narrow%>
    .mode_i      (layer_i.mode),
<%/narrow%>
<%/circulant%>
    .data_o      (weights)
  );

  // ---------------------------------------------------------------------------------------------
  // The array's segments, and their sums
  logic [LaneColumns*SegmentSumBits-1:0] segment_sums;
  logic [LaneColumns*SumBits-1:0]        block_sums;
  logic [Columns*SumBits-1:0]            all_sums;

  for (genvar g = 0; g < Segments; g++) begin : gen_segment
    <%name%>_array #(
      .Rows    (SegmentRows),
      .Columns (Columns),
      .Dot     (Dot),
      .SumBits (SegmentSumBits),
      .Stages  (Stages)
    ) u_array (
      .clk_i,
<%#narrow%>
      .mode_i       (layer_i.mode),
<%/narrow%>
      .load_i       (load_delay_q[2]),
      .activation_i (activations[g*SegmentRows*8 +: SegmentRows*8]),
      .weight_i     (weights[g*SegmentRows*8 +: SegmentRows*8]),
      .sum_o        (segment_sums[g*Columns*SegmentSumBits +: Columns*SegmentSumBits])
    );
  end

  <%name%>_sum_tree #(
    .Segments       (Segments),
    .Columns        (Columns),
    .SegmentSumBits (SegmentSumBits),
    .SumBits        (SumBits)
  ) u_sum_tree (
    .clk_i,
    .fold_i  (layer_i.fold),
    .sum_i   (segment_sums),
    .block_o (block_sums),
    .all_o   (all_sums)
  );
<%^gating%>

  logic unused_all_sums;
  assign unused_all_sums = ^all_sums;
<%/gating%>

  // ---------------------------------------------------------------------------------------------
  // Control that accompanies the positions through buffers, array and sum tree: it leaves at the
  // level at which the sums of blocks do<%#gating%>, that of a conditional pass behind the last one<%/gating%>
  localparam int ControlBits = 2 + PositionBits<%#gating%> + 1 + BlockBits + Columns<%/gating%>;
  localparam int Taps = FoldBits + 1;
  localparam int TapBits = (Taps > 1) ? $clog2(Taps) : 1;

  logic [ControlBits-1:0]                         control;
  logic [(ControlDelay+FoldBits)*ControlBits-1:0] control_q;
  logic [ControlDelay+FoldBits-1:0]               valid_q, end_q;
  logic [TapBits-1:0]                             level;  // of the sums of blocks
  logic [Taps-1:0]                                tap_valid, tap_end;
  logic                                           acc_valid, acc_end;
  logic                                           acc_first, acc_bank;
  logic [PositionBits-1:0]                        acc_position;

<%#gating%>
  assign control = {issue_first, issue_bank, issue_listed ? list_position : issue_position,
                    issue_last, list_block, list_enable};
<%/gating%>
<%^gating%>
  assign control = {issue_first, issue_bank, issue_position};
<%/gating%>

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= '0;
      end_q   <= '0;
    end else begin
      valid_q <= {valid_q[ControlDelay+FoldBits-2:0], issue_valid};
      end_q   <= {end_q[ControlDelay+FoldBits-2:0], issue_end};
    end
  end

  always_ff @(posedge clk_i) begin
    control_q <= {control_q[(ControlDelay+FoldBits-1)*ControlBits-1:0], control};
  end

  logic [Taps*ControlBits-1:0] tap_control;

  assign tap_control = control_q[(ControlDelay-1)*ControlBits +: Taps*ControlBits];
  if (Taps > 1) begin : gen_level_of
    assign level = TapBits'(4'(FoldBits) - layer_i.fold);
  end else begin : gen_one_level
    assign level = '0;
  end
<%#gating%>

  logic [ControlDelay+FoldBits-1:0] listed_q;
  logic [ControlBits-1:0]           acc_control;
  logic                             acc_last, acc_listed;
  logic [BlockBits-1:0]             acc_block;
  logic [Columns-1:0]               acc_enable;

  always_ff @(posedge clk_i) listed_q <= {listed_q[ControlDelay+FoldBits-2:0], issue_listed};

  for (genvar t = 0; t < Taps; t++) begin : gen_kind
    logic takes;  // this tap is that of the sums in this place
    assign takes        = listed_q[ControlDelay-1+t] ? (t == FoldBits) : (level == TapBits'(t));
    assign tap_valid[t] = valid_q[ControlDelay-1+t] & takes;
    assign tap_end[t]   = end_q[ControlDelay-1+t] & takes;
  end

  // Both at once never happens: the sequencer keeps tiles apart
  assign acc_listed  = (tap_valid[FoldBits] | tap_end[FoldBits]) &
                       listed_q[ControlDelay-1+FoldBits];
  assign acc_control = tap_control[(acc_listed ? FoldBits : 32'(level))*ControlBits +: ControlBits];

  assign {acc_first, acc_bank, acc_position, acc_last, acc_block, acc_enable} = acc_control;

  // Thresholds of the record
  <%name%>_thresholds_entry_t thresholds;

  logic [LaneColumns*GateBits-1:0] threshold_q;
  logic                            unused_threshold;

  assign thresholds       = header_data;
  assign unused_threshold = ^thresholds;

  for (genvar c = 0; c < LaneColumns; c++) begin : gen_threshold
    logic [31:0] value;

    if (c % 2 == 0) begin : gen_even
      assign value = thresholds.threshold;
    end else begin : gen_odd
      assign value = thresholds.next;
    end

    always_ff @(posedge clk_i) begin
      if (threshold_valid & (threshold_pair == PairBits'(c / 2))) begin
        threshold_q[c*GateBits +: GateBits] <= value[GateBits-1:0];
      end
    end

    if (GateBits < 32) begin : gen_unused
      logic unused_value;
      assign unused_value = ^value[31:GateBits];
    end
  end
<%/gating%>
<%^gating%>

  for (genvar t = 0; t < Taps; t++) begin : gen_level
    assign tap_valid[t] = valid_q[ControlDelay-1+t] & (level == TapBits'(t));
    assign tap_end[t]   = end_q[ControlDelay-1+t] & (level == TapBits'(t));
  end

  assign {acc_first, acc_bank, acc_position} =
      tap_control[32'(level)*ControlBits +: ControlBits];
<%/gating%>

  assign acc_valid = tap_valid != '0;
  assign acc_end   = tap_end != '0;

  // ---------------------------------------------------------------------------------------------
  // Accumulators
  logic                           tile_ended, drain_read, drain_bank, drain_data_bank;
  logic [Segments-1:0]            drain_blocks;
  logic [PositionBits-1:0]        drain_position;
  logic [LaneColumns*AccBits-1:0] drain_data;

  <%name%>_accumulator #(
    .Columns   (Columns),
    .Segments  (Segments),
    .SumBits   (SumBits),
    .AccBits   (AccBits),
    .Positions (Positions)
  ) u_accumulator (
    .clk_i,
    .rst_ni,
    .take_max_i        (layer_i.take_max),
    .used_i            (used),
<%#planes%>
    .plane_shift_i     (layer_i.plane_shift),
<%/planes%>
    .valid_i           (acc_valid),
    .first_i           (acc_first),
<%#gating%>
    .last_i            (acc_last),
    .listed_i          (acc_listed),
    .block_i           (acc_block),
    .enable_i          (acc_enable),
<%/gating%>
    .bank_i            (acc_bank),
    .position_i        (acc_position),
    .end_i             (acc_end),
    .sum_i             (block_sums),
<%#gating%>
    .all_i             (all_sums),
<%/gating%>
    .tile_end_o        (tile_ended),
<%#gating%>
    .threshold_i       (threshold_q),
    .gate_valid_o      (gate_valid),
    .gate_end_o        (gate_end),
    .gate_bank_o       (gate_bank),
    .gate_position_o   (gate_position),
    .gate_open_o       (gate_open),
<%/gating%>
    .drain_i           (drain_read),
    .drain_blocks_i    (drain_blocks),
    .drain_bank_i      (drain_bank),
    .drain_position_i  (drain_position),
    .drain_data_bank_i (drain_data_bank),
    .drain_data_o      (drain_data)
  );

  // ---------------------------------------------------------------------------------------------
  // Post-processing
  <%name%>_post #(
    .Columns        (Columns),
    .Segments       (Segments),
    .Post           (Post),
    .AccBits        (AccBits),
    .Positions      (Positions),
    .WordBytes      (WordBytes),
    .MemoryBits     (MemoryBits),
    .ParameterWords (ParameterWords),
<%^additions%>
    .HeaderSlots    (HeaderSlots)
<%/additions%>
<%#additions%>
    .HeaderSlots    (HeaderSlots),
    .Burst          (Burst)
<%/additions%>
  ) u_post (
    .clk_i,
    .rst_ni,
<%#gating%>
    .gated_i           (layer_i.gated),
<%/gating%>
<%#narrow%>
    .out_width_i       (layer_i.output_width),
<%/narrow%>
    .rounds_twice_i    (layer_i.rounds_twice),
<%#transforms%>
    .hadamard_i        (layer_i.hadamard),
<%/transforms%>
<%#planes%>
    .planes_i          (layer_i.planes),
<%/planes%>
    .zero_point_i      (layer_i.zero_point),
    .clamp_low_i       (layer_i.clamp_low),
    .clamp_high_i      (layer_i.clamp_high),
    .out_row_step_i    (MemoryBits'(layer_i.out_row_step)),
    .out_column_step_i (MemoryBits'(layer_i.out_column_step)),
    .out_unit_step_i   (MemoryBits'(layer_i.out_unit_step)),
    .unit_blocks_i     (layer_i.unit_blocks),
<%#activation_table%>
    .table_i           (layer_i.look_up),
    .table_write_i,
    .table_address_i,
    .table_data_i,
<%/activation_table%>
<%#additions%>
    .add_i             (layer_i.add),
    .addition_i,
<%/additions%>
    .tile_start_i      (tile_start),
    .tile_bank_i       (tile_bank),
    .tile_height_i     (tile_height),
    .tile_width_i      (tile_width),
    .tile_out_i        (tile_out),
<%#additions%>
    .tile_record_out_i (tile_record_out),
<%/additions%>
    .tile_channels_i   (tile_channels),
    .tile_units_i      (tile_units),
    .tile_record_end_i (tile_record_end),
    .tile_run_end_i    (tile_run_end),
    .tile_slot_i       (slot_q),
    .bank_busy_o       (bank_busy),
    .tile_end_i        (tile_ended),
    .parameter_fill_i  (parameter_fill),
    .parameter_slot_i  (fill_slot_q),
    .parameter_word_i  (ParameterWordBits'(fill_word_q - HeaderWordBits'(SequencerWords))),
    .parameter_data_i  (stream_data_i),
    .header_retired_o,
    .drain_read_o      (drain_read),
    .drain_blocks_o    (drain_blocks),
    .drain_bank_o      (drain_bank),
    .drain_position_o  (drain_position),
    .drain_data_bank_o (drain_data_bank),
    .drain_data_i      (drain_data),
<%#gating%>
    .mask_read_o       (mask_read),
    .mask_bank_o       (mask_bank),
    .mask_position_o   (mask_position),
    .mask_i            (mask),
<%/gating%>
<%#additions%>
    .addend_valid_o,
    .addend_ready_i,
    .addend_word_o,
    .addend_length_o,
    .addend_data_valid_i,
    .addend_data_i,
<%/additions%>
    .word_valid_o,
    .word_ready_i,
    .word_address_o,
    .word_data_o,
    .word_strobe_o,
    .run_done_o
  );

endmodule : <%name%>_lane
