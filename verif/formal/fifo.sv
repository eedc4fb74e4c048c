// SPDX-License-Identifier: Apache-2.0
  // Each entry leaves exactly once, unchanged, behind those that were pushed before it: one push,
  // any one, is followed until it is popped.
  (* anyseq *) logic f_pick;                    // follow the push of this cycle
  logic                 f_busy;                 // an entry is followed
  logic [Width-1:0]     f_value;                // what it holds
  logic [CountBits-1:0] f_ahead, f_count;       // entries before it, entries in all
  logic                 f_held;
  logic [Width-1:0]     f_shown;
  logic [IndexBits:0]   f_place, f_distance;

  assign f_place    = (IndexBits + 1)'(head_q) + (IndexBits + 1)'(f_ahead);
  assign f_distance = (IndexBits + 1)'(tail_q) + (IndexBits + 1)'(Depth) - (IndexBits + 1)'(head_q);

  always @(posedge clk_i) assume (!pop_i || valid_o);

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      f_busy  <= 1'b0;
      f_ahead <= '0;
      f_count <= '0;
      f_held  <= 1'b0;
    end else begin
      f_count <= f_count + CountBits'(push_i && ready_o) - CountBits'(pop_i);
      f_held  <= valid_o && !pop_i;
      if (f_busy && pop_i) begin
        if (f_ahead == '0) f_busy <= 1'b0;
        else               f_ahead <= f_ahead - 1'b1;
      end else if (!f_busy && f_pick && push_i && ready_o) begin
        f_busy  <= 1'b1;
        f_ahead <= f_count - CountBits'(pop_i);
      end
    end
  end

  always @(posedge clk_i) begin
    f_shown <= data_o;
    if (!f_busy && f_pick && push_i && ready_o) f_value <= data_i;
  end

  // What users of the queue rely on
  always @(posedge clk_i) begin
    if (rst_ni) begin
      assert (valid_o == (f_count != '0));
      assert (ready_o == (f_count != CountBits'(Depth)));
      if (f_busy && pop_i && f_ahead == '0) assert (data_o == f_value);
      if (f_held) assert (valid_o && data_o == f_shown);
    end
  end

  // What makes it inductive
  always @(posedge clk_i) begin
    if (rst_ni) begin
      assert (f_count == count_q && count_q <= CountBits'(Depth));
      assert ((f_distance & (IndexBits + 1)'(Depth - 1)) ==
              ((IndexBits + 1)'(count_q) & (IndexBits + 1)'(Depth - 1)));
      if (f_busy) begin
        assert (f_ahead < count_q);
        assert (entries[f_place[IndexBits-1:0]] == f_value);
      end
    end
  end
