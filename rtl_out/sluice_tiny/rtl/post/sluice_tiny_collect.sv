// GENERATED - do not edit. Change tiny.yaml or templates/post/collect.sv.tpl, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 d6053104
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Collects the outputs of one lane into memory words. Values of less than 8 bits are packed into
// bytes first; bytes that fall into the same memory word are merged until a byte of another word
// comes or the tile ends. Complete words wait in a queue of two.
//
// `advance_o` is low while a value cannot be taken; it does not depend on the inputs of this cycle
// but on the registers only.
module sluice_tiny_collect #(
  parameter  int LaneColumns    = 2,   // columns of a unit at most
  parameter  int Post           = 1,   // values a cycle
  parameter  int WordBytes      = 8,   // of a memory word
  parameter  int MemoryBits     = 32,  // of a byte address
  localparam int MemoryWordBits = MemoryBits - $clog2(WordBytes),
  localparam int ColumnBits     = $clog2(LaneColumns + 1)
) (
  input  logic                      clk_i,
  input  logic                      rst_ni,

  // Values, taken when advance_o is high
  input  logic                      valid_i,
  input  logic [Post*8-1:0]         value_i,
  input  logic [ColumnBits-1:0]     column_i,    // of the first value
  input  logic [MemoryBits-1:0]     out_i,       // byte address of the first channel
  input  logic [ColumnBits-1:0]     channels_i,  // valid columns
  input  logic                      tile_last_i,
  input  logic                      run_last_i,
  output logic                      advance_o,

  // Words
  output logic                      word_valid_o,
  input  logic                      word_ready_i,
  output logic [MemoryWordBits-1:0] word_address_o,
  output logic [WordBytes*8-1:0]    word_data_o,
  output logic [WordBytes-1:0]      word_strobe_o,

  output logic                      run_done_o  // all words of a RUN have been taken
);

  localparam int ByteBits  = $clog2(WordBytes);
  localparam int WideBytes = WordBytes + Post;
  localparam int EntryBits = MemoryWordBits + WordBytes * 8 + WordBytes;

  // ---------------------------------------------------------------------------------------------
  // Pack: bytes with strobes and the address of the first
  logic [Post*8-1:0]     packed_data;
  logic [Post-1:0]       packed_strobe;
  logic [MemoryBits-1:0] packed_address;

  function automatic logic [Post-1:0] strobes(
    input  logic [ColumnBits-1:0] column,
    input  logic [ColumnBits-1:0] channels,
    input  int                    bytes,
    input  int                    values
  );
    // A byte is written if the first of its values is valid
    strobes = '0;
    for (int b = 0; b < Post; b++) begin
      if (b < bytes) strobes[b] = 16'(column) + 16'(b * values) < 16'(channels);
    end
  endfunction

  assign packed_data    = value_i;
  assign packed_strobe  = strobes(column_i, channels_i, Post, 1);
  assign packed_address = out_i + MemoryBits'(column_i);

  logic                  chunk_valid_q, chunk_tile_last_q, chunk_run_last_q;
  logic [Post*8-1:0]     chunk_data_q;
  logic [Post-1:0]       chunk_strobe_q;
  logic [MemoryBits-1:0] chunk_address_q;
  logic                  chunk_taken;

  assign advance_o = ~chunk_valid_q | chunk_taken;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)        chunk_valid_q <= 1'b0;
    else if (advance_o) chunk_valid_q <= valid_i;
  end

  always_ff @(posedge clk_i) begin
    if (advance_o) begin
      chunk_data_q      <= packed_data;
      chunk_strobe_q    <= packed_strobe;
      chunk_address_q   <= packed_address;
      chunk_tile_last_q <= tile_last_i;
      chunk_run_last_q  <= run_last_i;
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Merge: a chunk may reach into the next word, then it is taken in two cycles
  logic [WideBytes*8-1:0]    placed_data;
  logic [WideBytes-1:0]      placed_strobe;
  logic                      second_q, two_words;
  logic [MemoryWordBits-1:0] part_word;
  logic [WordBytes*8-1:0]    part_data;
  logic [WordBytes-1:0]      part_strobe;

  logic                      word_valid_q, flush_q, run_end_q;
  logic [MemoryWordBits-1:0] word_address_q;
  logic [WordBytes*8-1:0]    word_data_q;
  logic [WordBytes-1:0]      word_strobe_q;

  logic part_empty, same_word, part_taken, push, queue_ready;

  assign placed_data   = (WideBytes*8)'(chunk_data_q) << {chunk_address_q[ByteBits-1:0], 3'b000};
  assign placed_strobe = WideBytes'(chunk_strobe_q) << chunk_address_q[ByteBits-1:0];
  assign two_words     = placed_strobe[WideBytes-1:WordBytes] != '0;

  assign part_word   = chunk_address_q[MemoryBits-1:ByteBits] + MemoryWordBits'(second_q);
  assign part_data   = second_q ? (WordBytes*8)'(placed_data[WideBytes*8-1:WordBytes*8])
                                : placed_data[WordBytes*8-1:0];
  assign part_strobe = second_q ? WordBytes'(placed_strobe[WideBytes-1:WordBytes])
                                : placed_strobe[WordBytes-1:0];

  assign part_empty  = part_strobe == '0;
  // The word that a chunk reaches into is never the one at hand: its first part went there
  assign same_word   = ~second_q & (word_address_q == chunk_address_q[MemoryBits-1:ByteBits]);
  assign part_taken  = chunk_valid_q & ~flush_q & ~run_end_q &
                       (part_empty | ~word_valid_q | same_word | queue_ready);
  assign chunk_taken = part_taken & (second_q | ~two_words);
  assign push        = word_valid_q & queue_ready &
                       (flush_q | (part_taken & ~part_empty & ~same_word));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      word_valid_q <= 1'b0;
      second_q     <= 1'b0;
      flush_q      <= 1'b0;
      run_end_q    <= 1'b0;
    end else begin
      if (part_taken) second_q <= two_words & ~second_q;
      if (part_taken & ~part_empty) word_valid_q <= 1'b1;
      else if (push)                word_valid_q <= 1'b0;
      if (chunk_taken & chunk_tile_last_q)      flush_q <= 1'b1;
      else if (queue_ready | ~word_valid_q)     flush_q <= 1'b0;
      if (chunk_taken & chunk_run_last_q)       run_end_q <= 1'b1;
      else if (run_done_o)                      run_end_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (part_taken & ~part_empty) begin
      word_address_q <= part_word;
      if (~word_valid_q | ~same_word) word_strobe_q <= part_strobe;
      else                            word_strobe_q <= word_strobe_q | part_strobe;
      for (int b = 0; b < WordBytes; b++) begin
        if (part_strobe[b]) word_data_q[b*8 +: 8] <= part_data[b*8 +: 8];
      end
    end
  end

  sluice_tiny_fifo #(
    .Depth (2),
    .Width (EntryBits)
  ) u_queue (
    .clk_i,
    .rst_ni,
    .push_i  (push),
    .data_i  ({word_address_q, word_data_q, word_strobe_q}),
    .ready_o (queue_ready),
    .pop_i   (word_valid_o & word_ready_i),
    .valid_o (word_valid_o),
    .data_o  ({word_address_o, word_data_o, word_strobe_o})
  );

  assign run_done_o = run_end_q & ~flush_q & ~word_valid_o;

endmodule : sluice_tiny_collect
