// GENERATED - do not edit. Change edge.yaml or templates/buffers/weight_buffer.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Weight buffer of one lane: a ring that the weight stream fills, one memory word at a time, and
// from which the sequencer reads one column of weights a cycle.
//
// Latency: the column address is taken in one cycle with `read_i`, `data_o` is valid three cycles
// later. Pointers count in units of the smaller of memory word and column ("granules") and run
// freely; their lower bits are the place in the ring.
module sluice_edge_weight_buffer #(
  parameter int Rows        = 32,   // bytes of a column that are used
  parameter int ColumnBytes = 32,   // bytes of a column, power of two
  parameter int WordBytes   = 32,   // memory word, power of two
  parameter int WeightDepth = 512,  // words of the larger kind, power of two
  parameter int GranuleBits = 9     // bits of a pointer into the ring
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,

  // Fill: one memory word
  input  logic                   fill_i,
  input  logic [WordBytes*8-1:0] fill_data_i,
  output logic [GranuleBits:0]   filled_o,  // granules written so far, modulo twice the ring

  // Read: granule address of a column
  input  logic                   read_i,
  input  logic [GranuleBits-1:0] column_i,
  output logic [Rows*8-1:0]      data_o
);

  localparam int RamBytes     = (ColumnBytes > WordBytes) ? ColumnBytes : WordBytes;
  localparam int GranuleBytes = (ColumnBytes > WordBytes) ? WordBytes : ColumnBytes;
  localparam int WordParts    = RamBytes / WordBytes;    // memory words in one word of the memory
  localparam int ColumnParts  = RamBytes / ColumnBytes;  // columns in one word of the memory
  localparam int PartBits     = $clog2(RamBytes / GranuleBytes);
  localparam int DepthBits    = $clog2(WeightDepth);

  logic [GranuleBits:0]     filled_q;
  logic [WordParts-1:0]     write;
  logic [RamBytes*8-1:0]    read_data;
  logic [DepthBits-1:0]     read_word_q;
  logic                     read_q;
  logic [ColumnBytes*8-1:0] column;

  assign filled_o = filled_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)     filled_q <= '0;
    else if (fill_i) filled_q <= filled_q + (GranuleBits+1)'(WordBytes / GranuleBytes);
  end

  if (WordParts > 1) begin : gen_wide_column
    for (genvar p = 0; p < WordParts; p++) begin : gen_write
      assign write[p] = fill_i & (filled_q[PartBits-1:0] == PartBits'(p));
    end
  end else begin : gen_wide_word
    assign write[0] = fill_i;
  end

  always_ff @(posedge clk_i) begin
    read_q      <= read_i;
    read_word_q <= column_i[GranuleBits-1 -: DepthBits];
  end

  sluice_edge_ram #(
    .Depth   (WeightDepth),
    .Width   (RamBytes * 8),
    .Granule (WordBytes * 8)
  ) u_ram (
    .clk_i,
    .write_i         (write),
    .write_address_i (filled_q[GranuleBits-1 -: DepthBits]),
    .write_data_i    ({WordParts{fill_data_i}}),
    .read_i          (read_q),
    .read_address_i  (read_word_q),
    .read_data_o     (read_data)
  );

  if (ColumnParts > 1) begin : gen_select
    logic [PartBits-1:0] part_q, part_qq;
    always_ff @(posedge clk_i) begin
      part_q  <= column_i[PartBits-1:0];
      part_qq <= part_q;
    end
    assign column = read_data[32'(part_qq)*ColumnBytes*8 +: ColumnBytes*8];
  end else begin : gen_whole
    assign column = read_data;
    if (PartBits > 0) begin : gen_unused
      logic unused_part;
      assign unused_part = ^column_i[PartBits-1:0];
    end
  end

  always_ff @(posedge clk_i) data_o <= column[Rows*8-1:0];

  if (ColumnBytes > Rows) begin : gen_filling
    logic unused_filling;
    assign unused_filling = ^column[ColumnBytes*8-1:Rows*8];
  end

endmodule : sluice_edge_weight_buffer
