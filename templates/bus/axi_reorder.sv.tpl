<%! SPDX-License-Identifier: Apache-2.0 %>
// Reorder buffer of the AXI read master: room for every burst in flight, and the burst's number is
// its ID. Beats may arrive in any order between bursts; they leave in the order in which the bursts
// were opened.
//
// A burst's room is reserved when it is opened, so a beat that arrives always has its place. A beat
// leaves two cycles after it arrived, at the earliest, and is always taken.
module <%name%>_axi_reorder #(
  parameter int Width = <%bus_data_bits%>,        // bits of a beat
  parameter int BurstBeats = <%bus_burst_beats%>,  // beats of the longest burst
  parameter int Reads = <%bus_reads%>,       // bursts in flight, a power of two
  localparam int SlotBits = (Reads > 1) ? $clog2(Reads) : 1,
  localparam int BeatBits = (BurstBeats > 1) ? $clog2(BurstBeats) : 1,
  localparam int LengthBits = $clog2(BurstBeats + 1)
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,

  // Open a burst: taken when start_i and ready_o are both high
  input  logic                  start_i,
  input  logic [LengthBits-1:0] length_i,  // beats
  output logic                  ready_o,
  output logic [SlotBits-1:0]   slot_o,    // number of the burst

  // Beats that arrive, those of one burst in their order
  input  logic                  beat_valid_i,
  input  logic [SlotBits-1:0]   beat_slot_i,
  input  logic [Width-1:0]      beat_i,

  // Beats in order
  output logic                  valid_o,
  output logic [Width-1:0]      data_o
);

  localparam int CountBits = $clog2(Reads + 1);

  logic [LengthBits-1:0] lengths [0:Reads-1];   // of each open burst
  logic [LengthBits-1:0] arrived [0:Reads-1];   // beats of it that are here
  logic [SlotBits-1:0]   head_q, tail_q;        // burst that leaves, burst to open
  logic [CountBits-1:0]  count_q;               // open bursts
  logic [LengthBits-1:0] beat_q;                // next beat of the head to leave
  logic                  open, leave, last, valid_q;

  assign ready_o = count_q != CountBits'(Reads);
  assign slot_o  = tail_q;
  assign open    = start_i & ready_o;
  assign leave   = (count_q != '0) & (arrived[head_q] != beat_q);
  assign last    = leave & (beat_q + 1'b1 == lengths[head_q]);
  assign valid_o = valid_q;

  always_ff @(posedge clk_i) begin
    if (beat_valid_i) arrived[beat_slot_i] <= arrived[beat_slot_i] + 1'b1;
    if (open) begin
      arrived[tail_q] <= '0;
      lengths[tail_q] <= length_i;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      head_q  <= '0;
      tail_q  <= '0;
      count_q <= '0;
      beat_q  <= '0;
      valid_q <= 1'b0;
    end else begin
      valid_q <= leave;
      if (leave) beat_q <= last ? '0 : beat_q + 1'b1;
      if (open)  tail_q <= (tail_q == SlotBits'(Reads - 1)) ? '0 : tail_q + 1'b1;
      if (last)  head_q <= (head_q == SlotBits'(Reads - 1)) ? '0 : head_q + 1'b1;
      if (open & ~last) count_q <= count_q + 1'b1;
      if (~open & last) count_q <= count_q - 1'b1;
    end
  end

  <%name%>_ram #(
    .Depth   (1 << (SlotBits + BeatBits)),
    .Width   (Width),
    .Granule (Width)
  ) u_beats (
    .clk_i,
    .write_i         (beat_valid_i),
    .write_address_i ({beat_slot_i, arrived[beat_slot_i][BeatBits-1:0]}),
    .write_data_i    (beat_i),
    .read_i          (leave),
    .read_address_i  ({head_q, beat_q[BeatBits-1:0]}),
    .read_data_o     (data_o)
  );

endmodule : <%name%>_axi_reorder
