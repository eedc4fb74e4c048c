// SPDX-License-Identifier: Apache-2.0
  // One word, any one, is followed to the bus: its address, and its data and strobes beat by beat,
  // are the n-th ones there, with zero in bytes without a strobe; each answer gives one pulse, with
  // its error.
  (* anyconst *) logic [4:0] f_n;
  logic [4:0]             f_taken, f_addressed, f_sent;
  logic                   f_known, f_answered;
  logic [MemoryBits-1:0]  f_address;
  logic [WordBytes*8-1:0] f_word, f_word_left;
  logic [WordBytes-1:0]   f_strobe, f_strobe_left;
  logic [7:0]             f_beat;
  logic [1:0]             f_response;

  assign f_word_left   = f_word >> (32'(f_beat) * BusBytes * 8);
  assign f_strobe_left = f_strobe >> (32'(f_beat) * BusBytes);

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      f_taken     <= '0;
      f_addressed <= '0;
      f_sent      <= '0;
      f_known     <= 1'b0;
      f_beat      <= '0;
      f_answered  <= 1'b0;
    end else begin
      if (write_valid_i && write_ready_o) begin
        f_taken <= f_taken + 5'd1;
        if (f_taken == f_n) begin
          f_known   <= 1'b1;
          f_address <= write_address_i;
          f_word    <= write_data_i;
          f_strobe  <= write_strobe_i;
        end
      end
      if (awvalid_o && awready_i) f_addressed <= f_addressed + 5'd1;
      if (wvalid_o && wready_i) begin
        f_beat <= wlast_o ? '0 : f_beat + 8'd1;
        if (wlast_o) f_sent <= f_sent + 5'd1;
      end
      f_answered <= bvalid_i;
    end
  end

  always @(posedge clk_i) begin
    f_response <= bresp_i;
    if (rst_ni) begin
      if (awvalid_o && f_addressed == f_n) begin
        assert (f_known);
        assert (awaddr_o == AddressBits'(f_address));
      end
      if (wvalid_o && f_sent == f_n) begin
        assert (f_known);
        assert (wstrb_o == f_strobe_left[BusBytes-1:0]);
        for (int b = 0; b < BusBytes; b++) begin
          assert (wdata_o[b*8 +: 8] == (f_strobe_left[b] ? f_word_left[b*8 +: 8] : 8'd0));
        end
      end
      assert (write_done_o == f_answered);
      if (f_answered) assert (write_error_o == (f_response[1] ? f_response : 2'b00));
    end
  end
