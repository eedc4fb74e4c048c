  // The two queues keep to what the proof of the queue shows: how many entries they hold decides valid
  // and ready, and the entry shown stays until it is popped.
  logic [1:0]                     f_waiting, f_words;
  logic                           f_address_held, f_data_held;
  logic [MemoryBits-WordBits-1:0] f_address_shown;
  logic [WordBytes*9-1:0]         f_data_shown;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      f_waiting      <= '0;
      f_words        <= '0;
      f_address_held <= 1'b0;
      f_data_held    <= 1'b0;
    end else begin
      f_waiting      <= f_waiting + 2'(take) - 2'(awvalid_o && awready_i);
      f_words        <= f_words + 2'(take) - 2'(wvalid_o && wready_i && wlast_o);
      f_address_held <= awvalid_o && !awready_i;
      f_data_held    <= wvalid_o && !(wready_i && wlast_o);
    end
  end

  always @(posedge clk_i) begin
    f_address_shown <= word;
    f_data_shown    <= {strobe, data};
    if (rst_ni) begin
      assume (awvalid_o == (f_waiting != '0) && address_ready == (f_waiting != 2'd2));
      assume (wvalid_o == (f_words != '0) && data_ready == (f_words != 2'd2));
      if (f_address_held) assume (word == f_address_shown);
      if (f_data_held)    assume ({strobe, data} == f_data_shown);
    end
  end

  // What makes the rules inductive: every word taken waits in the queue or is on the bus
  always @(posedge clk_i) begin
    if (rst_ni) begin
      assert (f_waiting <= 2'd2 && f_words <= 2'd2);
      assert (32'(flying_q) == 32'(f_waiting) + 32'(f_addresses));
      assert (32'(flying_q) == 32'(f_words) + 32'(f_data));
      assert (32'(flying_q) <= 32'(Writes));
      assert (32'(beat_q) == 32'(f_beats));
      assert (32'(beat_q) < 32'(Beats));
      if (f_words == '0) assert (beat_q == '0);
    end
  end
