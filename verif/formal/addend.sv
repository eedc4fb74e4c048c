// SPDX-License-Identifier: Apache-2.0
  // Each output is added the value of its own address: the byte of one address, any one, is
  // followed from memory to the outputs. The words that the walk asks for are, one after the other,
  // those that the outputs use; all are used when a tile's outputs have left. Never more than Depth
  // are under way.
  localparam int FormalTiles = 4;  // that have begun, and whose outputs have not all come
  localparam int FormalBits = 2;

  (* anyconst *) logic [MemoryBits-1:0] f_address;
  (* anyconst *) logic [7:0]            f_value;

  // The outputs, as the drain counts them, from a queue of tiles
  (* anyseq *) logic        f_offer;
  logic [TileInfoBits-1:0]  f_tiles [0:FormalTiles-1];
  logic [FormalBits-1:0]    f_first, f_last;
  logic [FormalBits:0]      f_tile_count;
  logic                     f_scan, f_next, f_columns_end, f_x_end, f_y_end, f_end, f_take;
  logic [TileBits-1:0]      f_height, f_width, f_x, f_y;
  logic [MemoryBits-1:0]    f_tile_out, f_unit_out, f_line_out, f_out;
  logic [ColumnBits-1:0]    f_channels, f_column;
  logic [7:0]               f_units, f_unit;
  logic                     f_here, f_here_last;
  logic [MemoryBits-1:0]    f_here_out;
  logic [ColumnBits-1:0]    f_here_column, f_here_channels;

  assign {f_height, f_width, f_tile_out, f_channels, f_units} = f_tiles[f_first];

  assign f_next        = f_offer && f_tile_count != '0;
  assign f_columns_end = 32'(f_column) + Post >= 32'(f_channels);
  assign f_x_end       = f_columns_end && f_x + 1'b1 == f_width;
  assign f_y_end       = f_x_end && f_y + 1'b1 == f_height;
  assign f_end         = f_y_end && f_unit + 8'd1 == f_units;
  assign f_take        = take_i && ready_o;

  logic [4*MemoryBits+2:0] f_layer, f_layer_q;

  assign f_layer = {add_i, vector_i, same_units_i, out_row_step_i, out_column_step_i,
                    out_unit_step_i};

  // Of a map of one position all positions of a unit have the place of the unit
  logic [MemoryBits-1:0] f_start, f_next_out, f_row_step, f_column_step, f_unit_step;

  assign f_start       = vector_i ? tile_record_out_i : tile_out_i;
  assign f_next_out    = vector_i ? next_record_out_i : next_out_i;
  assign f_row_step    = vector_i ? '0 : out_row_step_i;
  assign f_column_step = vector_i ? '0 : out_column_step_i;
  assign f_unit_step   = same_units_i ? '0 : out_unit_step_i;

  always @(posedge clk_i) f_layer_q <= f_layer;

  always @* begin
    assume (tile_height_i != '0 && tile_width_i != '0);
    assume (32'(tile_height_i) * 32'(tile_width_i) <= Positions);
    assume (tile_channels_i != '0 && 32'(tile_channels_i) <= LaneColumns);
    assume (tile_units_i == 8'd1 || tile_units_i == 8'd2);
    if (tile_start_i) assume (tile_ready_o && f_tile_count != (FormalBits+1)'(FormalTiles));
    if (same_units_i) assume (vector_i);
    if (f_started)    assume (f_layer == f_layer_q);
    assume (valid_i == f_here && tile_last_i == f_here_last);
    assume (advance_i == f_take);
    assume (next_column_i == f_column && next_channels_i == f_channels);
    assume (f_next_out == (f_scan ? f_out : f_tile_out));
  end

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      f_first      <= '0;
      f_last       <= '0;
      f_tile_count <= '0;
      f_scan       <= 1'b0;
      f_x          <= '0;
      f_y          <= '0;
      f_unit       <= '0;
      f_column     <= '0;
      f_here       <= 1'b0;
    end else begin
      f_tile_count <= f_tile_count + (FormalBits+1)'(tile_start_i) -
                      (FormalBits+1)'(f_take && f_next && f_end);
      if (tile_start_i) f_last <= f_last + 1'b1;
      if (f_take) f_here <= f_next;
      if (f_take && f_next) begin
        f_scan   <= !f_end;
        f_column <= f_columns_end ? '0 : f_column + ColumnBits'(Post);
        if (f_columns_end) f_x <= f_x_end ? '0 : f_x + 1'b1;
        if (f_x_end) f_y <= f_y_end ? '0 : f_y + 1'b1;
        if (f_y_end) f_unit <= f_end ? '0 : f_unit + 8'd1;
        if (f_end) f_first <= f_first + 1'b1;
      end
    end
  end

  always @(posedge clk_i) begin
    if (tile_start_i) begin
      f_tiles[f_last] <= {tile_height_i, tile_width_i, f_start, tile_channels_i, tile_units_i};
    end
    if (f_take) begin
      f_here_last     <= f_end;
      f_here_out      <= f_next_out;
      f_here_column   <= f_column;
      f_here_channels <= f_channels;
    end
    if (f_take && f_next) begin
      if (!f_scan) begin
        f_unit_out <= f_tile_out;
        f_line_out <= f_tile_out;
      end
      if (f_y_end) begin
        f_unit_out <= (f_scan ? f_unit_out : f_tile_out) + f_unit_step;
        f_line_out <= (f_scan ? f_unit_out : f_tile_out) + f_unit_step;
        f_out      <= (f_scan ? f_unit_out : f_tile_out) + f_unit_step;
      end else if (f_x_end) begin
        f_line_out <= (f_scan ? f_line_out : f_tile_out) + f_row_step;
        f_out      <= (f_scan ? f_line_out : f_tile_out) + f_row_step;
      end else begin
        f_out <= f_next_out + (f_columns_end ? f_column_step : '0);
      end
    end
  end

  // Memory: answers what was asked for, in order
  logic [MemoryWordBits-1:0] f_words [0:Depth-1];  // asked for and not used
  logic [IndexBits-1:0]      f_ask, f_arrive, f_use, f_place;
  logic [UnderWayBits-1:0]   f_asked, f_waiting;   // words in f_words, those of them not arrived
  logic                      f_granted, f_shown;
  logic [MemoryWordBits+LengthBits-1:0] f_request, f_shown_request;

  assign f_granted = request_valid_o && request_ready_i;
  assign f_request = {request_word_o, request_length_o};

  always @* begin
    if (data_valid_i) assume (f_waiting != '0);
    if (f_words[f_arrive] == f_address[MemoryBits-1:ByteBits]) begin
      assume (data_i[32'(f_address[ByteBits-1:0])*8 +: 8] == f_value);
    end
  end

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      f_ask     <= '0;
      f_arrive  <= '0;
      f_use     <= '0;
      f_asked   <= '0;
      f_waiting <= '0;
      f_shown   <= 1'b0;
    end else begin
      f_asked   <= f_asked + (f_granted ? UnderWayBits'(request_length_o) : '0) -
                   UnderWayBits'(pop);
      f_waiting <= f_waiting + (f_granted ? UnderWayBits'(request_length_o) : '0) -
                   UnderWayBits'(data_valid_i);
      if (f_granted)    f_ask    <= f_ask + IndexBits'(request_length_o);
      if (data_valid_i) f_arrive <= f_arrive + 1'b1;
      if (pop)          f_use    <= f_use + 1'b1;
      f_shown <= request_valid_o && !request_ready_i;
    end
  end

  always @(posedge clk_i) begin
    for (int w = 0; w < Burst; w++) begin
      if (f_granted && LengthBits'(w) < request_length_o) begin
        f_words[IndexBits'(f_ask + IndexBits'(w))] <= request_word_o + MemoryWordBits'(w);
      end
    end
    f_shown_request <= f_request;
  end

  // What is asked for is shown once the walk stands, what has arrived is used when it is needed
  logic f_stands, f_arrived;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      f_stands  <= 1'b0;
      f_arrived <= 1'b0;
    end else begin
      f_stands  <= length_q != '0 && !step && !f_granted;
      f_arrived <= f_asked - f_waiting != UnderWayBits'(pop);
    end
  end

  always @(posedge clk_i) begin
    if (rst_ni) begin
      if (request_valid_o) begin
        assert (request_length_o != '0 && 32'(request_length_o) <= Burst);
        assert (add_i);
      end
      if (f_shown) assert (request_valid_o && f_request == f_shown_request);
      assert (32'(f_asked) <= Depth);
      if (pop) begin
        assert (f_asked != f_waiting);
        assert (f_words[f_use] == first + MemoryWordBits'(current));
      end
      if (f_take && valid_i && add_i) begin
        for (int p = 0; p < Post; p++) begin
          if (32'(f_here_column) + p < 32'(f_here_channels) &&
              f_here_out + MemoryBits'(f_here_column) + MemoryBits'(p) == f_address) begin
            assert (value_o[p*8 +: 8] == f_value);
          end
        end
      end
      if (f_tile_count == '0 && !f_here) begin
        assert (!active_q && !tile_valid && !request_valid_o && under_way_q == '0);
      end
      if (!add_i) assert (ready_o);
      if (f_stands) assert (request_valid_o);
      if (f_arrived && valid_i && add_i && !ready_o) assert (pop);
    end
  end
