// SPDX-License-Identifier: Apache-2.0
  // Segments have no room for all taps
  logic f_largest, f_sums;

  assign f_largest = joins_i;
  assign f_sums    = 1'b0;
