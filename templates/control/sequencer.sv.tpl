<%! SPDX-License-Identifier: Apache-2.0 %>
// Sequencer of one lane: walks through the blocks, tiles, passes and steps of a RUN and lets one
// position enter the array each cycle.
//
// A step holds one weight tile while positions stream past it; it lasts max(positions, MinStep)
// cycles and follows the step before without a gap, unless weights are missing. A tile starts when
// its accumulator bank has been drained. Beside that it costs one cycle for a tile and three for a
// record's header.
<%#gating%>
// The first step of a conditional pass takes positions from the open list while the gate is still
// adding to it, and ends when the gate has decided about the whole tile.
<%/gating%>
//
// Everything this module sends out is registered ("issue" cycle + 1).
module <%name%>_sequencer #(
  parameter int Columns = <%columns%>,
  parameter int Slots = <%slots%>,
  parameter int MinStep = <%min_step%>,             // max(Columns, 3)
  parameter int AddressBits = <%atom_address_bits%>,         // of an atom
  parameter int Positions = <%accumulator_positions%>,
  parameter int MemoryBits = <%memory_address_bits%>,            // of an output byte address
  parameter int ColumnGranules = <%column_granules%>,        // weight buffer granules of a column
  parameter int WordGranules = <%word_granules%>,          // weight buffer granules of a memory word
  parameter int GranuleBits = <%weight_granule_bits%>,
  localparam int PositionBits = $clog2(Positions),
  localparam int TileBits = PositionBits + 1<%#gating%>,
  localparam int ColumnBits = (Columns > 1) ? $clog2(Columns) : 1<%/gating%>
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,

  // Layer registers, steady while a RUN is in progress; what this lane has of them, and the pattern
  // of slots that goes with them: offsets in a group's first step
  input <%name%>_layer_t layer_i,

  input  logic [15:0]                  blocks_i,
  input  logic [Slots*16-1:0]          pattern_atom_i,
  input  logic [Slots*AddressBits-1:0] pattern_offset_i,

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
  output logic                         threshold_valid_o,   // header_data_i is a threshold,
  output logic [ColumnBits-1:0]        threshold_column_o,  // that of this column
<%/gating%>

  // Weight buffer
  input  logic [GranuleBits:0]           weights_filled_i,
  output logic [GranuleBits:0]           weights_released_o,
  output logic                         weight_read_o,       // of column weight_column_o
  output logic [GranuleBits-1:0]         weight_column_o,
  output logic                         weight_load_o,       // first column of a step

  // Accumulator banks and post-processing
  input  logic [1:0]                   bank_busy_i,
  output logic                         tile_start_o,        // a tile starts in bank tile_bank_o
  output logic                         tile_bank_o,
  output logic [TileBits-1:0]          tile_height_o,
  output logic [TileBits-1:0]          tile_width_o,
  output logic [MemoryBits-1:0]        tile_out_o,          // byte address of its first output
  output logic [7:0]                   tile_channels_o,     // valid columns
  output logic                         tile_record_end_o,   // last tile of its record
  output logic                         tile_run_end_o,      // last tile of its RUN
<%#gating%>

  // Open list
  output logic [AddressBits-1:0]       tile_address_o,
  input  logic [PositionBits:0]        list_count_i,
  input  logic                         list_done_i,         // the gate has decided on all
  output logic                         list_read_o,
  output logic [PositionBits-1:0]      list_index_o,
<%/gating%>

  // Issue
  output logic                         issue_valid_o,
  output logic                         issue_first_o,       // first step of the tile
<%#gating%>
  output logic                         issue_last_o,        // last step of a base pass
  output logic                         issue_listed_o,      // position and address of the open list
<%/gating%>
  output logic                         issue_bank_o,
  output logic [PositionBits-1:0]      issue_position_o,
  output logic [AddressBits-1:0]       issue_address_o,
  output logic                         issue_end_o,         // the tile<%#gating%>, or its base pass,<%/gating%> ends
  output logic [Slots*AddressBits-1:0] slot_offset_o,

  // Events for the counters
  output logic                         stall_weights_o,
  output logic                         stall_post_o,
<%#gating%>
  output logic                         stall_gate_o,
<%/gating%>
  output logic                         stall_short_o
);

  // Entries of a record's header; the last one follows
  localparam int InfoEntry = Columns * <%#gating%>3<%/gating%><%^gating%>1<%/gating%>;
<%#gating%>
  localparam int ThresholdEntry = Columns * 2;
<%/gating%>
  localparam int StepBits = $clog2(MinStep + 1);

  typedef enum logic [2:0] {
    StIdle      = 3'd0,  // waits for a RUN
    StHeader    = 3'd1,  // waits for a record's header
    StOutput    = 3'd2,  // header: output offset
    StGroup     = 3'd3,  // header: input group
    StTile      = 3'd4,  // waits for the accumulator bank, sets up a tile
    StBase      = 3'd5,  // base pass, or the only pass
    StCondition = 3'd6,  // conditional pass
    StSkip      = 3'd7   // passes over weights of a conditional pass that nobody needs
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
  // Block and tile
  logic [15:0]            blocks_left_q, rows_left_q, columns_left_q;
  logic [AddressBits-1:0] row_address_q, tile_address_q;  // atom address of the tile row and tile
  logic [MemoryBits-1:0]  row_out_q, tile_out_q;          // the same for outputs
  logic [MemoryBits-1:0]  out_offset_q;
  logic [7:0]             channels_q;
  logic [AddressBits-1:0] block_group_offset_q;
  logic [15:0]            block_group_q;
  logic                   bank_q;

  logic                   bottom_tile, right_tile, block_tiles_end, last_use;
  logic [TileBits-1:0]    tile_height, tile_width;

  assign bottom_tile     = rows_left_q <= 16'(tile_rows);
  assign right_tile      = columns_left_q <= 16'(tile_columns);
  assign tile_height     = bottom_tile ? rows_left_q[TileBits-1:0] : tile_rows;
  assign tile_width      = right_tile ? columns_left_q[TileBits-1:0] : tile_columns;
  assign block_tiles_end = bottom_tile & right_tile;
  assign last_use        = ~layer_i.keep | block_tiles_end;

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

  assign in_step          = (state_q == StBase)<%#gating%> | (state_q == StCondition)<%/gating%>;
  assign weights_ready    =
      (weights_filled_i - read_q) >= (GranuleBits+1)'(Columns * ColumnGranules);
  assign go               = (cycle_q != '0) | weights_ready;
  assign long_enough      = cycle_q >= StepBits'(MinStep - 1);
  assign issue_base       = (state_q == StBase) & go & ~positions_done_q;
  assign last_position    = (x_left_q == TileBits'(1)) & (y_left_q == TileBits'(1));
  assign group_end        = steps_left_q == 16'd1;
  assign pass_end         = group_end & (groups_left_q == 16'd1);
  assign next_group_wraps = group_q + 16'd1 == layer_i.groups;
  assign base_end         = (state_q == StBase) & step_end & pass_end;
<%#gating%>

  logic [PositionBits:0] index_q, index_next;
  logic [1:0]            since_q;  // cycles since a position was listed, saturating
  logic                  issue_listed, list_empty, list_taken, spaced, skip_step, gate_step;
  logic                  pass_over, gated;

  assign gated        = layer_i.gated;  // Icarus takes no part of a structure in always_comb
  assign issue_listed = (state_q == StCondition) & go & (index_q != list_count_i);
  assign index_next   = index_q + (PositionBits+1)'(issue_listed);
  assign list_empty   = list_done_i & (list_count_i == '0);
  assign list_taken   = list_done_i & (index_next == list_count_i);

  // With fewer than three positions the next step must not come too soon after this one's last
  assign spaced       = list_empty | (list_count_i > (PositionBits+1)'(2)) |
                        (~issue_listed & (since_q[1] | list_count_i[1]));
  assign skip_step    = (state_q == StSkip) & weights_ready;
  assign gate_step    = (state_q == StBase) & gated & pass_end;
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

  // The pass is over; the tile is left at once, or when weights that nobody needs have been skipped
  assign pass_over  = step_end & ((base_end & ~gated) |
                                  ((state_q == StCondition) & (pass_end | list_empty)));
  assign tile_leave = (pass_over & ((state_q == StBase) | pass_end | ~last_use)) |
                      (skip_step & pass_end);
<%/gating%>
<%^gating%>
  assign tile_leave = base_end;
<%/gating%>

  // ---------------------------------------------------------------------------------------------
  // State
  logic run_start, tile_start, run_end, record_end;

  assign run_start  = (state_q == StIdle) & run_valid_i;
  assign tile_start = (state_q == StTile) & ~bank_busy_i[bank_q];
  assign record_end = tile_leave & last_use;
  assign run_end    = tile_leave & block_tiles_end & (blocks_left_q == 16'd1);

  always_comb begin
    state_d = state_q;
    case (state_q)
      StIdle:      if (run_valid_i && blocks_i != '0) state_d = StHeader;
      StHeader:    if (header_ready_i) state_d = StOutput;
      StOutput:    state_d = StGroup;
      StGroup:     state_d = StTile;
      StTile:      if (tile_start) state_d = StBase;
<%#gating%>
      StBase:      if (base_end & gated) state_d = StCondition;
      StCondition: if (pass_over & ~tile_leave) state_d = StSkip;
      StSkip:      state_d = StSkip;
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
  assign run_pop_o    = run_end | (run_start & (blocks_i == '0));
  assign run_skip_o   = run_start & (blocks_i == '0);

  // ---------------------------------------------------------------------------------------------
  // Header
  assign header_start_o = (state_q == StHeader) & header_ready_i;
<%#gating%>

  logic [ColumnBits-1:0] threshold_q;       // threshold being asked for
  logic                  threshold_busy_q;

  assign header_read_o = header_start_o | (state_q == StOutput) | threshold_busy_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      threshold_busy_q  <= 1'b0;
      threshold_valid_o <= 1'b0;
    end else begin
      threshold_valid_o <= threshold_busy_q;
      if (state_q == StOutput) threshold_busy_q <= 1'b1;
      else if (threshold_q == ColumnBits'(Columns - 1)) threshold_busy_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    threshold_column_o <= threshold_q;
    if (state_q == StOutput)   threshold_q <= '0;
    else if (threshold_busy_q) threshold_q <= threshold_q + 1'b1;
  end
<%/gating%>
<%^gating%>
  assign header_read_o = header_start_o | (state_q == StOutput);
<%/gating%>

  always_comb begin
    header_entry_o = 16'(InfoEntry);
    if (state_q == StOutput) header_entry_o = 16'(InfoEntry + 1);
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
      channels_q   <= output_entry.columns;
    end
    if (state_q == StGroup) begin
      block_group_offset_q <= group_entry.offset[AddressBits-1:0];
      block_group_q        <= group_entry.number[15:0];
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Tiles of a block, blocks of a RUN
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      bank_q        <= 1'b0;
      blocks_left_q <= '0;
    end else begin
      if (run_start) blocks_left_q <= blocks_i;
      else if (tile_leave & block_tiles_end) blocks_left_q <= blocks_left_q - 16'd1;
      if (tile_leave) bank_q <= ~bank_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (run_start | (tile_leave & block_tiles_end)) begin
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
  assign tile_channels_o   = channels_q;
  assign tile_record_end_o = last_use;
  assign tile_run_end_o    = block_tiles_end & (blocks_left_q == 16'd1);
<%#gating%>
  assign tile_address_o    = tile_address_q;
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

  always_ff @(posedge clk_i) begin
    if (tile_start) begin
      group_q        <= block_group_q;
      group_offset_q <= block_group_offset_q;
      groups_left_q  <= layer_i.base_groups;
      steps_left_q   <= layer_i.group_steps;
      first_step_q   <= 1'b1;
    end else if (next_step) begin
      first_step_q <= 1'b0;
      steps_left_q <= group_end ? layer_i.group_steps : steps_left_q - 16'd1;
      if (group_end) begin
        group_q        <= next_group_wraps ? '0 : group_q + 16'd1;
        group_offset_q <= next_group_wraps ? '0 : group_offset_q + group_pitch;
        groups_left_q  <= groups_left_q - 16'd1;
      end
<%#gating%>
      if (base_end) groups_left_q <= layer_i.conditional_groups;
<%/gating%>
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
      index_q <= '0;
      since_q <= '0;
    end else begin
      index_q <= index_next;
      if (issue_listed)     since_q <= 2'd1;
      else if (~since_q[1]) since_q <= since_q + 2'd1;
    end
  end

  assign list_read_o  = issue_listed;
  assign list_index_o = index_q[PositionBits-1:0];
<%/gating%>

  // ---------------------------------------------------------------------------------------------
  // Weights: read one column in each of a step's first cycles
  logic               read_column;
  logic [GranuleBits:0] read_next, record_aligned;

  assign read_column = in_step & go & (cycle_q < StepBits'(Columns));

  always_comb begin
    read_next = read_q;
    if (read_column) read_next = read_q + (GranuleBits+1)'(ColumnGranules);
<%#gating%>
    if (skip_step) read_next = read_q + (GranuleBits+1)'(Columns * ColumnGranules);
<%/gating%>
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
    weight_column_o <= read_q[GranuleBits-1:0];
    weight_load_o   <= read_column & (cycle_q == '0);
  end

  // ---------------------------------------------------------------------------------------------
  // Slots: offset of each slot's atom from the position's, one step ahead of none: a step's offsets
  // appear together with its first position at the outputs
  logic slot_start_q, slot_advance_q;

  always_ff @(posedge clk_i) begin
    slot_start_q   <= tile_start | (step_end & group_end);
    slot_advance_q <= step_end & ~group_end;
  end

  for (genvar s = 0; s < Slots; s++) begin : gen_slot
    logic [15:0]            atom_q, atom_next;
    logic [AddressBits-1:0] offset_q;
    logic                   wraps;

    assign atom_next = atom_q + layer_i.advance_atom;
    assign wraps     = atom_next >= kernel_row;

    always_ff @(posedge clk_i) begin
      if (slot_start_q) begin
        atom_q   <= pattern_atom_i[s*16 +: 16];
        offset_q <= group_offset_q + pattern_offset_i[s*AddressBits +: AddressBits];
      end else if (slot_advance_q) begin
        atom_q   <= wraps ? atom_next - kernel_row : atom_next;
        offset_q <= offset_q + layer_i.advance_offset[AddressBits-1:0] +
                    (wraps ? layer_i.wrap_offset[AddressBits-1:0] : '0);
      end
    end

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
    issue_listed_o   <= state_q == StCondition;
<%/gating%>
  end

  // ---------------------------------------------------------------------------------------------
  // Events
  assign stall_weights_o = ((state_q == StHeader) & ~header_ready_i) | (in_step & ~go)<%#gating%> |
                           ((state_q == StSkip) & ~weights_ready)<%/gating%>;
  assign stall_post_o    = (state_q == StTile) & ~tile_start;
<%#gating%>
  assign stall_gate_o    = (state_q == StCondition) & go & ~issue_listed & ~list_taken;
  assign stall_short_o   = in_step & go & ~issue_base & ~issue_listed & ~stall_gate_o;
<%/gating%>
<%^gating%>
  assign stall_short_o   = in_step & go & ~issue_base;
<%/gating%>

endmodule : <%name%>_sequencer
