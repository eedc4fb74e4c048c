// GENERATED - do not edit. Change edge.yaml or templates/flow/macro_sram.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD
//
// Behaviour of the example macro that flow/macro/sluice_edge_ram.sv uses: 256 words of 32 bits, one
// write port with a mask of bytes, one read port. For simulation; synthesis takes it as a black
// box. A macro of your own takes its place with its own model, Liberty, LEF and GDS.
//
// Read data holds until the next read. Reading the address that is written gives 'x: the design
// never uses such data.
module sluice_edge_sram_256x32 (
  input  logic        clk_i,

  input  logic        write_i,
  input  logic [3:0]  write_mask_i,
  input  logic [7:0]  write_address_i,
  input  logic [31:0] write_data_i,

  input  logic        read_i,
  input  logic [7:0]  read_address_i,
  output logic [31:0] read_data_o
);

  logic [31:0] memory [0:255];

  always_ff @(posedge clk_i) begin
    for (int b = 0; b < 4; b++) begin
      if (write_i & write_mask_i[b]) memory[write_address_i][b*8 +: 8] <= write_data_i[b*8 +: 8];
    end
    if (read_i) begin
      read_data_o <= (write_i && write_address_i == read_address_i) ? 'x : memory[read_address_i];
    end
  end

endmodule : sluice_edge_sram_256x32
