<%! SPDX-License-Identifier: Apache-2.0 %>
// Walsh-Hadamard transforms of sums, for one lane: of each 2^size_i columns, beginning with a
// multiple of them,
//   sum_o[i] = sum over j of (-1)^popcount(i & j) * sum_i[j]
// Post columns a cycle; with size_i 0 they are handed on. The compiler sees to it that the results
// fit AccBits, so it does not matter what overflows on the way.
//
// The columns of other chunks are joined first, all at once, as a position's sums are there while
// its chunks go by; then those of the chunk itself, in butterflies: at level l columns whose
// numbers differ in bit l.
//
// Latency: one advance, behind the joined chunks.
module <%name%>_hadamard #(
  parameter int LaneColumns = <%lane_columns%>,
  parameter int Post = <%post%>,         // columns of a chunk
  parameter int AccBits = <%accumulator_bits%>,
  parameter int Longest = <%hadamard%>,      // of the transforms; divides LaneColumns
  localparam int ChunkBits = (LaneColumns > Post) ? $clog2(LaneColumns / Post) : 1
) (
  input  logic                           clk_i,
  input  logic                           advance_i,
  input  logic [2:0]                     size_i,   // log2 of a transform's columns
  input  logic [LaneColumns*AccBits-1:0] sum_i,    // of a position
  input  logic [ChunkBits-1:0]           chunk_i,  // the one in turn
  output logic [Post*AccBits-1:0]        sum_o
);

  localparam int Bits = $clog2(Longest);
  localparam int PostBits = $clog2(Post);
  localparam int Inner = (Bits < PostBits) ? Bits : PostBits;  // levels within a chunk
  localparam int Outer = Bits - Inner;                         // levels of chunks
  localparam int Joined = 1 << Outer;                          // chunks that are joined
  localparam int ChunkSums = Post * AccBits;

  // Bits of a column's number that a transform goes over
  logic [Bits-1:0] over;

  for (genvar l = 0; l < Bits; l++) begin : gen_over
    assign over[l] = size_i > 3'(l);
  end

  // ---------------------------------------------------------------------------------------------
  // Chunks of one transform, to those columns of each that have the same place in it
  logic [ChunkSums-1:0] joined, joined_q;

  if (Outer > 0) begin : gen_join
    logic [ChunkBits-1:0]        first;   // chunk of the longest transform
    logic [Joined*ChunkSums-1:0] chunks;

    assign first = (chunk_i >> Outer) << Outer;

    for (genvar j = 0; j < Joined; j++) begin : gen_chunk
      assign chunks[j*ChunkSums +: ChunkSums] =
          sum_i[(32'(first) + j)*ChunkSums +: ChunkSums];
    end

    // Level by level, of two chunks whose numbers differ in a bit the sum, for chunks in turn that
    // have a one there the difference, or beyond the transform the one of the chunk in turn
    function automatic logic [ChunkSums-1:0] joined_of(
      input logic [Joined*ChunkSums-1:0] values,
      input logic [Outer-1:0]            place,   // of the chunk in turn
      input logic [Outer-1:0]            is_over
    );
      logic [Joined*ChunkSums-1:0] left;
      logic [ChunkSums-1:0]        low, high;
      logic                        negative;
      left = values;
      for (int l = 0; l < Outer; l++) begin
        negative = is_over[l] & place[l];
        for (int j = 0; j < (Joined >> (l + 1)); j++) begin
          low  = left[2*j*ChunkSums +: ChunkSums] & {ChunkSums{is_over[l] | ~place[l]}};
          high = left[(2*j + 1)*ChunkSums +: ChunkSums] & {ChunkSums{is_over[l] | place[l]}};
          high = high ^ {ChunkSums{negative}};
          for (int p = 0; p < Post; p++) begin
            left[j*ChunkSums + p*AccBits +: AccBits] =
                low[p*AccBits +: AccBits] + high[p*AccBits +: AccBits] + AccBits'(negative);
          end
        end
      end
      joined_of = left[ChunkSums-1:0];
    endfunction

    assign joined = joined_of(chunks, chunk_i[Outer-1:0], over[Bits-1:Inner]);
  end else if (LaneColumns > Post) begin : gen_chunk
    assign joined = sum_i[32'(chunk_i)*ChunkSums +: ChunkSums];
  end else begin : gen_whole
    logic unused_chunk;
    assign joined       = sum_i;
    assign unused_chunk = chunk_i;
  end

  always_ff @(posedge clk_i) if (advance_i) joined_q <= joined;

  // ---------------------------------------------------------------------------------------------
  // Butterflies
  function automatic logic [ChunkSums-1:0] butterflies(
    input logic [ChunkSums-1:0] values,
    input logic [Bits-1:0]      is_over
  );
    logic [ChunkSums-1:0] below;
    logic [AccBits-1:0]   own, other;
    butterflies = values;
    for (int l = 0; l < Inner; l++) begin
      below = butterflies;
      for (int p = 0; p < Post; p++) begin
        own   = below[p*AccBits +: AccBits];
        other = below[(p ^ (1 << l))*AccBits +: AccBits] & {AccBits{is_over[l]}};
        if (((p >> l) & 1) == 0) begin
          butterflies[p*AccBits +: AccBits] = own + other;
        end else begin
          butterflies[p*AccBits +: AccBits] =
              other + (own ^ {AccBits{is_over[l]}}) + AccBits'(is_over[l]);
        end
      end
    end
  endfunction

  assign sum_o = butterflies(joined_q, over);

endmodule : <%name%>_hadamard
