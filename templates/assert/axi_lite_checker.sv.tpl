<%! SPDX-License-Identifier: Apache-2.0 %>
// Rules of an AXI4-Lite slave. What the slave must do is asserted; what the master must do is
// assumed, which a simulator checks, too, and a prover takes for granted.
module <%name%>_axi_lite_checker #(
  parameter int AddressBits = 12,
  parameter int Pending = 2  // most accesses of a kind that are accepted and not answered
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic                   awvalid_i,
  input  logic                   awready_i,
  input  logic [AddressBits-1:0] awaddr_i,
  input  logic                   wvalid_i,
  input  logic                   wready_i,
  input  logic [31:0]            wdata_i,
  input  logic [3:0]             wstrb_i,
  input  logic                   bvalid_i,
  input  logic                   bready_i,
  input  logic [1:0]             bresp_i,
  input  logic                   arvalid_i,
  input  logic                   arready_i,
  input  logic [AddressBits-1:0] araddr_i,
  input  logic                   rvalid_i,
  input  logic                   rready_i,
  input  logic [31:0]            rdata_i,
  input  logic [1:0]             rresp_i,
  output logic [7:0]             addresses_o,  // write addresses accepted, not answered
  output logic [7:0]             data_o,       // write data accepted, not answered
  output logic [7:0]             reads_o       // reads accepted, not answered
);

  logic                   fresh_q, aw_held_q, w_held_q, b_held_q, ar_held_q, r_held_q;
  logic [AddressBits-1:0] awaddr_q, araddr_q;
  logic [35:0]            data, data_q;
  logic [1:0]             bresp_q;
  logic [33:0]            read, read_q;
  logic [7:0]             addresses_q, words_q, reads_q;
  logic                   aw, w, b, ar, r;

  assign data = {wdata_i, wstrb_i};
  assign read = {rdata_i, rresp_i};
  assign aw   = awvalid_i & awready_i;
  assign w    = wvalid_i & wready_i;
  assign b    = bvalid_i & bready_i;
  assign ar   = arvalid_i & arready_i;
  assign r    = rvalid_i & rready_i;

  assign addresses_o = addresses_q;
  assign data_o      = words_q;
  assign reads_o     = reads_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      fresh_q     <= 1'b1;
      aw_held_q   <= 1'b0;
      w_held_q    <= 1'b0;
      b_held_q    <= 1'b0;
      ar_held_q   <= 1'b0;
      r_held_q    <= 1'b0;
      addresses_q <= '0;
      words_q     <= '0;
      reads_q     <= '0;
    end else begin
      fresh_q   <= 1'b0;
      aw_held_q <= awvalid_i & ~awready_i;
      w_held_q  <= wvalid_i & ~wready_i;
      b_held_q  <= bvalid_i & ~bready_i;
      ar_held_q <= arvalid_i & ~arready_i;
      r_held_q  <= rvalid_i & ~rready_i;
      addresses_q <= addresses_q + 8'(aw) - 8'(b);
      words_q     <= words_q + 8'(w) - 8'(b);
      reads_q     <= reads_q + 8'(ar) - 8'(r);
    end
  end

  always_ff @(posedge clk_i) begin
    awaddr_q <= awaddr_i;
    araddr_q <= araddr_i;
    data_q   <= data;
    bresp_q  <= bresp_i;
    read_q   <= read;
  end

  // After reset nothing is valid; what is valid stays as it is until it is taken
  always @(posedge clk_i) begin
    if (fresh_q)   assert (~bvalid_i & ~rvalid_i);
    if (b_held_q)  assert (bvalid_i & (bresp_i === bresp_q));
    if (r_held_q)  assert (rvalid_i & (read === read_q));
    if (fresh_q)   assume (~awvalid_i & ~wvalid_i & ~arvalid_i);
    if (aw_held_q) assume (awvalid_i & (awaddr_i === awaddr_q));
    if (w_held_q)  assume (wvalid_i & (data === data_q));
    if (ar_held_q) assume (arvalid_i & (araddr_i === araddr_q));
  end

  // One answer for each access, behind its address and its data: OKAY or SLVERR
  always @(posedge clk_i) begin
    if (~fresh_q & bvalid_i) begin
      assert ((addresses_q != '0) & (words_q != '0));
      assert (~bresp_i[0]);
    end
    if (~fresh_q & rvalid_i) begin
      assert (reads_q != '0);
      assert (~rresp_i[0]);
    end
    if (~fresh_q) begin
      assert (addresses_q <= 8'(Pending));
      assert (words_q <= 8'(Pending));
      assert (reads_q <= 8'(Pending));
    end
  end

endmodule : <%name%>_axi_lite_checker
