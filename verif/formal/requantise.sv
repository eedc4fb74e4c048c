// SPDX-License-Identifier: Apache-2.0
  // Both halves' products are together that of sum and multiplier, whatever these are, and too
  // large by what is then taken off
  logic signed [ProductBits-2:0] f_sum, f_multiplier;

  assign f_sum        = (ProductBits-1)'(biased_q);
  assign f_multiplier = (ProductBits-1)'(multiplier_q);

  always @* begin
    assert ((ProductBits-1)'(product_low) + ((ProductBits-1)'(product_high) << 10) - Excess ==
            f_sum * f_multiplier);
  end
