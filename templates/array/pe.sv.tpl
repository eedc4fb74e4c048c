// Processing element: the dot product of `Dot` activation bytes and `Dot` stored weight bytes, added to
// the sum that comes from the row above.
//
// Multiplication is signed, in Baugh-Wooley form: bits of negative weight enter inverted, so that
// everything is a sum of non-negative numbers. The constant that this adds is taken off once for
// the whole column, at its top (see the array module); `sum_o` is therefore a column's true sum only
// below its last row.
<%#narrow%>
//
// Narrow operands ("sum together"): the byte pair then holds two 4-bit or four 2-bit pairs. The
// multiplier keeps only the partial products on its anti-diagonal, where the sub-products all have
// the same weight: 16 for 4 bits, 64 for 2 bits. Weight fields are stored in reverse order for this.
<%/narrow%>
//
// Latency: activations move on to the next column after one cycle; a product reaches `sum_o`
// Stages + 1 cycles after its activation entered. Weights are taken when the load token passes.
module <%name%>_pe #(
  parameter int Dot = <%dot%>,      // bytes of a dot product
  parameter int SumBits = <%partial_sum_bits%>,
  parameter int Stages = <%pe_stages%>    // 1: one register for the sum; 2: products' sum too; 3: and products
) (
  input  logic               clk_i,
<%#narrow%>
  input  logic [1:0]         mode_i,        // 0: 8 bits, 1: 4 bits, 2: 2 bits; steady in a layer
<%/narrow%>

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

  // One byte product, as a non-negative number
  function automatic logic [ProductBits-1:0] product(
<%#narrow%>
    input logic [1:0] mode,
<%/narrow%>
    input logic [7:0] a,
    input logic [7:0] w
  );
    logic [7:0] row;
<%#narrow%>
    logic       keep;
<%/narrow%>
    logic       negative;
    product = '0;
    for (int l = 0; l < 8; l++) begin
      for (int k = 0; k < 8; k++) begin
        negative = (k == 7) != (l == 7);
<%#narrow%>
        keep = 1'b1;
<%/narrow%>
<%#precision4%>
        if (mode == 2'd1) begin
          keep     = (k / 4) + (l / 4) == 1;
          negative = (k % 4 == 3) != (l % 4 == 3);
        end
<%/precision4%>
<%#precision2%>
        if (mode == 2'd2) begin
          keep     = (k / 2) + (l / 2) == 3;
          negative = (k % 2 == 1) != (l % 2 == 1);
        end
<%/precision2%>
        row[k] = <%#narrow%>keep & <%/narrow%>((a[k] & w[l]) ^ negative);
      end
      product = product + (ProductBits'(row) << l);
    end
  endfunction

  logic [Dot*ProductBits-1:0] products;
  logic [DotBits-1:0]         dot, dot_sum;

  for (genvar v = 0; v < Dot; v++) begin : gen_product
    logic [ProductBits-1:0] value;
    assign value = product(<%#narrow%>mode_i, <%/narrow%>activation_q[v*8 +: 8], weight_q[v*8 +: 8]);
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

endmodule : <%name%>_pe
