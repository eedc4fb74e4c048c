// SPDX-License-Identifier: Apache-2.0
  localparam bit f_by_id = 1'b1;
