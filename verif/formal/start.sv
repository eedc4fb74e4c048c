// SPDX-License-Identifier: Apache-2.0
  // Each proof begins in reset. Afterwards reset is free to come at any time.
  logic f_started;

  initial f_started = 1'b0;
  always @(posedge clk_i) f_started <= 1'b1;
  always @* if (!f_started) assume (!rst_ni);
