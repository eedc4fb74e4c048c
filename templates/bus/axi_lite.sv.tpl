<%! SPDX-License-Identifier: Apache-2.0 %>
// AXI4-Lite slave: reads and writes of the core's registers.
//
// Address and data of a write may come in any order and at any distance. One write and one read are
// dealt with at a time; a write has the register port to itself for a cycle, reads use the others.
// Holes and writes to read-only registers are answered with SLVERR and change nothing; so is
// everything above the first 256 bytes. The two lowest bits of an address are ignored.
module <%name%>_axi_lite #(
  parameter int AddressBits = 12
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,

  // Bus
  input  logic                   awvalid_i,
  output logic                   awready_o,
  input  logic [AddressBits-1:0] awaddr_i,
  input  logic                   wvalid_i,
  output logic                   wready_o,
  input  logic [31:0]            wdata_i,
  input  logic [3:0]             wstrb_i,
  output logic                   bvalid_o,
  input  logic                   bready_i,
  output logic [1:0]             bresp_o,
  input  logic                   arvalid_i,
  output logic                   arready_o,
  input  logic [AddressBits-1:0] araddr_i,
  output logic                   rvalid_o,
  input  logic                   rready_i,
  output logic [31:0]            rdata_o,
  output logic [1:0]             rresp_o,

  // Registers
  output logic                   reg_write_o,
  output logic [7:0]             reg_address_o,
  output logic [31:0]            reg_write_data_o,
  output logic [3:0]             reg_strobe_o,
  input  logic [31:0]            reg_read_data_i,
  input  logic                   reg_error_i
);

  // ---------------------------------------------------------------------------------------------
  // What has come and waits
  logic                   address_q, data_q, read_q;  // there is one
  logic [AddressBits-1:2] write_word_q, read_word_q;
  logic                   write, read, write_beyond, read_beyond, unused_bytes;

  assign unused_bytes = (^awaddr_i[1:0]) ^ (^araddr_i[1:0]);
  assign awready_o    = ~address_q;
  assign wready_o     = ~data_q;
  assign arready_o    = ~read_q;
  assign write        = address_q & data_q & ~bvalid_o;
  assign read         = read_q & ~rvalid_o & ~write;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      address_q <= 1'b0;
      data_q    <= 1'b0;
      read_q    <= 1'b0;
      bvalid_o  <= 1'b0;
      rvalid_o  <= 1'b0;
    end else begin
      if (awvalid_i & awready_o) address_q <= 1'b1;
      else if (write)            address_q <= 1'b0;
      if (wvalid_i & wready_o)   data_q <= 1'b1;
      else if (write)            data_q <= 1'b0;
      if (arvalid_i & arready_o) read_q <= 1'b1;
      else if (read)             read_q <= 1'b0;
      if (write)                 bvalid_o <= 1'b1;
      else if (bready_i)         bvalid_o <= 1'b0;
      if (read)                  rvalid_o <= 1'b1;
      else if (rready_i)         rvalid_o <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (awvalid_i & awready_o) write_word_q <= awaddr_i[AddressBits-1:2];
    if (arvalid_i & arready_o) read_word_q  <= araddr_i[AddressBits-1:2];
    if (wvalid_i & wready_o) begin
      reg_write_data_o <= wdata_i;
      reg_strobe_o     <= wstrb_i;
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Access and answer
  assign write_beyond  = write_word_q[AddressBits-1:8] != '0;
  assign read_beyond   = read_word_q[AddressBits-1:8] != '0;
  assign reg_write_o   = write & ~write_beyond;
  assign reg_address_o = write ? {write_word_q[7:2], 2'b00} : {read_word_q[7:2], 2'b00};

  always_ff @(posedge clk_i) begin
    if (write) bresp_o <= {write_beyond | reg_error_i, 1'b0};
    if (read) begin
      rresp_o <= {read_beyond | reg_error_i, 1'b0};
      rdata_o <= (read_beyond | reg_error_i) ? '0 : reg_read_data_i;
    end
  end

endmodule : <%name%>_axi_lite
