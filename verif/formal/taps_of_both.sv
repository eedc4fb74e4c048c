// SPDX-License-Identifier: Apache-2.0
  // Maxima and sums
  logic f_largest, f_sums;

  assign f_largest = joins_i & maximum_i;
  assign f_sums    = joins_i & ~maximum_i;
