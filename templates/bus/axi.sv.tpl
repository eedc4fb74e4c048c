<%! SPDX-License-Identifier: Apache-2.0 %>
// <%name%> with AXI around it: the core, an AXI4 master for memory and an AXI4-Lite slave for its
// registers.
//
// The master reads in bursts of at most <%bus_burst_beats%> beats and writes words of
// <%memory_bytes%> bytes; it has up to <%bus_reads%> reads and <%bus_writes%> writes in flight.
// Nothing that the bus sees as valid is taken back or changed before it is ready, and no valid
// depends on a ready in the same cycle.
//
// Constant signals: bursts are INCR and as wide as the bus; no locks, no QoS, region 0, no user
// signals. AxCACHE is `Cache`: 0010, normal memory, neither cached nor buffered, so that an
// answered write is in memory when the interrupt comes. AxPROT is `Prot`: 000, an unprivileged
// secure data access; set 010 where the accelerator is not to be trusted.
//
// Clock: rising edge. Reset: asynchronous, active low, released with the clock, of the bus as a
// whole.
module <%name%>_axi #(
  parameter logic [3:0] Cache = 4'b0010,
  parameter logic [2:0] Prot = 3'b000
) (
  input  logic         aclk,
  input  logic         aresetn,
  output logic         irq,            // level, see INTERRUPT_ENABLE

  // AXI4-Lite slave: registers
  input  logic         s_axi_awvalid,
  output logic         s_axi_awready,
  input  logic [11:0]  s_axi_awaddr,
  input  logic [2:0]   s_axi_awprot,   // ignored
  input  logic         s_axi_wvalid,
  output logic         s_axi_wready,
  input  logic [31:0]  s_axi_wdata,
  input  logic [3:0]   s_axi_wstrb,
  output logic         s_axi_bvalid,
  input  logic         s_axi_bready,
  output logic [1:0]   s_axi_bresp,
  input  logic         s_axi_arvalid,
  output logic         s_axi_arready,
  input  logic [11:0]  s_axi_araddr,
  input  logic [2:0]   s_axi_arprot,   // ignored
  output logic         s_axi_rvalid,
  input  logic         s_axi_rready,
  output logic [31:0]  s_axi_rdata,
  output logic [1:0]   s_axi_rresp,

  // AXI4 master: memory
  output logic         m_axi_awvalid,
  input  logic         m_axi_awready,
  output logic [<%bus_id_port_bits%>-1:0] m_axi_awid,
  output logic [<%bus_address_bits%>-1:0] m_axi_awaddr,
  output logic [7:0]   m_axi_awlen,
  output logic [2:0]   m_axi_awsize,
  output logic [1:0]   m_axi_awburst,
  output logic         m_axi_awlock,
  output logic [3:0]   m_axi_awcache,
  output logic [2:0]   m_axi_awprot,
  output logic [3:0]   m_axi_awqos,
  output logic [3:0]   m_axi_awregion,
  output logic         m_axi_wvalid,
  input  logic         m_axi_wready,
  output logic [<%bus_data_bits%>-1:0] m_axi_wdata,
  output logic [<%bus_bytes%>-1:0] m_axi_wstrb,
  output logic         m_axi_wlast,
  input  logic         m_axi_bvalid,
  output logic         m_axi_bready,
  input  logic [<%bus_id_port_bits%>-1:0] m_axi_bid,
  input  logic [1:0]   m_axi_bresp,
  output logic         m_axi_arvalid,
  input  logic         m_axi_arready,
  output logic [<%bus_id_port_bits%>-1:0] m_axi_arid,
  output logic [<%bus_address_bits%>-1:0] m_axi_araddr,
  output logic [7:0]   m_axi_arlen,
  output logic [2:0]   m_axi_arsize,
  output logic [1:0]   m_axi_arburst,
  output logic         m_axi_arlock,
  output logic [3:0]   m_axi_arcache,
  output logic [2:0]   m_axi_arprot,
  output logic [3:0]   m_axi_arqos,
  output logic [3:0]   m_axi_arregion,
  input  logic         m_axi_rvalid,
  output logic         m_axi_rready,
  input  logic [<%bus_id_port_bits%>-1:0] m_axi_rid,
  input  logic [<%bus_data_bits%>-1:0] m_axi_rdata,
  input  logic [1:0]   m_axi_rresp,
  input  logic         m_axi_rlast
);

  localparam int WordBytes = <%memory_bytes%>;
  localparam int MemoryBits = <%memory_address_bits%>;
  localparam int LengthBits = $clog2(<%memory_burst%> + 1);
  localparam logic [2:0] Size = 3'd<%bus_size%>;
  localparam logic [1:0] Incr = 2'b01;

  logic                   reg_write, reg_error;
  logic [7:0]             reg_address;
  logic [31:0]            reg_write_data, reg_read_data;
  logic [3:0]             reg_strobe;
  logic                   read_valid, read_ready, read_data_valid;
  logic [MemoryBits-1:0]  read_address, write_address;
  logic [LengthBits-1:0]  read_length;
  logic [WordBytes*8-1:0] read_data, write_data;
  logic [1:0]             read_error, write_error;
  logic                   write_valid, write_ready, write_done;
  logic [WordBytes-1:0]   write_strobe;
  logic                   unused_busy, unused_done, unused_error, unused_prot;

  assign unused_prot = (^s_axi_awprot) ^ (^s_axi_arprot);

  <%name%>_core u_core (
    .clk_i             (aclk),
    .rst_ni            (aresetn),
    .reg_write_i       (reg_write),
    .reg_address_i     (reg_address),
    .reg_write_data_i  (reg_write_data),
    .reg_strobe_i      (reg_strobe),
    .reg_read_data_o   (reg_read_data),
    .reg_error_o       (reg_error),
    .interrupt_o       (irq),
    .busy_o            (unused_busy),
    .done_o            (unused_done),
    .error_o           (unused_error),
    .read_valid_o      (read_valid),
    .read_ready_i      (read_ready),
    .read_address_o    (read_address),
    .read_length_o     (read_length),
    .read_data_valid_i (read_data_valid),
    .read_data_i       (read_data),
    .read_error_i      (read_error),
    .write_valid_o     (write_valid),
    .write_ready_i     (write_ready),
    .write_address_o   (write_address),
    .write_data_o      (write_data),
    .write_strobe_o    (write_strobe),
    .write_done_i      (write_done),
    .write_error_i     (write_error)
  );

  <%name%>_axi_lite u_lite (
    .clk_i            (aclk),
    .rst_ni           (aresetn),
    .awvalid_i        (s_axi_awvalid),
    .awready_o        (s_axi_awready),
    .awaddr_i         (s_axi_awaddr),
    .wvalid_i         (s_axi_wvalid),
    .wready_o         (s_axi_wready),
    .wdata_i          (s_axi_wdata),
    .wstrb_i          (s_axi_wstrb),
    .bvalid_o         (s_axi_bvalid),
    .bready_i         (s_axi_bready),
    .bresp_o          (s_axi_bresp),
    .arvalid_i        (s_axi_arvalid),
    .arready_o        (s_axi_arready),
    .araddr_i         (s_axi_araddr),
    .rvalid_o         (s_axi_rvalid),
    .rready_i         (s_axi_rready),
    .rdata_o          (s_axi_rdata),
    .rresp_o          (s_axi_rresp),
    .reg_write_o      (reg_write),
    .reg_address_o    (reg_address),
    .reg_write_data_o (reg_write_data),
    .reg_strobe_o     (reg_strobe),
    .reg_read_data_i  (reg_read_data),
    .reg_error_i      (reg_error)
  );

  <%name%>_axi_read u_read (
    .clk_i             (aclk),
    .rst_ni            (aresetn),
    .read_valid_i      (read_valid),
    .read_ready_o      (read_ready),
    .read_address_i    (read_address),
    .read_length_i     (read_length),
    .read_data_valid_o (read_data_valid),
    .read_data_o       (read_data),
    .read_error_o      (read_error),
    .arvalid_o         (m_axi_arvalid),
    .arready_i         (m_axi_arready),
    .araddr_o          (m_axi_araddr),
    .arid_o            (m_axi_arid),
    .arlen_o           (m_axi_arlen),
    .rvalid_i          (m_axi_rvalid),
    .rready_o          (m_axi_rready),
    .rid_i             (m_axi_rid),
    .rdata_i           (m_axi_rdata),
    .rresp_i           (m_axi_rresp),
    .rlast_i           (m_axi_rlast)
  );

  assign m_axi_arsize    = Size;
  assign m_axi_arburst   = Incr;
  assign m_axi_arlock    = 1'b0;
  assign m_axi_arcache   = Cache;
  assign m_axi_arprot    = Prot;
  assign m_axi_arqos     = 4'd0;
  assign m_axi_arregion  = 4'd0;

  <%name%>_axi_write u_write (
    .clk_i           (aclk),
    .rst_ni          (aresetn),
    .write_valid_i   (write_valid),
    .write_ready_o   (write_ready),
    .write_address_i (write_address),
    .write_data_i    (write_data),
    .write_strobe_i  (write_strobe),
    .write_done_o    (write_done),
    .write_error_o   (write_error),
    .awvalid_o       (m_axi_awvalid),
    .awready_i       (m_axi_awready),
    .awaddr_o        (m_axi_awaddr),
    .awid_o          (m_axi_awid),
    .awlen_o         (m_axi_awlen),
    .wvalid_o        (m_axi_wvalid),
    .wready_i        (m_axi_wready),
    .wdata_o         (m_axi_wdata),
    .wstrb_o         (m_axi_wstrb),
    .wlast_o         (m_axi_wlast),
    .bvalid_i        (m_axi_bvalid),
    .bready_o        (m_axi_bready),
    .bid_i           (m_axi_bid),
    .bresp_i         (m_axi_bresp)
  );

  assign m_axi_awsize    = Size;
  assign m_axi_awburst   = Incr;
  assign m_axi_awlock    = 1'b0;
  assign m_axi_awcache   = Cache;
  assign m_axi_awprot    = Prot;
  assign m_axi_awqos     = 4'd0;
  assign m_axi_awregion  = 4'd0;

endmodule : <%name%>_axi
