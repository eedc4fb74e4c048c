// SPDX-License-Identifier: Apache-2.0
  // Joined, a segment's slots get of each of their bytes the one that is at least as large as those
  // of all taps, and that of some tap. All other bytes pass.
  for (genvar s = 0; s < Slots; s++) begin : gen_formal_slot
    for (genvar b = 0; b < AtomBytes; b++) begin : gen_byte
      localparam int Out = (s * AtomBytes + b) * 8;
      // The first segment's first atom is the first of each tap
      localparam int Place = s / (Slots / Segments) * Columns / AtomBytes + s % (Slots / Segments);
      logic [Taps-1:0] f_reaches, f_equals;

      for (genvar t = 0; t < Taps; t++) begin : gen_tap
        localparam int In = ((t * (Slots / Taps) + Place) * AtomBytes + b) * 8;

        if (s % (Slots / Segments) < BlockAtoms) begin : gen_taken
          assign f_reaches[t] = $signed(data_o[Out +: 8]) >= $signed(data_i[In +: 8]);
          assign f_equals[t]  = data_o[Out +: 8] == data_i[In +: 8];
        end else begin : gen_passed
          assign f_reaches[t] = 1'b0;
          assign f_equals[t]  = 1'b0;
        end
      end

      always @* begin
        if (f_largest && s % (Slots / Segments) < BlockAtoms) begin
          assert (f_reaches == '1);
          assert (f_equals != '0);
        end else if (!f_sums || s % (Slots / Segments) >= Taps * BlockAtoms) begin
          assert (data_o[Out +: 8] == data_i[Out +: 8]);
        end
      end
    end
  end
