// SPDX-License-Identifier: Apache-2.0
// Counts the accesses of one memory; bound to every instance of <name>_ram when they are asked for.
// The testbench reads both counters (sim_accesses.h).
module sluice_ram_counter (
  input logic clk_i,
  input logic read_i,
  input logic write_i  // of any granule
);

  logic [63:0] sluice_reads /* verilator public_flat_rd */;
  logic [63:0] sluice_writes /* verilator public_flat_rd */;

  initial begin
    sluice_reads  = '0;
    sluice_writes = '0;
  end

  always @(posedge clk_i) begin
    if (read_i)  sluice_reads  <= sluice_reads + 64'd1;
    if (write_i) sluice_writes <= sluice_writes + 64'd1;
  end

endmodule : sluice_ram_counter
