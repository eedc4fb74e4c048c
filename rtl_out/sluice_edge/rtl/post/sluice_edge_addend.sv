// GENERATED - do not edit. Change edge.yaml or templates/post/addend.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Addends of one lane: the values of another map that post-processing adds to a layer's outputs.
// They lie in memory as the outputs do, a constant distance away, so the walk goes over each tile
// as the drain does, well before it, and asks for the memory words in the order in which they are
// used. Words wait in a memory of two bursts; the outputs take them from its front.
//
// A word that is used by neighbouring outputs is asked for once: within a tile, the word at hand is
// kept while it is followed by itself.
//
// Of a map of one position all positions take the same values: those of a unit lie from where its
// first channel is in a position on.
module sluice_edge_addend #(
  parameter  int LaneColumns    = 16,  // columns of a unit at most
  parameter  int Post           = 4,   // values a cycle
  parameter  int Positions      = 128,
  parameter  int WordBytes      = 32,  // of a memory word, at least Post
  parameter  int MemoryBits     = 32,  // of a byte address
  parameter  int Burst          = 16,  // longest request
  parameter  int Depth          = 8,   // words asked for and not used yet
  localparam int TileBits       = $clog2(Positions) + 1,
  localparam int ColumnBits     = $clog2(LaneColumns + 1),
  localparam int LengthBits     = $clog2(Burst + 1),
  localparam int MemoryWordBits = MemoryBits - $clog2(WordBytes)
) (
  input  logic                      clk_i,
  input  logic                      rst_ni,

  // Layer registers
  input  logic                      add_i,         // the layer adds
  input  logic                      vector_i,      // a map of one position
  input  logic                      same_units_i,  // and all units have the same channels
  input  logic [1:0]                width_i,       // 0: 8 bits, 1: 4, 2: 2
  input  logic [MemoryBits-1:0]     out_row_step_i,
  input  logic [MemoryBits-1:0]     out_column_step_i,
  input  logic [MemoryBits-1:0]     out_unit_step_i,

  // A tile starts, only when ready_o: as the drain sees it
  input  logic                      tile_start_i,
  input  logic [TileBits-1:0]       tile_height_i,
  input  logic [TileBits-1:0]       tile_width_i,
  input  logic [MemoryBits-1:0]     tile_out_i,
  input  logic [MemoryBits-1:0]     tile_record_out_i,  // of the record in a position
  input  logic [ColumnBits-1:0]     tile_channels_i,
  input  logic [7:0]                tile_units_i,
  output logic                      tile_ready_o,

  // Requests: words of the output map, whose distance to those of the addends is added later
  output logic                      request_valid_o,
  input  logic                      request_ready_i,
  output logic [MemoryWordBits-1:0] request_word_o,
  output logic [LengthBits-1:0]     request_length_o,
  input  logic                      data_valid_i,
  input  logic [WordBytes*8-1:0]    data_i,

  // The outputs that come with the next advance
  input  logic                      advance_i,
  input  logic [ColumnBits-1:0]     next_column_i,      // of the first value
  input  logic [MemoryBits-1:0]     next_out_i,         // byte address of the first channel
  input  logic [MemoryBits-1:0]     next_record_out_i,  // the same in a position
  input  logic [ColumnBits-1:0]     next_channels_i,    // valid columns

  // Those that are there: their addends
  input  logic                      valid_i,
  input  logic                      tile_last_i,
  input  logic                      take_i,   // they leave, if ready_o
  output logic                      ready_o,  // their addends are there, or they have none
  output logic [Post*8-1:0]         value_o   // signed
);

  localparam int ByteBits     = $clog2(WordBytes);
  localparam int UnderWayBits = $clog2(Depth + 1);
  localparam int IndexBits    = $clog2(Depth);
  localparam int TileInfoBits = 2 * TileBits + MemoryBits + ColumnBits + 8;

  // ---------------------------------------------------------------------------------------------
  // Tiles wait here
  logic                  tile_valid, tile_take;
  logic [TileBits-1:0]   height, width;
  logic [MemoryBits-1:0] out;
  logic [ColumnBits-1:0] channels;
  logic [7:0]            units;

  logic [MemoryBits-1:0] tile_first, row_step, column_step, unit_step;

  assign tile_first  = vector_i ? tile_record_out_i : tile_out_i;
  assign row_step    = vector_i ? '0 : out_row_step_i;
  assign column_step = vector_i ? '0 : out_column_step_i;
  assign unit_step   = same_units_i ? '0 : out_unit_step_i;

  sluice_edge_fifo #(
    .Depth (2),
    .Width (TileInfoBits)
  ) u_tiles (
    .clk_i,
    .rst_ni,
    .push_i  (tile_start_i & add_i),
    .data_i  ({tile_height_i, tile_width_i, tile_first, tile_channels_i, tile_units_i}),
    .ready_o (tile_ready_o),
    .pop_i   (tile_take),
    .valid_o (tile_valid),
    .data_o  ({height, width, out, channels, units})
  );

  // ---------------------------------------------------------------------------------------------
  // Walk: a word of a position a cycle, over units, rows and positions
  logic                      active_q, step, position_end, line_end, unit_end, tile_end;
  logic [TileBits-1:0]       height_q, width_q, x_left_q, y_left_q;
  logic [7:0]                units_left_q;
  logic [ColumnBits-1:0]     last_channel, last_byte_q;  // of a position
  logic [MemoryBits-1:0]     unit_out_q, line_out_q, out_q, next_out;
  logic [MemoryWordBits-1:0] word_q, last_word;          // of a position

  assign tile_take    = tile_valid & ~active_q;
  assign last_channel = channels - 1'b1;
  assign last_word    = MemoryWordBits'((out_q + MemoryBits'(last_byte_q)) >> ByteBits);
  assign position_end = word_q == last_word;
  assign line_end     = position_end & (x_left_q == TileBits'(1));
  assign unit_end     = line_end & (y_left_q == TileBits'(1));
  assign tile_end     = unit_end & (units_left_q == 8'd1);

  always_comb begin
    next_out = out_q + column_step;
    if (line_end) next_out = line_out_q + row_step;
    if (unit_end) next_out = unit_out_q + unit_step;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)              active_q <= 1'b0;
    else if (tile_take)       active_q <= 1'b1;
    else if (step & tile_end) active_q <= 1'b0;
  end

  always_ff @(posedge clk_i) begin
    if (tile_take) begin
      height_q     <= height;
      width_q      <= width;
      x_left_q     <= width;
      y_left_q     <= height;
      units_left_q <= units;
      last_byte_q  <= last_channel >> width_i;
      unit_out_q   <= out;
      line_out_q   <= out;
      out_q        <= out;
      word_q       <= out[MemoryBits-1:ByteBits];
    end else if (step & position_end) begin
      x_left_q <= line_end ? width_q : x_left_q - 1'b1;
      out_q    <= next_out;
      word_q   <= next_out[MemoryBits-1:ByteBits];
      if (line_end) begin
        y_left_q   <= unit_end ? height_q : y_left_q - 1'b1;
        line_out_q <= next_out;
      end
      if (unit_end) begin
        units_left_q <= units_left_q - 8'd1;
        unit_out_q   <= next_out;
      end
    end else if (step) begin
      word_q <= word_q + 1'b1;
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Request: words that follow each other, until it is shown
  logic                      asked_q, again, follows, room, take_word, granted;
  logic                      shown_q, shown_d;
  logic [MemoryWordBits-1:0] asked_word_q, first_word_q;
  logic [LengthBits-1:0]     length_q, length_d;
  logic [UnderWayBits-1:0]   under_way_q;  // words asked for, also in the request, and not used yet
  logic                      pop;

  assign again     = asked_q & (word_q == asked_word_q);
  assign follows   = (length_q == '0) | (word_q == asked_word_q + 1'b1);
  assign room      = under_way_q != UnderWayBits'(Depth);
  assign take_word = active_q & ~again & ~shown_q & room & follows;
  assign step      = active_q & (again | take_word);
  assign granted   = shown_q & request_ready_i;
  assign length_d  = granted ? '0 : length_q + LengthBits'(take_word);
  assign shown_d   = ~granted &
                     (shown_q | ((length_d != '0) & ((length_d == LengthBits'(Burst)) |
                                                     (step & tile_end) | (active_q & ~step))));

  assign request_valid_o  = shown_q;
  assign request_word_o   = first_word_q;
  assign request_length_o = length_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      asked_q     <= 1'b0;
      shown_q     <= 1'b0;
      length_q    <= '0;
      under_way_q <= '0;
    end else begin
      if (tile_take)      asked_q <= 1'b0;
      else if (take_word) asked_q <= 1'b1;
      shown_q     <= shown_d;
      length_q    <= length_d;
      under_way_q <= under_way_q + UnderWayBits'(take_word) - UnderWayBits'(pop);
    end
  end

  always_ff @(posedge clk_i) begin
    if (take_word)                    asked_word_q <= word_q;
    if (take_word & (length_q == '0)) first_word_q <= word_q;
  end

  // ---------------------------------------------------------------------------------------------
  // Words that have arrived: a ring, and its front
  logic [IndexBits-1:0]    fill_q, front_q;
  logic [UnderWayBits-1:0] stored_q;
  logic                    fetch, head_valid_q;
  logic [WordBytes*8-1:0]  head;

  assign fetch = (stored_q != '0) & (~head_valid_q | pop);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      fill_q       <= '0;
      front_q      <= '0;
      stored_q     <= '0;
      head_valid_q <= 1'b0;
    end else begin
      if (data_valid_i) fill_q <= (fill_q == IndexBits'(Depth - 1)) ? '0 : fill_q + 1'b1;
      if (fetch) front_q <= (front_q == IndexBits'(Depth - 1)) ? '0 : front_q + 1'b1;
      stored_q     <= stored_q + UnderWayBits'(data_valid_i) - UnderWayBits'(fetch);
      head_valid_q <= fetch | (head_valid_q & ~pop);
    end
  end

  sluice_edge_ram #(
    .Depth   (Depth),
    .Width   (WordBytes * 8),
    .Granule (WordBytes * 8)
  ) u_words (
    .clk_i,
    .write_i         (data_valid_i),
    .write_address_i (fill_q),
    .write_data_i    (data_i),
    .read_i          (fetch),
    .read_address_i  (front_q),
    .read_data_o     (head)
  );

  // ---------------------------------------------------------------------------------------------
  // Addends of the outputs: in the word at hand, in the front, or in both
  localparam int LeftBits = (Post > 1) ? $clog2(Post) : 1;

  logic [LeftBits-1:0]       left;                  // values behind the first one
  logic [ColumnBits-1:0]     valid_columns, first_byte;
  logic [MemoryBits-1:0]     address_d, address_q;  // of the first byte
  logic [ByteBits:0]         more_bytes, end_byte;
  logic                      two_q, current, current_valid_q, wanted;
  logic [MemoryWordBits-1:0] first, current_word_q;
  logic [WordBytes*8-1:0]    current_q, low;
  logic [Post*8-1:0]         bytes;

  assign valid_columns = next_channels_i - next_column_i;
  assign left          = (valid_columns < ColumnBits'(Post)) ? LeftBits'(valid_columns - 1'b1)
                                                             : LeftBits'(Post - 1);
  assign first_byte    = next_column_i >> width_i;
  assign more_bytes    = (ByteBits+1)'(left) >> width_i;
  assign address_d     = (vector_i ? next_record_out_i : next_out_i) + MemoryBits'(first_byte);
  assign end_byte      = (ByteBits+1)'(address_d[ByteBits-1:0]) + more_bytes;

  always_ff @(posedge clk_i) begin
    if (advance_i) begin
      address_q <= address_d;
      two_q     <= end_byte[ByteBits];
    end
  end

  assign first   = address_q[MemoryBits-1:ByteBits];
  assign current = current_valid_q & (current_word_q == first);
  assign wanted  = valid_i & add_i;
  assign ready_o = ~wanted | (current ? (~two_q | head_valid_q) : (~two_q & head_valid_q));
  assign pop     = wanted & head_valid_q & (current ? (two_q & take_i) : (two_q | take_i));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)                                       current_valid_q <= 1'b0;
    else if (wanted & tile_last_i & take_i & ready_o)  current_valid_q <= 1'b0;
    else if (pop)                                      current_valid_q <= 1'b1;
  end

  always_ff @(posedge clk_i) begin
    if (pop) begin
      current_q      <= head;
      current_word_q <= first + MemoryWordBits'(current);
    end
  end

  assign low   = current ? current_q : head;
  assign bytes = (Post*8)'({head, low} >> {address_q[ByteBits-1:0], 3'b000});

  // Narrow values: with fewer a cycle than a byte has, the column says which
  logic [1:0] column_q;
  logic       unused_column;

  assign unused_column = ^column_q;

  always_ff @(posedge clk_i) if (advance_i) column_q <= 2'(next_column_i);

  for (genvar p = 0; p < Post; p++) begin : gen_value
    logic [3:0] value4;

    if (Post < 2) begin : gen_select4
      assign value4 = bytes[32'(column_q[0])*4 +: 4];
    end else begin : gen_fixed4
      assign value4 = bytes[p*4 +: 4];
    end

    logic [1:0] value2;

    if (Post < 4) begin : gen_select2
      assign value2 = bytes[(32'(column_q) + p)*2 +: 2];
    end else begin : gen_fixed2
      assign value2 = bytes[p*2 +: 2];
    end

    assign value_o[p*8 +: 8] =
        (width_i == 2'd1) ? 8'($signed(value4)) :
        (width_i == 2'd2) ? 8'($signed(value2)) :
        bytes[p*8 +: 8];
  end

endmodule : sluice_edge_addend
