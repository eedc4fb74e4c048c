// GENERATED - do not edit. Change edge.yaml or templates/control/weight_fetch.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Weight fetch: requests the weight streams of all lanes. Looks at one lane each cycle, in turn,
// and requests a burst for it if the lane has room: for a header, one of its header slots; for
// weights, as many words in its weight buffer as the burst has. A burst never holds both.
module sluice_edge_weight_fetch #(
  parameter  int Lanes        = 1,
  parameter  int WordBytes    = 32,
  parameter  int MemoryBits   = 32,  // of a byte address in memory
  parameter  int Burst        = 16,
  parameter  int HeaderWords  = 11,
  parameter  int HeaderSlots  = 2,
  parameter  int GranuleBits  = 9,
  parameter  int WordGranules = 1,   // weight buffer granules of a memory word
  localparam int LaneBits     = (Lanes > 1) ? $clog2(Lanes) : 1,
  localparam int LengthBits   = $clog2(Burst + 1)
) (
  input  logic                             clk_i,
  input  logic                             rst_ni,

  // FETCH command, taken when start_i and ready_o are high
  input  logic                             start_i,
  output logic                             ready_o,
  input  logic [MemoryBits-1:0]            address_i,      // stream of lane 0
  input  logic [MemoryBits-1:0]            pitch_i,        // to the next lane's
  input  logic [31:0]                      words_i,        // weights of a record, memory words
  input  logic [15:0]                      repeats_i,
  input  logic [15:0]                      records_i,      // of each lane
  input  logic [15:0]                      extra_lanes_i,  // lanes that have one more

  // Room in the lanes
  input  logic [Lanes*(GranuleBits+1)-1:0] released_i,
  input  logic [Lanes-1:0]                 header_retired_i,

  // Read requests
  output logic                             request_valid_o,
  input  logic                             request_ready_i,
  output logic [MemoryBits-1:0]            request_address_o,
  output logic [LengthBits-1:0]            request_length_o,
  output logic [LaneBits-1:0]              request_lane_o,
  output logic                             request_header_o
);

  localparam int WordShift = $clog2(WordGranules);
  localparam int CountBits = GranuleBits + 1 - WordShift;  // words modulo twice the buffer
  localparam int Capacity  = 1 << (CountBits - 1);

  // Streams of the lanes
  logic [Lanes-1:0]            active, header, slot_free;
  logic [Lanes*MemoryBits-1:0] address;
  logic [Lanes*32-1:0]         left;
  logic [Lanes*CountBits-1:0]  asked;

  logic [31:0] record_words_q;
  logic [15:0] record_repeats_q;

  // ---------------------------------------------------------------------------------------------
  // Start: one lane a cycle
  logic                  starting_q;
  logic [LaneBits-1:0]   start_lane_q;
  logic [MemoryBits-1:0] start_address_q, pitch_q;
  logic [15:0]           start_records_q, extra_lanes_q;
  logic                  start;

  assign ready_o = ~starting_q & (active == '0);
  assign start   = start_i & ready_o;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      starting_q   <= 1'b0;
      start_lane_q <= '0;
    end else if (start) begin
      starting_q   <= 1'b1;
      start_lane_q <= '0;
    end else if (starting_q) begin
      start_lane_q <= start_lane_q + 1'b1;
      if (start_lane_q == LaneBits'(Lanes - 1)) starting_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (start) begin
      start_address_q  <= address_i;
      pitch_q          <= pitch_i;
      record_words_q   <= words_i;
      record_repeats_q <= repeats_i;
      start_records_q  <= records_i;
      extra_lanes_q    <= extra_lanes_i;
    end else if (starting_q) begin
      start_address_q <= start_address_q + pitch_q;
      extra_lanes_q   <= (extra_lanes_q == '0) ? '0 : extra_lanes_q - 16'd1;
    end
  end

  // ---------------------------------------------------------------------------------------------
  // The lane being looked at
  logic [LaneBits-1:0]   lane_q;
  logic [MemoryBits-1:0] next_address;
  logic [CountBits-1:0]  lane_asked, released, room;
  logic [31:0]           lane_left;
  logic                  room_ok, last_burst, take;

  assign lane_left  = left[32'(lane_q)*32 +: 32];
  assign lane_asked = asked[32'(lane_q)*CountBits +: CountBits];
  assign last_burst = lane_left <= 32'(Burst);
  assign released   = released_i[32'(lane_q)*(GranuleBits+1) + WordShift +: CountBits];
  assign room       = CountBits'(Capacity) - (lane_asked - released);
  assign room_ok    = request_header_o ? slot_free[lane_q] : 32'(room) >= 32'(request_length_o);

  assign request_valid_o   = active[lane_q] & room_ok & ~starting_q;
  assign request_length_o  = last_burst ? lane_left[LengthBits-1:0] : LengthBits'(Burst);
  assign request_address_o = address[32'(lane_q)*MemoryBits +: MemoryBits];
  assign request_lane_o    = lane_q;
  assign request_header_o  = header[lane_q];

  assign take         = request_valid_o & request_ready_i;
  assign next_address = request_address_o + (MemoryBits'(request_length_o) << $clog2(WordBytes));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) lane_q <= '0;
    else if (~request_valid_o | request_ready_i) begin
      lane_q <= (lane_q == LaneBits'(Lanes - 1)) ? '0 : lane_q + 1'b1;
    end
  end

  for (genvar l = 0; l < Lanes; l++) begin : gen_lane
    sluice_edge_weight_stream #(
      .MemoryBits  (MemoryBits),
      .LengthBits  (LengthBits),
      .CountBits   (CountBits),
      .HeaderWords (HeaderWords),
      .HeaderSlots (HeaderSlots)
    ) u_stream (
      .clk_i,
      .rst_ni,
      .start_i          (starting_q & (start_lane_q == LaneBits'(l))),
      .start_address_i  (start_address_q),
      .start_records_i  (start_records_q + 16'(extra_lanes_q != '0)),
      .record_words_i   (record_words_q),
      .record_repeats_i (record_repeats_q),
      .take_i           (take & (lane_q == LaneBits'(l))),
      .length_i         (request_length_o),
      .last_burst_i     (last_burst),
      .next_address_i   (next_address),
      .header_retired_i (header_retired_i[l]),
      .active_o         (active[l]),
      .address_o        (address[l*MemoryBits +: MemoryBits]),
      .header_o         (header[l]),
      .left_o           (left[l*32 +: 32]),
      .slot_free_o      (slot_free[l]),
      .asked_o          (asked[l*CountBits +: CountBits])
    );
  end

endmodule : sluice_edge_weight_fetch
