// SPDX-License-Identifier: Apache-2.0
  // One byte of the memory, any one, is followed from what was written last: each valid slot that
  // asks for its atom gets it, three cycles later. So it is for addresses one after the other from
  // any bank on, for blocks of slots that share them, and for all others that no two slots need the
  // same node of the network for.
  (* anyconst *) logic [AddressBits-1:0]        f_atom;
  (* anyconst *) logic [$clog2(AtomBytes):0]    f_byte;  // below AtomBytes
  (* anyconst *) logic [$clog2(Slots+1)-1:0]    f_slot;  // below Slots
  logic [7:0]                   f_value, f_value_read, f_value_due;
  logic                         f_known, f_known_read, f_known_due, f_here;
  logic [2:0]                   f_asked;             // bit i: i + 1 cycles ago
  logic [AddressBits-1:0]       f_base, f_place;
  logic [$clog2(Slots+1)-1:0]   f_mask;              // slots of a block, less one
  logic [Slots*AddressBits-1:0] f_consecutive;
  logic                         f_from_base, f_passes;
  logic [Banks-1:0]             f_serves, f_served;  // banks that have an atom for a slot
  logic                         f_past;

  initial f_past  = 1'b0;
  initial f_known = 1'b0;
  initial f_asked = '0;

  assign f_base  = $anyseq;
  assign f_mask  = $anyseq;
  assign f_from_base = $anyseq;

  for (genvar s = 0; s < Slots; s++) begin : gen_formal_slot
    assign f_consecutive[s*AddressBits +: AddressBits] =
        f_base + AddressBits'(s & 32'(f_mask));
  end

  // The node that slot s's request is at behind the stage of bit k - 1: its low k bits are those of
  // the bank that it needs
  function automatic logic [31:0] f_node(input int s, input int k, input int bank);
    f_node = ((s >> k) << k) | (bank & ((1 << k) - 1));
  endfunction

  always @* begin
    f_passes = 1'b1;
    f_serves = '0;
    for (int s = 0; s < Slots; s++) begin
      if (read_i && slot_valid_i[s]) begin
        f_serves = f_serves |
                   (Banks'(1) << address_i[s*AddressBits +: BankBits]);
      end
      for (int t = 0; t < s; t++) begin
        for (int k = 1; k <= BankBits; k++) begin
          if (slot_valid_i[s] && slot_valid_i[t] &&
              f_node(s, k, 32'(address_i[s*AddressBits +: BankBits])) ==
              f_node(t, k, 32'(address_i[t*AddressBits +: BankBits])) &&
              address_i[s*AddressBits +: AddressBits] != address_i[t*AddressBits +: AddressBits])
            f_passes = 1'b0;
        end
      end
    end
  end

  // The mask is of a power of two of slots
  always @(posedge clk_i) begin
    assume (32'(f_byte) < 32'(AtomBytes) && 32'(f_slot) < 32'(Slots));
    assume ((f_mask & (f_mask + 1'b1)) == '0);
    assume (!joins_i);  // what joins taps is proved for itself
    if (read_i) begin
      if (f_from_base) assume (address_i == f_consecutive);
      else             assume (f_passes);
    end
  end

  // The byte, as it is written to f_word of whole_words or shifted_words. Nothing relies on an atom
  // that is written while it is read.
  assign f_place = {write_word_i, {(AddressBits-WordAddressBits){1'b0}}};
  assign f_here  = write_i && f_word == f_atom[AddressBits-1 -: WordAddressBits] &&
                   write_strobe_i[(f_atom % WordAtoms)*AtomBytes + 32'(f_byte)];

  always @(posedge clk_i) begin
    f_past  <= 1'b1;
    f_asked <= {f_asked[1:0],
                read_i && slot_valid_i[f_slot] &&
                address_i[f_slot*AddressBits +: AddressBits] == f_atom};
    f_served     <= f_serves;
    f_known_read <= f_known;
    f_known_due  <= f_known_read;
    f_value_read <= f_value;
    f_value_due  <= f_value_read;
    if (f_here) begin
      f_known <= 1'b1;
      f_value <= write_data_i[((f_atom % WordAtoms)*AtomBytes + 32'(f_byte))*8 +: 8];
    end
  end

  always @(posedge clk_i) begin
    if (f_past) assert (read_q == f_served);
    if (f_asked[2] && f_known_due) begin
      assert (data_o[(32'(f_slot)*AtomBytes + 32'(f_byte))*8 +: 8] == f_value_due);
    end
  end
