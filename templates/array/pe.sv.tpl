<%! SPDX-License-Identifier: Apache-2.0 %>
// Processing element: the dot product of `Dot` activation bytes and `Dot` stored weight bytes,
// added to the sum that comes from the row above.
//
<%^dsp%>
// Multiplication is signed, in Baugh-Wooley form: bits of negative weight enter inverted, so that
// everything is a sum of non-negative numbers, and sums need no sign extension. What this adds is
// taken off once for a whole column, below its last row (see the array module).
<%/dsp%>
<%#dsp%>
// Multiplication is written with the operator, which synthesis for FPGAs turns into DSP blocks.
<%/dsp%>
<%#narrow%>
//
// Narrow operands ("sum together"): the byte pair then holds two 4-bit or four 2-bit pairs. Their
// products are summed, with weight 16 for 4 bits and 64 for 2 bits<%^dsp%>: these are the partial
// products on the multiplier's anti-diagonal, and the others are masked<%/dsp%>. Weight fields are
// stored in reverse order.
<%/narrow%>
//
// Latency: activations move on to the next column after one cycle; a product reaches `sum_o`
// Stages + 1 cycles after its activation entered. Weights are taken when the load token passes.
module <%name%>_pe #(
  parameter int Dot = <%dot%>,             // bytes of a dot product
  parameter bit First = 1'b0,        // first row: nothing above, sum_i is not used
  parameter int SumInBits = <%partial_sum_bits%>,
  parameter int SumBits = <%partial_sum_bits%>,       // holds the sum of this row and those above
  parameter int Stages = <%pe_stages%>           // registers: 1 for the sum, 2 products, too, 3 their sum, too
) (
  input  logic                 clk_i,
<%#precision4%>
  input  logic                 mode4_i,       // operands of 4 bits; steady in a layer
<%/precision4%>
<%#precision2%>
  input  logic                 mode2_i,       // operands of 2 bits; steady in a layer
<%/precision2%>

  // From the column on the left, to the column on the right
  input  logic                 load_i,        // take `weight_i`
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
  localparam int DotBits = ProductBits + $clog2(Dot);

  logic               load_q;
  logic [Dot*8-1:0]   activation_q, weight_q;
  logic [SumBits-1:0] sum_q;
<%#precision4%>
  logic               mode4_q;
<%/precision4%>
<%#precision2%>
  logic               mode2_q;
<%/precision2%>

  assign load_o       = load_q;
  assign activation_o = activation_q;
  assign sum_o        = sum_q;

  always_ff @(posedge clk_i) begin
    load_q       <= load_i;
    activation_q <= activation_i;
<%#precision4%>
    mode4_q      <= mode4_i;
<%/precision4%>
<%#precision2%>
    mode2_q      <= mode2_i;
<%/precision2%>
    if (load_i) weight_q <= weight_i;
  end

<%^dsp%>
  // Row l of the partial products holds bits of a * w[l]: which are kept, and which enter inverted
<%#narrow%>
  logic [63:0] keep, negative;

  always_comb begin
    for (int l = 0; l < 8; l++) begin
      keep[l*8 +: 8]     = 8'hff;
      negative[l*8 +: 8] = (l == 7) ? 8'h7f : 8'h80;
<%#precision4%>
      if (mode4_q) begin
        keep[l*8 +: 8]     = (l < 4) ? 8'hf0 : 8'h0f;
        negative[l*8 +: 8] = (l % 4 == 3) ? 8'h77 : 8'h88;
      end
<%/precision4%>
<%#precision2%>
      if (mode2_q) begin
        keep[l*8 +: 8]     = 8'hc0 >> (l / 2 * 2);
        negative[l*8 +: 8] = (l % 2 == 1) ? 8'h55 : 8'haa;
      end
<%/precision2%>
    end
  end
<%/narrow%>
<%^narrow%>
  localparam logic [63:0] Negative = {8'h7f, {7{8'h80}}};
<%/narrow%>

  // One byte product, as a non-negative number
  function automatic logic [ProductBits-1:0] product(
<%#narrow%>
    input logic [63:0] kept,
    input logic [63:0] inverted,
<%/narrow%>
    input logic [7:0] a,
    input logic [7:0] w
  );
    logic [7:0] row;
    product = '0;
    for (int l = 0; l < 8; l++) begin
<%#narrow%>
      row = ((a & {8{w[l]}}) ^ inverted[l*8 +: 8]) & kept[l*8 +: 8];
<%/narrow%>
<%^narrow%>
      row = (a & {8{w[l]}}) ^ Negative[l*8 +: 8];
<%/narrow%>
      product = product + (ProductBits'(row) << l);
    end
  endfunction
<%/dsp%>
<%#dsp%>
  // One byte product<%#narrow%>, or the sum of its narrow products<%/narrow%>
  function automatic logic signed [ProductBits-1:0] product(
<%#precision4%>
    input logic narrow4,
<%/precision4%>
<%#precision2%>
    input logic narrow2,
<%/precision2%>
    input logic signed [7:0] a,
    input logic signed [7:0] w
  );
<%#precision4%>
    logic signed [ProductBits-1:0] sum4;
<%/precision4%>
<%#precision2%>
    logic signed [ProductBits-1:0] sum2;
<%/precision2%>
    product = a * w;
<%#precision4%>
    // The loop is not within `if`: tools would hold its variable in a latch, which they then remove
    sum4 = '0;
    for (int k = 0; k < 2; k++) begin
      sum4 = sum4 + ((ProductBits'($signed(a[k*4 +: 4])) *
                      ProductBits'($signed(w[4-k*4 +: 4]))) <<< 4);
    end
    if (narrow4) product = sum4;
<%/precision4%>
<%#precision2%>
    sum2 = '0;
    for (int k = 0; k < 4; k++) begin
      sum2 = sum2 + ((ProductBits'($signed(a[k*2 +: 2])) *
                      ProductBits'($signed(w[6-k*2 +: 2]))) <<< 6);
    end
    if (narrow2) product = sum2;
<%/precision2%>
  endfunction
<%/dsp%>

  logic [Dot*ProductBits-1:0] products;
  logic [DotBits-1:0]         dot, dot_sum;

  for (genvar v = 0; v < Dot; v++) begin : gen_product
    logic [ProductBits-1:0] value;
<%^dsp%>
    assign value = product(<%#narrow%>keep, negative, <%/narrow%>activation_q[v*8 +: 8], weight_q[v*8 +: 8]);
<%/dsp%>
<%#dsp%>
    assign value = product(<%#precision4%>mode4_q, <%/precision4%><%#precision2%>mode2_q, <%/precision2%>$signed(activation_q[v*8 +: 8]),
                           $signed(weight_q[v*8 +: 8]));
<%/dsp%>
    if (Stages >= 2) begin : gen_register
      always_ff @(posedge clk_i) products[v*ProductBits +: ProductBits] <= value;
    end else begin : gen_wire
      assign products[v*ProductBits +: ProductBits] = value;
    end
  end

  always_comb begin
    dot = '0;
    for (int v = 0; v < Dot; v++) begin
<%^dsp%>
      dot = dot + DotBits'(products[v*ProductBits +: ProductBits]);
<%/dsp%>
<%#dsp%>
      dot = dot + DotBits'($signed(products[v*ProductBits +: ProductBits]));
<%/dsp%>
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
<%^dsp%>
    always_ff @(posedge clk_i) sum_q <= SumBits'(dot_sum);
<%/dsp%>
<%#dsp%>
    always_ff @(posedge clk_i) sum_q <= SumBits'($signed(dot_sum));
<%/dsp%>
  end else begin : gen_below
<%^dsp%>
    // Bits above those of `dot_sum` only take a carry, and are counted up while it is on its way
    localparam int HighBits = (SumBits > DotBits) ? SumBits - DotBits : 1;
    logic [DotBits:0]    low;
    logic [HighBits-1:0] high, high_next;

    assign low       = {1'b0, sum_i[DotBits-1:0]} + {1'b0, dot_sum};
    assign high      = HighBits'(sum_i >> DotBits);
    assign high_next = high + 1'b1;
    always_ff @(posedge clk_i) sum_q <= {low[DotBits] ? high_next : high, low[DotBits-1:0]};
<%/dsp%>
<%#dsp%>
    always_ff @(posedge clk_i) sum_q <= SumBits'($signed(sum_i)) + SumBits'($signed(dot_sum));
<%/dsp%>
  end

endmodule : <%name%>_pe
