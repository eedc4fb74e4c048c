// SPDX-License-Identifier: Apache-2.0
  // One byte of one register that software sets, any one: it holds what was written last with its
  // strobe, and nothing else changes it. Errors are exactly those of holes and read-only registers.
  // The interrupt keeps each event until it is cleared. Addresses are written out here, not taken
  // from the generator's table.
  (* anyconst *) logic [7:0] f_address;
  (* anyconst *) logic [1:0] f_byte;
  logic [63:0] f_word_mask, f_byte_mask, f_address_mask;
  logic [31:0] f_mask, f_value, f_word, f_written;
  logic [7:0]  f_at, f_shadow;
  logic        f_settable, f_hole, f_read_only, f_written_now;
  logic [1:0]  f_status, f_enable;
  logic [31:0] f_cycles, f_words;
  logic        f_first;

  assign f_at           = {address_i[7:2], 2'b00};
  assign f_address_mask = (64'd1 << MemoryBits) - 64'd1;
  assign f_word_mask    = f_address_mask & ~(64'(WordBytes) - 64'd1);
  assign f_settable     = f_address == 8'h0c || f_address == 8'h10 || f_address == 8'h54 ||
                          f_address == 8'h58 || f_address == 8'h5c || f_address == 8'h60 ||
                          f_address == 8'h64;

  // The bits that a register has, and what it holds
  always @* begin
    f_mask  = 32'hffffffff;
    f_value = watchdog_q;
    case (f_address)
      8'h0c: begin f_mask = f_address_mask[31:0];  f_value = command_address_low;  end
      8'h10: begin f_mask = f_address_mask[63:32]; f_value = command_address_high; end
      8'h58: begin f_mask = f_word_mask[31:0];     f_value = region_base_low;      end
      8'h5c: begin f_mask = f_word_mask[63:32];    f_value = region_base_high;     end
      8'h60: begin f_mask = f_word_mask[31:0];     f_value = region_end_low;       end
      8'h64: begin f_mask = f_word_mask[63:32];    f_value = region_end_high;      end
      default: ;
    endcase
  end

  assign f_word        = f_value >> (8 * f_byte);
  assign f_written     = (write_data_i & f_mask) >> (8 * f_byte);
  assign f_written_now = write_i && f_at == f_address && write_strobe_i[f_byte];

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      f_shadow <= '0;
      f_status <= '0;
      f_enable <= '0;
      f_first  <= 1'b1;
    end else begin
      f_first <= 1'b0;
      if (f_written_now) f_shadow <= f_written[7:0];
      if (write_i && f_at == 8'h14 && write_strobe_i[0]) f_enable <= write_data_i[1:0];
      for (int e = 0; e < 2; e++) begin
        if (e == 0 ? done_event_i : error_event_i) begin
          f_status[e] <= 1'b1;
        end else if (write_i && f_at == 8'h18 && write_strobe_i[0] && write_data_i[e]) begin
          f_status[e] <= 1'b0;
        end
      end
    end
  end

  always @(posedge clk_i) begin
    if (f_first || start_o) begin
      f_cycles <= '0;
      f_words  <= '0;
    end else if (busy_i) begin
      f_cycles <= f_cycles + 32'd1;
      f_words  <= f_words + 32'(written_i);
    end
  end

  assign f_hole      = f_at == 8'h1c || f_at > 8'h64;
  assign f_read_only = f_at == 8'h00 || f_at == 8'h08 || (f_at >= 8'h20 && f_at <= 8'h50);

  always @(posedge clk_i) begin
    if (rst_ni) begin
      assert (error_o == (f_hole || (write_i && f_read_only)));
      if (f_hole || f_at == 8'h04) assert (read_data_o == '0);
      if (f_at == 8'h00) assert (read_data_o == Id);
      if (f_at == 8'h08) begin
        assert (read_data_o == {layers_i, error_code_i, 5'd0, error_i, done_i, busy_i});
      end
      if (f_at == 8'h14) assert (read_data_o == 32'(f_enable));
      if (f_at == 8'h18) assert (read_data_o == 32'(f_status));
      if (f_at == 8'h48) assert (read_data_o == error_command_i);
      if (f_at == f_address && f_settable) assert (read_data_o == f_value);
      if (f_settable) assert (f_word[7:0] == f_shadow);
      assert (interrupt_o == ((f_status & f_enable) != 2'd0));
      assert (start_o ==
              (write_i && f_at == 8'h04 && write_strobe_i[0] && write_data_i[0] && !busy_i));
      assert (abort_o ==
              (write_i && f_at == 8'h04 && write_strobe_i[0] && write_data_i[1] && busy_i));
      if (!f_first && f_at == 8'h20) assert (read_data_o == f_cycles);
      if (!f_first && f_at == 8'h44) assert (read_data_o == f_words);
    end
  end

  // What makes it inductive
  always @(posedge clk_i) begin
    if (rst_ni) begin
      assert (interrupt_status_q == f_status && interrupt_enable_q == f_enable &&
              clear_q == f_first);
      if (!f_first) assert (cycles == f_cycles && write_words == f_words);
    end
  end
