// SPDX-License-Identifier: Apache-2.0
  // Of each transform, whatever its size, the sums that come out are the rows of the Hadamard
  // matrix times what came in, one advance before
  logic [LaneColumns*AccBits-1:0] f_sum_q;
  logic [ChunkBits-1:0]           f_chunk_q;
  logic [2:0]                     f_size_q;
  logic                           f_known_q;

  initial f_known_q = 1'b0;

  always @(posedge clk_i) begin
    if (advance_i) begin
      f_known_q <= 1'b1;
      f_sum_q   <= sum_i;
      f_chunk_q <= chunk_i;
      f_size_q  <= size_i;
    end
  end

  // Column `column` of the matrix's transforms of 2^size columns
  function automatic logic [AccBits-1:0] f_row(
    input logic [LaneColumns*AccBits-1:0] sums,
    input int                             column,
    input int                             size
  );
    f_row = '0;
    for (int j = 0; j < LaneColumns; j++) begin
      if ((j >> size) == (column >> size)) begin
        if (^(j & column & ((1 << size) - 1))) f_row = f_row - sums[j*AccBits +: AccBits];
        else                                   f_row = f_row + sums[j*AccBits +: AccBits];
      end
    end
  endfunction

  for (genvar s = 0; s <= Bits; s++) begin : gen_formal_size
    for (genvar c = 0; c < LaneColumns; c++) begin : gen_column
      always @* begin
        if (f_known_q && size_i == 3'(s) && f_size_q == size_i && 32'(f_chunk_q) == c / Post) begin
          assert (sum_o[c % Post * AccBits +: AccBits] == f_row(f_sum_q, c, s));
        end
      end
    end
  end
