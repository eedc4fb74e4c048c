// GENERATED - do not edit. Change edge.yaml or templates/common/ram.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// One-read, one-write synchronous memory. Every memory of the design is an instance of this module:
// replace its body to use SRAM macros or block RAM of your own.
//
// Read data appears in the cycle after `read_i` and holds until the next read. Reading an address
// while it is written returns the old data; the design never depends on that, and `no_rw_check`
// says so to Yosys, which else adds logic around block RAM.
module sluice_edge_ram #(
  parameter  int Depth       = 16,  // words, at least 2
  parameter  int Width       = 32,  // bits, a multiple of Granule
  parameter  int Granule     = 32,  // bits written by one enable
  localparam int AddressBits = $clog2(Depth)
) (
  input  logic                     clk_i,

  // Write port: one enable for each granule
  input  logic [Width/Granule-1:0] write_i,
  input  logic [AddressBits-1:0]   write_address_i,
  input  logic [Width-1:0]         write_data_i,

  // Read port
  input  logic                     read_i,
  input  logic [AddressBits-1:0]   read_address_i,
  output logic [Width-1:0]         read_data_o
);

  (* no_rw_check *)
  logic [Width-1:0] memory [0:Depth-1];

  // One process for each granule: Verilator unrolls no loop of more than 64 turns. Not always_ff,
  // beside which no other process may write to the memory.
  for (genvar g = 0; g < Width / Granule; g++) begin : gen_granule
    always @(posedge clk_i) begin
      if (write_i[g]) begin
        memory[write_address_i][g*Granule +: Granule] <= write_data_i[g*Granule +: Granule];
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (read_i) read_data_o <= memory[read_address_i];
  end

endmodule : sluice_edge_ram
