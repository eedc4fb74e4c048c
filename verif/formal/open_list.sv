// SPDX-License-Identifier: Apache-2.0
  // Entry i of the list is the i-th open position of the tile, with its address and its columns: so
  // each open position is there exactly once and no closed one. It may be read while the list
  // grows.
  logic [Positions-1:0]         f_open;            // open positions so far
  logic [Positions*Columns-1:0] f_columns;         // their columns
  logic [PositionBits:0]        f_decided, f_tile;  // decisions so far, positions of the tile
  logic                         f_running, f_read, f_mask_read, f_bank;
  logic [PositionBits-1:0]      f_index, f_mask_position;
  logic [TileBits-1:0]          f_row, f_column;
  logic [AddressBits-1:0]       f_base, f_here;
  logic [Positions*AddressBits-1:0] f_addresses;
  logic [Positions-1:0]         f_below;
  logic                         f_per_output;

  assign f_here  = f_base + AddressBits'(f_row) * row_step_i +
                   AddressBits'(f_column) * column_step_i;
  assign f_below = f_open & ((Positions'(1) << position_o) - Positions'(1));

  // The sequencer: a tile of at most Positions positions, its shape steady; decisions only for it,
  // in order, the last one marked; it reads entries that are there
  logic [TileBits-1:0]               f_height;  // rows of positions: any
  logic [2*TileBits+2*AddressBits:0] f_shape, f_shape_q;

  assign f_height = $anyseq;
  assign f_shape  = {f_height, tile_width_i, row_step_i, column_step_i, per_output_i};

  always @(posedge clk_i) begin
    f_shape_q <= f_shape;
    assume (f_height != '0 && tile_width_i != '0);
    assume (32'(f_height) * 32'(tile_width_i) <= 32'(Positions));
    if (f_running && !tile_start_i) assume (f_shape == f_shape_q);
    if (tile_start_i) assume (!gate_valid_i && (!f_running || f_decided == f_tile));
    if (!f_running)   assume (!gate_valid_i);
    if (f_running && f_decided == f_tile) assume (!gate_valid_i);
    if (gate_valid_i) begin
      assume (gate_position_i == f_decided[PositionBits-1:0] && gate_bank_i == f_bank);
      assume (gate_end_i == (f_decided + 1'b1 == f_tile));
    end
    if (read_i)       assume (f_running && (PositionBits + 1)'(index_i) < count_o && !tile_start_i);
    if (mask_read_i)  assume (f_running && (PositionBits + 1)'(mask_position_i) < f_decided &&
                              mask_bank_i == f_bank);
  end

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      f_running   <= 1'b0;
      f_open      <= '0;
      f_decided   <= '0;
      f_row       <= '0;
      f_column    <= '0;
      f_read      <= 1'b0;
      f_mask_read <= 1'b0;
    end else begin
      f_read      <= read_i;
      f_mask_read <= mask_read_i && !tile_start_i;
      if (tile_start_i) begin
        f_running <= 1'b1;
        f_open    <= '0;
        f_decided <= '0;
        f_row     <= '0;
        f_column  <= '0;
      end else if (gate_valid_i) begin
        f_decided <= f_decided + 1'b1;
        f_open    <= f_open | (Positions'(gate_open_i != '0) << f_decided);
        f_column  <= (f_column + 1'b1 == tile_width_i) ? '0 : f_column + 1'b1;
        if (f_column + 1'b1 == tile_width_i) f_row <= f_row + 1'b1;
      end
    end
  end

  always @(posedge clk_i) begin
    f_index         <= index_i;
    f_mask_position <= mask_position_i;
    if (tile_start_i) begin
      f_tile <= (PositionBits + 1)'(32'(tile_width_i) * 32'(f_height));
      f_base <= tile_address_i;
      f_bank <= ~f_bank;
    end
    for (int p = 0; p < Positions; p++) begin
      if (gate_valid_i && f_decided == (PositionBits + 1)'(p)) begin
        f_columns[p*Columns +: Columns]           <= per_output_i ? gate_open_i
                                                                  : {Columns{gate_open_i != '0}};
        f_addresses[p*AddressBits +: AddressBits] <= f_here;
      end
    end
  end

  always @(posedge clk_i) begin
    if (rst_ni && f_running) begin
      assert (32'(count_o) == 32'($countones(f_open)));
      assert (done_o == (f_decided == f_tile));
      assert (listed_o == (gate_valid_i && gate_open_i != '0));
      assert (skipped_o == (gate_valid_i && gate_open_i == '0));
      if (f_read) begin
        assert ((f_open >> position_o) & Positions'(1));
        assert (32'($countones(f_below)) == 32'(f_index));
        for (int p = 0; p < Positions; p++) begin
          if (position_o == PositionBits'(p)) begin
            assert (enable_o == f_columns[p*Columns +: Columns]);
            assert (address_o == f_addresses[p*AddressBits +: AddressBits]);
          end
        end
      end
      for (int p = 0; p < Positions; p++) begin
        if (f_mask_read && f_mask_position == PositionBits'(p))
          assert (mask_o == f_columns[p*Columns +: Columns]);
      end
    end
  end
