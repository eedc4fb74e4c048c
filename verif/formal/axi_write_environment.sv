// SPDX-License-Identifier: Apache-2.0
  // The core: a word stays until it is taken; its address is a multiple of its size.
  logic                   f_held;
  logic [MemoryBits-1:0]  f_held_address;
  logic [WordBytes*9-1:0] f_held_word;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) f_held <= 1'b0;
    else         f_held <= write_valid_i && !write_ready_o;
  end

  always @(posedge clk_i) begin
    f_held_address <= write_address_i;
    f_held_word    <= {write_strobe_i, write_data_i};
    if (f_held) begin
      assume (write_valid_i && write_address_i == f_held_address);
      assume ({write_strobe_i, write_data_i} == f_held_word);
    end
    assume (write_address_i[WordBits-1:0] == '0);
  end

  logic [CountBits-1:0] f_addresses, f_data;
  logic [7:0]           f_beats;

  formal_axi_write_checker #(
    .AddressBits (AddressBits),
    .DataBits    (BusBytes * 8),
    .IdBits      (IdBits),
    .Beats       (Beats),
    .Writes      (Writes)
  ) f_checker (
    .clk_i,
    .rst_ni,
    .awvalid_i   (awvalid_o),
    .awready_i   (awready_i),
    .awaddr_i    (awaddr_o),
    .awid_i      (awid_o),
    .awlen_i     (awlen_o),
    .awsize_i    (3'($clog2(BusBytes))),
    .awburst_i   (2'b01),
    .wvalid_i    (wvalid_o),
    .wready_i    (wready_i),
    .wdata_i     (wdata_o),
    .wstrb_i     (wstrb_o),
    .wlast_i     (wlast_o),
    .bvalid_i    (bvalid_i),
    .bready_i    (bready_o),
    .bid_i       (bid_i),
    .bresp_i     (bresp_i),
    .addresses_o (f_addresses),
    .data_o      (f_data),
    .beats_o     (f_beats)
  );
