// GENERATED - do not edit. Change edge.yaml or templates/array/pe.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 8b3acc4a

// Processing element: the dot product of `Dot` activation bytes and `Dot` stored weight bytes, added to
// the sum that comes from the row above.
//
// Multiplication is signed, in Baugh-Wooley form: bits of negative weight enter inverted, so that
// everything is a sum of non-negative numbers. The constant that this adds is taken off once for
// the whole column, at its top (see the array module); `sum_o` is therefore a column's true sum only
// below its last row.
//
// Narrow operands ("sum together"): the byte pair then holds two 4-bit or four 2-bit pairs. The
// multiplier keeps only the partial products on its anti-diagonal, where the sub-products all have
// the same weight: 16 for 4 bits, 64 for 2 bits. Weight fields are stored in reverse order for this.
//
// Latency: activations move on to the next column after one cycle; a product reaches `sum_o`
// Stages + 1 cycles after its activation entered. Weights are taken when the load token passes.
module sluice_edge_pe #(
  parameter int Dot = 4,      // bytes of a dot product
  parameter int SumBits = 21,
  parameter int Stages = 1    // 1: one register for the sum; 2: products' sum too; 3: and products
) (
  input  logic               clk_i,
  input  logic [1:0]         mode_i,        // 0: 8 bits, 1: 4 bits, 2: 2 bits; steady in a layer

  // From the column on the left, to the column on the right
  input  logic               load_i,        // take `weight_i`
  output logic               load_o,
  input  logic [Dot*8-1:0]   activation_i,
  output logic [Dot*8-1:0]   activation_o,

  // Weight bus of the row
  input  logic [Dot*8-1:0]   weight_i,

  // Partial sum from the row above, to the row below
  input  logic [SumBits-1:0] sum_i,
  output logic [SumBits-1:0] sum_o
);

  localparam int ProductBits = 16;
  localparam int DotBits = ProductBits + $clog2(Dot);

  logic               load_q;
  logic [Dot*8-1:0]   activation_q, weight_q;
  logic [SumBits-1:0] sum_q;

  assign load_o       = load_q;
  assign activation_o = activation_q;
  assign sum_o        = sum_q;

  always_ff @(posedge clk_i) begin
    load_q       <= load_i;
    activation_q <= activation_i;
    if (load_i) weight_q <= weight_i;
  end

  // Row l of the partial products holds bits of a * w[l]: which are kept, and which enter inverted
  logic [63:0] keep, negative;

  always_comb begin
    for (int l = 0; l < 8; l++) begin
      keep[l*8 +: 8]     = 8'hff;
      negative[l*8 +: 8] = (l == 7) ? 8'h7f : 8'h80;
      if (mode_i == 2'd1) begin
        keep[l*8 +: 8]     = (l < 4) ? 8'hf0 : 8'h0f;
        negative[l*8 +: 8] = (l % 4 == 3) ? 8'h77 : 8'h88;
      end
      if (mode_i == 2'd2) begin
        keep[l*8 +: 8]     = 8'hc0 >> (l / 2 * 2);
        negative[l*8 +: 8] = (l % 2 == 1) ? 8'h55 : 8'haa;
      end
    end
  end

  // One byte product, as a non-negative number
  function automatic logic [ProductBits-1:0] product(
    input logic [63:0] kept,
    input logic [63:0] inverted,
    input logic [7:0] a,
    input logic [7:0] w
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
    if (Stages >= 3) begin : gen_register
      always_ff @(posedge clk_i) products[v*ProductBits +: ProductBits] <= value;
    end else begin : gen_wire
      assign products[v*ProductBits +: ProductBits] = value;
    end
  end

  always_comb begin
    dot = '0;
    for (int v = 0; v < Dot; v++) dot = dot + DotBits'(products[v*ProductBits +: ProductBits]);
  end

  if (Stages >= 2) begin : gen_dot_register
    always_ff @(posedge clk_i) dot_sum <= dot;
  end else begin : gen_dot_wire
    assign dot_sum = dot;
  end

  always_ff @(posedge clk_i) sum_q <= sum_i + SumBits'(dot_sum);

endmodule : sluice_edge_pe
