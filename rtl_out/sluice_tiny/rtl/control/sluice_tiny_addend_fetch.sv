// GENERATED - do not edit. Change tiny.yaml or templates/control/addend_fetch.sv.tpl, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 d6053104
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Addend fetch: hands on the requests of the lanes for addends. Looks at one lane each cycle, in
// turn, and stays at one that asks until its request is taken. Lanes ask for words of the output
// map; the addends of a word lie in the one that is a distance away.
module sluice_tiny_addend_fetch #(
  parameter  int Lanes          = 2,
  parameter  int WordBytes      = 8,
  parameter  int MemoryBits     = 32,  // of a byte address in memory
  parameter  int Burst          = 4,
  localparam int LaneBits       = (Lanes > 1) ? $clog2(Lanes) : 1,
  localparam int LengthBits     = $clog2(Burst + 1),
  localparam int MemoryWordBits = MemoryBits - $clog2(WordBytes)
) (
  input  logic                            clk_i,
  input  logic                            rst_ni,

  // From an output to its addend
  input  logic [MemoryBits-1:0]           distance_i,  // whole words

  // Requests of the lanes
  input  logic [Lanes-1:0]                valid_i,
  output logic [Lanes-1:0]                ready_o,
  input  logic [Lanes*MemoryWordBits-1:0] word_i,
  input  logic [Lanes*LengthBits-1:0]     length_i,

  // Read requests
  output logic                            request_valid_o,
  input  logic                            request_ready_i,
  output logic [MemoryBits-1:0]           request_address_o,
  output logic [LengthBits-1:0]           request_length_o,
  output logic [LaneBits-1:0]             request_lane_o
);

  logic [LaneBits-1:0]       lane_q;
  logic [MemoryWordBits-1:0] word;

  assign word              = word_i[32'(lane_q)*MemoryWordBits +: MemoryWordBits];
  assign request_valid_o   = valid_i[lane_q];
  assign request_address_o = {word, {$clog2(WordBytes){1'b0}}} + distance_i;
  assign request_length_o  = length_i[32'(lane_q)*LengthBits +: LengthBits];
  assign request_lane_o    = lane_q;

  for (genvar l = 0; l < Lanes; l++) begin : gen_ready
    assign ready_o[l] = request_ready_i & (lane_q == LaneBits'(l));
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) lane_q <= '0;
    else if (~request_valid_o | request_ready_i) begin
      lane_q <= (lane_q == LaneBits'(Lanes - 1)) ? '0 : lane_q + 1'b1;
    end
  end

endmodule : sluice_tiny_addend_fetch
