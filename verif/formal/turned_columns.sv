// SPDX-License-Identifier: Apache-2.0
  // In a column that turns, weight v of each k is weight v - 1 of the column before, wrapped
  // around, for all widths and all k that the groups of bytes hold. It is there three cycles later.
  for (genvar m = 0; m < 3; m++) begin : gen_formal_mode
    localparam int Bits = 8 >> m;
    localparam int Fields = 1 << m;
    for (genvar s = (m > 0) ? m : 1; s <= Levels + m; s++) begin : gen_size
      localparam int Size = 1 << s;
      for (genvar v = 0; v < Rows * Fields; v++) begin : gen_weight
        localparam int From = v / Size * Size + (v % Size + Size - 1) % Size;
        // Fields lie in reverse order
        localparam int Place = v / Fields * 8 + (Fields - 1 - v % Fields) * Bits;
        localparam int FromPlace = From / Fields * 8 + (Fields - 1 - From % Fields) * Bits;

        always @* begin
          if (mode_i == 2'(m) && circulant_i == 3'(s)) begin
            assert (turned[Place +: Bits] == data_o[FromPlace +: Bits]);
          end
        end
      end
    end
  end

  logic [Rows*8-1:0] f_turned_q;
  logic              f_rotate_q, f_rotate_qq, f_rotate_qqq;

  initial f_rotate_q = 1'b0;
  initial f_rotate_qq = 1'b0;
  initial f_rotate_qqq = 1'b0;

  always @(posedge clk_i) begin
    f_turned_q   <= turned;
    f_rotate_q   <= rotate_i;
    f_rotate_qq  <= f_rotate_q;
    f_rotate_qqq <= f_rotate_qq;
  end

  always @* if (f_rotate_qqq && f_known_q) assert (data_o == f_turned_q);

  // The module's own registers have no reset: they hold what was asked for after two cycles
  logic [1:0] f_age_q;
  logic       f_known_q;

  initial f_age_q = 2'd0;
  always @(posedge clk_i) if (f_age_q != 2'd3) f_age_q <= f_age_q + 2'd1;
  assign f_known_q = f_age_q == 2'd3;
