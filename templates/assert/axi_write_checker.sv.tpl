<%! SPDX-License-Identifier: Apache-2.0 %>
// Rules of an AXI4 master's write channels. What the master must do is asserted; what the slave
// must do is assumed, which a simulator checks, too, and a prover takes for granted. All bursts
// have `Beats` beats and ID 0.
module <%name%>_axi_write_checker #(
  parameter int AddressBits = <%bus_address_bits%>,
  parameter int DataBits = <%bus_data_bits%>,
  parameter int IdBits = <%bus_id_port_bits%>,
  parameter int Beats = <%bus_word_beats%>,   // of a burst
  parameter int Writes = <%bus_writes%>,  // bursts in flight
  localparam int CountBits = $clog2(Writes + 1)
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic                   awvalid_i,
  input  logic                   awready_i,
  input  logic [AddressBits-1:0] awaddr_i,
  input  logic [IdBits-1:0]      awid_i,
  input  logic [7:0]             awlen_i,
  input  logic [2:0]             awsize_i,
  input  logic [1:0]             awburst_i,
  input  logic                   wvalid_i,
  input  logic                   wready_i,
  input  logic [DataBits-1:0]    wdata_i,
  input  logic [DataBits/8-1:0]  wstrb_i,
  input  logic                   wlast_i,
  input  logic                   bvalid_i,
  input  logic                   bready_i,
  input  logic [IdBits-1:0]      bid_i,
  input  logic [1:0]             bresp_i,
  output logic [CountBits-1:0]   addresses_o,  // bursts whose address was accepted, not answered
  output logic [CountBits-1:0]   data_o,       // bursts whose data was accepted, not answered
  output logic [7:0]             beats_o       // accepted of a burst that is not complete
);

  localparam int ByteBits = $clog2(DataBits / 8);
  localparam int RequestBits = AddressBits + IdBits + 8 + 3 + 2;
  localparam int BeatBits = DataBits + DataBits / 8 + 1;
  localparam int AnswerBits = IdBits + 2;

  logic                   fresh_q, request_held_q, beat_held_q, answer_held_q;
  logic [RequestBits-1:0] request, request_q;
  logic [BeatBits-1:0]    beat, beat_q;
  logic [AnswerBits-1:0]  answer, answer_q;
  logic                   accepted, sent, answered;
  logic [CountBits-1:0]   addresses_q, data_q;
  logic [7:0]             beats_q;       // of the burst being sent, before this one
  logic [12:0]            end_of_burst;  // in its page of 4 KiB

  assign request     = {awaddr_i, awid_i, awlen_i, awsize_i, awburst_i};
  assign beat        = {wdata_i, wstrb_i, wlast_i};
  assign answer      = {bid_i, bresp_i};
  assign accepted    = awvalid_i & awready_i;
  assign sent        = wvalid_i & wready_i & wlast_i;
  assign answered    = bvalid_i & bready_i;
  assign addresses_o = addresses_q;
  assign data_o      = data_q;
  assign beats_o     = beats_q;

  assign end_of_burst = 13'(awaddr_i[11:0]) + ((13'(awlen_i) + 13'd1) << ByteBits);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      fresh_q        <= 1'b1;
      request_held_q <= 1'b0;
      beat_held_q    <= 1'b0;
      answer_held_q  <= 1'b0;
      addresses_q    <= '0;
      data_q         <= '0;
      beats_q        <= '0;
    end else begin
      fresh_q        <= 1'b0;
      request_held_q <= awvalid_i & ~awready_i;
      beat_held_q    <= wvalid_i & ~wready_i;
      answer_held_q  <= bvalid_i & ~bready_i;
      if (accepted & ~answered) addresses_q <= addresses_q + 1'b1;
      if (~accepted & answered) addresses_q <= addresses_q - 1'b1;
      if (sent & ~answered)     data_q <= data_q + 1'b1;
      if (~sent & answered)     data_q <= data_q - 1'b1;
      if (wvalid_i & wready_i)  beats_q <= wlast_i ? '0 : beats_q + 8'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    request_q <= request;
    beat_q    <= beat;
    answer_q  <= answer;
  end

  // After reset nothing is valid; what is valid stays as it is until it is taken
  always @(posedge clk_i) begin
    if (fresh_q)        assert (~awvalid_i & ~wvalid_i);
    if (request_held_q) assert (awvalid_i & (request === request_q));
    if (beat_held_q)    assert (wvalid_i & (beat === beat_q));
    if (fresh_q)        assume (~bvalid_i);
    if (answer_held_q)  assume (bvalid_i & (answer === answer_q));
  end

  // Form of a burst, and how many there may be
  always @(posedge clk_i) begin
    if (~fresh_q & awvalid_i) begin
      assert (awlen_i == 8'(Beats - 1));
      assert (awsize_i == 3'(ByteBits));
      assert (awburst_i == 2'b01);
      assert (awid_i == '0);
      assert (awaddr_i[ByteBits-1:0] == '0);
      assert (end_of_burst <= 13'd4096);
      assert (32'(addresses_q) < 32'(Writes));
    end
    if (~fresh_q & wvalid_i) begin
      assert (wlast_i == (beats_q == 8'(Beats - 1)));
      assert (32'(data_q) < 32'(Writes));
    end
  end

  // An answer comes only behind the address and all data of its burst
  always @(posedge clk_i) begin
    if (~fresh_q & bvalid_i) begin
      assume ((addresses_q != '0) & (data_q != '0));
      assume (bid_i == '0);
    end
  end

endmodule : <%name%>_axi_write_checker
