// GENERATED - do not edit. Change edge.yaml or templates/control/registers.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 8b3acc4a

// Registers: control, status and performance counters behind a 32-bit port. Reading is combinational. See
// the C header for addresses and fields.
module sluice_edge_registers #(
  parameter int Lanes = 2,
  parameter int MemoryBits = 32,              // of a byte address in memory
  parameter logic [31:0] Id = 32'h8b3acc4a  // hash of the config
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,

  // Port
  input  logic                  write_i,
  input  logic [7:0]            address_i,   // in bytes, multiple of 4
  input  logic [31:0]           write_data_i,
  output logic [31:0]           read_data_o,

  // Command unit
  output logic                  start_o,
  output logic [MemoryBits-1:0] command_address_o,
  input  logic                  busy_i,
  input  logic                  done_i,
  input  logic                  error_i,
  input  logic [15:0]           layers_i,

  // Events, one bit for each lane
  input  logic [Lanes-1:0]      issue_i,
  input  logic [Lanes-1:0]      listed_i,
  input  logic [Lanes-1:0]      skipped_i,
  input  logic [Lanes-1:0]      stall_gate_i,
  input  logic [Lanes-1:0]      stall_weights_i,
  input  logic [Lanes-1:0]      stall_post_i,
  input  logic [Lanes-1:0]      stall_short_i,
  input  logic                  read_i,      // a memory word was read
  input  logic                  written_i    // a memory word was written
);

  localparam int Counters = 10;

  // In the order of their addresses, from 0x20
  logic [Counters*32-1:0] counters_q, increments;
  logic [63:0]            command_address_q;

  function automatic logic [31:0] ones(input logic [Lanes-1:0] bits);
    ones = '0;
    for (int l = 0; l < Lanes; l++) ones = ones + 32'(bits[l]);
  endfunction

  assign increments[0*32 +: 32] = 32'd1;
  assign increments[1*32 +: 32] = ones(issue_i);
  assign increments[2*32 +: 32] = ones(listed_i);
  assign increments[3*32 +: 32] = ones(skipped_i);
  assign increments[4*32 +: 32] = ones(stall_weights_i);
  assign increments[5*32 +: 32] = ones(stall_post_i);
  assign increments[6*32 +: 32] = ones(stall_gate_i);
  assign increments[7*32 +: 32] = ones(stall_short_i);
  assign increments[8*32 +: 32] = 32'(read_i);
  assign increments[9*32 +: 32] = 32'(written_i);

  assign start_o           = write_i & (address_i == 8'h04) & write_data_i[0] & ~busy_i;
  assign command_address_o = command_address_q[MemoryBits-1:0];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      command_address_q <= '0;
      counters_q        <= '0;
    end else begin
      if (write_i & (address_i == 8'h0c)) command_address_q[31:0]  <= write_data_i;
      if (write_i & (address_i == 8'h10)) command_address_q[63:32] <= write_data_i;
      for (int k = 0; k < Counters; k++) begin
        if (start_o) counters_q[k*32 +: 32] <= '0;
        else if (busy_i) begin
          counters_q[k*32 +: 32] <= counters_q[k*32 +: 32] + increments[k*32 +: 32];
        end
      end
    end
  end

  // Status and counters as one list of words
  localparam int Words = 8 + Counters;
  logic [Words*32-1:0] words;

  assign words[0 +: 32]   = Id;
  assign words[32 +: 32]  = '0;
  assign words[64 +: 32]  = {layers_i, 7'd0, error_i, 5'd0, error_i, done_i, busy_i};
  assign words[96 +: 64]  = command_address_q;
  assign words[160 +: 96] = '0;
  assign words[256 +: Counters*32] = counters_q;

  assign read_data_o = (address_i[7:2] < 6'(Words)) ? words[32'(address_i[7:2])*32 +: 32] : '0;

  logic unused_low_address;
  assign unused_low_address = ^address_i[1:0];

  logic unused_address;
  assign unused_address = ^command_address_q;

endmodule : sluice_edge_registers
