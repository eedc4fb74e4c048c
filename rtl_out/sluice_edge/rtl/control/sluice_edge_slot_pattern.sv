// GENERATED - do not edit. Change edge.yaml or templates/control/slot_pattern.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Slot pattern: where the atoms of a group's first step lie, relative to a position's first atom,
// and which slots a step reads. Computed once for a layer, one slot a cycle, for all lanes.
//
// Base pass: each block has Slots >> fold slots, which are atoms one after the other along the
// kernel rows; blocks of one window read the same atoms, each further window lies a window step
// behind the one before.
//
// Joined taps: each has Slots / Taps slots, for atoms one after the other from where it lies, a
// window step behind the one before. If they are fewer than Taps, some are in several places: a
// maximum does not change by it, and in sums all but one have weights of zero.
//
// Conditional pass: one block has all slots, which go on from the last kernel row of a group to the
// first of the next.
module sluice_edge_slot_pattern #(
  parameter int Slots       = 8,  // power of two
  parameter int Taps        = 2,  // that a read has room for, a power of two
  parameter int AddressBits = 14  // of an atom
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,

  input  logic                         start_i,
  output logic                         busy_o,

  // Layer registers
  input  logic [15:0]                  run_i,          // atoms of a kernel row
  input  logic [AddressBits-1:0]       wrap_offset_i,  // row pitch - run
  input  logic [3:0]                   fold_i,
  input  logic [3:0]                   windows_i,
  input  logic [AddressBits-1:0]       window_step_i,
  input  logic [2:0]                   taps_i,         // joined taps; 0: none
  input  logic [15:0]                  step_slots_i,
  input  logic [15:0]                  last_slots_i,
  input  logic [7:0]                   kernel_rows_i,
  input  logic [AddressBits-1:0]       group_wrap_i,   // group pitch - kernel rows * row pitch
  input  logic [15:0]                  conditional_last_slots_i,

  output logic [Slots*16-1:0]          conditional_atom_o,
  output logic [Slots*8-1:0]           conditional_row_o,    // kernel row
  output logic [Slots*8-1:0]           conditional_group_o,  // group, of those of a walk
  output logic [Slots*AddressBits-1:0] conditional_offset_o,
  output logic [Slots-1:0]             conditional_last_o,   // read in a walk's last step
  output logic [Slots*16-1:0]          atom_o,               // place in the kernel row
  output logic [Slots*AddressBits-1:0] offset_o,
  output logic [Slots-1:0]             step_o,               // read in any step but a group's last
  output logic [Slots-1:0]             last_o                // read in a group's last step
);

  localparam int CountBits = $clog2(Slots + 1);

  logic [CountBits-1:0]   slot_q;   // Slots: finished
  logic [CountBits-1:0]   index_q;  // among the slots of its block
  logic [CountBits-1:0]   part_top, window_top;
  logic [15:0]            atom_q, atom_next;
  logic [AddressBits-1:0] offset_q, window_q, window_next;
  logic                   wraps, part_end, window_end;

  assign busy_o      = slot_q != CountBits'(Slots);

  localparam int                   TapBits = $clog2(Taps);
  localparam logic [CountBits-1:0] TapTop  = CountBits'(Slots / Taps - 1);
  logic               joins;
  logic [TapBits-1:0] share_q;  // places since the tap began, in parts of taps_i of Taps
  logic [TapBits:0]   share;    // behind the place in work: a carry if the tap ends with it

  assign joins       = taps_i != '0;
  assign share       = {1'b0, share_q} + taps_i[TapBits:0];
  assign part_top    = joins ? TapTop : CountBits'(Slots - 1) >> fold_i;
  assign window_top  = joins ? TapTop : CountBits'(Slots - 1) >> windows_i;
  assign part_end    = index_q == part_top;
  assign window_end  = ((slot_q & window_top) == window_top) & (~joins | share[TapBits]);
  assign window_next = window_q + (window_end ? window_step_i : '0);
  assign atom_next   = atom_q + 16'd1;
  assign wraps       = atom_next == run_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)      slot_q <= CountBits'(Slots);
    else if (start_i) slot_q <= '0;
    else if (busy_o)  slot_q <= slot_q + 1'b1;
  end

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      index_q  <= '0;
      atom_q   <= '0;
      offset_q <= '0;
      window_q <= '0;
      share_q  <= '0;
    end else if (busy_o & part_end) begin
      index_q  <= '0;
      atom_q   <= '0;
      offset_q <= window_next;
      window_q <= window_next;
      share_q  <= share[TapBits-1:0];
    end else if (busy_o) begin
      index_q  <= index_q + 1'b1;
      atom_q   <= wraps ? '0 : atom_next;
      offset_q <= offset_q + AddressBits'(1) + (wraps ? wrap_offset_i : '0);
    end
    for (int s = 0; s < Slots; s++) begin
      if (slot_q == CountBits'(s)) begin
        atom_o[s*16 +: 16]                     <= atom_q;
        offset_o[s*AddressBits +: AddressBits] <= offset_q;
        step_o[s]                              <= 16'(index_q) < step_slots_i;
        last_o[s]                              <= 16'(index_q) < last_slots_i;
      end
    end
  end

  logic [15:0]            single_atom_q, single_next;
  logic [7:0]             single_row_q, row_next, single_group_q;
  logic [AddressBits-1:0] single_offset_q;
  logic                   single_wraps, row_wraps;

  assign single_next  = single_atom_q + 16'd1;
  assign single_wraps = single_next == run_i;
  assign row_next     = single_row_q + 8'd1;
  assign row_wraps    = single_wraps & (row_next == kernel_rows_i);

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      single_atom_q   <= '0;
      single_row_q    <= '0;
      single_group_q  <= '0;
      single_offset_q <= '0;
    end else if (busy_o) begin
      single_atom_q   <= single_wraps ? '0 : single_next;
      single_offset_q <= single_offset_q + AddressBits'(1) + (single_wraps ? wrap_offset_i : '0) +
                         (row_wraps ? group_wrap_i : '0);
      if (single_wraps) single_row_q   <= row_wraps ? '0 : row_next;
      if (row_wraps)    single_group_q <= single_group_q + 8'd1;
    end
    for (int s = 0; s < Slots; s++) begin
      if (slot_q == CountBits'(s)) begin
        conditional_atom_o[s*16 +: 16]                     <= single_atom_q;
        conditional_row_o[s*8 +: 8]                        <= single_row_q;
        conditional_group_o[s*8 +: 8]                      <= single_group_q;
        conditional_offset_o[s*AddressBits +: AddressBits] <= single_offset_q;
        conditional_last_o[s] <= 16'(slot_q) < conditional_last_slots_i;
      end
    end
  end

endmodule : sluice_edge_slot_pattern
