// GENERATED - do not edit. Change edge.yaml or templates/array/pe.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Processing element: the dot product of `Dot` activation bytes and `Dot` stored weight bytes,
// added to the sum that comes from the row above.
//
// Multiplication is signed, in Baugh-Wooley form: bits of negative weight enter inverted, so that
// everything is a sum of non-negative numbers, and sums need no sign extension. What this adds is
// taken off once for a whole column, below its last row (see the array module).
//
// Narrow operands ("sum together"): the byte pair then holds two 4-bit or four 2-bit pairs. Their
// products are summed, with weight 16 for 4 bits and 64 for 2 bits: these are the partial
// products on the multiplier's anti-diagonal, and the others are masked. Weight fields are
// stored in reverse order.
//
// Latency: activations move on to the next column after one cycle; a product reaches `sum_o`
// Stages + 1 cycles after its activation entered. Weights are taken when the load token passes.
module sluice_edge_pe #(
  parameter int Dot       = 4,     // bytes of a dot product
  parameter bit First     = 1'b0,  // first row: nothing above, sum_i is not used
  parameter int SumInBits = 21,
  parameter int SumBits   = 21,    // holds the sum of this row and those above
  parameter int Stages    = 1      // registers: 1 for the sum, 2 products, too, 3 their sum, too
) (
  input  logic                 clk_i,
  input  logic                 mode4_i,  // operands of 4 bits; steady in a layer
  input  logic                 mode2_i,  // operands of 2 bits; steady in a layer

  // From the column on the left, to the column on the right
  input  logic                 load_i,  // take `weight_i`
  output logic                 load_o,
  input  logic [Dot*8-1:0]     activation_i,
  output logic [Dot*8-1:0]     activation_o,

  // Weight bus of the row
  input  logic [Dot*8-1:0]     weight_i,

  // Partial sum from the row above, to the row below
  input  logic [SumInBits-1:0] sum_i,
  output logic [SumBits-1:0]   sum_o
);

  localparam int ProductBits = 16;
  localparam int DotBits     = ProductBits + $clog2(Dot);

  logic               load_q;
  logic [Dot*8-1:0]   activation_q, weight_q;
  logic [SumBits-1:0] sum_q;
  logic               mode4_q;
  logic               mode2_q;

  assign load_o       = load_q;
  assign activation_o = activation_q;
  assign sum_o        = sum_q;

  always_ff @(posedge clk_i) begin
    load_q       <= load_i;
    activation_q <= activation_i;
    mode4_q      <= mode4_i;
    mode2_q      <= mode2_i;
    if (load_i) weight_q <= weight_i;
  end

  // Row l of the partial products holds bits of a * w[l]: which are kept, and which enter inverted
  logic [63:0] keep, negative;

  always_comb begin
    for (int l = 0; l < 8; l++) begin
      keep[l*8 +: 8]     = 8'hff;
      negative[l*8 +: 8] = (l == 7) ? 8'h7f : 8'h80;
      if (mode4_q) begin
        keep[l*8 +: 8]     = (l < 4) ? 8'hf0 : 8'h0f;
        negative[l*8 +: 8] = (l % 4 == 3) ? 8'h77 : 8'h88;
      end
      if (mode2_q) begin
        keep[l*8 +: 8]     = 8'hc0 >> (l / 2 * 2);
        negative[l*8 +: 8] = (l % 2 == 1) ? 8'h55 : 8'haa;
      end
    end
  end

  // One byte product, as a non-negative number
  function automatic logic [ProductBits-1:0] product(
    input  logic [63:0] kept,
    input  logic [63:0] inverted,
    input  logic [7:0]  a,
    input  logic [7:0]  w
  );
    logic [7:0] row;
    product = '0;
    for (int l = 0; l < 8; l++) begin
      row = ((a & {8{w[l]}}) ^ inverted[l*8 +: 8]) & kept[l*8 +: 8];
      product = product + (ProductBits'(row) << l);
    end
  endfunction

  logic [Dot*ProductBits-1:0] products;
  logic [DotBits-1:0]         dot, dot_sum;

  for (genvar v = 0; v < Dot; v++) begin : gen_product
    logic [ProductBits-1:0] value;
    assign value = product(keep, negative, activation_q[v*8 +: 8], weight_q[v*8 +: 8]);
    if (Stages >= 2) begin : gen_register
      always_ff @(posedge clk_i) products[v*ProductBits +: ProductBits] <= value;
    end else begin : gen_wire
      assign products[v*ProductBits +: ProductBits] = value;
    end
  end

  always_comb begin
    dot = '0;
    for (int v = 0; v < Dot; v++) begin
      dot = dot + DotBits'(products[v*ProductBits +: ProductBits]);
    end
  end

  if (Stages >= 3) begin : gen_dot_register
    always_ff @(posedge clk_i) dot_sum <= dot;
  end else begin : gen_dot_wire
    assign dot_sum = dot;
  end

  if (First) begin : gen_first
    logic unused_sum;
    assign unused_sum = ^sum_i;
    always_ff @(posedge clk_i) sum_q <= SumBits'(dot_sum);
  end else begin : gen_below
    // Bits above those of `dot_sum` only take a carry, and are counted up while it is on its way
    localparam int HighBits = (SumBits > DotBits) ? SumBits - DotBits : 1;
    logic [DotBits:0]    low;
    logic [HighBits-1:0] high, high_next;

    assign low       = {1'b0, sum_i[DotBits-1:0]} + {1'b0, dot_sum};
    assign high      = HighBits'(sum_i >> DotBits);
    assign high_next = high + 1'b1;
    always_ff @(posedge clk_i) sum_q <= {low[DotBits] ? high_next : high, low[DotBits-1:0]};
  end

endmodule : sluice_edge_pe
