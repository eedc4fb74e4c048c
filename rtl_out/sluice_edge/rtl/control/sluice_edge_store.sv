// GENERATED - do not edit. Change edge.yaml or templates/control/store.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Store: takes the output words of the lanes, in turn, and sends them to memory or, for local maps,
// to the activation buffers. One word a cycle, through a register, so that what is offered stays
// until it is taken. A word that would go to memory outside the region stays in the register and is
// not offered.
module sluice_edge_store #(
  parameter int Lanes          = 1,
  parameter int WordBytes      = 32,
  parameter int MemoryWordBits = 27  // of a memory word
) (
  input  logic                            clk_i,
  input  logic                            rst_ni,
  input  logic                            local_i,  // layer register: to the activation buffers

  // Limits
  input  logic                            stop_i,        // takes no more words
  input  logic [MemoryWordBits-1:0]       region_base_i,
  input  logic [MemoryWordBits-1:0]       region_end_i,  // 0: no limit
  output logic                            outside_o,     // the register's word is not allowed

  // Words of the lanes
  input  logic [Lanes-1:0]                valid_i,
  output logic [Lanes-1:0]                ready_o,
  input  logic [Lanes*MemoryWordBits-1:0] address_i,
  input  logic [Lanes*WordBytes*8-1:0]    data_i,
  input  logic [Lanes*WordBytes-1:0]      strobe_i,
  output logic                            busy_o,

  // Memory
  output logic                            write_valid_o,
  input  logic                            write_ready_i,

  // Activation buffers
  output logic                            local_valid_o,
  input  logic                            local_ready_i,

  // The word, for either
  output logic [MemoryWordBits-1:0]       address_o,
  output logic [WordBytes*8-1:0]          data_o,
  output logic [WordBytes-1:0]            strobe_o
);

  localparam int LaneBits = (Lanes > 1) ? $clog2(Lanes) : 1;

  logic                      valid_q, outside_q, open, found, taken, outside;
  logic [LaneBits-1:0]       last_q, pick;  // lane served last, lane to serve
  logic [MemoryWordBits-1:0] next_address;

  assign taken         = local_i ? local_ready_i : (write_ready_i & ~outside_q);
  assign open          = (~valid_q | taken) & ~stop_i;
  assign busy_o        = valid_q;
  assign write_valid_o = valid_q & ~local_i & ~outside_q;
  assign outside_o     = valid_q & outside_q;
  assign local_valid_o = valid_q & local_i;

  // The first lane with a word after the one served last; else the first of all
  always_comb begin
    pick  = '0;
    found = 1'b0;
    for (int l = Lanes - 1; l >= 0; l--) begin
      if (valid_i[l]) begin
        pick  = LaneBits'(l);
        found = 1'b1;
      end
    end
    for (int l = Lanes - 1; l >= 1; l--) begin
      if (valid_i[l] & (LaneBits'(l) > last_q)) begin
        pick  = LaneBits'(l);
        found = 1'b1;
      end
    end
  end

  always_comb begin
    ready_o = '0;
    for (int l = 0; l < Lanes; l++) ready_o[l] = open & found & (pick == LaneBits'(l));
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q   <= 1'b0;
      outside_q <= 1'b0;
      last_q    <= '0;
    end else if (open) begin
      valid_q   <= found;
      outside_q <= found & outside & ~local_i;
      if (found) last_q <= pick;
    end else if (taken) begin
      valid_q <= 1'b0;
    end
  end

  assign next_address = address_i[32'(pick)*MemoryWordBits +: MemoryWordBits];
  assign outside      = (next_address < region_base_i) |
                        ((region_end_i != '0) & (next_address >= region_end_i));

  always_ff @(posedge clk_i) begin
    if (open & found) begin
      address_o <= next_address;
      data_o    <= data_i[32'(pick)*WordBytes*8 +: WordBytes*8];
      strobe_o  <= strobe_i[32'(pick)*WordBytes +: WordBytes];
    end
  end

endmodule : sluice_edge_store
