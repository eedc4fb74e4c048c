// GENERATED - do not edit. Change tiny.yaml or templates/flow/fpga_pins.sv.tpl, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 d6053104
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD
//
// sluice_tiny_core behind four pins, for trials of size and speed on FPGAs: the core has more ports
// than a package has pins. Inputs come out of a shift register that `serial_i` fills, memory data
// and all others of several bits out of the same ones; outputs are folded into `serial_o`, four to
// one with a register each time. Every path of the core thus begins and ends in a register, and
// synthesis can leave nothing out. This is no way to use the core.
module sluice_tiny_pins (
  input  logic clk_i,
  input  logic rst_ni,
  input  logic serial_i,
  output logic serial_o
);

  localparam int WordBytes  = 8;
  localparam int MemoryBits = 32;
  localparam int LengthBits = $clog2(4 + 1);
  localparam int InBits     = 5 + WordBytes * 8;
  localparam int OutBits    = 39 + 2 * MemoryBits + LengthBits + WordBytes * 9;

  logic [InBits-1:0]  in_q;
  logic [OutBits-1:0] out;

  always_ff @(posedge clk_i) in_q <= {in_q[InBits-2:0], serial_i};

  sluice_tiny_core u_core (
    .clk_i,
    .rst_ni,
    .reg_write_i       (in_q[0]),
    .reg_address_i     (in_q[5 +: 8]),
    .reg_write_data_i  (in_q[13 +: 32]),
    .reg_strobe_i      (in_q[45 +: 4]),
    .reg_read_data_o   (out[0 +: 32]),
    .reg_error_o       (out[37]),
    .interrupt_o       (out[38]),
    .busy_o            (out[32]),
    .done_o            (out[33]),
    .error_o           (out[34]),
    .read_valid_o      (out[35]),
    .read_ready_i      (in_q[1]),
    .read_address_o    (out[39 +: MemoryBits]),
    .read_length_o     (out[39+2*MemoryBits +: LengthBits]),
    .read_data_valid_i (in_q[2]),
    .read_data_i       (in_q[5 +: WordBytes*8]),
    .read_error_i      (in_q[49 +: 2]),
    .write_valid_o     (out[36]),
    .write_ready_i     (in_q[3]),
    .write_address_o   (out[39+MemoryBits +: MemoryBits]),
    .write_data_o      (out[39+2*MemoryBits+LengthBits +: WordBytes*8]),
    .write_strobe_o    (out[39+2*MemoryBits+LengthBits+WordBytes*8 +: WordBytes]),
    .write_done_i      (in_q[4]),
    .write_error_i     (in_q[51 +: 2])
  );

  // A tree: node n is the sum of nodes 4n+1 to 4n+4; the outputs are its leaves
  localparam int Nodes = (OutBits + 1) / 3;

  logic [Nodes-1:0] node_q;
  logic [4*Nodes:0] tree;

  assign tree     = {(3 * Nodes + 1)'(out), node_q};
  assign serial_o = node_q[0];

  for (genvar n = 0; n < Nodes; n++) begin : gen_node
    always_ff @(posedge clk_i) node_q[n] <= ^tree[4*n+1 +: 4];
  end

  logic unused_root;
  assign unused_root = tree[0];

endmodule : sluice_tiny_pins
