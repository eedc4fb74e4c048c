// SPDX-License-Identifier: Apache-2.0
// For Yosys' techmap: selection of one of many parts of a word, `word[part * 2^k +: bits]`.
//
// Yosys' own mapping shifts the whole word and then removes what is not used, which takes minutes
// and gigabytes for the words of many lanes beside each other. Here only the wanted bits are
// multiplexed; the gates in the end are the same.
(* techmap_celltype = "$shiftx" *)
module select_part (A, B, Y);
  parameter A_SIGNED = 0;
  parameter B_SIGNED = 0;
  parameter A_WIDTH = 1;
  parameter B_WIDTH = 1;
  parameter Y_WIDTH = 1;
  parameter [B_WIDTH-1:0] _TECHMAP_CONSTMSK_B_ = 0;
  parameter [B_WIDTH-1:0] _TECHMAP_CONSTVAL_B_ = 0;

  input [A_WIDTH-1:0] A;
  input [B_WIDTH-1:0] B;
  output [Y_WIDTH-1:0] Y;

  // Low bits of B that are constant 0: parts begin at multiples of 2^ZEROS
  function integer low_zeros;
    input dummy;
    integer i;
    reg going;
    begin
      low_zeros = 0;
      going = 1;
      for (i = 0; i < B_WIDTH; i = i + 1) begin
        going = going & _TECHMAP_CONSTMSK_B_[i] & ~_TECHMAP_CONSTVAL_B_[i];
        if (going) low_zeros = i + 1;
      end
    end
  endfunction

  localparam ZEROS = low_zeros(1'b0);
  localparam UNIT = 1 << ZEROS;
  localparam UNITS = (A_WIDTH + UNIT - 1) / UNIT;
  localparam WANTED = (UNITS > 1) ? $clog2(UNITS) : 1;
  localparam BITS = (WANTED < B_WIDTH - ZEROS) ? WANTED : B_WIDTH - ZEROS;

  // Other selections are left to Yosys
  localparam FITS = ZEROS > 0 && ZEROS <= 20 && ZEROS < B_WIDTH && Y_WIDTH <= UNIT;
  wire _TECHMAP_FAIL_ = !FITS;

  generate
    if (FITS) begin
      wire [(UNIT << BITS) - 1:0] padded;
      wire [(Y_WIDTH << BITS) - 1:0] parts;
      assign padded = {{(UNIT << BITS){1'bx}}, A};
      genvar u;
      for (u = 0; u < (1 << BITS); u = u + 1) begin
        assign parts[u*Y_WIDTH +: Y_WIDTH] = padded[u*UNIT +: Y_WIDTH];
      end
      \$bmux #(.WIDTH(Y_WIDTH), .S_WIDTH(BITS)) mux (.A(parts), .S(B[ZEROS +: BITS]), .Y(Y));
    end
  endgenerate
endmodule
