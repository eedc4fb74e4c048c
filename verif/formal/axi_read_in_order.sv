  // What makes the rules inductive: the master's count of bursts is the bus's and the one it shows;
  // addresses are those of beats.
  always @(posedge clk_i) begin
    if (rst_ni) begin
      assert (32'(flying_q) == 32'(f_flying) + 32'(arvalid_o));
      assert (32'(flying_q) <= 32'(Reads));
      assert (left_q <= 13'(Burst * Beats));
      if (left_q != '0) assert (address_q[ByteBits-1:0] == '0);
      if (arvalid_o)    assert (araddr_o[ByteBits-1:0] == '0);
    end
  end
