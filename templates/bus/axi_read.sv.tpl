<%! SPDX-License-Identifier: Apache-2.0 %>
// AXI4 read master: turns the core's read requests into bursts on the bus and beats into the core's
// words.
//
// A request becomes bursts of at most `BurstBeats` beats, cut at boundaries of 4 KiB; one burst a
// cycle can leave, `Reads` can be in flight. A word is `WordBytes / BusBytes` beats. Its error is
// the worst of its beats: 00 okay, 10 SLVERR, 11 DECERR. RREADY is always high: there is room for
// all that was asked for.
<%#bus_by_id%>
// Each burst in flight has an ID of its own; bursts may come back in any order, beats of different
// bursts mixed.
<%/bus_by_id%>
<%^bus_by_id%>
// All bursts have ID 0 and come back in order.
<%/bus_by_id%>
module <%name%>_axi_read #(
  parameter int WordBytes = <%memory_bytes%>,      // the core's words
  parameter int MemoryBits = <%memory_address_bits%>,     // the core's byte addresses
  parameter int Burst = <%memory_burst%>,          // longest request, in words
  parameter int BusBytes = <%bus_bytes%>,
  parameter int AddressBits = <%bus_address_bits%>,
  parameter int IdBits = <%bus_id_port_bits%>,
  parameter int BurstBeats = <%bus_burst_beats%>,
  parameter int Reads = <%bus_reads%>,          // bursts in flight, a power of two
  localparam int LengthBits = $clog2(Burst + 1)
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,

  // Core: requests
  input  logic                   read_valid_i,
  output logic                   read_ready_o,
  input  logic [MemoryBits-1:0]  read_address_i,
  input  logic [LengthBits-1:0]  read_length_i,

  // Core: data, always taken
  output logic                   read_data_valid_o,
  output logic [WordBytes*8-1:0] read_data_o,
  output logic [1:0]             read_error_o,

  // Bus
  output logic                   arvalid_o,
  input  logic                   arready_i,
  output logic [AddressBits-1:0] araddr_o,
  output logic [IdBits-1:0]      arid_o,
  output logic [7:0]             arlen_o,
  input  logic                   rvalid_i,
  output logic                   rready_o,
  input  logic [IdBits-1:0]      rid_i,
  input  logic [BusBytes*8-1:0]  rdata_i,
  input  logic [1:0]             rresp_i,
  input  logic                   rlast_i
);

  localparam int Beats = WordBytes / BusBytes;  // of a word
  localparam int WordBits = $clog2(WordBytes);
  localparam int ByteBits = $clog2(BusBytes);
  localparam int PageBeats = 4096 / BusBytes;

  // ---------------------------------------------------------------------------------------------
  // Requests: the beats that are left of the one at hand, and the next piece of them
  logic [12:0]           left_q, page_left, piece;
  logic [MemoryBits-1:0] address_q;
  logic                  take, issue, last_piece, room, unused_bytes;

  assign unused_bytes = ^read_address_i[WordBits-1:0];  // only whole words are read
  assign page_left = 13'(PageBeats) - 13'(address_q[11:ByteBits]);

  always_comb begin
    piece = 13'(BurstBeats);
    if (left_q < piece)    piece = left_q;
    if (page_left < piece) piece = page_left;
  end

  assign issue        = (left_q != '0) & room & (~arvalid_o | arready_i);
  assign last_piece   = piece == left_q;
  assign read_ready_o = (left_q == '0) | (issue & last_piece);
  assign take         = read_valid_i & read_ready_o;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      left_q    <= '0;
      arvalid_o <= 1'b0;
    end else begin
      if (take)       left_q <= 13'(read_length_i) * 13'(Beats);
      else if (issue) left_q <= left_q - piece;
      if (issue)          arvalid_o <= 1'b1;
      else if (arready_i) arvalid_o <= 1'b0;
    end
  end

  logic [12:0] piece_less_one;
  logic        unused_piece;

  assign piece_less_one = piece - 13'd1;
  assign unused_piece   = ^piece_less_one[12:8];

  always_ff @(posedge clk_i) begin
    if (take)       address_q <= {read_address_i[MemoryBits-1:WordBits], {WordBits{1'b0}}};
    else if (issue) address_q <= address_q + MemoryBits'({piece, {ByteBits{1'b0}}});
    if (issue) begin
      araddr_o <= AddressBits'(address_q);
      arlen_o  <= piece_less_one[7:0];
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Beats in order
  logic                  beat_valid;
  logic [BusBytes*8-1:0] beat_data;
  logic [1:0]            beat_resp, beat_error;

  assign rready_o = 1'b1;
<%#bus_by_id%>

  localparam int SlotBits = (Reads > 1) ? $clog2(Reads) : 1;
  localparam int PieceBits = $clog2(BurstBeats + 1);

  logic [SlotBits-1:0] slot;
  logic                unused_last;

  assign unused_last = rlast_i ^ (^rid_i);  // the length of each burst is known

  <%name%>_axi_reorder #(
    .Width      (BusBytes * 8 + 2),
    .BurstBeats (BurstBeats),
    .Reads      (Reads)
  ) u_reorder (
    .clk_i,
    .rst_ni,
    .start_i      (issue),
    .length_i     (piece[PieceBits-1:0]),
    .ready_o      (room),
    .slot_o       (slot),
    .beat_valid_i (rvalid_i),
    .beat_slot_i  (rid_i[SlotBits-1:0]),
    .beat_i       ({rresp_i, rdata_i}),
    .valid_o      (beat_valid),
    .data_o       ({beat_resp, beat_data})
  );

  always_ff @(posedge clk_i) begin
    if (issue) arid_o <= IdBits'(slot);
  end
<%/bus_by_id%>
<%^bus_by_id%>

  localparam int CountBits = $clog2(Reads + 1);

  logic [CountBits-1:0] flying_q;  // bursts in flight
  logic                 landed, unused_id;

  assign unused_id  = ^rid_i;
  assign arid_o     = '0;
  assign room       = flying_q != CountBits'(Reads);
  assign landed     = rvalid_i & rlast_i;
  assign beat_valid = rvalid_i;
  assign beat_data  = rdata_i;
  assign beat_resp  = rresp_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)              flying_q <= '0;
    else if (issue & ~landed) flying_q <= flying_q + 1'b1;
    else if (~issue & landed) flying_q <= flying_q - 1'b1;
  end
<%/bus_by_id%>

  // ---------------------------------------------------------------------------------------------
  // Words of beats
  localparam int IndexBits = (Beats > 1) ? $clog2(Beats) : 1;

  logic [IndexBits-1:0] beat_q;

  assign beat_error = beat_resp[1] ? beat_resp : 2'b00;  // EXOKAY, which was not asked for, is okay

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      beat_q            <= '0;
      read_data_valid_o <= 1'b0;
    end else begin
      read_data_valid_o <= beat_valid & (beat_q == IndexBits'(Beats - 1));
      if (beat_valid) beat_q <= (beat_q == IndexBits'(Beats - 1)) ? '0 : beat_q + 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (beat_valid) begin
      read_data_o[32'(beat_q)*BusBytes*8 +: BusBytes*8] <= beat_data;
      read_error_o <= ((beat_q == '0) ? 2'b00 : read_error_o) | beat_error;
    end
  end

endmodule : <%name%>_axi_read
