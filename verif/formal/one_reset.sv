// SPDX-License-Identifier: Apache-2.0
  // Reset comes at the start only.
  always @* if (f_started) assume (rst_ni);
