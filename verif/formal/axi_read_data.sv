// SPDX-License-Identifier: Apache-2.0
  // One beat, any one, is followed from the request to the word that holds it: the bus is asked for
  // its address, and its data and error arrive in its place.
  (* anyconst *) logic [6:0] f_n;          // number of the beat, from the first requested
  (* anyconst *) logic       f_no_error;   // the bus never answers with an error,
  (* anyconst *) logic       f_no_decerr;  // never with DECERR
  logic [6:0]             f_requested, f_asked, f_arrived, f_words, f_seen, f_offset;
  logic [6:0]             f_request_beats, f_in_request, f_in_burst;
  logic                   f_known, f_flies, f_got, f_here;
  logic [MemoryBits-1:0]  f_address;
  logic [IdBits-1:0]      f_id;
  logic [BusBytes*8-1:0]  f_data;
  logic [1:0]             f_error;
  logic [WordBytes*8-1:0] f_word;

  assign f_request_beats = 7'(read_length_i) * 7'(Beats);
  assign f_in_request    = f_n - f_requested;
  assign f_in_burst      = f_n - f_asked;
  assign f_here          = rvalid_i && (f_by_id ? f_flies && rid_i == f_id && f_seen == f_offset
                                                       : f_arrived == f_n);
  assign f_word          = read_data_o >> (32'(f_n % 7'(Beats)) * BusBytes * 8);

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      f_requested <= '0;
      f_asked     <= '0;
      f_arrived   <= '0;
      f_words     <= '0;
      f_seen      <= '0;
      f_known     <= 1'b0;
      f_flies     <= 1'b0;
      f_got       <= 1'b0;
    end else begin
      if (read_valid_i && read_ready_o) begin
        f_requested <= f_requested + f_request_beats;
        if (f_requested <= f_n && f_in_request < f_request_beats) begin
          f_known   <= 1'b1;
          f_address <= {read_address_i[MemoryBits-1:WordBits], {WordBits{1'b0}}} +
                       MemoryBits'(f_in_request) * MemoryBits'(BusBytes);
        end
      end
      if (arvalid_o && arready_i) begin
        f_asked <= f_asked + arlen_o[6:0] + 7'd1;
        if (f_asked <= f_n && f_in_burst <= arlen_o[6:0]) begin
          f_flies  <= 1'b1;
          f_id     <= arid_o;
          f_offset <= f_in_burst;
        end
      end
      if (rvalid_i) f_arrived <= f_arrived + 7'd1;
      if (rvalid_i && f_flies && rid_i == f_id) f_seen <= f_seen + 7'd1;
      if (f_here) begin
        f_got   <= 1'b1;
        f_data  <= rdata_i;
        f_error <= rresp_i;
      end
      if (read_data_valid_o) f_words <= f_words + 7'd1;
    end
  end

  always @(posedge clk_i) begin
    if (rst_ni) begin
      if (f_no_error)  assume (!rvalid_i || !rresp_i[1]);
      if (f_no_decerr) assume (!rvalid_i || rresp_i != 2'b11);
      if (arvalid_o && f_asked <= f_n && f_in_burst <= arlen_o[6:0]) begin
        assert (f_known);
        assert (araddr_o[MemoryBits-1:0] ==
                f_address - MemoryBits'(f_in_burst) * MemoryBits'(BusBytes));
        assert (araddr_o >> MemoryBits == '0);
      end
      if (read_data_valid_o && f_words == f_n / 7'(Beats)) begin
        assert (f_got);
        assert (f_word[BusBytes*8-1:0] == f_data);
        if (f_error[1])       assert (read_error_o[1]);
        if (f_error == 2'b11) assert (read_error_o == 2'b11);
      end
      if (read_data_valid_o && f_no_error)  assert (read_error_o == 2'b00);
      if (read_data_valid_o && f_no_decerr) assert (read_error_o != 2'b11);
      if (read_data_valid_o)                assert (read_error_o != 2'b01);
    end
  end
