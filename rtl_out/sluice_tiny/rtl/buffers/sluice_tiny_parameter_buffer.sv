// GENERATED - do not edit. Change tiny.yaml or templates/buffers/parameter_buffer.sv.tpl, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 d6053104
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Parameters of post-processing, from the headers of block records: Post memories, each with those
// of every Post-th column. Written as the weight stream brings them, read as a row of one entry
// from each memory; each memory may read another row.
//
// Entry e of a header's parameters lies in memory e mod Post, row e / Post. Where a memory word
// brings several rows, they share a word of each memory.
//
// Latency: data appears one cycle after read_i and holds until the next read.
module sluice_tiny_parameter_buffer #(
  parameter  int Post             = 1,  // power of two
  parameter  int HeaderSlots      = 4,  // headers held, power of two
  parameter  int ParameterWords   = 4,  // memory words of one header's parameters
  parameter  int ParameterEntries = 4,  // entries of them, a multiple of Post
  parameter  int WordBytes        = 8,  // at least 8
  localparam int SlotBits         = $clog2(HeaderSlots),
  localparam int WordBits         = (ParameterWords > 1) ? $clog2(ParameterWords) : 1,
  localparam int Rows             = ParameterEntries / Post,
  localparam int RowBits          = (Rows > 1) ? $clog2(Rows) : 1
) (
  input  logic                    clk_i,

  input  logic                    write_i,
  input  logic [SlotBits-1:0]     write_slot_i,
  input  logic [WordBits-1:0]     write_word_i,
  input  logic [WordBytes*8-1:0]  write_data_i,

  input  logic                    read_i,
  input  logic [SlotBits-1:0]     read_slot_i,
  input  logic [Post*RowBits-1:0] read_row_i,
  output logic [Post*64-1:0]      read_data_o
);

  localparam int WordEntries = WordBytes / 8;
  // memory words of a row
  localparam int Parts       = (Post > WordEntries) ? Post / WordEntries : 1;
  localparam int PartBits    = $clog2(Parts);
  // rows in a RAM's word
  localparam int RamRows     = (WordEntries > Post) ? WordEntries / Post : 1;
  localparam int RamRowBits  = $clog2(RamRows);
  localparam int RamWords    = (Rows + RamRows - 1) / RamRows;                 // of one header
  localparam int RamBits     = (RamWords > 1) ? $clog2(RamWords) : 1;

  logic [RamBits-1:0] write_row;

  if (PartBits >= WordBits) begin : gen_one_row
    assign write_row = '0;
  end else begin : gen_row
    assign write_row = RamBits'(write_word_i >> PartBits);
  end

  for (genvar p = 0; p < Post; p++) begin : gen_memory
    logic                  write;
    logic [RamRows*64-1:0] write_data, word;
    logic [RowBits-1:0]    row;
    logic [RamBits-1:0]    read_word;

    if (Parts > 1) begin : gen_part
      assign write = write_i & (write_word_i[PartBits-1:0] == PartBits'(p / WordEntries));
    end else begin : gen_all
      assign write = write_i;
    end

    for (genvar r = 0; r < RamRows; r++) begin : gen_entry
      assign write_data[r*64 +: 64] =
          write_data_i[((p % WordEntries) + r * Post)*64 +: 64];
    end

    assign row = read_row_i[p*RowBits +: RowBits];

    if (RamRowBits >= RowBits) begin : gen_one_word
      assign read_word = '0;
    end else begin : gen_word
      assign read_word = RamBits'(row >> RamRowBits);
    end

    sluice_tiny_ram #(
      .Depth   (HeaderSlots << RamBits),
      .Width   (RamRows * 64),
      .Granule (RamRows * 64)
    ) u_ram (
      .clk_i,
      .write_i         (write),
      .write_address_i ({write_slot_i, write_row}),
      .write_data_i    (write_data),
      .read_i,
      .read_address_i  ({read_slot_i, read_word}),
      .read_data_o     (word)
    );

    if (RamRows > 1) begin : gen_select
      logic [RamRowBits-1:0] row_q;
      always_ff @(posedge clk_i) if (read_i) row_q <= RamRowBits'(row);
      assign read_data_o[p*64 +: 64] = word[32'(row_q)*64 +: 64];
    end else begin : gen_whole
      assign read_data_o[p*64 +: 64] = word;
    end
  end

endmodule : sluice_tiny_parameter_buffer
