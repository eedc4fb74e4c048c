// GENERATED - do not edit. Change tiny.yaml or templates/top/core.sv.tpl, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 d6053104
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// sluice_tiny:
// 2 lanes of 2 columns, 8 bytes of reduction a cycle each.
//
// The core takes its commands from memory (see the C header for their layout), reads feature maps
// and weights, and writes results, all through one native memory port:
//
//   read   a request names a byte address (multiple of WordBytes) and a length in words, 1 to
//          Burst. Data comes back in the order of the requests, a word a cycle at most; the core
//          always takes it.
//   write  one word with byte strobes; memory answers each with a pulse of write_done_i when it
//          has taken effect.
//
// With each word read, and with each write that is done, comes an error code as in AXI (00 or 01
// okay, 10 slave error, 11 decode error). An error stops the run, as do an illegal command, a
// command that addresses memory outside the region, the watchdog and an abort: no new requests,
// then all that are in flight end, then the core is idle and says why; the next start works.
//
// Valid stays high and what goes with it stays the same until ready; valid never waits for ready.
// Clock: rising edge. Reset: asynchronous, active low, released with the clock.
module sluice_tiny_core #(
  // What the config says
  parameter  int Lanes           = 2,
  parameter  int Columns         = 2,     // output channels of a lane
  parameter  int Rows            = 8,     // bytes of reduction a cycle
  parameter  int Segments        = 1,     // parts that the rows of a lane fold into
  parameter  int Dot             = 4,     // bytes of one processing element's dot product
  parameter  int Stages          = 1,     // pipeline stages of a processing element
  parameter  int AtomBytes       = 4,
  parameter  int AccBits         = 28,
  parameter  int Positions       = 16,    // of each accumulator bank
  parameter  int Post            = 1,     // channels a lane post-processes a cycle
  parameter  int ActivationBytes = 4096,  // activation buffer of a lane
  parameter  int WeightBytes     = 1024,  // weight buffer of a lane
  parameter  int WordBytes       = 8,     // memory port
  parameter  int MemoryBits      = 32,    // of a byte address in memory
  parameter  int Burst           = 4,     // longest read, in memory words
  parameter  int Outstanding     = 2,     // reads in flight
  localparam int LengthBits      = $clog2(Burst + 1)
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,

  // Registers: 32-bit port, reading is combinational and changes nothing
  input  logic                   reg_write_i,
  input  logic [7:0]             reg_address_i,
  input  logic [31:0]            reg_write_data_i,
  input  logic [3:0]             reg_strobe_i,  // of a write, one bit for each byte
  output logic [31:0]            reg_read_data_o,
  output logic                   reg_error_o,   // none there, or it is read-only

  output logic                   interrupt_o,  // level
  output logic                   busy_o,
  output logic                   done_o,
  output logic                   error_o,

  // Memory: read requests
  output logic                   read_valid_o,
  input  logic                   read_ready_i,
  output logic [MemoryBits-1:0]  read_address_o,
  output logic [LengthBits-1:0]  read_length_o,

  // Memory: read data, always taken
  input  logic                   read_data_valid_i,
  input  logic [WordBytes*8-1:0] read_data_i,
  input  logic [1:0]             read_error_i,

  // Memory: writes
  output logic                   write_valid_o,
  input  logic                   write_ready_i,
  output logic [MemoryBits-1:0]  write_address_o,
  output logic [WordBytes*8-1:0] write_data_o,
  output logic [WordBytes-1:0]   write_strobe_o,
  input  logic                   write_done_i,
  input  logic [1:0]             write_error_i
);

  // Array: a step is never shorter than reading, adding and writing an accumulator takes
  localparam int SegmentSumBits = 16 + $clog2(Rows / Segments);
  localparam int SumBits        = 16 + $clog2(Rows);
  localparam int MinStep        = (Columns > 3) ? Columns : 3;

  // Activation buffer: at least as many banks as the wider of array and memory word has atoms
  localparam int WideBytes = (Rows > WordBytes) ? Rows : WordBytes;
  localparam int Slots     = Rows / AtomBytes;
  localparam int Banks =
      (WideBytes > AtomBytes) ? 1 << $clog2((WideBytes - 1) / AtomBytes + 1) : 2;
  localparam int BankDepth       = ActivationBytes / (Banks * AtomBytes);
  localparam int AddressBits     = $clog2(Banks * BankDepth);
  localparam int WordAddressBits = $clog2(ActivationBytes / WordBytes);
  localparam int MemoryWordBits  = MemoryBits - $clog2(WordBytes);

  // Weight buffer, in granules: the smaller of a column and a memory word
  localparam int ColumnBytes    = 1 << $clog2(Rows);
  localparam int GranuleBytes   = (ColumnBytes < WordBytes) ? ColumnBytes : WordBytes;
  localparam int ColumnGranules = ColumnBytes / GranuleBytes;
  localparam int WordGranules   = WordBytes / GranuleBytes;
  localparam int GranuleBits    = $clog2(WeightBytes / GranuleBytes);
  localparam int WeightDepth    = WeightBytes / (GranuleBytes * ColumnGranules * WordGranules);

  // Record headers and commands, in memory words
  localparam int LaneColumns      = Segments * Columns;
  localparam int WordEntries      = WordBytes / 8;
  localparam int SequencerEntries = 2 + (LaneColumns + 1) / 2;
  localparam int ParameterEntries = LaneColumns * 2;
  localparam int SequencerWords   = (SequencerEntries - 1) / WordEntries + 1;
  localparam int HeaderWords      = SequencerWords + (ParameterEntries - 1) / WordEntries + 1;
  localparam int HeaderSlots      = 4;
  localparam int CommandWords     = (WordBytes < 128) ? 128 / WordBytes : 1;

  localparam int LaneBits = (Lanes > 1) ? $clog2(Lanes) : 1;

  // ---------------------------------------------------------------------------------------------
  // Reset of all units but registers and run control; what stops them
  logic                      units_rst_n, stop, unacknowledged;
  logic [MemoryWordBits-1:0] region_base, region_end;  // 0: no limit

  // ---------------------------------------------------------------------------------------------
  // Command unit: the operands of a command, and the layer registers
  sluice_tiny_load_t     load;
  sluice_tiny_fill_t     fill;
  sluice_tiny_fetch_t    fetch;
  sluice_tiny_run_t      run;
  sluice_tiny_layer_t    layer;
  sluice_tiny_addition_t addition;

  logic                   start, busy, active, finish, illegal, command_done;
  logic [MemoryBits-1:0]  start_address;
  logic                   command_read_valid, command_read_ready, command_data_valid;
  logic [MemoryBits-1:0]  command_read_address;
  logic [LengthBits-1:0]  command_read_length;
  logic [WordBytes*8-1:0] arrived_data;
  logic                   load_command, load_fill, load_command_ready;
  logic                   fetch_command, fetch_command_ready, run_command;
  logic                   layer_set, layer_busy;
  logic                   loads_busy, writes_busy, runs_busy, runs_full;
  logic                   unused_operands;

  sluice_tiny_command #(
    .WordBytes    (WordBytes),
    .MemoryBits   (MemoryBits),
    .Burst        (Burst),
    .CommandWords (CommandWords)
  ) u_command (
    .clk_i,
    .rst_ni            (units_rst_n),
    .start_i           (start),
    .start_address_i   (start_address),
    .busy_o            (active),
    .finish_o          (finish),
    .illegal_o         (illegal),
    .command_done_o    (command_done),
    .request_valid_o   (command_read_valid),
    .request_ready_i   (command_read_ready),
    .request_address_o (command_read_address),
    .request_length_o  (command_read_length),
    .data_valid_i      (command_data_valid),
    .data_i            (arrived_data),
    .loads_busy_i      (loads_busy),
    .writes_busy_i     (writes_busy),
    .runs_busy_i       (runs_busy),
    .runs_full_i       (runs_full),
    .load_o            (load),
    .fill_o            (fill),
    .fetch_o           (fetch),
    .run_o             (run),
    .load_valid_o      (load_command),
    .load_fill_o       (load_fill),
    .load_ready_i      (load_command_ready),
    .fetch_valid_o     (fetch_command),
    .fetch_ready_i     (fetch_command_ready),
    .run_valid_o       (run_command),
    .layer_o           (layer),
    .addition_o        (addition),
    .layer_set_o       (layer_set),
    .layer_busy_i      (layer_busy)
  );

  assign unused_operands = ^{load, fill, fetch, addition};

  // ---------------------------------------------------------------------------------------------
  // Slot pattern, from the layer registers
  logic [Slots*16-1:0]          pattern_atom;
  logic [Slots*AddressBits-1:0] pattern_offset;
  logic [Slots-1:0]             pattern_step, pattern_last;
  logic [Slots*16-1:0]          conditional_atom;
  logic [Slots*8-1:0]           conditional_row, conditional_group;
  logic [Slots*AddressBits-1:0] conditional_offset;
  logic [Slots-1:0]             conditional_last;

  sluice_tiny_slot_pattern #(
    .Slots       (Slots),
    .AddressBits (AddressBits)
  ) u_slot_pattern (
    .clk_i,
    .rst_ni                   (units_rst_n),
    .start_i                  (layer_set),
    .busy_o                   (layer_busy),
    .run_i                    (layer.kernel_row[15:0]),
    .wrap_offset_i            (layer.wrap_offset[AddressBits-1:0]),
    .fold_i                   (layer.fold),
    .windows_i                (layer.windows),
    .window_step_i            (layer.window_step[AddressBits-1:0]),
    .taps_i                   (layer.taps),
    .step_slots_i             (layer.step_slots),
    .last_slots_i             (layer.last_slots),
    .kernel_rows_i            (layer.kernel_rows),
    .group_wrap_i             (layer.group_wrap[AddressBits-1:0]),
    .conditional_last_slots_i (layer.conditional_last_slots),
    .conditional_atom_o       (conditional_atom),
    .conditional_row_o        (conditional_row),
    .conditional_group_o      (conditional_group),
    .conditional_offset_o     (conditional_offset),
    .conditional_last_o       (conditional_last),
    .atom_o                   (pattern_atom),
    .offset_o                 (pattern_offset),
    .step_o                   (pattern_step),
    .last_o                   (pattern_last)
  );

  // ---------------------------------------------------------------------------------------------
  // Load engine
  logic                       load_read_valid, load_read_ready, load_data_valid;
  logic [MemoryBits-1:0]      load_read_address;
  logic [LengthBits-1:0]      load_read_length;
  logic                       load_write, load_constant, load_constant_ready;
  logic [WordAddressBits-1:0] load_word;
  logic [WordBytes*8-1:0]     load_data;

  sluice_tiny_load #(
    .WordBytes       (WordBytes),
    .MemoryBits      (MemoryBits),
    .WordAddressBits (WordAddressBits),
    .Burst           (Burst)
  ) u_load (
    .clk_i,
    .rst_ni            (units_rst_n),
    .command_valid_i   (load_command),
    .command_ready_o   (load_command_ready),
    .command_fill_i    (load_fill),
    .command_source_i  (load.source[MemoryBits-1:0]),
    .command_word_i    (load.destination[WordAddressBits-1:0]),
    .command_count_i   (load.count[WordAddressBits:0]),
    .command_value_i   (fill.value),
    .busy_o            (loads_busy),
    .request_valid_o   (load_read_valid),
    .request_ready_i   (load_read_ready),
    .request_address_o (load_read_address),
    .request_length_o  (load_read_length),
    .data_valid_i      (load_data_valid),
    .data_i            (arrived_data),
    .write_o           (load_write),
    .fill_o            (load_constant),
    .fill_ready_i      (load_constant_ready),
    .write_word_o      (load_word),
    .write_data_o      (load_data)
  );

  // ---------------------------------------------------------------------------------------------
  // Weight fetch and read port
  logic                             weight_read_valid, weight_read_ready, weight_read_header;
  logic [MemoryBits-1:0]            weight_read_address;
  logic [LengthBits-1:0]            weight_read_length;
  logic [LaneBits-1:0]              weight_read_lane;
  logic [Lanes-1:0]                 weight_data_valid;
  logic                             weight_data_header;
  logic [Lanes*(GranuleBits+1)-1:0] weights_released;
  logic [Lanes-1:0]                 header_retired;

  sluice_tiny_weight_fetch #(
    .Lanes        (Lanes),
    .WordBytes    (WordBytes),
    .MemoryBits   (MemoryBits),
    .Burst        (Burst),
    .HeaderWords  (HeaderWords),
    .HeaderSlots  (HeaderSlots),
    .GranuleBits  (GranuleBits),
    .WordGranules (WordGranules)
  ) u_weight_fetch (
    .clk_i,
    .rst_ni            (units_rst_n),
    .start_i           (fetch_command),
    .ready_o           (fetch_command_ready),
    .address_i         (fetch.address[MemoryBits-1:0]),
    .pitch_i           (MemoryBits'(fetch.pitch)),
    .words_i           (fetch.words),
    .repeats_i         (fetch.repeats[15:0]),
    .records_i         (fetch.records_each),
    .extra_lanes_i     (fetch.records_extra),
    .released_i        (weights_released),
    .header_retired_i  (header_retired),
    .request_valid_o   (weight_read_valid),
    .request_ready_i   (weight_read_ready),
    .request_address_o (weight_read_address),
    .request_length_o  (weight_read_length),
    .request_lane_o    (weight_read_lane),
    .request_header_o  (weight_read_header)
  );

  // Addends: requests of the lanes in turn
  logic                            addend_read_valid, addend_read_ready;
  logic [MemoryBits-1:0]           addend_read_address;
  logic [LengthBits-1:0]           addend_read_length;
  logic [LaneBits-1:0]             addend_read_lane;
  logic [Lanes-1:0]                addend_valid, addend_ready, addend_data_valid;
  logic [Lanes*MemoryWordBits-1:0] addend_word;
  logic [Lanes*LengthBits-1:0]     addend_length;

  sluice_tiny_addend_fetch #(
    .Lanes      (Lanes),
    .WordBytes  (WordBytes),
    .MemoryBits (MemoryBits),
    .Burst      (Burst)
  ) u_addend_fetch (
    .clk_i,
    .rst_ni            (units_rst_n),
    .distance_i        (addition.distance[MemoryBits-1:0]),
    .valid_i           (addend_valid),
    .ready_o           (addend_ready),
    .word_i            (addend_word),
    .length_i          (addend_length),
    .request_valid_o   (addend_read_valid),
    .request_ready_i   (addend_read_ready),
    .request_address_o (addend_read_address),
    .request_length_o  (addend_read_length),
    .request_lane_o    (addend_read_lane)
  );

  logic                  reads_busy, read_outside, read_last;
  logic [LengthBits-1:0] read_beat;

  sluice_tiny_read_arbiter #(
    .Lanes       (Lanes),
    .WordBytes   (WordBytes),
    .MemoryBits  (MemoryBits),
    .Burst       (Burst),
    .Outstanding (Outstanding)
  ) u_read_arbiter (
    .clk_i,
    .rst_ni               (units_rst_n),
    .stop_i               (stop),
    .region_base_i        (region_base),
    .region_end_i         (region_end),
    .outside_o            (read_outside),
    .busy_o               (reads_busy),
    .command_valid_i      (command_read_valid),
    .command_ready_o      (command_read_ready),
    .command_address_i    (command_read_address),
    .command_length_i     (command_read_length),
    .load_valid_i         (load_read_valid),
    .load_ready_o         (load_read_ready),
    .load_address_i       (load_read_address),
    .load_length_i        (load_read_length),
    .weight_valid_i       (weight_read_valid),
    .weight_ready_o       (weight_read_ready),
    .weight_address_i     (weight_read_address),
    .weight_length_i      (weight_read_length),
    .weight_lane_i        (weight_read_lane),
    .weight_header_i      (weight_read_header),
    .addend_valid_i       (addend_read_valid),
    .addend_ready_o       (addend_read_ready),
    .addend_address_i     (addend_read_address),
    .addend_length_i      (addend_read_length),
    .addend_lane_i        (addend_read_lane),
    .read_valid_o,
    .read_ready_i,
    .read_address_o,
    .read_length_o,
    .data_valid_i         (read_data_valid_i),
    .data_i               (read_data_i),
    .command_data_valid_o (command_data_valid),
    .load_data_valid_o    (load_data_valid),
    .weight_data_valid_o  (weight_data_valid),
    .weight_data_header_o (weight_data_header),
    .addend_data_valid_o  (addend_data_valid),
    .data_o               (arrived_data),
    .beat_o               (read_beat),
    .last_beat_o          (read_last)
  );

  // ---------------------------------------------------------------------------------------------
  // Store
  logic [Lanes-1:0]                lane_word_valid, lane_word_ready;
  logic [Lanes*MemoryWordBits-1:0] lane_word_address;
  logic [Lanes*WordBytes*8-1:0]    lane_word_data;
  logic [Lanes*WordBytes-1:0]      lane_word_strobe;
  logic                            store_busy, local_valid, local_ready, write_outside;
  logic [MemoryWordBits-1:0]       store_address;
  logic [WordBytes*8-1:0]          store_data;
  logic [WordBytes-1:0]            store_strobe;

  sluice_tiny_store #(
    .Lanes          (Lanes),
    .WordBytes      (WordBytes),
    .MemoryWordBits (MemoryWordBits)
  ) u_store (
    .clk_i,
    .rst_ni        (units_rst_n),
    .local_i       (layer.local_out),
    .stop_i        (stop),
    .region_base_i (region_base),
    .region_end_i  (region_end),
    .outside_o     (write_outside),
    .valid_i       (lane_word_valid),
    .ready_o       (lane_word_ready),
    .address_i     (lane_word_address),
    .data_i        (lane_word_data),
    .strobe_i      (lane_word_strobe),
    .busy_o        (store_busy),
    .write_valid_o,
    .write_ready_i,
    .local_valid_o (local_valid),
    .local_ready_i (local_ready),
    .address_o     (store_address),
    .data_o        (store_data),
    .strobe_o      (store_strobe)
  );

  assign write_address_o = {store_address, {$clog2(WordBytes){1'b0}}};
  assign write_data_o    = store_data;
  assign write_strobe_o  = store_strobe;

  logic written;

  assign written     = write_valid_o & write_ready_i;
  assign writes_busy = store_busy | unacknowledged;

  // ---------------------------------------------------------------------------------------------
  // Write port of the activation buffers: data from memory first, then outputs, then constants
  logic                       buffer_write_q;
  logic [WordAddressBits-1:0] buffer_word_q;
  logic [WordBytes-1:0]       buffer_strobe_q;
  logic [WordBytes*8-1:0]     buffer_data_q;

  assign local_ready         = ~load_write;
  assign load_constant_ready = ~load_write & ~local_valid;

  always_ff @(posedge clk_i or negedge units_rst_n) begin
    if (!units_rst_n) buffer_write_q <= 1'b0;
    else              buffer_write_q <= load_write | local_valid | load_constant;
  end

  always_ff @(posedge clk_i) begin
    if (~load_write & local_valid) begin
      buffer_word_q   <= store_address[WordAddressBits-1:0];
      buffer_strobe_q <= store_strobe;
      buffer_data_q   <= store_data;
    end else begin
      buffer_word_q   <= load_word;
      buffer_strobe_q <= '1;
      buffer_data_q   <= load_data;
    end
  end

  // ---------------------------------------------------------------------------------------------
  // RUNs: how many are unfinished in each lane
  logic [Lanes-1:0] run_done, run_skip, lane_busy, lane_full;

  for (genvar l = 0; l < Lanes; l++) begin : gen_pending
    logic [1:0] pending_q;

    assign lane_busy[l] = pending_q != 2'd0;
    assign lane_full[l] = pending_q == 2'd2;

    always_ff @(posedge clk_i or negedge units_rst_n) begin
      if (!units_rst_n) pending_q <= '0;
      else pending_q <= pending_q + 2'(run_command) - 2'(run_done[l]) - 2'(run_skip[l]);
    end
  end

  assign runs_busy = (lane_busy != '0) | store_busy | buffer_write_q;
  assign runs_full = lane_full != '0;

  // ---------------------------------------------------------------------------------------------
  // Lanes
  logic [Lanes-1:0] issue, stall_weights, stall_post, stall_short;
  localparam int CountBits = $clog2(Segments + 1);

  logic [Lanes*CountBits-1:0] listed, skipped;
  logic [Lanes-1:0]           stall_gate;

  for (genvar l = 0; l < Lanes; l++) begin : gen_lane
    logic [15:0] records;
    assign records = layer.records_each + 16'(layer.records_extra > 16'(l));

    sluice_tiny_lane #(
      .Columns         (Columns),
      .Rows            (Rows),
      .Segments        (Segments),
      .Dot             (Dot),
      .Stages          (Stages),
      .SegmentSumBits  (SegmentSumBits),
      .SumBits         (SumBits),
      .AccBits         (AccBits),
      .Positions       (Positions),
      .Post            (Post),
      .MinStep         (MinStep),
      .AtomBytes       (AtomBytes),
      .Slots           (Slots),
      .Banks           (Banks),
      .BankDepth       (BankDepth),
      .AddressBits     (AddressBits),
      .WordBytes       (WordBytes),
      .WordAddressBits (WordAddressBits),
      .MemoryBits      (MemoryBits),
      .ColumnBytes     (ColumnBytes),
      .WeightDepth     (WeightDepth),
      .GranuleBits     (GranuleBits),
      .ColumnGranules  (ColumnGranules),
      .WordGranules    (WordGranules),
      .HeaderWords     (HeaderWords),
      .SequencerWords  (SequencerWords),
      .HeaderSlots     (HeaderSlots),
      .Burst           (Burst)
    ) u_lane (
      .clk_i,
      .rst_ni                (units_rst_n),
      .layer_i               (layer),
      .addition_i            (addition),
      .records_i             (records),
      .pattern_atom_i        (pattern_atom),
      .pattern_offset_i      (pattern_offset),
      .pattern_step_i        (pattern_step),
      .pattern_last_i        (pattern_last),
      .conditional_atom_i    (conditional_atom),
      .conditional_row_i     (conditional_row),
      .conditional_group_i   (conditional_group),
      .conditional_offset_i  (conditional_offset),
      .conditional_last_i    (conditional_last),
      .run_push_i            (run_command),
      .run_i                 (run),
      .run_done_o            (run_done[l]),
      .run_skip_o            (run_skip[l]),
      .load_i                (buffer_write_q),
      .load_word_i           (buffer_word_q),
      .load_strobe_i         (buffer_strobe_q),
      .load_data_i           (buffer_data_q),
      .stream_valid_i        (weight_data_valid[l]),
      .stream_header_i       (weight_data_header),
      .stream_data_i         (arrived_data),
      .weights_released_o    (weights_released[l*(GranuleBits+1) +: GranuleBits+1]),
      .header_retired_o      (header_retired[l]),
      .addend_valid_o        (addend_valid[l]),
      .addend_ready_i        (addend_ready[l]),
      .addend_word_o         (addend_word[l*MemoryWordBits +: MemoryWordBits]),
      .addend_length_o       (addend_length[l*LengthBits +: LengthBits]),
      .addend_data_valid_i   (addend_data_valid[l]),
      .addend_data_i         (arrived_data),
      .word_valid_o          (lane_word_valid[l]),
      .word_ready_i          (lane_word_ready[l]),
      .word_address_o        (lane_word_address[l*MemoryWordBits +: MemoryWordBits]),
      .word_data_o           (lane_word_data[l*WordBytes*8 +: WordBytes*8]),
      .word_strobe_o         (lane_word_strobe[l*WordBytes +: WordBytes]),
      .event_issue_o         (issue[l]),
      .event_listed_o        (listed[l*CountBits +: CountBits]),
      .event_skipped_o       (skipped[l*CountBits +: CountBits]),
      .event_stall_gate_o    (stall_gate[l]),
      .event_stall_weights_o (stall_weights[l]),
      .event_stall_post_o    (stall_post[l]),
      .event_stall_short_o   (stall_short[l])
    );
  end

  // ---------------------------------------------------------------------------------------------
  // Run control: not reset with the units
  logic                  abort, progress, done_event, error_event;
  logic [31:0]           watchdog, error_command;
  logic [7:0]            error_code;
  logic [MemoryBits-1:0] error_address;
  logic [15:0]           layers;

  assign busy_o   = busy;
  assign progress = command_done | (read_valid_o & read_ready_i) | read_data_valid_i | written |
                    write_done_i | buffer_write_q | (issue != '0);

  sluice_tiny_stop #(
    .WordBytes   (WordBytes),
    .MemoryBits  (MemoryBits),
    .Burst       (Burst),
    .Outstanding (Outstanding)
  ) u_stop (
    .clk_i,
    .rst_ni,
    .units_rst_no     (units_rst_n),
    .start_i          (start),
    .abort_i          (abort),
    .watchdog_i       (watchdog),
    .busy_o           (busy),
    .done_o,
    .error_o,
    .done_event_o     (done_event),
    .error_event_o    (error_event),
    .error_code_o     (error_code),
    .error_command_o  (error_command),
    .error_address_o  (error_address),
    .layers_o         (layers),
    .active_i         (active),
    .finish_i         (finish),
    .illegal_i        (illegal),
    .command_done_i   (command_done),
    .layer_set_i      (layer_set),
    .progress_i       (progress),
    .read_taken_i     (read_valid_o & read_ready_i),
    .read_address_i   (read_address_o),
    .read_data_valid_i,
    .read_error_i,
    .read_beat_i      (read_beat),
    .read_last_i      (read_last),
    .read_outside_i   (read_outside),
    .reads_busy_i     (reads_busy),
    .write_taken_i    (written),
    .write_address_i  (write_address_o),
    .write_done_i,
    .write_error_i,
    .write_outside_i  (write_outside),
    .write_valid_i    (write_valid_o),
    .unacknowledged_o (unacknowledged),
    .stop_o           (stop)
  );

  // ---------------------------------------------------------------------------------------------
  // Registers
  sluice_tiny_registers #(
    .Lanes      (Lanes),
    .WordBytes  (WordBytes),
    .MemoryBits (MemoryBits)
  ) u_registers (
    .clk_i,
    .rst_ni,
    .write_i           (reg_write_i),
    .address_i         (reg_address_i),
    .write_data_i      (reg_write_data_i),
    .write_strobe_i    (reg_strobe_i),
    .read_data_o       (reg_read_data_o),
    .error_o           (reg_error_o),
    .interrupt_o,
    .start_o           (start),
    .abort_o           (abort),
    .command_address_o (start_address),
    .watchdog_o        (watchdog),
    .region_base_o     (region_base),
    .region_end_o      (region_end),
    .busy_i            (busy),
    .done_i            (done_o),
    .error_i           (error_o),
    .done_event_i      (done_event),
    .error_event_i     (error_event),
    .error_code_i      (error_code),
    .error_command_i   (error_command),
    .error_address_i   (error_address),
    .layers_i          (layers),
    .issue_i           (issue),
    .listed_i          (listed),
    .skipped_i         (skipped),
    .stall_gate_i      (stall_gate),
    .stall_weights_i   (stall_weights),
    .stall_post_i      (stall_post),
    .stall_short_i     (stall_short),
    .read_i            (read_data_valid_i),
    .written_i         (written)
  );

endmodule : sluice_tiny_core
