// SPDX-License-Identifier: Apache-2.0
  // One bit of one byte of the memory, any one, is followed: it leaves in a word of its address,
  // with its strobe, exactly once for each time that it was given, unchanged, and before its RUN is
  // done.
  (* anyconst *) logic [MemoryBits-1:0] f_address;
  (* anyconst *) logic [2:0]            f_bit;
  logic [Post-1:0]       f_here;                // the value of this byte in a chunk
  logic                  f_given, f_leaves, f_busy, f_value, f_new;
  logic                  f_due;                 // its RUN's last chunk has been given, too
  logic [1:0]            f_ends, f_ends_before;  // RUNs that are not done, those before the byte's
  logic [WordBytes*8-1:0] f_data;
  logic [WordBytes-1:0]   f_strobe;

  for (genvar p = 0; p < Post; p++) begin : gen_formal_value
    assign f_here[p] = out_i + MemoryBits'(column_i) + MemoryBits'(p) == f_address &&
                       32'(column_i) + 32'(p) < 32'(channels_i);
  end

  always @* begin
    f_new = 1'b0;
    for (int p = 0; p < Post; p++) if (f_here[p]) f_new = value_i[p*8 + 32'(f_bit)];
  end

  assign f_given  = valid_i && advance_o && f_here != '0;
  assign f_strobe = word_strobe_o >> f_address[ByteBits-1:0];
  assign f_data   = word_data_o >> {f_address[ByteBits-1:0], f_bit};
  assign f_leaves = word_valid_o && word_ready_i && f_strobe[0] &&
                    word_address_o == f_address[MemoryBits-1:ByteBits];

  // Post-processing: chunks of Post columns; a RUN's last is a tile's last; no byte is given again
  // while it has not left
  always @(posedge clk_i) begin
    assume (32'(column_i) % 32'(Post) == 32'd0);
    assume (!run_last_i || tile_last_i);
    if (f_busy) assume (!f_given);
  end

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      f_busy        <= 1'b0;
      f_due         <= 1'b0;
      f_ends        <= '0;
      f_ends_before <= '0;
    end else begin
      f_ends <= f_ends + 2'(valid_i && advance_o && run_last_i) - 2'(run_done_o);
      if (f_given) begin
        f_busy        <= 1'b1;
        f_due         <= run_last_i;
        f_ends_before <= f_ends - 2'(run_done_o);
      end else begin
        if (f_leaves) f_busy <= 1'b0;
        if (valid_i && advance_o && run_last_i) f_due <= 1'b1;
        if (run_done_o) f_ends_before <= f_ends_before - 2'd1;
      end
    end
  end

  always @(posedge clk_i) if (f_given) f_value <= f_new;

  always @(posedge clk_i) begin
    if (rst_ni) begin
      if (f_leaves)   assert (f_busy && f_data[0] == f_value);
      if (run_done_o) assert (f_ends != '0 && !(f_busy && f_due && f_ends_before == '0));
      if (f_busy && !f_due) assert (f_ends_before == f_ends);
    end
  end

  // With words taken at once, a chunk is taken and a RUN is done within a few cycles
  logic [3:0] f_waits, f_ends_waits;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      f_waits      <= '0;
      f_ends_waits <= '0;
    end else begin
      f_waits      <= (advance_o || !word_ready_i) ? '0 : f_waits + 4'd1;
      f_ends_waits <= (run_done_o || f_ends == '0 || !word_ready_i) ? '0 : f_ends_waits + 4'd1;
    end
  end

  always @(posedge clk_i) if (rst_ni) assert (f_waits < 4'd5 && f_ends_waits < 4'd6);
