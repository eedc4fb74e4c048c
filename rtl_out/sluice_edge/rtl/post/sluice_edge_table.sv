// GENERATED - do not edit. Change edge.yaml or templates/post/table.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Activation table of one channel a cycle: 256 signed bytes, one for each output. In layers without
// a table the output passes.
//
// Latency: two advances from `value_i` to `value_o`.
module sluice_edge_table (
  input  logic        clk_i,
  input  logic        advance_i,

  // Layer registers
  input  logic        table_i,  // the layer has a table

  // Words of four entries, written while no RUN is in progress
  input  logic        write_i,
  input  logic [5:0]  write_address_i,
  input  logic [31:0] write_data_i,

  input  logic        valid_i,
  input  logic [7:0]  value_i,  // signed
  output logic [7:0]  value_o   // signed
);

  logic [7:0]  value_q;
  logic [31:0] word;

  sluice_edge_ram #(
    .Depth   (64),
    .Width   (32),
    .Granule (32)
  ) u_table (
    .clk_i,
    .write_i,
    .write_address_i,
    .write_data_i,
    .read_i         (advance_i & valid_i & table_i),
    .read_address_i ({~value_i[7], value_i[6:2]}),  // the smallest value has entry 0
    .read_data_o    (word)
  );

  always_ff @(posedge clk_i) begin
    if (advance_i) begin
      value_q <= value_i;
      value_o <= table_i ? word[32'(value_q[1:0])*8 +: 8] : value_q;
    end
  end

endmodule : sluice_edge_table
