<%! SPDX-License-Identifier: Apache-2.0 %>
// The checkers of all AXI ports of `<%name%>_axi`, with its ports as inputs: bound to it by
// <%name%>_axi_bind.sv, or beside it in a test bench. All checks are immediate assertions at the
// rising clock edge.
module <%name%>_axi_checker (
  input  logic         aclk,
  input  logic         aresetn,
  input  logic         irq,

  // AXI4-Lite slave: registers
  input  logic         s_axi_awvalid,
  input  logic         s_axi_awready,
  input  logic [11:0]  s_axi_awaddr,
  input  logic [2:0]   s_axi_awprot,
  input  logic         s_axi_wvalid,
  input  logic         s_axi_wready,
  input  logic [31:0]  s_axi_wdata,
  input  logic [3:0]   s_axi_wstrb,
  input  logic         s_axi_bvalid,
  input  logic         s_axi_bready,
  input  logic [1:0]   s_axi_bresp,
  input  logic         s_axi_arvalid,
  input  logic         s_axi_arready,
  input  logic [11:0]  s_axi_araddr,
  input  logic [2:0]   s_axi_arprot,
  input  logic         s_axi_rvalid,
  input  logic         s_axi_rready,
  input  logic [31:0]  s_axi_rdata,
  input  logic [1:0]   s_axi_rresp,

  // AXI4 master: memory
  input  logic         m_axi_awvalid,
  input  logic         m_axi_awready,
  input  logic [<%bus_id_port_bits%>-1:0] m_axi_awid,
  input  logic [<%bus_address_bits%>-1:0] m_axi_awaddr,
  input  logic [7:0]   m_axi_awlen,
  input  logic [2:0]   m_axi_awsize,
  input  logic [1:0]   m_axi_awburst,
  input  logic         m_axi_awlock,
  input  logic [3:0]   m_axi_awcache,
  input  logic [2:0]   m_axi_awprot,
  input  logic [3:0]   m_axi_awqos,
  input  logic [3:0]   m_axi_awregion,
  input  logic         m_axi_wvalid,
  input  logic         m_axi_wready,
  input  logic [<%bus_data_bits%>-1:0] m_axi_wdata,
  input  logic [<%bus_bytes%>-1:0] m_axi_wstrb,
  input  logic         m_axi_wlast,
  input  logic         m_axi_bvalid,
  input  logic         m_axi_bready,
  input  logic [<%bus_id_port_bits%>-1:0] m_axi_bid,
  input  logic [1:0]   m_axi_bresp,
  input  logic         m_axi_arvalid,
  input  logic         m_axi_arready,
  input  logic [<%bus_id_port_bits%>-1:0] m_axi_arid,
  input  logic [<%bus_address_bits%>-1:0] m_axi_araddr,
  input  logic [7:0]   m_axi_arlen,
  input  logic [2:0]   m_axi_arsize,
  input  logic [1:0]   m_axi_arburst,
  input  logic         m_axi_arlock,
  input  logic [3:0]   m_axi_arcache,
  input  logic [2:0]   m_axi_arprot,
  input  logic [3:0]   m_axi_arqos,
  input  logic [3:0]   m_axi_arregion,
  input  logic         m_axi_rvalid,
  input  logic         m_axi_rready,
  input  logic [<%bus_id_port_bits%>-1:0] m_axi_rid,
  input  logic [<%bus_data_bits%>-1:0] m_axi_rdata,
  input  logic [1:0]   m_axi_rresp,
  input  logic         m_axi_rlast
);

  logic unused_inputs, unused_counts;
  logic [$clog2(<%bus_reads%> + 1)-1:0]  reads;
  logic [$clog2(<%bus_writes%> + 1)-1:0] write_addresses, write_data;
  logic [7:0]                  write_beats, lite_addresses, lite_data, lite_reads;

  assign unused_inputs = irq ^ (^s_axi_awprot) ^ (^s_axi_arprot) ^ m_axi_awlock ^ (^m_axi_awcache) ^
                         (^m_axi_awprot) ^ (^m_axi_awqos) ^ m_axi_arlock ^ (^m_axi_arcache) ^
                         (^m_axi_arprot) ^ (^m_axi_arqos) ^ (^m_axi_awregion) ^ (^m_axi_arregion);
  assign unused_counts = (^reads) ^ (^write_addresses) ^ (^write_data) ^ (^write_beats) ^
                         (^lite_addresses) ^ (^lite_data) ^ (^lite_reads);

  <%name%>_axi_read_checker u_read (
    .clk_i     (aclk),
    .rst_ni    (aresetn),
    .arvalid_i (m_axi_arvalid),
    .arready_i (m_axi_arready),
    .araddr_i  (m_axi_araddr),
    .arid_i    (m_axi_arid),
    .arlen_i   (m_axi_arlen),
    .arsize_i  (m_axi_arsize),
    .arburst_i (m_axi_arburst),
    .rvalid_i  (m_axi_rvalid),
    .rready_i  (m_axi_rready),
    .rid_i     (m_axi_rid),
    .rdata_i   (m_axi_rdata),
    .rresp_i   (m_axi_rresp),
    .rlast_i   (m_axi_rlast),
    .flying_o  (reads)
  );

  <%name%>_axi_write_checker u_write (
    .clk_i       (aclk),
    .rst_ni      (aresetn),
    .awvalid_i   (m_axi_awvalid),
    .awready_i   (m_axi_awready),
    .awaddr_i    (m_axi_awaddr),
    .awid_i      (m_axi_awid),
    .awlen_i     (m_axi_awlen),
    .awsize_i    (m_axi_awsize),
    .awburst_i   (m_axi_awburst),
    .wvalid_i    (m_axi_wvalid),
    .wready_i    (m_axi_wready),
    .wdata_i     (m_axi_wdata),
    .wstrb_i     (m_axi_wstrb),
    .wlast_i     (m_axi_wlast),
    .bvalid_i    (m_axi_bvalid),
    .bready_i    (m_axi_bready),
    .bid_i       (m_axi_bid),
    .bresp_i     (m_axi_bresp),
    .addresses_o (write_addresses),
    .data_o      (write_data),
    .beats_o     (write_beats)
  );

  <%name%>_axi_lite_checker u_lite (
    .clk_i       (aclk),
    .rst_ni      (aresetn),
    .awvalid_i   (s_axi_awvalid),
    .awready_i   (s_axi_awready),
    .awaddr_i    (s_axi_awaddr),
    .wvalid_i    (s_axi_wvalid),
    .wready_i    (s_axi_wready),
    .wdata_i     (s_axi_wdata),
    .wstrb_i     (s_axi_wstrb),
    .bvalid_i    (s_axi_bvalid),
    .bready_i    (s_axi_bready),
    .bresp_i     (s_axi_bresp),
    .arvalid_i   (s_axi_arvalid),
    .arready_i   (s_axi_arready),
    .araddr_i    (s_axi_araddr),
    .rvalid_i    (s_axi_rvalid),
    .rready_i    (s_axi_rready),
    .rdata_i     (s_axi_rdata),
    .rresp_i     (s_axi_rresp),
    .addresses_o (lite_addresses),
    .data_o      (lite_data),
    .reads_o     (lite_reads)
  );

endmodule : <%name%>_axi_checker
