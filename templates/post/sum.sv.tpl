<%! SPDX-License-Identifier: Apache-2.0 %>
// Sum of an output and its addend, of one channel a cycle:
//   y = clamp(floor((factor * value + addend factor * addend + bias + 2^(shift-1)) / 2^shift)
//             + zero point, low, high)
// rounded as in requantisation. In layers that do not add the output passes.
//
// Latency: four advances from `value_i` to `value_o`.
module <%name%>_sum #(
  parameter int BiasBits = 30  // of the bias, and of the sum
) (
  input  logic                clk_i,
  input  logic                advance_i,

  // Layer registers
  input  logic                add_i,
  input  logic [19:0]         factor_i,
  input  logic [19:0]         addend_factor_i,
<%^dsp%>
  input  logic [BiasBits-1:0] bias_i,           // signed, 128 times the sum of both factors less
<%/dsp%>
<%#dsp%>
  input  logic [BiasBits-1:0] bias_i,           // signed
<%/dsp%>
  input  logic [5:0]          shift_i,
  input  logic [7:0]          zero_point_i,     // signed
  input  logic [7:0]          clamp_low_i,      // signed
  input  logic [7:0]          clamp_high_i,     // signed

  input  logic [7:0]          value_i,          // signed
  input  logic [7:0]          addend_i,         // signed
  output logic [7:0]          value_o           // signed
);

  localparam int ProductBits = 28;
  localparam int NarrowBits = 12;  // enough that clamping to 8 bits is decided

  logic [ProductBits-1:0]       product, addend_product, product_q, addend_product_q;
  logic [BiasBits-1:0]          sum, sum_q;
  logic signed [BiasBits:0]     doubled, shifted;
  logic signed [NarrowBits-1:0] narrow_q, raised, halved, rounded;
  logic [7:0]                   value_q, value_qq, value_qqq;
  logic                         fits;

<%^dsp%>
  // Rows of partial products. Values have their sign bit inverted: then they are non-negative, and
  // 128 too large.
  function automatic logic [ProductBits-1:0] multiply(
    input logic [7:0]  value,
    input logic [19:0] factor
  );
    logic [19:0] row;
    multiply = '0;
    for (int l = 0; l < 8; l++) begin
      row      = factor & {20{value[l] ^ (l == 7)}};
      multiply = multiply + (ProductBits'(row) << l);
    end
  endfunction

  assign product        = multiply(value_i, factor_i);
  assign addend_product = multiply(addend_i, addend_factor_i);
  assign sum            = BiasBits'(product_q) + BiasBits'(addend_product_q) + bias_i;
<%/dsp%>
<%#dsp%>
  assign product        = $signed(value_i) * $signed({1'b0, factor_i});
  assign addend_product = $signed(addend_i) * $signed({1'b0, addend_factor_i});
  assign sum            = BiasBits'($signed(product_q)) + BiasBits'($signed(addend_product_q)) +
                          bias_i;
<%/dsp%>

  // Twice the sum, shifted: twice the result, one bit of fraction left
  assign doubled = {sum_q, 1'b0};
  assign shifted = doubled >>> shift_i;
  assign fits    = (shifted[BiasBits:NarrowBits-2] == '0) |
                   (shifted[BiasBits:NarrowBits-2] == '1);

  assign raised  = narrow_q + $signed(NarrowBits'(1));
  assign halved  = raised >>> 1;
  assign rounded = halved + NarrowBits'($signed(zero_point_i));

  always_ff @(posedge clk_i) begin
    if (advance_i & add_i) begin
      product_q        <= product;
      addend_product_q <= addend_product;

      sum_q <= sum;

      narrow_q <= fits ? shifted[NarrowBits-1:0]
                       : {{2{shifted[BiasBits]}}, {(NarrowBits-2){~shifted[BiasBits]}}};
    end
  end

  always_ff @(posedge clk_i) begin
    if (advance_i & ~add_i) begin
      value_q   <= value_i;
      value_qq  <= value_q;
      value_qqq <= value_qq;
    end
  end

  always_ff @(posedge clk_i) begin
    if (advance_i) begin
      if (~add_i)                                                 value_o <= value_qqq;
      else if (rounded < NarrowBits'($signed(clamp_low_i)))       value_o <= clamp_low_i;
      else if (rounded > NarrowBits'($signed(clamp_high_i)))      value_o <= clamp_high_i;
      else                                                        value_o <= rounded[7:0];
    end
  end

endmodule : <%name%>_sum
