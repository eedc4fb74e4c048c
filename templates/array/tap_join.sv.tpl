<%! SPDX-License-Identifier: Apache-2.0 %>
// Joins taps of a step, between the activation buffer's network and the array.
//
// Slots hold `Taps` taps one after the other, each with the same channels of a neighbouring
// position. Of each, the first TapAtoms atoms are for the segments: BlockAtoms of them hold the
// segment's columns of channels, which are `Columns` further in each segment than in the one
// before. In a max pool the first BlockAtoms slots of a segment get the largest of all taps, byte
// by byte, signed.
<%#sums_taps%>
// In a layer that sums, they get the atoms of the first tap, and those behind them the other taps'.
<%/sums_taps%>
// All other slots pass, and all of them if taps are not joined. Bytes that a segment's weights
// leave out may be anything.
module <%name%>_tap_join #(
  parameter int Slots = <%slots%>,       // power of two
  parameter int AtomBytes = <%atom%>,
  parameter int Segments = <%segments%>,
  parameter int Columns = <%columns%>,
  parameter int Taps = <%taps%>,        // 2 or 4
  parameter int TapAtoms = <%tap_atoms%>,    // at most Slots / Taps
<%^sums_taps%>
  parameter int BlockAtoms = <%block_atoms%>   // at most Slots / Segments
<%/sums_taps%>
<%#sums_taps%>
  parameter int BlockAtoms = <%block_atoms%>   // at most Slots / Segments / Taps
<%/sums_taps%>
) (
  input  logic                         joins_i,
<%#sums_taps%>
  input  logic                         maximum_i,  // of the taps; else all of them are taken
<%/sums_taps%>
  input  logic [Slots*AtomBytes*8-1:0] data_i,
  output logic [Slots*AtomBytes*8-1:0] data_o
);

  localparam int TapSlots = Slots / Taps;
  localparam int SegmentSlots = Slots / Segments;
  localparam int AtomBits = AtomBytes * 8;
  localparam int TapBytes = TapAtoms * AtomBytes;

  function automatic logic [7:0] larger(input logic [7:0] left, input logic [7:0] right);
    larger = ($signed(right) > $signed(left)) ? right : left;
  endfunction

  logic [TapBytes*8-1:0] maxima;

  for (genvar b = 0; b < TapBytes; b++) begin : gen_byte
    logic [Taps*8-1:0] taps;  // this byte of each

    for (genvar t = 0; t < Taps; t++) begin : gen_tap
      assign taps[t*8 +: 8] = data_i[(t*TapSlots*AtomBytes + b)*8 +: 8];
    end

    if (Taps == 2) begin : gen_two
      assign maxima[b*8 +: 8] = larger(taps[7:0], taps[15:8]);
    end else begin : gen_four
      logic [7:0] low, high;

      assign low  = larger(taps[7:0], taps[15:8]);
      assign high = larger(taps[23:16], taps[31:24]);
      assign maxima[b*8 +: 8] = larger(low, high);
    end
  end

  for (genvar s = 0; s < Slots; s++) begin : gen_slot
    localparam int First = s / SegmentSlots * Columns / AtomBytes;  // the segment's first atom
<%^sums_taps%>
    localparam int Atom  = First + s % SegmentSlots;

    if (s % SegmentSlots < BlockAtoms) begin : gen_block
      assign data_o[s*AtomBits +: AtomBits] =
          joins_i ? maxima[Atom*AtomBits +: AtomBits]
                  : data_i[s*AtomBits +: AtomBits];
    end else begin : gen_pass
      assign data_o[s*AtomBits +: AtomBits] = data_i[s*AtomBits +: AtomBits];
    end
<%/sums_taps%>
<%#sums_taps%>
    localparam int Tap   = s % SegmentSlots / BlockAtoms;
    localparam int Atom  = First + s % SegmentSlots % BlockAtoms;  // of the tap

    if (Tap == 0) begin : gen_first
      assign data_o[s*AtomBits +: AtomBits] =
          !joins_i ? data_i[s*AtomBits +: AtomBits] :
          maximum_i ? maxima[Atom*AtomBits +: AtomBits] : data_i[Atom*AtomBits +: AtomBits];
    end else if (Tap < Taps) begin : gen_other
      assign data_o[s*AtomBits +: AtomBits] =
          joins_i && !maximum_i ? data_i[(Tap*TapSlots + Atom)*AtomBits +: AtomBits]
                                : data_i[s*AtomBits +: AtomBits];
    end else begin : gen_pass
      assign data_o[s*AtomBits +: AtomBits] = data_i[s*AtomBits +: AtomBits];
    end
<%/sums_taps%>
  end

endmodule : <%name%>_tap_join
