// SPDX-License-Identifier: Apache-2.0
  // Rules of the bus, and: each write reaches the registers at most once, with the address, data
  // and strobes that the bus gave; answers say what the registers said.
  logic [7:0]             f_addresses, f_data, f_reads;
  logic [AddressBits-1:0] f_write_address, f_read_address;
  logic [31:0]            f_wdata, f_rdata;
  logic [3:0]             f_wstrb;
  logic                   f_write_beyond, f_read_beyond, f_wrote, f_write_error, f_read_error;

  formal_axi_lite_checker #(.AddressBits (AddressBits)) f_checker (
    .clk_i,
    .rst_ni,
    .awvalid_i   (awvalid_i),
    .awready_i   (awready_o),
    .awaddr_i    (awaddr_i),
    .wvalid_i    (wvalid_i),
    .wready_i    (wready_o),
    .wdata_i     (wdata_i),
    .wstrb_i     (wstrb_i),
    .bvalid_i    (bvalid_o),
    .bready_i    (bready_i),
    .bresp_i     (bresp_o),
    .arvalid_i   (arvalid_i),
    .arready_i   (arready_o),
    .araddr_i    (araddr_i),
    .rvalid_i    (rvalid_o),
    .rready_i    (rready_i),
    .rdata_i     (rdata_o),
    .rresp_i     (rresp_o),
    .addresses_o (f_addresses),
    .data_o      (f_data),
    .reads_o     (f_reads)
  );

  assign f_write_beyond = f_write_address[AddressBits-1:8] != '0;
  assign f_read_beyond  = f_read_address[AddressBits-1:8] != '0;

  // f_wrote: the write whose answer is due has reached the registers, or was beyond them
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) f_wrote <= 1'b0;
    else if (bvalid_o && bready_i) f_wrote <= 1'b0;
    else if (address_q && data_q && !bvalid_o) f_wrote <= 1'b1;
  end

  always @(posedge clk_i) begin
    if (awvalid_i && awready_o) f_write_address <= awaddr_i;
    if (arvalid_i && arready_o) f_read_address <= araddr_i;
    if (wvalid_i && wready_o) begin
      f_wdata <= wdata_i;
      f_wstrb <= wstrb_i;
    end
    if (write) f_write_error <= f_write_beyond || reg_error_i;
    if (read) begin
      f_read_error <= f_read_beyond || reg_error_i;
      f_rdata      <= reg_read_data_i;
    end
  end

  always @(posedge clk_i) begin
    if (rst_ni) begin
      if (reg_write_o) begin
        assert (!f_wrote && !f_write_beyond && f_addresses == 8'd1 && f_data == 8'd1);
        assert (reg_address_o == {f_write_address[7:2], 2'b00});
        assert (reg_write_data_o == f_wdata && reg_strobe_o == f_wstrb);
      end
      if (read) assert (!reg_write_o && reg_address_o == {f_read_address[7:2], 2'b00});
      if (bvalid_o) assert (f_wrote && bresp_o == {f_write_error, 1'b0});
      if (rvalid_o) begin
        assert (rresp_o == {f_read_error, 1'b0});
        assert (rdata_o == (f_read_error ? 32'd0 : f_rdata));
      end
    end
  end

  // What makes it inductive
  always @(posedge clk_i) begin
    if (rst_ni) begin
      assert (f_addresses == 8'(address_q) + 8'(bvalid_o));
      assert (f_data == 8'(data_q) + 8'(bvalid_o));
      assert (f_reads == 8'(read_q) + 8'(rvalid_o));
      assert (f_wrote == bvalid_o);
      if (address_q) assert (write_word_q == f_write_address[AddressBits-1:2]);
      if (read_q)    assert (read_word_q == f_read_address[AddressBits-1:2]);
      if (data_q)    assert (reg_write_data_o == f_wdata && reg_strobe_o == f_wstrb);
    end
  end
