<%! SPDX-License-Identifier: Apache-2.0 %>
// Weight buffer of one lane: a ring that the weight stream fills, one memory word at a time, and
// from which the sequencer reads one column of weights a cycle.
//
// Latency: the column address is taken in one cycle with `read_i`, `data_o` is valid three cycles
// later. Pointers count in units of the smaller of memory word and column ("granules") and run
// freely; their lower bits are the place in the ring.
<%#circulant%>
//
// Of weights in circulant blocks one column is there for several. The others follow from it: in the
// cycle of `rotate_i`, as late as that of `read_i`, each group of bytes of the last column moves on
// by one weight.
<%/circulant%>
module <%name%>_weight_buffer #(
  parameter int Rows = <%rows%>,                   // bytes of a column that are used
  parameter int ColumnBytes = <%column_bytes%>,    // bytes of a column, power of two
  parameter int WordBytes = <%memory_bytes%>,      // memory word, power of two
  parameter int WeightDepth = <%weight_depth%>,    // words of the larger kind, power of two
<%^circulant%>
  parameter int GranuleBits = <%weight_granule_bits%>  // bits of a pointer into the ring
<%/circulant%>
<%#circulant%>
  parameter int GranuleBits = <%weight_granule_bits%>, // bits of a pointer into the ring
  parameter int GroupBytes = <%circulant_bytes%>,  // bytes that turn at most
  localparam int Levels = $clog2(GroupBytes)
<%/circulant%>
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,

  // Fill: one memory word
  input  logic                   fill_i,
  input  logic [WordBytes*8-1:0] fill_data_i,
  output logic [GranuleBits:0]     filled_o,   // granules written so far, modulo twice the ring

  // Read: granule address of a column
  input  logic                     read_i,
  input  logic [GranuleBits-1:0]   column_i,
<%#circulant%>
  input  logic                     rotate_i,
  input  logic [2:0]               circulant_i, // log2 of the weights that turn
<%#narrow%>
  input  logic [1:0]               mode_i,      // their width
<%/narrow%>
<%/circulant%>
  output logic [Rows*8-1:0]      data_o
);

  localparam int RamBytes = (ColumnBytes > WordBytes) ? ColumnBytes : WordBytes;
  localparam int GranuleBytes = (ColumnBytes > WordBytes) ? WordBytes : ColumnBytes;
  localparam int WordParts = RamBytes / WordBytes;     // memory words in one word of the memory
  localparam int ColumnParts = RamBytes / ColumnBytes; // columns in one word of the memory
  localparam int PartBits = $clog2(RamBytes / GranuleBytes);
  localparam int DepthBits = $clog2(WeightDepth);

  logic [GranuleBits:0]      filled_q;
  logic [WordParts-1:0]    write;
  logic [RamBytes*8-1:0]   read_data;
  logic [DepthBits-1:0]    read_word_q;
  logic                    read_q;
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

  <%name%>_ram #(
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

<%^circulant%>
  always_ff @(posedge clk_i) data_o <= column[Rows*8-1:0];
<%/circulant%>
<%#circulant%>
  // ---------------------------------------------------------------------------------------------
  // Groups of bytes that turn: each byte takes that of the place before, a group's first the
  // group's last. Level l has groups of 2^l bytes
  logic [Rows*8-1:0] turned;
  logic [Levels:0]   level;
  logic              rotate_q, rotate_qq;

  for (genvar l = 0; l <= Levels; l++) begin : gen_level
<%#narrow%>
    assign level[l] = circulant_i == 3'(l) + 3'(mode_i);
<%/narrow%>
<%^narrow%>
    assign level[l] = l > 0 && circulant_i == 3'(l);
<%/narrow%>
  end

  for (genvar i = 0; i < Rows; i++) begin : gen_byte
    logic [Levels:0] first;  // of a group of level l
    logic [7:0]      other;
    for (genvar l = 0; l <= Levels; l++) begin : gen_first
      assign first[l] = (i % (1 << l) == 0) & level[l];
    end
    for (genvar b = 0; b < 8; b++) begin : gen_bit
      logic [Levels+1:0] source;
      for (genvar l = 0; l <= Levels; l++) begin : gen_last
        if (i % (1 << l) == 0) begin : gen_group
          assign source[l] = first[l] & data_o[(i + (1 << l) - 1)*8 + b];
        end else begin : gen_within
          assign source[l] = 1'b0;
        end
      end
      if (i % GroupBytes == 0) begin : gen_always_first
        assign source[Levels+1] = 1'b0;
      end else begin : gen_other
        assign source[Levels+1] = (first == '0) & data_o[(i - 1)*8 + b];
      end
      assign other[b] = source != '0;
    end
<%#narrow%>
    // Narrow weights move by one field: within a byte to the right, for fields lie in reverse order
    assign turned[i*8 +: 8] =
<%#precision4%>
        (mode_i == 2'd1) ? {other[3:0], data_o[i*8+4 +: 4]} :
<%/precision4%>
<%#precision2%>
        (mode_i == 2'd2) ? {other[1:0], data_o[i*8+2 +: 6]} :
<%/precision2%>
        other;
<%/narrow%>
<%^narrow%>
    assign turned[i*8 +: 8] = other;
<%/narrow%>
  end

  always_ff @(posedge clk_i) begin
    rotate_q  <= rotate_i;
    rotate_qq <= rotate_q;
    data_o    <= rotate_qq ? turned : column[Rows*8-1:0];
  end
<%/circulant%>

  if (ColumnBytes > Rows) begin : gen_filling
    logic unused_filling;
    assign unused_filling = ^column[ColumnBytes*8-1:Rows*8];
  end

endmodule : <%name%>_weight_buffer
