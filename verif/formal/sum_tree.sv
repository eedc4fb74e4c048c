// SPDX-License-Identifier: Apache-2.0
  // Folded by 2^F, block b is the sum of its own segments' sums, Levels - F cycles ago; what is
  // unfolded is the sum of all of them, Levels cycles ago. The fold may change at any time: it only
  // chooses what is looked at.
  localparam int FormalInputBits = Segments * Columns * SegmentSumBits;

  logic [(Levels+1)*FormalInputBits-1:0] f_before;  // of the last cycle, the one before, ...
  logic [(Levels+2)*FormalInputBits-1:0] f_inputs;  // and of this one
  logic [Levels:0]                       f_past;    // which of those before have been
  logic [Levels+1:0]                     f_known;

  initial f_past = '0;

  assign f_inputs = {f_before, sum_i};
  assign f_known  = {f_past, 1'b1};

  always @(posedge clk_i) begin
    f_past   <= f_known[Levels:0];
    f_before <= f_inputs[(Levels+1)*FormalInputBits-1:0];
  end

  // The sum of `count` segments' sums, from the first on, in column c, `age` cycles ago
  function automatic logic [SumBits-1:0] f_sum(
    input logic [(Levels+2)*FormalInputBits-1:0] inputs,
    input int                                    age,
    input int                                    first,
    input int                                    count,
    input int                                    c
  );
    f_sum = '0;
    for (int s = 0; s < Segments; s++) begin
      if (s >= first && s < first + count) begin
        f_sum = f_sum + SumBits'($signed(
            inputs[age*FormalInputBits + (s*Columns + c)*SegmentSumBits +: SegmentSumBits]));
      end
    end
  endfunction

  for (genvar fold = 0; fold <= Levels; fold++) begin : gen_formal_fold
    for (genvar b = 0; b < (1 << fold); b++) begin : gen_block
      for (genvar c = 0; c < Columns; c++) begin : gen_column
        always @* begin
          if (fold_i == 4'(fold) && f_known[Levels-fold]) begin
            assert (block_o[(b*Columns + c)*SumBits +: SumBits] ==
                    f_sum(f_inputs, Levels - fold, b * (Segments >> fold), Segments >> fold, c));
          end
        end
      end
    end
  end

  for (genvar c = 0; c < Columns; c++) begin : gen_formal_all
    always @* begin
      if (f_known[Levels]) begin
        assert (all_o[c*SumBits +: SumBits] == f_sum(f_inputs, Levels, 0, Segments, c));
      end
    end
  end
