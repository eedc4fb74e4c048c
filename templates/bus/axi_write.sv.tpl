<%! SPDX-License-Identifier: Apache-2.0 %>
// AXI4 write master: each word of the core becomes one burst of `WordBytes / BusBytes` beats.
//
// Addresses and data wait in two queues, so that the two channels do not wait for each other. A
// burst never crosses a boundary of 4 KiB, because a word is aligned to its size. `Writes` bursts
// can be in flight. All have ID 0, so they are answered in order. Words are not merged into longer
// bursts: lanes take turns, and neighbouring outputs of one lane are a pixel apart in memory. Bytes
// without a strobe are zero.
module <%name%>_axi_write #(
  parameter int WordBytes = <%memory_bytes%>,   // the core's words
  parameter int MemoryBits = <%memory_address_bits%>,  // the core's byte addresses
  parameter int BusBytes = <%bus_bytes%>,
  parameter int AddressBits = <%bus_address_bits%>,
  parameter int IdBits = <%bus_id_port_bits%>,
  parameter int Writes = <%bus_writes%>       // bursts in flight
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,

  // Core: words
  input  logic                   write_valid_i,
  output logic                   write_ready_o,
  input  logic [MemoryBits-1:0]  write_address_i,
  input  logic [WordBytes*8-1:0] write_data_i,
  input  logic [WordBytes-1:0]   write_strobe_i,

  // Core: a pulse for each word that has taken effect, in order, with its error
  output logic                   write_done_o,
  output logic [1:0]             write_error_o,

  // Bus
  output logic                   awvalid_o,
  input  logic                   awready_i,
  output logic [AddressBits-1:0] awaddr_o,
  output logic [IdBits-1:0]      awid_o,
  output logic [7:0]             awlen_o,
  output logic                   wvalid_o,
  input  logic                   wready_i,
  output logic [BusBytes*8-1:0]  wdata_o,
  output logic [BusBytes-1:0]    wstrb_o,
  output logic                   wlast_o,
  input  logic                   bvalid_i,
  output logic                   bready_o,
  input  logic [IdBits-1:0]      bid_i,
  input  logic [1:0]             bresp_i
);

  localparam int Beats = WordBytes / BusBytes;  // of a word
  localparam int WordBits = $clog2(WordBytes);
  localparam int IndexBits = (Beats > 1) ? $clog2(Beats) : 1;
  localparam int CountBits = $clog2(Writes + 1);

  logic                 address_ready, data_ready, take, unused_inputs;
  logic [CountBits-1:0] flying_q;  // words taken and not answered

  assign unused_inputs = (^bid_i) ^ (^write_address_i[WordBits-1:0]);
  assign write_ready_o = address_ready & data_ready & (flying_q != CountBits'(Writes));
  assign take          = write_valid_i & write_ready_o;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)               flying_q <= '0;
    else if (take & ~bvalid_i) flying_q <= flying_q + 1'b1;
    else if (~take & bvalid_i) flying_q <= flying_q - 1'b1;
  end

  // ---------------------------------------------------------------------------------------------
  // Addresses
  logic [MemoryBits-WordBits-1:0] word;

  <%name%>_fifo #(
    .Depth (2),
    .Width (MemoryBits - WordBits)
  ) u_addresses (
    .clk_i,
    .rst_ni,
    .push_i  (take),
    .data_i  (write_address_i[MemoryBits-1:WordBits]),
    .ready_o (address_ready),
    .pop_i   (awvalid_o & awready_i),
    .valid_o (awvalid_o),
    .data_o  (word)
  );

  assign awaddr_o = AddressBits'({word, {WordBits{1'b0}}});
  assign awid_o   = '0;
  assign awlen_o  = 8'(Beats - 1);

  // ---------------------------------------------------------------------------------------------
  // Data. What the core has in bytes without a strobe may never have been written
  logic [WordBytes*8-1:0] clean, data;
  logic [WordBytes-1:0]   strobe;
  logic [IndexBits-1:0]   beat_q;

  for (genvar b = 0; b < WordBytes; b++) begin : gen_byte
    assign clean[b*8 +: 8] = write_data_i[b*8 +: 8] & {8{write_strobe_i[b]}};
  end

  <%name%>_fifo #(
    .Depth (2),
    .Width (WordBytes * 9)
  ) u_data (
    .clk_i,
    .rst_ni,
    .push_i  (take),
    .data_i  ({write_strobe_i, clean}),
    .ready_o (data_ready),
    .pop_i   (wvalid_o & wready_i & wlast_o),
    .valid_o (wvalid_o),
    .data_o  ({strobe, data})
  );

  assign wlast_o = beat_q == IndexBits'(Beats - 1);
  assign wdata_o = data[32'(beat_q)*BusBytes*8 +: BusBytes*8];
  assign wstrb_o = strobe[32'(beat_q)*BusBytes +: BusBytes];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)                  beat_q <= '0;
    else if (wvalid_o & wready_i) beat_q <= wlast_o ? '0 : beat_q + 1'b1;
  end

  // ---------------------------------------------------------------------------------------------
  // Answers
  assign bready_o = 1'b1;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) write_done_o <= 1'b0;
    else         write_done_o <= bvalid_i;
  end

  always_ff @(posedge clk_i) begin
    write_error_o <= bresp_i[1] ? bresp_i : 2'b00;
  end

endmodule : <%name%>_axi_write
