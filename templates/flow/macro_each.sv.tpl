<%! SPDX-License-Identifier: Apache-2.0 %>
// Behaviour of a macro that flow/macro/<%name%>_ram.sv uses: <%macro_words%> words of <%macro_bits%> bits, one write
// port, one read port. For simulation; synthesis takes it as a black box. The macro of your memory
// compiler takes its place, in a wrapper of this name, with its own model, Liberty, LEF and GDS.
//
// Read data holds until the next read. Reading the address that is written gives 'x: the design
// never uses such data.
module <%macro%> (
  input  logic        clk_i,

  input  logic        write_i,
<%#macro_masked%>
  input  logic [<%macro_last_mask%>:0]  write_mask_i,  // each enables <%macro_granule%> bits
<%/macro_masked%>
  input  logic [<%macro_last_address%>:0]  write_address_i,
  input  logic [<%macro_last_bit%>:0] write_data_i,

  input  logic        read_i,
  input  logic [<%macro_last_address%>:0]  read_address_i,
  output logic [<%macro_last_bit%>:0] read_data_o
);

  logic [<%macro_last_bit%>:0] memory [0:<%macro_last_word%>];

<%#macro_masked%>
  // One process for each mask bit, as in the design's own RAM
  for (genvar m = 0; m <= <%macro_last_mask%>; m++) begin : gen_mask
    localparam int First = m * <%macro_granule%>;
    localparam int Bits  = (<%macro_bits%> - First < <%macro_granule%>) ? <%macro_bits%> - First : <%macro_granule%>;
    always @(posedge clk_i) begin
      if (write_i & write_mask_i[m]) begin
        memory[write_address_i][First +: Bits] <= write_data_i[First +: Bits];
      end
    end
  end

  always_ff @(posedge clk_i) begin
<%/macro_masked%>
<%^macro_masked%>
  always_ff @(posedge clk_i) begin
    if (write_i) memory[write_address_i] <= write_data_i;
<%/macro_masked%>
    if (read_i) begin
      read_data_o <= (write_i && write_address_i == read_address_i) ? 'x : memory[read_address_i];
    end
  end

endmodule : <%macro%>
