// GENERATED - do not edit. Change edge.yaml or templates/buffers/header_buffer.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Headers of block records, the part for the sequencer: a few of them, each a whole number of
// memory words. Written as the weight stream brings them, read as entries of 8 bytes.
//
// Latency: data appears one cycle after read_i and holds until the next read.
module sluice_edge_header_buffer #(
  parameter  int HeaderSlots = 2,             // headers held, power of two
  parameter  int HeaderWords = 3,             // memory words of a header
  parameter  int WordBytes   = 32,            // at least 8
  localparam int SlotBits    = $clog2(HeaderSlots),
  localparam int WordBits    = (HeaderWords > 1) ? $clog2(HeaderWords) : 1,
  localparam int Entries     = WordBytes / 8  // of a memory word
) (
  input  logic                   clk_i,

  input  logic                   write_i,
  input  logic [SlotBits-1:0]    write_slot_i,
  input  logic [WordBits-1:0]    write_word_i,
  input  logic [WordBytes*8-1:0] write_data_i,

  input  logic                   read_i,
  input  logic [SlotBits-1:0]    read_slot_i,
  input  logic [15:0]            read_entry_i,
  output logic [63:0]            read_data_o
);

  localparam int EntryBits = $clog2(Entries);

  logic [WordBytes*8-1:0] word;
  logic                   unused_entry;

  assign unused_entry = ^read_entry_i;

  sluice_edge_ram #(
    .Depth   (HeaderSlots << WordBits),
    .Width   (WordBytes * 8),
    .Granule (WordBytes * 8)
  ) u_ram (
    .clk_i,
    .write_i,
    .write_address_i ({write_slot_i, write_word_i}),
    .write_data_i,
    .read_i,
    .read_address_i  ({read_slot_i, read_entry_i[EntryBits +: WordBits]}),
    .read_data_o     (word)
  );

  if (Entries > 1) begin : gen_select
    logic [EntryBits-1:0] entry_q;
    always_ff @(posedge clk_i) if (read_i) entry_q <= read_entry_i[EntryBits-1:0];
    assign read_data_o = word[32'(entry_q)*64 +: 64];
  end else begin : gen_whole
    assign read_data_o = word;
  end

endmodule : sluice_edge_header_buffer
