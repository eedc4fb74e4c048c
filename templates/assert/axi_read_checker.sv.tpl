<%! SPDX-License-Identifier: Apache-2.0 %>
// Rules of an AXI4 master's read channels. What the master must do is asserted; what the slave must
// do is assumed, which a simulator checks, too, and a prover takes for granted.
module <%name%>_axi_read_checker #(
  parameter int AddressBits = <%bus_address_bits%>,
  parameter int DataBits = <%bus_data_bits%>,
  parameter int IdBits = <%bus_id_port_bits%>,
  parameter int BurstBeats = <%bus_burst_beats%>,  // longest burst
  parameter int Reads = <%bus_reads%>,       // bursts in flight, a power of two
  parameter bit ById = <%bus_by_id_bit%>,        // each read in flight has its own ID, below Reads
  localparam int CountBits = $clog2(Reads + 1)
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic                   arvalid_i,
  input  logic                   arready_i,
  input  logic [AddressBits-1:0] araddr_i,
  input  logic [IdBits-1:0]      arid_i,
  input  logic [7:0]             arlen_i,
  input  logic [2:0]             arsize_i,
  input  logic [1:0]             arburst_i,
  input  logic                   rvalid_i,
  input  logic                   rready_i,
  input  logic [IdBits-1:0]      rid_i,
  input  logic [DataBits-1:0]    rdata_i,
  input  logic [1:0]             rresp_i,
  input  logic                   rlast_i,
  output logic [CountBits-1:0]   flying_o  // bursts accepted and not complete
);

  localparam int ByteBits = $clog2(DataBits / 8);
  localparam int RequestBits = AddressBits + IdBits + 8 + 3 + 2;
  localparam int BeatBits = IdBits + DataBits + 2 + 1;

  logic                   fresh_q, request_held_q, beat_held_q;
  logic [RequestBits-1:0] request, request_q;
  logic [BeatBits-1:0]    beat, beat_q;
  logic                   accepted, arrived, complete;
  logic [CountBits-1:0]   flying_q;
  logic [12:0]            end_of_burst;  // in its page of 4 KiB

  assign request  = {araddr_i, arid_i, arlen_i, arsize_i, arburst_i};
  assign beat     = {rid_i, rdata_i, rresp_i, rlast_i};
  assign accepted = arvalid_i & arready_i;
  assign arrived  = rvalid_i & rready_i;
  assign complete = arrived & rlast_i;
  assign flying_o = flying_q;

  assign end_of_burst = 13'(araddr_i[11:0]) + ((13'(arlen_i) + 13'd1) << ByteBits);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      fresh_q        <= 1'b1;
      request_held_q <= 1'b0;
      beat_held_q    <= 1'b0;
      flying_q       <= '0;
    end else begin
      fresh_q        <= 1'b0;
      request_held_q <= arvalid_i & ~arready_i;
      beat_held_q    <= rvalid_i & ~rready_i;
      if (accepted & ~complete) flying_q <= flying_q + 1'b1;
      if (~accepted & complete) flying_q <= flying_q - 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    request_q <= request;
    beat_q    <= beat;
  end

  // After reset nothing is valid; what is valid stays as it is until it is taken
  always @(posedge clk_i) begin
    if (fresh_q)        assert (~arvalid_i);
    if (request_held_q) assert (arvalid_i & (request === request_q));
    if (fresh_q)        assume (~rvalid_i);
    if (beat_held_q)    assume (rvalid_i & (beat === beat_q));
  end

  // Form of a burst
  always @(posedge clk_i) begin
    if (~fresh_q & arvalid_i) begin
      assert (32'(arlen_i) < 32'(BurstBeats));
      assert (arsize_i == 3'(ByteBits));
      assert (arburst_i == 2'b01);
      assert (araddr_i[ByteBits-1:0] == '0);
      assert (end_of_burst <= 13'd4096);
      assert (32'(flying_q) < 32'(Reads));
    end
  end

  // Which burst a beat belongs to, and whether it is its last
  if (ById) begin : g_by_id
    logic [Reads-1:0]   open_q;
    logic [Reads*8-1:0] left_q;  // of each burst, beats behind the next one
    logic               of_open_burst;
    logic [31:0]        opened, answered;

    assign opened        = 32'(arid_i);
    assign answered      = 32'(rid_i);
    assign of_open_burst = (answered < 32'(Reads)) & |(open_q & (Reads'(1) << answered));

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        open_q <= '0;
      end else begin
        for (int s = 0; s < Reads; s++) begin
          if (accepted & (opened == 32'(s)))        open_q[s] <= 1'b1;
          else if (complete & (answered == 32'(s))) open_q[s] <= 1'b0;
        end
      end
    end

    always_ff @(posedge clk_i) begin
      for (int s = 0; s < Reads; s++) begin
        if (accepted & (opened == 32'(s)))       left_q[s*8 +: 8] <= arlen_i;
        else if (arrived & (answered == 32'(s))) left_q[s*8 +: 8] <= left_q[s*8 +: 8] - 8'd1;
      end
    end

    always @(posedge clk_i) begin
      if (~fresh_q & arvalid_i) begin
        assert (opened < 32'(Reads));
        assert ((open_q & (Reads'(1) << opened)) == '0);
      end
      if (~fresh_q & rvalid_i) begin
        assume (of_open_burst);
        for (int s = 0; s < Reads; s++) begin
          if (answered == 32'(s)) assume (rlast_i == (left_q[s*8 +: 8] == 8'd0));
        end
      end
    end
  end else begin : g_in_order
    localparam int IndexBits = (Reads > 1) ? $clog2(Reads) : 1;

    logic [7:0]           lengths [0:Reads-1];
    logic [7:0]           oldest, beats_q;
    logic [IndexBits-1:0] head_q, tail_q;

    assign oldest = lengths[head_q];

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        head_q  <= '0;
        tail_q  <= '0;
        beats_q <= '0;
      end else begin
        if (accepted) tail_q <= (tail_q == IndexBits'(Reads - 1)) ? '0 : tail_q + 1'b1;
        if (complete) head_q <= (head_q == IndexBits'(Reads - 1)) ? '0 : head_q + 1'b1;
        if (arrived)  beats_q <= rlast_i ? '0 : beats_q + 8'd1;
      end
    end

    always_ff @(posedge clk_i) begin
      if (accepted) lengths[tail_q] <= arlen_i;
    end

    always @(posedge clk_i) begin
      if (~fresh_q & arvalid_i) assert (arid_i == '0);
      if (~fresh_q & rvalid_i) begin
        assume (flying_q != '0);
        assume (rid_i == '0);
        assume (rlast_i == (beats_q == oldest));
      end
    end
  end

endmodule : <%name%>_axi_read_checker
