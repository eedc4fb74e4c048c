// SPDX-License-Identifier: Apache-2.0
  // In each step every open position of its block is taken exactly once, in ascending order, with
  // its address and its columns, no matter when the step begins and how far the gate is by then. A
  // position that is taken is the lowest one decided so far that the step has not taken.
  logic [Segments*Positions-1:0]    f_open;             // open positions so far, of each block
  logic [Positions*LaneColumns-1:0] f_columns;          // columns of each position
  logic [Positions*AddressBits-1:0] f_addresses;
  logic [Positions-1:0]             f_taken;            // positions that the step has taken
  logic [Positions-1:0]             f_left, f_lowest;
  logic [TileBits-1:0]              f_decided, f_tile;  // decisions so far, positions of the tile
  logic [BlockBits-1:0]             f_block, f_took_block;
  logic                             f_running, f_took, f_mask_read, f_bank;
  logic [PositionBits-1:0]          f_mask_position;
  logic [Positions-1:0]             f_took_position;    // one bit
  logic [TileBits-1:0]              f_row, f_column;
  logic [AddressBits-1:0]           f_base, f_here;
  logic [Segments-1:0]              f_opens;            // blocks that the decision opens
  logic [LaneColumns-1:0]           f_enable;

  assign f_here   = f_base + AddressBits'(f_row) * row_step_i +
                    AddressBits'(f_column) * column_step_i;
  assign f_left   = f_open[f_block*Positions +: Positions] & ~f_taken;
  assign f_lowest = f_left & (~f_left + Positions'(1));

  for (genvar b = 0; b < Segments; b++) begin : gen_formal_block
    assign f_opens[b] = gate_open_i[b*Columns +: Columns] != '0;
    assign f_enable[b*Columns +: Columns] =
        per_output_i ? gate_open_i[b*Columns +: Columns] : {Columns{f_opens[b]}};

    // The gate: no column of a block that the record has not
    always @* if (gate_valid_i && !used_i[b]) assume (!f_opens[b]);
  end

  // The sequencer: a tile of at most Positions positions, its shape steady; decisions only for it,
  // in order, the last one marked; a step of any block begins at any time, also while positions are
  // left; it takes only positions that are there
  logic [TileBits-1:0]                      f_height;  // rows of positions: any
  logic [2*TileBits+2*AddressBits+Segments:0] f_shape, f_shape_q;

  assign f_height = $anyseq;
  assign f_shape  = {f_height, tile_width_i, row_step_i, column_step_i, per_output_i, used_i};

  always @(posedge clk_i) begin
    f_shape_q <= f_shape;
    assume (f_height != '0 && tile_width_i != '0);
    assume (32'(f_height) * 32'(tile_width_i) <= 32'(Positions));
    if (f_running && !tile_start_i) assume (f_shape == f_shape_q);
    if (tile_start_i) assume (!gate_valid_i && (!f_running || f_decided == f_tile));
    if (!f_running)   assume (!gate_valid_i && !take_i);
    if (f_running && f_decided == f_tile) assume (!gate_valid_i);
    if (gate_valid_i) begin
      assume (gate_position_i == f_decided[PositionBits-1:0] && gate_bank_i == f_bank);
      assume (gate_end_i == (f_decided + 1'b1 == f_tile));
    end
    assume (32'(next_i) < 32'(Segments));
    if (f_running) assume (block_i == f_block && (step_i || next_i == f_block));
    if (take_i)      assume (left_o && !tile_start_i);
    if (mask_read_i) assume (f_running && TileBits'(mask_position_i) < f_decided &&
                             mask_bank_i == f_bank);
  end

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      f_running   <= 1'b0;
      f_open      <= '0;
      f_taken     <= '0;
      f_decided   <= '0;
      f_row       <= '0;
      f_column    <= '0;
      f_took      <= 1'b0;
      f_mask_read <= 1'b0;
    end else begin
      f_took      <= take_i;
      f_mask_read <= mask_read_i && !tile_start_i;
      if (tile_start_i || step_i) f_taken <= '0;
      else if (take_i)            f_taken <= f_taken | f_lowest;
      if (tile_start_i) begin
        f_running <= 1'b1;
        f_open    <= '0;
        f_decided <= '0;
        f_row     <= '0;
        f_column  <= '0;
      end else if (gate_valid_i) begin
        f_decided <= f_decided + 1'b1;
        for (int b = 0; b < Segments; b++) begin
          f_open[b*Positions +: Positions] <= f_open[b*Positions +: Positions] |
                                              (Positions'(f_opens[b]) << f_decided);
        end
        f_column <= (f_column + 1'b1 == tile_width_i) ? '0 : f_column + 1'b1;
        if (f_column + 1'b1 == tile_width_i) f_row <= f_row + 1'b1;
      end
    end
  end

  always @(posedge clk_i) begin
    f_mask_position <= mask_position_i;
    f_took_position <= f_lowest;
    f_took_block    <= f_block;
    f_block         <= tile_start_i ? '0 : next_i;
    if (tile_start_i) begin
      f_tile <= TileBits'(32'(tile_width_i) * 32'(f_height));
      f_base <= tile_address_i;
      f_bank <= ~f_bank;
    end
    for (int p = 0; p < Positions; p++) begin
      if (gate_valid_i && f_decided == TileBits'(p)) begin
        f_columns[p*LaneColumns +: LaneColumns]   <= f_enable;
        f_addresses[p*AddressBits +: AddressBits] <= f_here;
      end
    end
  end

  always @(posedge clk_i) begin
    if (rst_ni && f_running) begin
      assert (left_o == (f_left != '0));
      assert (more_o == (f_left != f_lowest));
      assert (f_taken < f_lowest || f_left == '0);  // ascending
      if (f_took) begin
        assert (Positions'(1) << position_o == f_took_position);
        assert (block_o == f_took_block);
        for (int p = 0; p < Positions; p++) begin
          if (f_took_position[p]) begin
            assert (enable_o == f_columns[p*LaneColumns + 32'(f_took_block)*Columns +: Columns]);
            assert (address_o == f_addresses[p*AddressBits +: AddressBits]);
          end
        end
      end
      assert (done_o == (f_decided == f_tile));
      for (int b = 0; b < Segments; b++) begin
        assert (open_o[b] == (f_open[b*Positions +: Positions] != '0));
      end
      assert (32'(listed_o) == (gate_valid_i ? 32'($countones(f_opens)) : 32'd0));
      assert (32'(skipped_o) == (gate_valid_i ? 32'($countones(used_i & ~f_opens)) : 32'd0));
      for (int p = 0; p < Positions; p++) begin
        if (f_mask_read && f_mask_position == PositionBits'(p))
          assert (mask_o == f_columns[p*LaneColumns +: LaneColumns]);
      end
    end
  end

  // What makes it inductive
  always @(posedge clk_i) begin
    if (rst_ni && f_running) begin
      assert (left_q == f_left && map_q == f_open);
      assert ((f_open & {Segments{~((Positions'(1) << f_decided) - Positions'(1))}}) == '0);
    end
  end
