// SPDX-License-Identifier: Apache-2.0
  // Where the byte that is followed in activation_buffer would be written: all bytes go to one word
  logic [WordAddressBits-1:0] f_word;

  assign f_word = write_word_i;
