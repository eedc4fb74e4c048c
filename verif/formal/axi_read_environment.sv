// SPDX-License-Identifier: Apache-2.0
  // The core: a request stays until it is taken; any address, 1 to Burst words.
  logic                  f_held;
  logic [MemoryBits-1:0] f_held_address;
  logic [LengthBits-1:0] f_held_length;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) f_held <= 1'b0;
    else         f_held <= read_valid_i && !read_ready_o;
  end

  always @(posedge clk_i) begin
    f_held_address <= read_address_i;
    f_held_length  <= read_length_i;
    if (f_held) begin
      assume (read_valid_i);
      assume (read_address_i == f_held_address && read_length_i == f_held_length);
    end
    assume (read_length_i != '0 && read_length_i <= LengthBits'(Burst));
  end

  logic [$clog2(Reads + 1)-1:0] f_flying;

  formal_axi_read_checker #(
    .AddressBits (AddressBits),
    .DataBits    (BusBytes * 8),
    .IdBits      (IdBits),
    .BurstBeats  (BurstBeats),
    .Reads       (Reads)
  ) f_checker (
    .clk_i,
    .rst_ni,
    .arvalid_i (arvalid_o),
    .arready_i (arready_i),
    .araddr_i  (araddr_o),
    .arid_i    (arid_o),
    .arlen_i   (arlen_o),
    .arsize_i  (3'(ByteBits)),
    .arburst_i (2'b01),
    .rvalid_i  (rvalid_i),
    .rready_i  (rready_o),
    .rid_i     (rid_i),
    .rdata_i   (rdata_i),
    .rresp_i   (rresp_i),
    .rlast_i   (rlast_i),
    .flying_o  (f_flying)
  );
