<%! SPDX-License-Identifier: Apache-2.0 %>
// Halves of outputs, for the maps that precision-gated layers read (Zhang et al., "Precision
// Gating", ICLR 2020). A value of 2p bits is 2^p * upper + lower; both are stored as signed numbers
// of p bits, the lower one less 2^(p-1), which turns its highest bit. Combinational.
module <%name%>_planes #(
  parameter int Post = <%post%>  // values a cycle
) (
  input  logic              planes_i,  // values are halved, else they pass
  input  logic              lower_i,   // the lower half
  input  logic [1:0]        width_i,   // of a half, 1: 4 bits, 2: 2
  input  logic [Post*8-1:0] value_i,   // signed
  output logic [Post*8-1:0] half_o     // in the lowest bits
);

  for (genvar p = 0; p < Post; p++) begin : gen_value
    logic [7:0] value;
<%#precision4%>
    logic [3:0] half4;
<%/precision4%>
<%#precision2%>
    logic [1:0] half2;
<%/precision2%>

    assign value = value_i[p*8 +: 8];
<%#precision4%>
    assign half4 = lower_i ? {~value[3], value[2:0]} : value[7:4];
<%/precision4%>
<%#precision2%>
    assign half2 = lower_i ? {~value[1], value[0]} : value[3:2];
<%/precision2%>

    assign half_o[p*8 +: 8] = ~planes_i ? value
<%#precision4%>
                              : (width_i == 2'd1) ? {4'd0, half4}
<%/precision4%>
<%#precision2%>
                              : (width_i == 2'd2) ? {6'd0, half2}
<%/precision2%>
                              : value;
  end

endmodule : <%name%>_planes
