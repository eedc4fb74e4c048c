// SPDX-License-Identifier: Apache-2.0
// For Yosys' techmap: every addition and subtraction becomes a carry chain of its own.
//
// Left to itself, Yosys sums more than two numbers, as the rows of a product, with full adders in
// LUTs: two LUTs a bit, where a chain of an iCE40 takes one logic cell.
(* techmap_celltype = "$add $sub" *)
module chain (A, B, Y);
  parameter A_SIGNED = 0;
  parameter B_SIGNED = 0;
  parameter A_WIDTH = 1;
  parameter B_WIDTH = 1;
  parameter Y_WIDTH = 1;
  parameter _TECHMAP_CELLTYPE_ = "";

  localparam SUBTRACT = _TECHMAP_CELLTYPE_ == "$sub";

  input [A_WIDTH-1:0] A;
  input [B_WIDTH-1:0] B;
  output [Y_WIDTH-1:0] Y;

  wire [Y_WIDTH-1:0] propagate, carries;
  \$alu #(
    .A_SIGNED(A_SIGNED), .B_SIGNED(B_SIGNED),
    .A_WIDTH(A_WIDTH), .B_WIDTH(B_WIDTH), .Y_WIDTH(Y_WIDTH)
  ) alu (.A(A), .B(B), .BI(SUBTRACT), .CI(SUBTRACT), .X(propagate), .Y(Y), .CO(carries));
endmodule
