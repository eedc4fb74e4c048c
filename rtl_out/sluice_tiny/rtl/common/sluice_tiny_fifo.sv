// GENERATED - do not edit. Change tiny.yaml or templates/common/fifo.sv.tpl, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 d6053104
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// First-in first-out queue in flip-flops. `valid_o` and `data_o` show the oldest entry; a push and
// a pop may happen in the same cycle. No combinational path from `pop_i` to `ready_o`.
module sluice_tiny_fifo #(
  parameter  int Depth     = 2,  // entries, a power of two
  parameter  int Width     = 8,  // bits
  localparam int IndexBits = (Depth > 1) ? $clog2(Depth) : 1,
  localparam int CountBits = $clog2(Depth + 1)
) (
  input  logic             clk_i,
  input  logic             rst_ni,

  // Push: taken when push_i and ready_o are both high
  input  logic             push_i,
  input  logic [Width-1:0] data_i,
  output logic             ready_o,

  // Pop: the entry leaves when pop_i is high; pop_i only when valid_o
  input  logic             pop_i,
  output logic             valid_o,
  output logic [Width-1:0] data_o
);

  logic [Width-1:0]     entries [0:Depth-1];
  logic [IndexBits-1:0] head_q, tail_q;
  logic [CountBits-1:0] count_q;
  logic                 push;

  assign push    = push_i & ready_o;
  assign ready_o = count_q != CountBits'(Depth);
  assign valid_o = count_q != '0;
  assign data_o  = entries[head_q];

  always_ff @(posedge clk_i) begin
    if (push) entries[tail_q] <= data_i;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      head_q  <= '0;
      tail_q  <= '0;
      count_q <= '0;
    end else begin
      if (push)  tail_q <= (tail_q == IndexBits'(Depth - 1)) ? '0 : tail_q + 1'b1;
      if (pop_i) head_q <= (head_q == IndexBits'(Depth - 1)) ? '0 : head_q + 1'b1;
      if (push & ~pop_i) count_q <= count_q + 1'b1;
      if (~push & pop_i) count_q <= count_q - 1'b1;
    end
  end

endmodule : sluice_tiny_fifo
