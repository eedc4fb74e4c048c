<%! SPDX-License-Identifier: Apache-2.0 %>
<%^bus_axi%>
// <%name%>_core behind four pins, for trials of size and speed on FPGAs: the core has more ports
// than a package has pins. Inputs come out of a shift register that `serial_i` fills, memory data
// and all others of several bits out of the same ones; outputs are folded into `serial_o`, four to
// one with a register each time. Every path of the core thus begins and ends in a register, and
// synthesis can leave nothing out. This is no way to use the core.
<%/bus_axi%>
<%#bus_axi%>
// <%name%>_axi behind four pins, for trials of size and speed on FPGAs: the design has more ports
// than a package has pins. Inputs come out of a shift register that `serial_i` fills, all of
// several bits out of the same ones; outputs are folded into `serial_o`, four to one with a
// register each time. Every path of the design thus begins and ends in a register, and synthesis
// can leave nothing out. This is no way to use the design.
<%/bus_axi%>
module <%name%>_pins (
  input  logic clk_i,
  input  logic rst_ni,
  input  logic serial_i,
  output logic serial_o
);

<%^bus_axi%>
  localparam int WordBytes = <%memory_bytes%>;
  localparam int MemoryBits = <%memory_address_bits%>;
  localparam int LengthBits = $clog2(<%memory_burst%> + 1);
  localparam int InBits = 5 + WordBytes * 8;
  localparam int OutBits = 39 + 2 * MemoryBits + LengthBits + WordBytes * 9;
<%/bus_axi%>
<%#bus_axi%>
  localparam int BusBytes = <%bus_bytes%>;
  localparam int AddressBits = <%bus_address_bits%>;
  localparam int IdBits = <%bus_id_port_bits%>;
  localparam int SharedBits = (BusBytes * 8 > 32) ? BusBytes * 8 : 32;
  localparam int InBits = 11 + SharedBits;
  localparam int OutBits = 106 + 2 * AddressBits + 2 * IdBits + BusBytes * 9;
<%/bus_axi%>

  logic [InBits-1:0]  in_q;
  logic [OutBits-1:0] out;

  always_ff @(posedge clk_i) in_q <= {in_q[InBits-2:0], serial_i};

<%^bus_axi%>
  <%name%>_core u_core (
    .clk_i,
    .rst_ni,
    .reg_write_i       (in_q[0]),
    .reg_address_i     (in_q[5 +: 8]),
    .reg_write_data_i  (in_q[13 +: 32]),
    .reg_strobe_i      (in_q[45 +: 4]),
    .reg_read_data_o   (out[0 +: 32]),
    .reg_error_o       (out[37]),
    .interrupt_o       (out[38]),
    .busy_o            (out[32]),
    .done_o            (out[33]),
    .error_o           (out[34]),
    .read_valid_o      (out[35]),
    .read_ready_i      (in_q[1]),
    .read_address_o    (out[39 +: MemoryBits]),
    .read_length_o     (out[39+2*MemoryBits +: LengthBits]),
    .read_data_valid_i (in_q[2]),
    .read_data_i       (in_q[5 +: WordBytes*8]),
    .read_error_i      (in_q[49 +: 2]),
    .write_valid_o     (out[36]),
    .write_ready_i     (in_q[3]),
    .write_address_o   (out[39+MemoryBits +: MemoryBits]),
    .write_data_o      (out[39+2*MemoryBits+LengthBits +: WordBytes*8]),
    .write_strobe_o    (out[39+2*MemoryBits+LengthBits+WordBytes*8 +: WordBytes]),
    .write_done_i      (in_q[4]),
    .write_error_i     (in_q[51 +: 2])
  );
<%/bus_axi%>
<%#bus_axi%>
  logic                   irq;
  logic                   s_awready, s_wready, s_bvalid, s_arready, s_rvalid;
  logic [1:0]             s_bresp, s_rresp;
  logic [31:0]            s_rdata;
  logic                   awvalid, awlock, wvalid, wlast, bready, arvalid, arlock, rready;
  logic [IdBits-1:0]      awid, arid;
  logic [AddressBits-1:0] awaddr, araddr;
  logic [7:0]             awlen, arlen;
  logic [2:0]             awsize, awprot, arsize, arprot;
  logic [1:0]             awburst, arburst;
  logic [3:0]             awcache, awqos, awregion, arcache, arqos, arregion;
  logic [BusBytes*8-1:0]  wdata;
  logic [BusBytes-1:0]    wstrb;

  assign out = {irq, s_awready, s_wready, s_bvalid, s_bresp, s_arready, s_rvalid, s_rdata, s_rresp,
                awvalid, awid, awaddr, awlen, awsize, awburst, awlock, awcache, awprot, awqos,
                awregion, wvalid, wdata, wstrb, wlast, bready,
                arvalid, arid, araddr, arlen, arsize, arburst, arlock, arcache, arprot, arqos,
                arregion, rready};

  <%name%>_axi u_axi (
    .aclk           (clk_i),
    .aresetn        (rst_ni),
    .irq            (irq),
    .s_axi_awvalid  (in_q[0]),
    .s_axi_awready  (s_awready),
    .s_axi_awaddr   (in_q[11 +: 12]),
    .s_axi_awprot   (in_q[23 +: 3]),
    .s_axi_wvalid   (in_q[1]),
    .s_axi_wready   (s_wready),
    .s_axi_wdata    (in_q[11 +: 32]),
    .s_axi_wstrb    (in_q[26 +: 4]),
    .s_axi_bvalid   (s_bvalid),
    .s_axi_bready   (in_q[2]),
    .s_axi_bresp    (s_bresp),
    .s_axi_arvalid  (in_q[3]),
    .s_axi_arready  (s_arready),
    .s_axi_araddr   (in_q[30 +: 12]),
    .s_axi_arprot   (in_q[23 +: 3]),
    .s_axi_rvalid   (s_rvalid),
    .s_axi_rready   (in_q[4]),
    .s_axi_rdata    (s_rdata),
    .s_axi_rresp    (s_rresp),
    .m_axi_awvalid  (awvalid),
    .m_axi_awready  (in_q[5]),
    .m_axi_awid     (awid),
    .m_axi_awaddr   (awaddr),
    .m_axi_awlen    (awlen),
    .m_axi_awsize   (awsize),
    .m_axi_awburst  (awburst),
    .m_axi_awlock   (awlock),
    .m_axi_awcache  (awcache),
    .m_axi_awprot   (awprot),
    .m_axi_awqos    (awqos),
    .m_axi_awregion (awregion),
    .m_axi_wvalid   (wvalid),
    .m_axi_wready   (in_q[6]),
    .m_axi_wdata    (wdata),
    .m_axi_wstrb    (wstrb),
    .m_axi_wlast    (wlast),
    .m_axi_bvalid   (in_q[7]),
    .m_axi_bready   (bready),
    .m_axi_bid      (in_q[11 +: IdBits]),
    .m_axi_bresp    (in_q[19 +: 2]),
    .m_axi_arvalid  (arvalid),
    .m_axi_arready  (in_q[8]),
    .m_axi_arid     (arid),
    .m_axi_araddr   (araddr),
    .m_axi_arlen    (arlen),
    .m_axi_arsize   (arsize),
    .m_axi_arburst  (arburst),
    .m_axi_arlock   (arlock),
    .m_axi_arcache  (arcache),
    .m_axi_arprot   (arprot),
    .m_axi_arqos    (arqos),
    .m_axi_arregion (arregion),
    .m_axi_rvalid   (in_q[9]),
    .m_axi_rready   (rready),
    .m_axi_rid      (in_q[21 +: IdBits]),
    .m_axi_rdata    (in_q[11 +: BusBytes*8]),
    .m_axi_rresp    (in_q[29 +: 2]),
    .m_axi_rlast    (in_q[10])
  );
<%/bus_axi%>

  // A tree: node n is the sum of nodes 4n+1 to 4n+4; the outputs are its leaves
  localparam int Nodes = (OutBits + 1) / 3;

  logic [Nodes-1:0] node_q;
  logic [4*Nodes:0] tree;

  assign tree     = {(3 * Nodes + 1)'(out), node_q};
  assign serial_o = node_q[0];

  for (genvar n = 0; n < Nodes; n++) begin : gen_node
    always_ff @(posedge clk_i) node_q[n] <= ^tree[4*n+1 +: 4];
  end

  logic unused_root;
  assign unused_root = tree[0];

endmodule : <%name%>_pins
