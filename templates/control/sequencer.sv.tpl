<%! SPDX-License-Identifier: Apache-2.0 %>
// Sequencer of one lane: walks through the records, tiles, passes and steps of a RUN and lets one
// position enter the array each cycle.
//
// A step holds one weight tile while positions stream past it; it lasts max(positions, MinStep)
// cycles and follows the step before without a gap, unless weights are missing. A tile starts when
// its accumulator bank has been drained. Beside that it costs one cycle for a tile and three for a
// record's header.
<%#gating%>
//
// A base pass computes all blocks of a record at once. The conditional pass goes block after block,
// each with all rows. Its first step takes open positions while the gate is still deciding, and
// ends when the gate has decided about the whole tile; a block without open positions is passed
// over. What leaves the array unfolded takes longer: a tile waits for the one before to be out.
<%/gating%>
//
// Everything this module sends out is registered ("issue" cycle + 1).
module <%name%>_sequencer #(
  parameter int Columns = <%columns%>,
  parameter int Segments = <%segments%>,          // blocks of a record at most
  parameter int Slots = <%slots%>,
  parameter int MinStep = <%min_step%>,             // max(Columns, 3)
  parameter int AddressBits = <%atom_address_bits%>,         // of an atom
  parameter int Positions = <%accumulator_positions%>,
  parameter int MemoryBits = <%memory_address_bits%>,            // of an output byte address
  parameter int ColumnGranules = <%column_granules%>,        // weight buffer granules of a column
  parameter int WordGranules = <%word_granules%>,          // weight buffer granules of a memory word
  parameter int GranuleBits = <%weight_granule_bits%>,
  localparam int PositionBits = $clog2(Positions),
  localparam int TileBits = PositionBits + 1,
  localparam int ColumnBits = $clog2(Segments * Columns + 1)<%#gating%>,
  localparam int BlockBits = (Segments > 1) ? $clog2(Segments) : 1,
  localparam int PairBits = (Segments * Columns > 2) ? $clog2((Segments * Columns + 1) / 2) : 1<%/gating%>
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,

  // Layer registers, steady while a RUN is in progress; what this lane has of them, and the pattern
  // of slots that goes with them: offsets in a group's first step
  input <%name%>_layer_t layer_i,

  input  logic [15:0]                  records_i,
  input  logic [Slots*16-1:0]          pattern_atom_i,
  input  logic [Slots*AddressBits-1:0] pattern_offset_i,
  input  logic [Slots-1:0]             pattern_step_i,       // slots that a step reads,
  input  logic [Slots-1:0]             pattern_last_i,       // and a group's last
<%#gating%>
  input  logic [Slots*16-1:0]          conditional_atom_i,   // the same in a conditional pass
  input  logic [Slots*8-1:0]           conditional_row_i,
  input  logic [Slots*8-1:0]           conditional_group_i,
  input  logic [Slots*AddressBits-1:0] conditional_offset_i,
  input  logic [Slots-1:0]             conditional_last_i,
<%/gating%>

  // RUN queue
  input  logic                         run_valid_i,
  input  logic [AddressBits-1:0]       run_address_i,
  input  logic [MemoryBits-1:0]        run_out_i,
  input  logic [15:0]                  run_rows_i,
  input  logic [15:0]                  run_columns_i,
  output logic                         run_pop_o,
  output logic                         run_skip_o,          // the RUN had no block for this lane

  // Record header: 8-byte entries, valid one cycle after the request
  input  logic                         header_ready_i,      // a complete one waits
  output logic                         header_start_o,      // it is taken
  output logic                         header_read_o,
  output logic [15:0]                  header_entry_o,
  input  logic [63:0]                  header_data_i,
  output logic                         record_end_o,        // its last tile has been issued
<%#gating%>
  output logic                         threshold_valid_o,   // header_data_i is two thresholds,
  output logic [PairBits-1:0]          threshold_pair_o,    // those of this pair of columns
<%/gating%>

  // Weight buffer
  input  logic [GranuleBits:0]           weights_filled_i,
  output logic [GranuleBits:0]           weights_released_o,
  output logic                         weight_read_o,       // of column weight_column_o
<%#circulant%>
  output logic                         weight_rotate_o,     // the next one, of that read last
<%/circulant%>
  output logic [GranuleBits-1:0]         weight_column_o,
  output logic                         weight_load_o,       // first column of a step

  // Accumulator banks and post-processing
  input  logic [1:0]                   bank_busy_i,
  output logic                         tile_start_o,        // a tile starts in bank tile_bank_o
  output logic                         tile_bank_o,
  output logic [TileBits-1:0]          tile_height_o,
  output logic [TileBits-1:0]          tile_width_o,
  output logic [MemoryBits-1:0]        tile_out_o,          // byte address of its first output
<%#additions%>
  output logic [MemoryBits-1:0]        tile_record_out_o,   // of the record in a position
<%/additions%>
  output logic [ColumnBits-1:0]        tile_channels_o,     // valid columns of a unit
  output logic [7:0]                   tile_units_o,
  output logic                         tile_record_end_o,   // last tile of its record
  output logic                         tile_run_end_o,      // last tile of its RUN
<%#gating%>

  // Open positions
  output logic [AddressBits-1:0]       tile_address_o,
  input  logic                         gate_done_i,         // the gate has decided on all
  input  logic [Segments-1:0]          gate_open_i,         // blocks with an open position
  output logic                         condition_step_o,    // a step begins in the next cycle,
  output logic [BlockBits-1:0]         condition_next_o,    // for this block
  output logic [BlockBits-1:0]         condition_block_o,   // block of the step in progress
  input  logic                         condition_left_i,    // an open position is left
  input  logic                         condition_more_i,    // more than one is
  output logic                         condition_take_o,
<%/gating%>

  // Issue
  output logic                         issue_valid_o,
  output logic                         issue_first_o,       // first step of the tile
<%#gating%>
  output logic                         issue_last_o,        // last step of a base pass
  output logic                         issue_listed_o,      // conditional pass: an open position
<%/gating%>
  output logic                         issue_bank_o,
  output logic [PositionBits-1:0]      issue_position_o,
  output logic [AddressBits-1:0]       issue_address_o,
  output logic                         issue_end_o,         // the tile<%#gating%>, or its base pass,<%/gating%> ends
  output logic [Slots*AddressBits-1:0] slot_offset_o,
  output logic [Slots-1:0]             slot_valid_o,

  // Events for the counters
  output logic                         stall_weights_o,
  output logic                         stall_post_o,
<%#gating%>
  output logic                         stall_gate_o,
<%/gating%>
  output logic                         stall_short_o
);

  // Entries of a record's header
  localparam int OutputEntry = 0;
  localparam int GroupEntry = 1;
<%#gating%>
  localparam int ThresholdEntry = 2;
<%/gating%>
  localparam int StepBits = $clog2(MinStep + 1);
<%#circulant%>
  localparam int NeedBits = $clog2(Columns * ColumnGranules + 1);
<%/circulant%>

  typedef enum logic [2:0] {
    StIdle      = 3'd0,  // waits for a RUN
    StHeader    = 3'd1,  // waits for a record's header
    StOutput    = 3'd2,  // header: outputs
    StGroup     = 3'd3,  // header: input group
    StTile      = 3'd4,  // waits for the accumulator bank, sets up a tile
    StBase      = 3'd5,  // base pass, or the only pass
    StCondition = 3'd6,  // conditional pass
    StSkip      = 3'd7   // passes over a block's conditional weights that nobody needs
  } state_e;

  state_e state_q, state_d;

  // ---------------------------------------------------------------------------------------------
  // Layer registers as wide as they are used here
  logic [AddressBits-1:0] group_pitch, row_step, tile_row_step;
  logic [MemoryBits-1:0]  out_tile_row_step;
  logic [TileBits-1:0]    tile_rows, tile_columns;
  logic [15:0]            kernel_row;
  logic                   unused_layer;

  assign group_pitch       = layer_i.group_pitch[AddressBits-1:0];
  assign row_step          = layer_i.row_step[AddressBits-1:0];
  assign tile_row_step     = layer_i.tile_row_step[AddressBits-1:0];
  assign out_tile_row_step = MemoryBits'(layer_i.out_tile_row_step);
  assign tile_rows         = layer_i.tile_rows[TileBits-1:0];
  assign tile_columns      = layer_i.tile_columns[TileBits-1:0];
  assign kernel_row        = layer_i.kernel_row[15:0];
  assign unused_layer      = ^layer_i;

  // ---------------------------------------------------------------------------------------------
  // Record and tile
  logic [15:0]            records_left_q, rows_left_q, columns_left_q;
  logic [AddressBits-1:0] row_address_q, tile_address_q;  // atom address of the tile row and tile
  logic [MemoryBits-1:0]  row_out_q, tile_out_q;          // the same for outputs
  logic [MemoryBits-1:0]  out_offset_q;
  logic [ColumnBits-1:0]  channels_q;
  logic [7:0]             units_q;
  logic [AddressBits-1:0] record_group_offset_q;
  logic [15:0]            record_group_q;
  logic                   bank_q;

  logic                   bottom_tile, right_tile, record_tiles_end, last_use, tile_delayed;
  logic [TileBits-1:0]    tile_height, tile_width;

  assign bottom_tile      = rows_left_q <= 16'(tile_rows);
  assign right_tile       = columns_left_q <= 16'(tile_columns);
  assign tile_height      = bottom_tile ? rows_left_q[TileBits-1:0] : tile_rows;
  assign tile_width       = right_tile ? columns_left_q[TileBits-1:0] : tile_columns;
  assign record_tiles_end = bottom_tile & right_tile;
  assign last_use         = ~layer_i.keep | record_tiles_end;

  // ---------------------------------------------------------------------------------------------
  // Step
  logic [StepBits-1:0]     cycle_q;        // cycle of the step, saturating
  logic [15:0]             group_q;        // input group in use
  logic [AddressBits-1:0]  group_offset_q;
  logic [15:0]             groups_left_q, steps_left_q;
  logic                    first_step_q;
  logic [TileBits-1:0]     x_left_q, y_left_q;
  logic [AddressBits-1:0]  line_address_q, address_q;
  logic [PositionBits-1:0] position_q;
  logic                    positions_done_q;

  logic in_step, weights_ready, go, long_enough, step_end, group_end, pass_end, base_end;
  logic tile_leave, issue_base, last_position, next_group_wraps;
  logic [GranuleBits:0] read_q, record_q;
<%#circulant%>
  logic [GranuleBits:0] weights_left;
  logic [NeedBits-1:0]  step_granules;  // of weights, in a step
<%/circulant%>
<%#gating%>
  logic [BlockBits-1:0] block_q, block_next;  // whose conditional pass is in progress
  logic [Segments-1:0]  later_blocks;         // than that
  logic [1:0]           issued_q, since_q;    // positions of the step, cycles since one: saturating
  logic                 issue_listed, list_empty, list_taken, spaced, skip_step, gate_step;
  logic                 gated, threshold_busy_q, in_condition, block_end, last_block, later_open;
<%/gating%>

  assign in_step          = (state_q == StBase)<%#gating%> | (state_q == StCondition)<%/gating%>;
<%^circulant%>
  assign weights_ready    =
      (weights_filled_i - read_q) >= (GranuleBits+1)'(Columns * ColumnGranules);
<%/circulant%>
<%#circulant%>
  assign step_granules    = NeedBits'(Columns * ColumnGranules) >> layer_i.circulant;
  assign weights_left     = weights_filled_i - read_q;
  assign weights_ready    = (weights_left[GranuleBits:NeedBits] != '0) |
                            (weights_left[NeedBits-1:0] >= step_granules);
<%/circulant%>
<%#gating%>
  assign go               = (cycle_q != '0) | (weights_ready & ~(gate_step & threshold_busy_q));
<%/gating%>
<%^gating%>
  assign go               = (cycle_q != '0) | weights_ready;
<%/gating%>
  assign long_enough      = cycle_q >= StepBits'(MinStep - 1);
  assign issue_base       = (state_q == StBase) & go & ~positions_done_q;
  assign last_position    = (x_left_q == TileBits'(1)) & (y_left_q == TileBits'(1));
  assign group_end        = steps_left_q == 16'd1;
  assign pass_end         = group_end & (groups_left_q == 16'd1);
  assign base_end         = (state_q == StBase) & step_end & pass_end;
<%#gating%>

  assign gated        = layer_i.gated;  // Icarus takes no part of a structure in always_comb
  assign in_condition = (state_q == StCondition) | (state_q == StSkip);
  assign issue_listed = (state_q == StCondition) & go & condition_left_i;
  assign list_empty   = gate_done_i & ~gate_open_i[block_q];
  assign list_taken   = gate_done_i & (issue_listed ? ~condition_more_i : ~condition_left_i);

  // With fewer than three positions the next step must not come too soon after this one's last
  assign spaced       = issue_listed ? issued_q[1]
                                     : (issued_q == 2'd0) | issued_q[1] | since_q[1];
  assign skip_step    = (state_q == StSkip) & weights_ready;
  assign gate_step    = (state_q == StBase) & gated & pass_end;

  // Blocks of a conditional pass
  assign last_block   = 8'(block_q) + 8'd1 == layer_i.record_blocks;
  assign block_end    = pass_end & ((step_end & (state_q == StCondition)) | skip_step);
  assign block_next   = block_end ? block_q + 1'b1 : block_q;
  assign later_blocks = ~((Segments'(2) << block_q) - Segments'(1));
  assign later_open   = (gate_open_i & later_blocks) != '0;
<%/gating%>

  always_comb begin
    step_end = 1'b0;
    if (state_q == StBase) begin
      step_end = go & long_enough & (positions_done_q | (issue_base & last_position));
    end
<%#gating%>
    if (state_q == StCondition) step_end = go & long_enough & list_taken & spaced;
<%/gating%>
  end
<%#gating%>

  // A kept record's weights need not be passed over if no later block has open positions
  assign tile_leave = (base_end & ~gated) |
                      (block_end & (last_block | (~last_use & ~later_open))) |
                      ((state_q == StCondition) & step_end & list_empty & ~last_use & ~later_open);
<%/gating%>
<%^gating%>
  assign tile_leave = base_end;
<%/gating%>

  // ---------------------------------------------------------------------------------------------
  // State
  logic run_start, tile_start, run_end, record_end;

  assign run_start  = (state_q == StIdle) & run_valid_i;
  assign tile_start = (state_q == StTile) & ~bank_busy_i[bank_q] & ~tile_delayed;
  assign record_end = tile_leave & last_use;
  assign run_end    = tile_leave & record_tiles_end & (records_left_q == 16'd1);

  always_comb begin
    state_d = state_q;
    case (state_q)
      StIdle:      if (run_valid_i && records_i != '0) state_d = StHeader;
      StHeader:    if (header_ready_i) state_d = StOutput;
      StOutput:    state_d = StGroup;
      StGroup:     state_d = StTile;
      StTile:      if (tile_start) state_d = StBase;
<%#gating%>
      StBase:      if (base_end & gated) state_d = StCondition;
      StCondition: begin
        if (block_end & ~gate_open_i[block_next])    state_d = StSkip;
        else if (~block_end & step_end & list_empty) state_d = StSkip;
      end
      StSkip:      if (block_end & gate_open_i[block_next]) state_d = StCondition;
<%/gating%>
<%^gating%>
      StBase:      state_d = StBase;
<%/gating%>
      default:     state_d = StIdle;
    endcase
    if (tile_leave) begin
      if (run_end)         state_d = StIdle;
      else if (record_end) state_d = StHeader;
      else                 state_d = StTile;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) state_q <= StIdle;
    else         state_q <= state_d;
  end

  assign record_end_o = record_end;
  assign run_pop_o    = run_end | (run_start & (records_i == '0));
  assign run_skip_o   = run_start & (records_i == '0);

  // ---------------------------------------------------------------------------------------------
  // Header
  assign header_start_o = (state_q == StHeader) & header_ready_i;
<%#gating%>

  logic [PairBits-1:0] threshold_q;  // pair of thresholds being asked for
  logic [15:0]         columns_used;
  logic [PairBits-1:0] last_pair;

  assign columns_used  = 16'(layer_i.record_blocks) * 16'(Columns);
  assign last_pair     = PairBits'((columns_used - 16'd1) >> 1);
  assign header_read_o = header_start_o | (state_q == StOutput) | threshold_busy_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      threshold_busy_q  <= 1'b0;
      threshold_valid_o <= 1'b0;
    end else begin
      threshold_valid_o <= threshold_busy_q;
      if (state_q == StOutput) threshold_busy_q <= gated;
      else if (threshold_q == last_pair) threshold_busy_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    threshold_pair_o <= threshold_q;
    if (state_q == StOutput)   threshold_q <= '0;
    else if (threshold_busy_q) threshold_q <= threshold_q + 1'b1;
  end
<%/gating%>
<%^gating%>
  assign header_read_o = header_start_o | (state_q == StOutput);
<%/gating%>

  always_comb begin
    header_entry_o = 16'(OutputEntry);
    if (state_q == StOutput) header_entry_o = 16'(GroupEntry);
<%#gating%>
    else if (threshold_busy_q) header_entry_o = 16'(ThresholdEntry) + 16'(threshold_q);
<%/gating%>
  end

  <%name%>_output_entry_t output_entry;
  <%name%>_group_entry_t  group_entry;

  logic unused_entries;

  assign output_entry   = header_data_i;
  assign group_entry    = header_data_i;
  assign unused_entries = ^{output_entry, group_entry};

  always_ff @(posedge clk_i) begin
    if (state_q == StOutput) begin
      out_offset_q <= MemoryBits'(output_entry.offset);
      channels_q   <= output_entry.columns[ColumnBits-1:0];
      units_q      <= output_entry.units;
    end
    if (state_q == StGroup) begin
      record_group_offset_q <= group_entry.offset[AddressBits-1:0];
      record_group_q        <= group_entry.number[15:0];
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Tiles of a record, records of a RUN
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      bank_q        <= 1'b0;
      records_left_q <= '0;
    end else begin
      if (run_start) records_left_q <= records_i;
      else if (tile_leave & record_tiles_end) records_left_q <= records_left_q - 16'd1;
      if (tile_leave) bank_q <= ~bank_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (run_start | (tile_leave & record_tiles_end)) begin
      rows_left_q    <= run_rows_i;
      columns_left_q <= run_columns_i;
      row_address_q  <= run_address_i;
      tile_address_q <= run_address_i;
      row_out_q      <= run_out_i;
      tile_out_q     <= run_out_i;
    end else if (tile_leave & right_tile) begin
      rows_left_q    <= rows_left_q - 16'(tile_rows);
      columns_left_q <= run_columns_i;
      row_address_q  <= row_address_q + tile_row_step;
      tile_address_q <= row_address_q + tile_row_step;
      row_out_q      <= row_out_q + out_tile_row_step;
      tile_out_q     <= row_out_q + out_tile_row_step;
    end else if (tile_leave) begin
      columns_left_q <= columns_left_q - 16'(tile_columns);
      tile_address_q <= tile_address_q + layer_i.tile_column_step[AddressBits-1:0];
      tile_out_q     <= tile_out_q + MemoryBits'(layer_i.out_tile_column_step);
    end
  end

  assign tile_start_o      = tile_start;
  assign tile_bank_o       = bank_q;
  assign tile_height_o     = tile_height;
  assign tile_width_o      = tile_width;
  assign tile_out_o        = tile_out_q + out_offset_q;
<%#additions%>
  assign tile_record_out_o = out_offset_q;
<%/additions%>
  assign tile_channels_o   = channels_q;
  assign tile_units_o      = units_q;
  assign tile_record_end_o = last_use;
  assign tile_run_end_o    = record_tiles_end & (records_left_q == 16'd1);
<%#gating%>
  assign tile_address_o    = tile_address_q;
<%/gating%>

<%#gating%>
  // The first sums of a tile are behind the last, later ones of the tile before
  logic [3:0] delay_q;

  assign tile_delayed = delay_q != '0;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) delay_q <= '0;
    else if (tile_leave & in_condition & (layer_i.fold != '0)) delay_q <= layer_i.fold - 4'd1;
    else if (tile_delayed) delay_q <= delay_q - 4'd1;
  end
<%/gating%>
<%^gating%>
  assign tile_delayed = 1'b0;
<%/gating%>

  // ---------------------------------------------------------------------------------------------
  // Steps of a pass: groups, and steps of a group
  logic next_step;
<%#gating%>
  assign next_step = step_end | skip_step;
<%/gating%>
<%^gating%>
  assign next_step = step_end;
<%/gating%>

  logic [15:0]            group_next;  // the group after this one, and where it is
  logic [AddressBits-1:0] group_offset_next;

<%#gating%>
  // A step of the conditional pass may take several groups: a walk
  logic [15:0]            group_sum, groups_taken;
  logic [AddressBits-1:0] taken_span, groups_span;

  assign groups_taken      = in_condition ? 16'(layer_i.walk_groups) : 16'd1;
  assign taken_span        = in_condition ? layer_i.walk_span[AddressBits-1:0] : group_pitch;
  assign groups_span       = layer_i.groups_span[AddressBits-1:0];
  assign group_sum         = group_q + groups_taken;
  assign next_group_wraps  = group_sum >= layer_i.groups;
  assign group_next        = group_sum - (next_group_wraps ? layer_i.groups : 16'd0);
  assign group_offset_next = group_offset_q + taken_span - (next_group_wraps ? groups_span : '0);
<%/gating%>
<%^gating%>
  // Passes that wrap, those of two rounds, begin with group 0, wherever that is
  assign next_group_wraps  = group_q + 16'd1 == layer_i.groups;
  assign group_next        = next_group_wraps ? '0 : group_q + 16'd1;
  assign group_offset_next = next_group_wraps ? record_group_offset_q
                                              : group_offset_q + group_pitch;
<%/gating%>
<%#gating%>

  // The first group of a block's conditional pass: one group on for each window of blocks
  logic [15:0]            condition_group_q, condition_group_next;
  logic [AddressBits-1:0] condition_offset_q, condition_offset_next;
  logic [7:0]             window_top;
  logic                   window_end, condition_wraps;

  assign window_top            = (8'd1 << (layer_i.fold - layer_i.windows)) - 8'd1;
  assign window_end            = (8'(block_q) & window_top) == window_top;
  assign condition_wraps       = condition_group_q + 16'd1 == layer_i.groups;
  assign condition_group_next  = ~window_end ? condition_group_q :
                                 condition_wraps ? '0 : condition_group_q + 16'd1;
  assign condition_offset_next = ~window_end ? condition_offset_q :
                                 condition_wraps ? '0 : condition_offset_q + group_pitch;

  always_ff @(posedge clk_i) begin
    if (tile_start) block_q <= '0;
    else            block_q <= block_next;
    if (base_end) begin
      condition_group_q  <= group_next;
      condition_offset_q <= group_offset_next;
    end else if (block_end) begin
      condition_group_q  <= condition_group_next;
      condition_offset_q <= condition_offset_next;
    end
  end

  assign condition_step_o  = next_step;
  assign condition_next_o  = block_next;
  assign condition_block_o = block_q;
  assign condition_take_o  = issue_listed;
<%/gating%>

  always_ff @(posedge clk_i) begin
    if (tile_start) begin
      group_q        <= record_group_q;
      group_offset_q <= record_group_offset_q;
      groups_left_q  <= layer_i.base_groups;
      steps_left_q   <= layer_i.group_steps;
      first_step_q   <= 1'b1;
<%#gating%>
    end else if (base_end | block_end) begin
      first_step_q   <= 1'b0;
      group_q        <= base_end ? group_next : condition_group_next;
      group_offset_q <= base_end ? group_offset_next : condition_offset_next;
      groups_left_q  <= layer_i.conditional_walks;
      steps_left_q   <= layer_i.conditional_steps;
<%/gating%>
    end else if (next_step) begin
      first_step_q <= 1'b0;
      steps_left_q <= steps_left_q - 16'd1;
      if (group_end) begin
        group_q        <= group_next;
        group_offset_q <= group_offset_next;
        groups_left_q  <= groups_left_q - 16'd1;
<%#gating%>
        steps_left_q   <= in_condition ? layer_i.conditional_steps : layer_i.group_steps;
<%/gating%>
<%^gating%>
        steps_left_q   <= layer_i.group_steps;
<%/gating%>
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (tile_start | step_end) cycle_q <= '0;
    else if (in_step & go & (cycle_q != StepBits'(MinStep))) cycle_q <= cycle_q + 1'b1;
  end

  // ---------------------------------------------------------------------------------------------
  // Positions of a step
  always_ff @(posedge clk_i) begin
    if (tile_start | step_end) begin
      x_left_q         <= tile_width;
      y_left_q         <= tile_height;
      line_address_q   <= tile_address_q;
      address_q        <= tile_address_q;
      position_q       <= '0;
      positions_done_q <= 1'b0;
    end else if (issue_base) begin
      position_q       <= position_q + 1'b1;
      positions_done_q <= last_position;
      if (x_left_q == TileBits'(1)) begin
        x_left_q       <= tile_width;
        y_left_q       <= y_left_q - 1'b1;
        line_address_q <= line_address_q + row_step;
        address_q      <= line_address_q + row_step;
      end else begin
        x_left_q  <= x_left_q - 1'b1;
        address_q <= address_q + layer_i.column_step[AddressBits-1:0];
      end
    end
  end
<%#gating%>

  always_ff @(posedge clk_i) begin
    if (tile_start | step_end) begin
      issued_q <= '0;
      since_q  <= '0;
    end else begin
      if (issue_listed & (issued_q != 2'd3)) issued_q <= issued_q + 2'd1;
      if (issue_listed)     since_q <= 2'd1;
      else if (~since_q[1]) since_q <= since_q + 2'd1;
    end
  end
<%/gating%>

  // ---------------------------------------------------------------------------------------------
  // Weights: read one column in each of a step's first cycles<%#circulant%>; where one stands for several,
  // in the first of their cycles<%/circulant%>
  logic               read_column;
  logic [GranuleBits:0] read_next, record_aligned;

<%^circulant%>
  assign read_column = in_step & go & (cycle_q < StepBits'(Columns));
<%/circulant%>
<%#circulant%>
  logic                use_column;
  logic [StepBits-1:0] columns_before;  // that a column read before stands for
  logic [NeedBits-1:0] read_granules;

  assign use_column     = in_step & go & (cycle_q < StepBits'(Columns));
  assign columns_before = cycle_q & ~({StepBits{1'b1}} << layer_i.circulant);
  assign read_column    = use_column & (columns_before == '0);
<%/circulant%>

  always_comb begin
<%^circulant%>
    read_next = read_q;
    if (read_column) read_next = read_q + (GranuleBits+1)'(ColumnGranules);
<%#gating%>
    if (skip_step) read_next = read_q + (GranuleBits+1)'(Columns * ColumnGranules);
<%/gating%>
<%/circulant%>
<%#circulant%>
    read_granules = '0;
    if (read_column) read_granules = NeedBits'(ColumnGranules);
<%#gating%>
    if (skip_step) read_granules = step_granules;
<%/gating%>
    read_next = read_q + (GranuleBits+1)'(read_granules);
<%/circulant%>
    // A record fills up whole memory words
    record_aligned = (read_next + (GranuleBits+1)'(WordGranules - 1)) &
                     ~((GranuleBits+1)'(WordGranules - 1));
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      read_q             <= '0;
      weights_released_o <= '0;
      record_q           <= '0;
    end else begin
      if (state_q == StHeader) record_q <= read_q;
      if (record_end) begin
        read_q             <= record_aligned;
        weights_released_o <= record_aligned;
      end else if (tile_leave) begin
        read_q <= record_q;
      end else begin
        read_q <= read_next;
        if (last_use) weights_released_o <= read_next;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    weight_read_o   <= read_column;
<%#circulant%>
    weight_rotate_o <= use_column & ~read_column;
<%/circulant%>
    weight_column_o <= read_q[GranuleBits-1:0];
    weight_load_o   <= read_column & (cycle_q == '0);
  end

  // ---------------------------------------------------------------------------------------------
  // Slots: offset of each slot's atom from the position's, one step ahead of none: a step's offsets
  // appear together with its first position at the outputs
  logic                   slot_start_q, slot_advance_q;
  logic [15:0]            advance_atom;
  logic [AddressBits-1:0] advance_offset, wrap_offset;

  assign wrap_offset = layer_i.wrap_offset[AddressBits-1:0];
<%#gating%>
  logic [AddressBits-1:0] group_wrap;

  assign group_wrap     = layer_i.group_wrap[AddressBits-1:0];
  assign advance_atom   = in_condition ? layer_i.conditional_advance_atom : layer_i.advance_atom;
  assign advance_offset = in_condition ? layer_i.conditional_advance_offset[AddressBits-1:0]
                                       : layer_i.advance_offset[AddressBits-1:0];
<%/gating%>
<%^gating%>
  assign advance_atom   = layer_i.advance_atom;
  assign advance_offset = layer_i.advance_offset[AddressBits-1:0];
<%/gating%>

  always_ff @(posedge clk_i) begin
    slot_start_q   <= tile_start | (next_step & group_end);
    slot_advance_q <= next_step & ~group_end;
<%#gating%>
    slot_valid_o <= in_condition ? (conditional_last_i | {Slots{~group_end}})
                                 : (group_end ? pattern_last_i : pattern_step_i);
<%/gating%>
<%^gating%>
    slot_valid_o <= group_end ? pattern_last_i : pattern_step_i;
<%/gating%>
  end

  for (genvar s = 0; s < Slots; s++) begin : gen_slot
    logic [15:0]            atom_q, atom_next;
    logic [AddressBits-1:0] offset_q, offset_next;
    logic                   wraps;

    assign atom_next = atom_q + advance_atom;
    assign wraps     = atom_next >= kernel_row;
<%^gating%>
    assign offset_next = offset_q + advance_offset + (wraps ? wrap_offset : '0);

    always_ff @(posedge clk_i) begin
      if (slot_start_q) begin
        atom_q   <= pattern_atom_i[s*16 +: 16];
        offset_q <= group_offset_q + pattern_offset_i[s*AddressBits +: AddressBits];
      end else if (slot_advance_q) begin
        atom_q   <= wraps ? atom_next - kernel_row : atom_next;
        offset_q <= offset_next;
      end
    end
<%/gating%>
<%#gating%>

    // Conditional pass: an atom of a kernel row of a group; each digit carries into the next
    logic [8:0]             row_next, first_group, next_group;
    logic [7:0]             row_q, place_group_q;
    logic                   row_wraps, first_wraps, group_wraps;
    logic [AddressBits-1:0] first_offset;

    assign row_next     = 9'(row_q) + 9'(layer_i.conditional_advance_row[7:0]) + 9'(wraps);
    assign row_wraps    = row_next >= 9'(layer_i.kernel_rows);
    assign next_group   = 9'(place_group_q) + 9'(layer_i.conditional_advance_group) + 9'(row_wraps);
    assign group_wraps  = next_group >= layer_i.groups[8:0];
    assign first_group  = group_q[8:0] + 9'(conditional_group_i[s*8 +: 8]);
    assign first_wraps  = first_group >= layer_i.groups[8:0];
    assign first_offset = in_condition ? conditional_offset_i[s*AddressBits +: AddressBits] -
                                             (first_wraps ? groups_span : '0)
                                       : pattern_offset_i[s*AddressBits +: AddressBits];
    assign offset_next  = offset_q + advance_offset + (wraps ? wrap_offset : '0) +
                          ((in_condition & row_wraps) ? group_wrap : '0) -
                          ((in_condition & group_wraps) ? groups_span : '0);

    always_ff @(posedge clk_i) begin
      if (slot_start_q) begin
        atom_q        <= in_condition ? conditional_atom_i[s*16 +: 16] : pattern_atom_i[s*16 +: 16];
        row_q         <= conditional_row_i[s*8 +: 8];
        place_group_q <= 8'(first_group - (first_wraps ? layer_i.groups[8:0] : 9'd0));
        offset_q      <= group_offset_q + first_offset;
      end else if (slot_advance_q) begin
        atom_q        <= wraps ? atom_next - kernel_row : atom_next;
        row_q         <= 8'(row_next - (row_wraps ? 9'(layer_i.kernel_rows) : 9'd0));
        place_group_q <= 8'(next_group - (group_wraps ? layer_i.groups[8:0] : 9'd0));
        offset_q      <= offset_next;
      end
    end
<%/gating%>

    assign slot_offset_o[s*AddressBits +: AddressBits] = offset_q;
  end

  // ---------------------------------------------------------------------------------------------
  // Issue
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      issue_valid_o <= 1'b0;
      issue_end_o   <= 1'b0;
    end else begin
      issue_valid_o <= issue_base<%#gating%> | issue_listed<%/gating%>;
      issue_end_o   <= tile_leave<%#gating%> | (issue_base & last_position & gate_step)<%/gating%>;
    end
  end

  always_ff @(posedge clk_i) begin
    issue_first_o    <= first_step_q;
    issue_bank_o     <= bank_q;
    issue_position_o <= position_q;
    issue_address_o  <= address_q;
<%#gating%>
    issue_last_o     <= gate_step;
    issue_listed_o   <= in_condition;
<%/gating%>
  end

  // ---------------------------------------------------------------------------------------------
  // Events
  assign stall_weights_o = ((state_q == StHeader) & ~header_ready_i) | (in_step & ~go)<%#gating%> |
                           ((state_q == StSkip) & ~weights_ready)<%/gating%>;
  assign stall_post_o    = (state_q == StTile) & bank_busy_i[bank_q];
<%#gating%>
  assign stall_gate_o    = (state_q == StCondition) & go & ~issue_listed & ~list_taken;
  assign stall_short_o   = (in_step & go & ~issue_base & ~issue_listed & ~stall_gate_o) |
                           ((state_q == StTile) & ~tile_start & ~stall_post_o);
<%/gating%>
<%^gating%>
  assign stall_short_o   = in_step & go & ~issue_base;
<%/gating%>

endmodule : <%name%>_sequencer
