<%! SPDX-License-Identifier: Apache-2.0 %>
// Drain of one lane: reads the finished tiles out of the accumulator banks, in the order of tiles,
// units, positions and columns, Post columns a cycle, and says where each output goes. A unit is
// the blocks of a record whose outputs lie one after the other.
<%#planes%>
// Where outputs are written as planes, a unit is a plane: each reads the same blocks.
<%/planes%>
//
// A bank is busy from the start of its tile until its last sum has been read. The output registers
// advance with `advance_i`.
module <%name%>_drain #(
  parameter int Columns = <%columns%>,
  parameter int Segments = <%segments%>,           // blocks of a record at most
  parameter int Post = <%post%>,               // columns a cycle, divides Segments * Columns
  parameter int Positions = <%accumulator_positions%>,
  parameter int MemoryBits = <%memory_address_bits%>,           // of an output byte address
  parameter int HeaderSlots = <%param_slots%>,           // of a record header's number
  localparam int SlotBits = $clog2(HeaderSlots),
  localparam int PositionBits = $clog2(Positions),
  localparam int TileBits = PositionBits + 1,
  localparam int LaneColumns = Segments * Columns,
  localparam int ColumnBits = $clog2(LaneColumns + 1),
  localparam int ChunkBits = (LaneColumns > Post) ? $clog2(LaneColumns / Post) : 1
) (
  input  logic                    clk_i,
  input  logic                    rst_ni,
  input  logic                    advance_i,

  // Layer registers
  input  logic [MemoryBits-1:0]      out_row_step_i,
  input  logic [MemoryBits-1:0]      out_column_step_i,
  input  logic [MemoryBits-1:0]      out_unit_step_i,
<%#additions%>
  input  logic                    same_units_i,  // of a map of one position
<%/additions%>
  input  logic [7:0]              unit_blocks_i,
<%#transforms%>
  input  logic [2:0]              hadamard_i,    // log2 of the columns of a transform
<%/transforms%>
<%#planes%>
  input  logic                    planes_i,      // units are planes
<%/planes%>

  // A tile starts
  input  logic                    tile_start_i,
  input  logic                    tile_bank_i,
  input  logic [TileBits-1:0]     tile_height_i,
  input  logic [TileBits-1:0]     tile_width_i,
  input  logic [MemoryBits-1:0]      tile_out_i,
<%#additions%>
  input  logic [MemoryBits-1:0]   tile_record_out_i,
<%/additions%>
  input  logic [ColumnBits-1:0]   tile_channels_i,  // of a unit
  input  logic [7:0]              tile_units_i,
  input  logic                    tile_record_end_i,
  input  logic                    tile_run_end_i,
  input  logic [SlotBits-1:0]     tile_slot_i,
  output logic [1:0]              bank_busy_o,

  // The oldest tile not yet ended has all its sums
  input  logic                    tile_end_i,

  // Sums of a unit at the next position, read with its first columns; they hold until the next read
  output logic                    read_o,
<%^transforms%>
  output logic [Segments-1:0]     blocks_o,     // of the unit
<%/transforms%>
<%#transforms%>
  output logic [Segments-1:0]     blocks_o,     // of the unit, or all if transforms go beyond it
<%/transforms%>
  output logic                    bank_o,
  output logic [PositionBits-1:0] position_o,
  output logic                    data_bank_o,  // bank of the position read before

  // One cycle later: which columns, and where they go
  output logic                    valid_o,
  output logic [ChunkBits-1:0]    chunk_o,      // Post columns of the lane
  output logic [ColumnBits-1:0]   column_o,     // the first of them, of the unit
<%#planes%>
  output logic                    lower_o,      // the unit is the lower plane
<%/planes%>
  output logic [MemoryBits-1:0]      out_o,        // byte address of the unit's first channel
<%#additions%>
  output logic [MemoryBits-1:0]   record_out_o,  // the same in a map of one position
<%/additions%>
  output logic [ColumnBits-1:0]   channels_o,   // valid columns of the unit
  output logic [SlotBits-1:0]     slot_o,
  output logic                    tile_last_o,  // last columns of the last position
  output logic                    record_last_o,
  output logic                    run_last_o
);

  localparam int InfoBits = 2 * TileBits + MemoryBits + ColumnBits + 8 + 2 + SlotBits;

  logic [InfoBits-1:0]     info [0:1];
  logic [1:0]              busy_q, ready_q;
  logic                    end_bank_q, bank_q, scan_q;

  // Tile being drained
  logic [TileBits-1:0]     height_q, width_q, x_left_q, y_left_q;
  logic [MemoryBits-1:0]      unit_out_q, line_out_q, out_q;
  logic [ColumnBits-1:0]   channels_q;
  logic [7:0]              units_left_q, block_q;  // first block of the unit
  logic [15:0]             unit_columns;
  logic [ChunkBits-1:0]    unit_chunk_q, chunk_q;
  logic                    record_end_q, run_end_q;
  logic [SlotBits-1:0]     slot_q;
  logic [PositionBits-1:0] position_q;
  logic [ColumnBits-1:0]   column_q;

  logic start, step, last_columns, last_position, unit_end, last;
  logic freed;

  assign start         = ~scan_q & ready_q[bank_q];
  assign step          = scan_q & advance_i;
  assign last_columns  = (ColumnBits+1)'(column_q) + (ColumnBits+1)'(Post) >=
                         (ColumnBits+1)'(channels_q);
  assign last_position = (x_left_q == TileBits'(1)) & (y_left_q == TileBits'(1));
  assign unit_end      = last_columns & last_position;
  assign last          = unit_end & (units_left_q == 8'd1);
  assign unit_columns  = 16'(unit_blocks_i) * 16'(Columns);
  assign freed         = advance_i & valid_o & tile_last_o;

  assign bank_busy_o = busy_q;
  assign read_o      = step & (column_q == '0);
  assign position_o  = position_q;

<%^transforms%>
  for (genvar b = 0; b < Segments; b++) begin : gen_block
    assign blocks_o[b] = (8'(b) >= block_q) & (9'(b) < 9'(block_q) + 9'(unit_blocks_i));
  end
<%/transforms%>
<%#transforms%>
  // A transform goes over several units
  logic apart;

  assign apart = (unit_columns & ~(16'hffff << hadamard_i)) != '0;

  for (genvar b = 0; b < Segments; b++) begin : gen_block
    assign blocks_o[b] = apart |
                         ((8'(b) >= block_q) & (9'(b) < 9'(block_q) + 9'(unit_blocks_i)));
  end
<%/transforms%>

<%#additions%>
  // Where the values of a map of one position are
  logic [MemoryBits-1:0] record_out [0:1];
  logic [MemoryBits-1:0] record_out_q;

  always_ff @(posedge clk_i) begin
    if (tile_start_i) record_out[tile_bank_i] <= tile_record_out_i;
    if (start)                               record_out_q <= record_out[bank_q];
    else if (step & unit_end & ~same_units_i) record_out_q <= record_out_q + out_unit_step_i;
    if (advance_i) record_out_o <= record_out_q;
  end

<%/additions%>
  always_ff @(posedge clk_i) begin
    if (tile_start_i) begin
      info[tile_bank_i] <= {tile_height_i, tile_width_i, tile_out_i, tile_channels_i,
                            tile_units_i, tile_record_end_i, tile_run_end_i, tile_slot_i};
    end
  end

<%#planes%>
  logic                 lower_q;
  logic [ChunkBits-1:0] next_chunk;  // of the next unit

  assign next_chunk = planes_i ? unit_chunk_q
                               : unit_chunk_q + ChunkBits'(unit_columns / 16'(Post));

  always_ff @(posedge clk_i) begin
    if (start)                lower_q <= 1'b0;
    else if (step & unit_end) lower_q <= 1'b1;
    if (advance_i) lower_o <= lower_q;
  end

<%/planes%>
  logic bank_qq;
  always_ff @(posedge clk_i) if (advance_i) bank_qq <= bank_q;
  assign bank_o      = bank_q;
  assign data_bank_o = bank_qq;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      busy_q     <= '0;
      ready_q    <= '0;
      end_bank_q <= 1'b0;
      bank_q     <= 1'b0;
      scan_q     <= 1'b0;
    end else begin
      if (tile_start_i) busy_q[tile_bank_i] <= 1'b1;
      if (freed)        busy_q[bank_qq] <= 1'b0;
      if (tile_end_i) begin
        ready_q[end_bank_q] <= 1'b1;
        end_bank_q          <= ~end_bank_q;
      end
      if (start) begin
        ready_q[bank_q] <= 1'b0;
        scan_q          <= 1'b1;
      end else if (step & last) begin
        scan_q <= 1'b0;
        bank_q <= ~bank_q;
      end
    end
  end

  logic [TileBits-1:0] info_height, info_width;
  logic [MemoryBits-1:0]  info_out;
  logic [ColumnBits-1:0] info_channels;
  logic [7:0]          info_units;
  logic                info_record_end, info_run_end;
  logic [SlotBits-1:0] info_slot;

  assign {info_height, info_width, info_out, info_channels, info_units, info_record_end,
          info_run_end, info_slot} = info[bank_q];

  always_ff @(posedge clk_i) begin
    if (start) begin
      height_q     <= info_height;
      width_q      <= info_width;
      x_left_q     <= info_width;
      y_left_q     <= info_height;
      unit_out_q   <= info_out;
      line_out_q   <= info_out;
      out_q        <= info_out;
      channels_q   <= info_channels;
      units_left_q <= info_units;
      record_end_q <= info_record_end;
      run_end_q    <= info_run_end;
      slot_q       <= info_slot;
      position_q   <= '0;
      column_q     <= '0;
      block_q      <= '0;
      unit_chunk_q <= '0;
      chunk_q      <= '0;
    end else if (step & unit_end) begin
      x_left_q     <= width_q;
      y_left_q     <= height_q;
      unit_out_q   <= unit_out_q + out_unit_step_i;
      line_out_q   <= unit_out_q + out_unit_step_i;
      out_q        <= unit_out_q + out_unit_step_i;
      units_left_q <= units_left_q - 8'd1;
      position_q   <= '0;
      column_q     <= '0;
<%#planes%>
      block_q      <= planes_i ? block_q : block_q + unit_blocks_i;
      unit_chunk_q <= next_chunk;
      chunk_q      <= next_chunk;
<%/planes%>
<%^planes%>
      block_q      <= block_q + unit_blocks_i;
      unit_chunk_q <= unit_chunk_q + ChunkBits'(unit_columns / 16'(Post));
      chunk_q      <= unit_chunk_q + ChunkBits'(unit_columns / 16'(Post));
<%/planes%>
    end else if (step & last_columns) begin
      position_q <= position_q + 1'b1;
      column_q   <= '0;
      chunk_q    <= unit_chunk_q;
      if (x_left_q == TileBits'(1)) begin
        x_left_q   <= width_q;
        y_left_q   <= y_left_q - 1'b1;
        line_out_q <= line_out_q + out_row_step_i;
        out_q      <= line_out_q + out_row_step_i;
      end else begin
        x_left_q <= x_left_q - 1'b1;
        out_q    <= out_q + out_column_step_i;
      end
    end else if (step) begin
      column_q <= column_q + ColumnBits'(Post);
      chunk_q  <= chunk_q + 1'b1;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)        valid_o <= 1'b0;
    else if (advance_i) valid_o <= scan_q;
  end

  always_ff @(posedge clk_i) begin
    if (advance_i) begin
      chunk_o       <= chunk_q;
      column_o      <= column_q;
      out_o         <= out_q;
      channels_o    <= channels_q;
      slot_o        <= slot_q;
      tile_last_o   <= last;
      record_last_o <= last & record_end_q;
      run_last_o    <= last & run_end_q;
    end
  end

endmodule : <%name%>_drain
