<%! SPDX-License-Identifier: Apache-2.0 %>
// Requantisation of one channel a cycle:
//   y = clamp(round((sum + bias) * multiplier / 2^shift) + zero point, low, high)
// to the nearest, halves to even, as ONNX's QuantizeLinear rounds. With `rounds_twice_i` as TFLite
// does: the product is rounded to a multiple of 2^20 first, halves up both times; the shift is
// above 20. Halves of both are added, and what is below them falls off.
//
// Latency: five advances from `sum_i` to `value_o`.
module <%name%>_requantise #(
  parameter int AccBits = <%accumulator_bits%>
) (
  input  logic               clk_i,
  input  logic               advance_i,

  // Layer registers
  input  logic               rounds_twice_i,
  input  logic [7:0]         zero_point_i,   // signed
  input  logic [7:0]         clamp_low_i,    // signed
  input  logic [7:0]         clamp_high_i,   // signed

  input  logic [AccBits-1:0] sum_i,          // signed
  input  logic [63:0]        parameters_i,   // of a header: bias in BiasBits, multiplier, shift
  output logic [7:0]         value_o         // signed
);

  // The compiler refuses biases that do not fit
  localparam int BiasBits = (AccBits < 32) ? AccBits : 32;
  localparam int SumBits = AccBits + 1;
  localparam int ProductBits = SumBits + 21;
  localparam int HalfBits = SumBits + 10;
  localparam int NarrowBits = 12;  // enough that clamping to 8 bits is decided

  logic signed [SumBits-1:0]     biased_q;
  logic [19:0]                   multiplier_q;
  logic [5:0]                    shift_q, shift_qq, shift_qqq;
  logic [HalfBits-1:0]           product_low, product_high, low_q, high_q;
  logic signed [ProductBits-2:0] product_sum, product_q;
  logic signed [ProductBits-1:0] doubled, shifted;
  logic signed [NarrowBits-1:0]  narrow_q, raised, halved, value;
  logic                          fits, exact_q, raise, unused_parameters;

  // One bit of the bias more than is unused, so that the range is never empty
  assign unused_parameters = ^{parameters_i[63:58], parameters_i[31:BiasBits-1]};

  // Twice the product, shifted: twice the result, one bit of fraction left. If nothing was shifted
  // out that bit is a half or nothing, and the result's own last bit decides.
  assign doubled = {product_q, 1'b0};
  assign shifted = doubled >>> shift_qqq;
  assign fits    = (shifted[ProductBits-1:NarrowBits-2] == '0) |
                   (shifted[ProductBits-1:NarrowBits-2] == '1);

  assign raise  = ~exact_q | narrow_q[1] | rounds_twice_i;
  assign raised = narrow_q + $signed({{(NarrowBits-1){1'b0}}, raise});
  assign halved = raised >>> 1;
  assign value  = halved + NarrowBits'($signed(zero_point_i));

  // The multiplier's two halves are multiplied apart, in one cycle, and put together in the next
<%^dsp%>
  // Booth's digits: half a multiplier, with the bit below, is five digits of -2 to 2. Each makes
  // a row: zero, the sum or twice it, inverted if negative, which takes a one in the row behind.
  // Rows have their bit of negative weight inverted: then all are non-negative, and each is too
  // large by 2^SumBits. The upper half's highest bit counts once more, above its digits.
  function automatic logic [HalfBits-1:0] product(
    input logic [SumBits-1:0] sum,
    input logic [10:0]        factor,
    input logic               above
  );
    logic [SumBits:0]    row;
    logic [HalfBits+1:0] total;
    logic                once, twice;
    total = (HalfBits+2)'({sum & {SumBits{above}}, 1'b0, factor[10]}) << 10;
    for (int l = 0; l < 5; l++) begin
      once  = factor[2*l+1] ^ factor[2*l];
      twice = (factor[2*l+2] ^ factor[2*l+1]) & ~once;
      row   = ({(SumBits+1){once}} & {sum[SumBits-1], sum}) | ({(SumBits+1){twice}} & {sum, 1'b0});
      row   = row ^ {~factor[2*l+2], {SumBits{factor[2*l+2]}}};
      total = total + ((HalfBits+2)'({row, 1'b0, factor[2*l] & (l != 0)}) << (2*l));
    end
    product = total[HalfBits+1:2];
  endfunction

  localparam logic [ProductBits-2:0] Excess = (ProductBits-1)'(20'h55555) << SumBits;
  localparam logic [ProductBits-2:0] Half = (ProductBits-1)'(20'h80000);

  logic [ProductBits-2:0] offset;

  assign offset = rounds_twice_i ? Half - Excess : -Excess;

  assign product_low  = product(biased_q, {multiplier_q[9:0], 1'b0}, 1'b0);
  assign product_high = product(biased_q, multiplier_q[19:9], multiplier_q[19]);
  assign product_sum  = (ProductBits-1)'(low_q) + ((ProductBits-1)'(high_q) << 10) + offset;
<%/dsp%>
<%#dsp%>
  assign product_low  = biased_q * $signed({1'b0, multiplier_q[9:0]});
  assign product_high = biased_q * $signed({1'b0, multiplier_q[19:10]});
  assign product_sum  = (ProductBits-1)'($signed(low_q)) +
                        ((ProductBits-1)'($signed(high_q)) <<< 10) +
                        $signed((ProductBits-1)'({rounds_twice_i, 19'd0}));
<%/dsp%>

  always_ff @(posedge clk_i) begin
    if (advance_i) begin
      biased_q     <= SumBits'($signed(sum_i)) + SumBits'($signed(parameters_i[BiasBits-1:0]));
      multiplier_q <= parameters_i[51:32];
      shift_q      <= parameters_i[57:52];

      low_q    <= product_low;
      high_q   <= product_high;
      shift_qq <= shift_q;

      product_q <= product_sum;
      shift_qqq <= shift_qq;

      exact_q  <= (doubled & ~({ProductBits{1'b1}} << shift_qqq)) == '0;
      narrow_q <= fits ? shifted[NarrowBits-1:0]
                       : {{2{shifted[ProductBits-1]}}, {(NarrowBits-2){~shifted[ProductBits-1]}}};

      if (value < NarrowBits'($signed(clamp_low_i)))       value_o <= clamp_low_i;
      else if (value > NarrowBits'($signed(clamp_high_i))) value_o <= clamp_high_i;
      else                                                 value_o <= value[7:0];
    end
  end

endmodule : <%name%>_requantise
