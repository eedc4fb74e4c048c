// SPDX-License-Identifier: Apache-2.0
  // Joined for a sum, byte b of atom a of tap t is where segment g multiplies it: in its slots,
  // behind the atoms of the taps before.
  for (genvar g = 0; g < Segments; g++) begin : gen_formal_segment
    for (genvar t = 0; t < Taps; t++) begin : gen_tap
      for (genvar a = 0; a < BlockAtoms; a++) begin : gen_atom
        localparam int In  = t * (Slots / Taps) + g * Columns / AtomBytes + a;
        localparam int Out = g * (Slots / Segments) + t * BlockAtoms + a;

        always @* begin
          if (f_sums) begin
            assert (data_o[Out*AtomBits +: AtomBits] == data_i[In*AtomBits +: AtomBits]);
          end
        end
      end
    end
  end
