// SPDX-License-Identifier: Apache-2.0
  // One bit of one entry of one header, any one, is followed from the memory word that brings it: a
  // read of its row gives it, from the memory of its column.
  (* anyconst *) logic [SlotBits-1:0] f_slot;
  (* anyconst *) logic [WordBits:0]   f_word;   // of the header's parameters
  (* anyconst *) logic [7:0]          f_place;  // entry of the word
  (* anyconst *) logic [5:0]          f_bit;
  logic [31:0] f_entry;
  logic        f_known, f_value, f_known_due, f_value_due, f_read;

  initial f_known = 1'b0;
  initial f_read  = 1'b0;

  assign f_entry = 32'(f_word) * WordEntries + 32'(f_place);

  always @(posedge clk_i) begin
    assume (32'(f_word) < ParameterWords && 32'(f_place) < WordEntries);
    assume (f_entry < ParameterEntries);
    if (write_i) assume (32'(write_word_i) < ParameterWords);
    if (read_i) begin
      f_read      <= read_slot_i == f_slot &&
                     32'(read_row_i[(f_entry % Post)*RowBits +: RowBits]) == f_entry / Post;
      f_known_due <= f_known;
      f_value_due <= f_value;
    end
    if (write_i && write_slot_i == f_slot && 32'(write_word_i) == 32'(f_word)) begin
      f_known <= 1'b1;
      f_value <= write_data_i[32'(f_place)*64 + 32'(f_bit)];
    end
    if (f_read && f_known_due) begin
      assert (read_data_o[(f_entry % Post)*64 + 32'(f_bit)] == f_value_due);
    end
  end
