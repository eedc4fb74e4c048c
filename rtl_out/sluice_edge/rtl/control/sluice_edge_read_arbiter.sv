// GENERATED - do not edit. Change edge.yaml or templates/control/read_arbiter.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Read arbiter: merges the read requests of the command unit, the load engine, the weight fetch and
// the addend fetch into the one read port, and hands the data, which comes in order, back to whom
// it belongs.
//
// Commands go first; loads, weights and addends take turns: behind a grant, the next two go before
// the one that was served. A request passes through one register, data through another. A request
// that leaves the region stays in the register and is not shown.
module sluice_edge_read_arbiter #(
  parameter  int Lanes          = 1,
  parameter  int WordBytes      = 32,
  parameter  int MemoryBits     = 32,  // of a byte address
  parameter  int Burst          = 16,
  parameter  int Outstanding    = 8,
  localparam int LaneBits       = (Lanes > 1) ? $clog2(Lanes) : 1,
  localparam int LengthBits     = $clog2(Burst + 1),
  localparam int MemoryWordBits = MemoryBits - $clog2(WordBytes)
) (
  input  logic                      clk_i,
  input  logic                      rst_ni,

  // Limits
  input  logic                      stop_i,        // no new requests
  input  logic [MemoryWordBits-1:0] region_base_i,
  input  logic [MemoryWordBits-1:0] region_end_i,  // 0: no limit
  output logic                      outside_o,     // the request in the register is not allowed
  output logic                      busy_o,        // a request is shown or in flight

  // Requests
  input  logic                      command_valid_i,
  output logic                      command_ready_o,
  input  logic [MemoryBits-1:0]     command_address_i,
  input  logic [LengthBits-1:0]     command_length_i,

  input  logic                      load_valid_i,
  output logic                      load_ready_o,
  input  logic [MemoryBits-1:0]     load_address_i,
  input  logic [LengthBits-1:0]     load_length_i,

  input  logic                      weight_valid_i,
  output logic                      weight_ready_o,
  input  logic [MemoryBits-1:0]     weight_address_i,
  input  logic [LengthBits-1:0]     weight_length_i,
  input  logic [LaneBits-1:0]       weight_lane_i,
  input  logic                      weight_header_i,

  input  logic                      addend_valid_i,
  output logic                      addend_ready_o,
  input  logic [MemoryBits-1:0]     addend_address_i,
  input  logic [LengthBits-1:0]     addend_length_i,
  input  logic [LaneBits-1:0]       addend_lane_i,

  // Memory port
  output logic                      read_valid_o,
  input  logic                      read_ready_i,
  output logic [MemoryBits-1:0]     read_address_o,
  output logic [LengthBits-1:0]     read_length_o,
  input  logic                      data_valid_i,
  input  logic [WordBytes*8-1:0]    data_i,

  // Data
  output logic                      command_data_valid_o,
  output logic                      load_data_valid_o,
  output logic [Lanes-1:0]          weight_data_valid_o,
  output logic                      weight_data_header_o,
  output logic [Lanes-1:0]          addend_data_valid_o,
  output logic [WordBytes*8-1:0]    data_o,
  output logic [LengthBits-1:0]     beat_o,  // number of the memory port's word in its burst
  output logic                      last_beat_o
);

  localparam int         OwnerBits = 2 + LaneBits + 1 + LengthBits;
  localparam int         CountBits = $clog2(Outstanding + 1);
  localparam logic [1:0] ToCommand = 2'd0, ToLoad = 2'd1, ToWeights = 2'd2, ToAddends = 2'd3;

  // ---------------------------------------------------------------------------------------------
  // Requests
  logic                  open, owners_ready;
  logic                  grant_command, grant_load, grant_weight, grant_addend, granted;
  logic [1:0]            turn_q;  // who goes first
  logic [LaneBits-1:0]   lane;
  logic                  valid_q, outside;
  logic [MemoryBits-1:0] address;
  logic [LengthBits-1:0] length;
  logic [1:0]            owner;

  assign open = (~valid_q | (read_ready_i & ~outside)) & owners_ready & ~stop_i;

  assign grant_command = open & command_valid_i;
  assign grant_load    = open & ~command_valid_i & load_valid_i &
                         ~(weight_valid_i & (turn_q == ToWeights)) &
                         ~(addend_valid_i & (turn_q != ToLoad));
  assign grant_weight  = open & ~command_valid_i & weight_valid_i &
                         ~(addend_valid_i & (turn_q == ToAddends)) &
                         ~(load_valid_i & (turn_q != ToWeights));
  assign grant_addend  = open & ~command_valid_i & addend_valid_i &
                         ~(load_valid_i & (turn_q == ToLoad)) &
                         ~(weight_valid_i & (turn_q != ToAddends));
  assign granted       = grant_command | grant_load | grant_weight | grant_addend;

  assign command_ready_o = grant_command;
  assign load_ready_o    = grant_load;
  assign weight_ready_o  = grant_weight;
  assign addend_ready_o  = grant_addend;

  always_comb begin
    address = weight_address_i;
    length  = weight_length_i;
    owner   = ToWeights;
    if (grant_command) begin
      address = command_address_i;
      length  = command_length_i;
      owner   = ToCommand;
    end else if (grant_load) begin
      address = load_address_i;
      length  = load_length_i;
      owner   = ToLoad;
    end else if (grant_addend) begin
      address = addend_address_i;
      length  = addend_length_i;
      owner   = ToAddends;
    end
  end

  assign lane = grant_addend ? addend_lane_i : weight_lane_i;

  // Region: from the first to behind the last word. Compared behind the register, where there
  // is time.
  logic [MemoryWordBits-1:0] first_word;
  logic [MemoryWordBits+1:0] room;  // words between the request's end and the region's, signed

  assign first_word   = read_address_o[MemoryBits-1:MemoryBits-MemoryWordBits];
  assign room         = {2'b00, region_end_i} - {2'b00, first_word} -
                        (MemoryWordBits+2)'(read_length_o);
  assign outside      = (first_word < region_base_i) |
                        ((region_end_i != '0) & room[MemoryWordBits+1]);
  assign read_valid_o = valid_q & ~outside;
  assign outside_o    = valid_q & outside;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= 1'b0;
      turn_q  <= ToLoad;
    end else begin
      if (granted)                      valid_q <= 1'b1;
      else if (read_ready_i & ~outside) valid_q <= 1'b0;
      if (grant_load)        turn_q <= ToWeights;
      else if (grant_weight) turn_q <= ToAddends;
      else if (grant_addend) turn_q <= ToLoad;
    end
  end

  always_ff @(posedge clk_i) begin
    if (granted) begin
      read_address_o <= address;
      read_length_o  <= length;
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Data: the oldest burst's owner
  logic                  owner_valid, last_beat, answered;
  logic [1:0]            data_owner;
  logic [LaneBits-1:0]   data_lane;
  logic                  data_header;
  logic [LengthBits-1:0] data_length, beat_q;
  logic [CountBits-1:0]  in_flight_q;  // granted and not answered; one not shown never will be

  sluice_edge_fifo #(
    .Depth (Outstanding),
    .Width (OwnerBits)
  ) u_owners (
    .clk_i,
    .rst_ni,
    .push_i  (granted),
    .data_i  ({owner, lane, weight_header_i, length}),
    .ready_o (owners_ready),
    .pop_i   (answered),
    .valid_o (owner_valid),
    .data_o  ({data_owner, data_lane, data_header, data_length})
  );

  assign last_beat   = beat_q + 1'b1 == data_length;
  assign answered    = data_valid_i & last_beat;
  assign beat_o      = beat_q;
  assign last_beat_o = last_beat;
  assign busy_o      = in_flight_q != CountBits'(outside_o);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      in_flight_q          <= '0;
      beat_q               <= '0;
      command_data_valid_o <= 1'b0;
      load_data_valid_o    <= 1'b0;
      weight_data_valid_o  <= '0;
      addend_data_valid_o  <= '0;
    end else begin
      in_flight_q <= in_flight_q + CountBits'(granted) - CountBits'(answered);
      if (data_valid_i) beat_q <= last_beat ? '0 : beat_q + 1'b1;
      command_data_valid_o <= data_valid_i & owner_valid & (data_owner == ToCommand);
      load_data_valid_o    <= data_valid_i & owner_valid & (data_owner == ToLoad);
      for (int l = 0; l < Lanes; l++) begin
        weight_data_valid_o[l] <= data_valid_i & owner_valid & (data_owner == ToWeights) &
                                  (data_lane == LaneBits'(l));
        addend_data_valid_o[l] <= data_valid_i & owner_valid & (data_owner == ToAddends) &
                                  (data_lane == LaneBits'(l));
      end
    end
  end

  always_ff @(posedge clk_i) begin
    data_o               <= data_i;
    weight_data_header_o <= data_header;
  end

endmodule : sluice_edge_read_arbiter
