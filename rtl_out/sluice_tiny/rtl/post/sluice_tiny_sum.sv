// GENERATED - do not edit. Change tiny.yaml or templates/post/sum.sv.tpl, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 d6053104
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Sum or product of an output and a value of another map, of one channel a cycle:
//   sum:     t = factor * value + addend factor * addend + bias
//   product: t = factor * (value - zero) * (addend - addend zero)
//   y = clamp(round(t / 2^shift) + zero point, low, high)
// rounded as in requantisation. In layers that do not add the output passes.
//
// Both factors' multipliers take 9 bits: a value each, or the lower and the upper bits of the
// values' product, where both factors are the same.
//
// Latency: five advances from `value_i` to `value_o`.
module sluice_tiny_sum #(
  parameter int BiasBits = 37  // of the bias, and of the sum
) (
  input  logic                clk_i,
  input  logic                advance_i,

  // Layer registers
  input  logic                add_i,
  input  logic                multiply_i,
  input  logic [7:0]          zero_i,         // signed
  input  logic [7:0]          addend_zero_i,  // signed
  input  logic [19:0]         factor_i,
  input  logic [19:0]         addend_factor_i,
  input  logic [BiasBits-1:0] bias_i,         // signed, less what values are too large by
  input  logic [5:0]          shift_i,
  input  logic [7:0]          zero_point_i,   // signed
  input  logic [7:0]          clamp_low_i,    // signed
  input  logic [7:0]          clamp_high_i,   // signed

  input  logic [7:0]          value_i,   // signed
  input  logic [7:0]          addend_i,  // signed
  output logic [7:0]          value_o    // signed
);

  localparam int ProductBits = 29;
  localparam int NarrowBits  = 12;  // enough that clamping to 8 bits is decided

  logic signed [8:0]            left, right;  // beyond the zeros
  logic [16:0]                  both;         // their product
  logic [8:0]                   low_q, high_q;
  logic [ProductBits-1:0]       product, addend_product, product_q, addend_product_q;
  logic [BiasBits-1:0]          sum, sum_q, wide, upper;
  logic signed [BiasBits:0]     doubled, shifted;
  logic signed [NarrowBits-1:0] narrow_q, raised, halved, rounded;
  logic [7:0]                   value_q, value_qq, value_qqq, value_qqqq;
  logic                         fits, exact_q, raise;

  assign left  = 9'($signed(value_i)) - 9'($signed(zero_i));
  assign right = 9'($signed(addend_i)) - 9'($signed(addend_zero_i));

  // Rows of partial products, their bit of negative weight inverted: then all are non-negative, and
  // what they are too large by is taken off at the end
  function automatic logic [16:0] multiply_both(input logic [8:0] first, input logic [8:0] second);
    logic [8:0] row;
    multiply_both = 17'h00200;
    for (int l = 0; l < 9; l++) begin
      row           = ({9{second[l]}} & first) ^ ((l == 8) ? 9'h0ff : 9'h100);
      multiply_both = multiply_both + (17'(row) << l);
    end
  endfunction

  // Values have their sign bit inverted: then they are non-negative, and 256 too large
  function automatic logic [ProductBits-1:0] multiply(
    input  logic [8:0]  value,
    input  logic [19:0] factor
  );
    logic [19:0] row;
    multiply = '0;
    for (int l = 0; l < 9; l++) begin
      row      = factor & {20{value[l] ^ (l == 8)}};
      multiply = multiply + (ProductBits'(row) << l);
    end
  endfunction

  assign both           = multiply_both(left, right);
  assign product        = multiply(low_q, factor_i);
  assign addend_product = multiply(high_q, addend_factor_i);
  assign wide           = BiasBits'(addend_product_q);
  assign sum            = BiasBits'(product_q) + upper + bias_i;

  assign upper = multiply_i ? wide << 8 : wide;

  // Twice the sum, shifted: twice the result, one bit of fraction left; see requantisation
  assign doubled = {sum_q, 1'b0};
  assign shifted = doubled >>> shift_i;
  assign fits    = (shifted[BiasBits:NarrowBits-2] == '0) |
                   (shifted[BiasBits:NarrowBits-2] == '1);

  assign raise   = ~exact_q | narrow_q[1];
  assign raised  = narrow_q + $signed({{(NarrowBits-1){1'b0}}, raise});
  assign halved  = raised >>> 1;
  assign rounded = halved + NarrowBits'($signed(zero_point_i));

  always_ff @(posedge clk_i) begin
    if (advance_i & add_i) begin
      low_q  <= multiply_i ? {1'b0, both[7:0]} : {value_i[7], value_i};
      high_q <= multiply_i ? both[16:8] : {addend_i[7], addend_i};

      product_q        <= product;
      addend_product_q <= addend_product;

      sum_q <= sum;

      exact_q  <= (doubled & ~({(BiasBits+1){1'b1}} << shift_i)) == '0;
      narrow_q <= fits ? shifted[NarrowBits-1:0]
                       : {{2{shifted[BiasBits]}}, {(NarrowBits-2){~shifted[BiasBits]}}};
    end
  end

  always_ff @(posedge clk_i) begin
    if (advance_i & ~add_i) begin
      value_q    <= value_i;
      value_qq   <= value_q;
      value_qqq  <= value_qq;
      value_qqqq <= value_qqq;
    end
  end

  always_ff @(posedge clk_i) begin
    if (advance_i) begin
      if (~add_i)                                                 value_o <= value_qqqq;
      else if (rounded < NarrowBits'($signed(clamp_low_i)))       value_o <= clamp_low_i;
      else if (rounded > NarrowBits'($signed(clamp_high_i)))      value_o <= clamp_high_i;
      else                                                        value_o <= rounded[7:0];
    end
  end

endmodule : sluice_tiny_sum
