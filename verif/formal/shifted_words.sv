// SPDX-License-Identifier: Apache-2.0
  // Where the byte that is followed in activation_buffer would be written: the first places go to
  // the word after the one that is named
  logic [WordAddressBits-1:0] f_word;

  assign f_word = ((f_atom % WordAtoms)*AtomBytes + 32'(f_byte) < write_shift_i * PlaceBytes)
                      ? write_word_i + 1'b1 : write_word_i;

  always @(posedge clk_i) assume (write_next_i == WordAddressBits'(write_word_i + 1'b1));
