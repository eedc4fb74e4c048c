// GENERATED - do not edit. Change edge.yaml or templates/control/slot_pattern.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ceffaa47
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Slot pattern: where the atoms of a group's first step lie, relative to a position's first atom:
// slot s is the s-th atom along the kernel rows. Computed once for a layer, one slot a cycle, for
// all lanes.
module sluice_edge_slot_pattern #(
  parameter int Slots       = 4,
  parameter int AddressBits = 13  // of an atom
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,

  input  logic                         start_i,
  output logic                         busy_o,
  input  logic [15:0]                  run_i,          // atoms of a kernel row
  input  logic [AddressBits-1:0]       wrap_offset_i,  // row pitch - run

  output logic [Slots*16-1:0]          atom_o,  // place in the kernel row
  output logic [Slots*AddressBits-1:0] offset_o
);

  localparam int CountBits = $clog2(Slots + 1);

  logic [CountBits-1:0]   slot_q;  // Slots: finished
  logic [15:0]            atom_q, atom_next;
  logic [AddressBits-1:0] offset_q;
  logic                   wraps;

  assign busy_o    = slot_q != CountBits'(Slots);
  assign atom_next = atom_q + 16'd1;
  assign wraps     = atom_next == run_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)      slot_q <= CountBits'(Slots);
    else if (start_i) slot_q <= '0;
    else if (busy_o)  slot_q <= slot_q + 1'b1;
  end

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      atom_q   <= '0;
      offset_q <= '0;
    end else if (busy_o) begin
      atom_q   <= wraps ? '0 : atom_next;
      offset_q <= offset_q + AddressBits'(1) + (wraps ? wrap_offset_i : '0);
    end
    for (int s = 0; s < Slots; s++) begin
      if (slot_q == CountBits'(s)) begin
        atom_o[s*16 +: 16]                     <= atom_q;
        offset_o[s*AddressBits +: AddressBits] <= offset_q;
      end
    end
  end

endmodule : sluice_edge_slot_pattern
