// GENERATED - do not edit. Change edge.yaml or templates/top/lane.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ceffaa47
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// One lane: its buffers, array, accumulators, gate and post-processing, run by its own sequencer.
// All lanes of a core see the same layer registers and get the same activations; they work on
// different output channels at their own pace.
module sluice_edge_lane #(
  parameter  int Columns         = 4,
  parameter  int Rows            = 16,    // bytes of reduction a cycle
  parameter  int Dot             = 4,
  parameter  int Stages          = 1,     // of a processing element
  parameter  int SumBits         = 20,    // of the array's sums
  parameter  int AccBits         = 28,
  parameter  int Positions       = 256,   // of an accumulator bank
  parameter  int Post            = 2,     // channels post-processed a cycle
  parameter  int MinStep         = 4,     // cycles of the shortest step
  parameter  int AtomBytes       = 4,
  parameter  int Slots           = 4,     // atoms read a cycle
  parameter  int Banks           = 8,     // of the activation buffer
  parameter  int BankDepth       = 1024,  // atoms
  parameter  int AddressBits     = 13,    // of an atom
  parameter  int WordBytes       = 32,    // memory word
  parameter  int WordAddressBits = 10,    // of a memory word in the activation buffer
  parameter  int MemoryBits      = 32,    // of a byte address in memory
  parameter  int ColumnBytes     = 16,    // of a column of weights
  parameter  int WeightDepth     = 512,   // words of the weight buffer
  parameter  int GranuleBits     = 10,    // of an address in the weight buffer
  parameter  int ColumnGranules  = 1,
  parameter  int WordGranules    = 2,
  parameter  int HeaderWords     = 4,     // memory words of a record header
  parameter  int HeaderSlots     = 4,
  localparam int PositionBits    = $clog2(Positions),
  localparam int TileBits        = PositionBits + 1,
  localparam int SlotBits        = $clog2(HeaderSlots),
  localparam int OutWordBits     = MemoryBits - $clog2(WordBytes)
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,

  // Layer registers, steady while a RUN is in progress; what this lane has of them, and the pattern
  // of slots that goes with them
  input  sluice_edge_layer_t           layer_i,

  input  logic [15:0]                  blocks_i,
  input  logic [Slots*16-1:0]          pattern_atom_i,
  input  logic [Slots*AddressBits-1:0] pattern_offset_i,

  // RUN: at most two unfinished ones
  input  sluice_edge_run_t             run_i,

  input  logic                         run_push_i,
  output logic                         run_done_o,
  output logic                         run_skip_o,  // a RUN without blocks for this lane is done

  // Activation buffer: one memory word
  input  logic                         load_i,
  input  logic [WordAddressBits-1:0]   load_word_i,
  input  logic [WordBytes-1:0]         load_strobe_i,
  input  logic [WordBytes*8-1:0]       load_data_i,

  // Weight stream: one memory word of a header or of weights
  input  logic                         stream_valid_i,
  input  logic                         stream_header_i,
  input  logic [WordBytes*8-1:0]       stream_data_i,
  output logic [GranuleBits:0]         weights_released_o,
  output logic                         header_retired_o,

  // Outputs: memory words
  output logic                         word_valid_o,
  input  logic                         word_ready_i,
  output logic [OutWordBits-1:0]       word_address_o,
  output logic [WordBytes*8-1:0]       word_data_o,
  output logic [WordBytes-1:0]         word_strobe_o,

  // Events for the counters
  output logic                         event_issue_o,
  output logic                         event_listed_o,
  output logic                         event_skipped_o,
  output logic                         event_stall_gate_o,
  output logic                         event_stall_weights_o,
  output logic                         event_stall_post_o,
  output logic                         event_stall_short_o
);

  localparam int HeaderWordBits  = (HeaderWords > 1) ? $clog2(HeaderWords) : 1;
  localparam int ColumnIndexBits = (Columns > 1) ? $clog2(Columns) : 1;
  localparam int GateBits        = (AccBits < 32) ? AccBits : 32;  // of a threshold
  localparam int RunBits         = AddressBits + MemoryBits + 32;
  // From the sequencer's output to the control of accumulator column 0
  localparam int ControlDelay = Rows / Dot + Stages + 2;

  // ---------------------------------------------------------------------------------------------
  // RUN queue
  logic                   run_valid, run_pop, unused_run_ready, unused_run;
  logic [AddressBits-1:0] run_address;
  logic [MemoryBits-1:0]  run_out;
  logic [15:0]            run_rows, run_columns;

  sluice_edge_fifo #(
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
  logic [15:0]               header_entry;
  logic [63:0]               header_data;

  assign header_fill   = stream_valid_i & stream_header_i;
  assign header_filled = header_fill & (fill_word_q == HeaderWordBits'(HeaderWords - 1));

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

  sluice_edge_header_buffer #(
    .HeaderSlots (HeaderSlots),
    .HeaderWords (HeaderWords),
    .WordBytes   (WordBytes)
  ) u_header (
    .clk_i,
    .write_i      (header_fill),
    .write_slot_i (fill_slot_q),
    .write_word_i (fill_word_q),
    .write_data_i (stream_data_i),
    .read_i       (header_read),
    .read_slot_i  (slot_q),
    .read_entry_i (header_entry),
    .read_data_o  (header_data)
  );

  // ---------------------------------------------------------------------------------------------
  // Sequencer
  logic [GranuleBits:0]         weights_filled;
  logic [GranuleBits-1:0]       weight_column;
  logic                         weight_read, weight_load;
  logic [1:0]                   bank_busy;
  logic                         tile_start, tile_bank, tile_record_end, tile_run_end;
  logic [TileBits-1:0]          tile_height, tile_width;
  logic [MemoryBits-1:0]        tile_out;
  logic [7:0]                   tile_channels;
  logic                         issue_valid, issue_first, issue_bank, issue_end;
  logic [PositionBits-1:0]      issue_position;
  logic [AddressBits-1:0]       issue_address;
  logic [Slots*AddressBits-1:0] slot_offset;
  logic [AddressBits-1:0]       tile_address;
  logic                         threshold_valid;
  logic [ColumnIndexBits-1:0]   threshold_column;
  logic [PositionBits:0]        list_count;
  logic                         list_done, list_read;
  logic [PositionBits-1:0]      list_index;
  logic                         issue_last, issue_listed;

  sluice_edge_sequencer #(
    .Columns        (Columns),
    .Slots          (Slots),
    .MinStep        (MinStep),
    .AddressBits    (AddressBits),
    .Positions      (Positions),
    .MemoryBits     (MemoryBits),
    .ColumnGranules (ColumnGranules),
    .WordGranules   (WordGranules),
    .GranuleBits    (GranuleBits)
  ) u_sequencer (
    .clk_i,
    .rst_ni,
    .layer_i,
    .blocks_i,
    .pattern_atom_i,
    .pattern_offset_i,
    .run_valid_i        (run_valid),
    .run_address_i      (run_address),
    .run_out_i          (run_out),
    .run_rows_i         (run_rows),
    .run_columns_i      (run_columns),
    .run_pop_o          (run_pop),
    .run_skip_o,
    .header_ready_i     (headers_waiting_q != '0),
    .header_start_o     (header_start),
    .header_read_o      (header_read),
    .header_entry_o     (header_entry),
    .header_data_i      (header_data),
    .record_end_o       (record_end),
    .threshold_valid_o  (threshold_valid),
    .threshold_column_o (threshold_column),
    .weights_filled_i   (weights_filled),
    .weights_released_o,
    .weight_read_o      (weight_read),
    .weight_column_o    (weight_column),
    .weight_load_o      (weight_load),
    .bank_busy_i        (bank_busy),
    .tile_start_o       (tile_start),
    .tile_bank_o        (tile_bank),
    .tile_height_o      (tile_height),
    .tile_width_o       (tile_width),
    .tile_out_o         (tile_out),
    .tile_channels_o    (tile_channels),
    .tile_record_end_o  (tile_record_end),
    .tile_run_end_o     (tile_run_end),
    .tile_address_o     (tile_address),
    .list_count_i       (list_count),
    .list_done_i        (list_done),
    .list_read_o        (list_read),
    .list_index_o       (list_index),
    .issue_valid_o      (issue_valid),
    .issue_first_o      (issue_first),
    .issue_last_o       (issue_last),
    .issue_listed_o     (issue_listed),
    .issue_bank_o       (issue_bank),
    .issue_position_o   (issue_position),
    .issue_address_o    (issue_address),
    .issue_end_o        (issue_end),
    .slot_offset_o      (slot_offset),
    .stall_weights_o    (event_stall_weights_o),
    .stall_post_o       (event_stall_post_o),
    .stall_gate_o       (event_stall_gate_o),
    .stall_short_o      (event_stall_short_o)
  );

  assign event_issue_o = issue_valid;

  // ---------------------------------------------------------------------------------------------
  // Open list
  logic                    gate_valid, gate_end, gate_bank, mask_read, mask_bank;
  logic [Columns-1:0]      gate_open, list_enable, mask;
  logic [PositionBits-1:0] gate_position, list_position, mask_position;
  logic [AddressBits-1:0]  list_address;

  sluice_edge_open_list #(
    .Columns     (Columns),
    .AddressBits (AddressBits),
    .Positions   (Positions)
  ) u_open_list (
    .clk_i,
    .rst_ni,
    .per_output_i    (layer_i.per_output),
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
    .count_o         (list_count),
    .done_o          (list_done),
    .read_i          (list_read),
    .index_i         (list_index),
    .position_o      (list_position),
    .address_o       (list_address),
    .enable_o        (list_enable),
    .mask_read_i     (mask_read),
    .mask_bank_i     (mask_bank),
    .mask_position_i (mask_position),
    .mask_o          (mask),
    .listed_o        (event_listed_o),
    .skipped_o       (event_skipped_o)
  );

  // ---------------------------------------------------------------------------------------------
  // Activations and weights, to the array
  logic [AddressBits-1:0]       position_address;
  logic [Slots*AddressBits-1:0] slot_address;
  logic [Rows*8-1:0]            activations, weights;
  logic [2:0]                   load_delay_q;

  assign position_address = issue_listed ? list_address : issue_address;

  always_comb begin
    for (int s = 0; s < Slots; s++) begin
      slot_address[s*AddressBits +: AddressBits] =
          position_address + slot_offset[s*AddressBits +: AddressBits];
    end
  end

  always_ff @(posedge clk_i) load_delay_q <= {load_delay_q[1:0], weight_load};

  sluice_edge_activation_buffer #(
    .Slots           (Slots),
    .Banks           (Banks),
    .BankDepth       (BankDepth),
    .AtomBytes       (AtomBytes),
    .WordBytes       (WordBytes),
    .AddressBits     (AddressBits),
    .WordAddressBits (WordAddressBits)
  ) u_activations (
    .clk_i,
    .read_i         (issue_valid),
    .address_i      (slot_address),
    .data_o         (activations),
    .write_i        (load_i),
    .write_word_i   (load_word_i),
    .write_strobe_i (load_strobe_i),
    .write_data_i   (load_data_i)
  );

  sluice_edge_weight_buffer #(
    .Rows        (Rows),
    .ColumnBytes (ColumnBytes),
    .WordBytes   (WordBytes),
    .WeightDepth (WeightDepth),
    .GranuleBits (GranuleBits)
  ) u_weights (
    .clk_i,
    .rst_ni,
    .fill_i      (stream_valid_i & ~stream_header_i),
    .fill_data_i (stream_data_i),
    .filled_o    (weights_filled),
    .read_i      (weight_read),
    .column_i    (weight_column),
    .data_o      (weights)
  );

  logic [Columns*SumBits-1:0] sums;

  sluice_edge_array #(
    .Rows    (Rows),
    .Columns (Columns),
    .Dot     (Dot),
    .SumBits (SumBits),
    .Stages  (Stages)
  ) u_array (
    .clk_i,
    .mode_i       (layer_i.mode),
    .load_i       (load_delay_q[2]),
    .activation_i (activations),
    .weight_i     (weights),
    .sum_o        (sums)
  );

  // ---------------------------------------------------------------------------------------------
  // Control that accompanies the positions through buffers and array
  localparam int ControlBits = 2 + PositionBits + 1 + Columns;

  logic [ControlBits-1:0]              control;
  logic [ControlDelay*ControlBits-1:0] control_q;
  logic [ControlDelay-1:0]             valid_q, end_q;

  assign control = {issue_first, issue_bank, issue_listed ? list_position : issue_position,
                    issue_last, issue_listed ? list_enable : {Columns{1'b1}}};

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= '0;
      end_q   <= '0;
    end else begin
      valid_q <= {valid_q[ControlDelay-2:0], issue_valid};
      end_q   <= {end_q[ControlDelay-2:0], issue_end};
    end
  end

  always_ff @(posedge clk_i) control_q <= {control_q[(ControlDelay-1)*ControlBits-1:0], control};

  logic                    acc_first, acc_bank;
  logic [PositionBits-1:0] acc_position;
  logic                    acc_last;
  logic [Columns-1:0]      acc_enable;

  assign {acc_first, acc_bank, acc_position, acc_last, acc_enable} =
      control_q[(ControlDelay-1)*ControlBits +: ControlBits];

  // Thresholds of the block
  sluice_edge_threshold_entry_t threshold_entry;

  logic [Columns*GateBits-1:0] threshold_q;
  logic                        unused_threshold;

  assign threshold_entry  = header_data;
  assign unused_threshold = ^threshold_entry;

  always_ff @(posedge clk_i) begin
    for (int c = 0; c < Columns; c++) begin
      if (threshold_valid & (threshold_column == ColumnIndexBits'(c))) begin
        threshold_q[c*GateBits +: GateBits] <= threshold_entry.threshold[GateBits-1:0];
      end
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Accumulators
  logic                       tile_ended, drain_read, drain_bank, drain_data_bank;
  logic [PositionBits-1:0]    drain_position;
  logic [Columns*AccBits-1:0] drain_data;

  sluice_edge_accumulator #(
    .Columns   (Columns),
    .SumBits   (SumBits),
    .AccBits   (AccBits),
    .Positions (Positions)
  ) u_accumulator (
    .clk_i,
    .rst_ni,
    .take_max_i        (layer_i.take_max),
    .valid_i           (valid_q[ControlDelay-1]),
    .first_i           (acc_first),
    .last_i            (acc_last),
    .bank_i            (acc_bank),
    .position_i        (acc_position),
    .enable_i          (acc_enable),
    .sum_i             (sums),
    .end_i             (end_q[ControlDelay-1]),
    .tile_end_o        (tile_ended),
    .threshold_i       (threshold_q),
    .gate_valid_o      (gate_valid),
    .gate_end_o        (gate_end),
    .gate_bank_o       (gate_bank),
    .gate_position_o   (gate_position),
    .gate_open_o       (gate_open),
    .drain_i           (drain_read),
    .drain_bank_i      (drain_bank),
    .drain_position_i  (drain_position),
    .drain_data_bank_i (drain_data_bank),
    .drain_data_o      (drain_data)
  );

  // ---------------------------------------------------------------------------------------------
  // Post-processing
  sluice_edge_post #(
    .Columns     (Columns),
    .Post        (Post),
    .AccBits     (AccBits),
    .Positions   (Positions),
    .WordBytes   (WordBytes),
    .MemoryBits  (MemoryBits),
    .HeaderWords (HeaderWords),
    .HeaderSlots (HeaderSlots)
  ) u_post (
    .clk_i,
    .rst_ni,
    .gated_i           (layer_i.gated),
    .out_width_i       (layer_i.output_width),
    .zero_point_i      (layer_i.zero_point),
    .clamp_low_i       (layer_i.clamp_low),
    .clamp_high_i      (layer_i.clamp_high),
    .out_row_step_i    (MemoryBits'(layer_i.out_row_step)),
    .out_column_step_i (MemoryBits'(layer_i.out_column_step)),
    .tile_start_i      (tile_start),
    .tile_bank_i       (tile_bank),
    .tile_height_i     (tile_height),
    .tile_width_i      (tile_width),
    .tile_out_i        (tile_out),
    .tile_channels_i   (tile_channels),
    .tile_record_end_i (tile_record_end),
    .tile_run_end_i    (tile_run_end),
    .tile_slot_i       (slot_q),
    .bank_busy_o       (bank_busy),
    .tile_end_i        (tile_ended),
    .header_fill_i     (header_fill),
    .header_slot_i     (fill_slot_q),
    .header_word_i     (fill_word_q),
    .header_data_i     (stream_data_i),
    .header_retired_o,
    .drain_read_o      (drain_read),
    .drain_bank_o      (drain_bank),
    .drain_position_o  (drain_position),
    .drain_data_bank_o (drain_data_bank),
    .drain_data_i      (drain_data),
    .mask_read_o       (mask_read),
    .mask_bank_o       (mask_bank),
    .mask_position_o   (mask_position),
    .mask_i            (mask),
    .word_valid_o,
    .word_ready_i,
    .word_address_o,
    .word_data_o,
    .word_strobe_o,
    .run_done_o
  );

endmodule : sluice_edge_lane
