<%! SPDX-License-Identifier: Apache-2.0 %>
// Registers: control, status and performance counters behind a 32-bit port. Reading is
// combinational and changes nothing. See the C header for addresses and fields.
//
// Interrupts: an event sets its bit in INTERRUPT_STATUS, where it stays until software writes a one
// to it; the interrupt is high while a bit is set that INTERRUPT_ENABLE has set, too.
module <%name%>_registers #(
  parameter int Lanes = <%lanes%>,
<%#gating%>
  parameter int CountBits = $clog2(<%segments%> + 1),  // of the blocks of a lane
<%/gating%>
  parameter int WordBytes = <%memory_bytes%>,
  parameter int MemoryBits = <%memory_address_bits%>,              // of a byte address in memory
  parameter logic [31:0] Id = 32'h<%hash%>,  // hash of the config
  localparam int MemoryWordBits = MemoryBits - $clog2(WordBytes)
) (
  input  logic                      clk_i,
  input  logic                      rst_ni,

  // Port
  input  logic                      write_i,
  input  logic [7:0]                address_i,       // in bytes; the lower two bits do not count
  input  logic [31:0]               write_data_i,
  input  logic [3:0]                write_strobe_i,  // one bit for each byte
  output logic [31:0]               read_data_o,
  output logic                      error_o,         // no register, or a write to a read-only one
  output logic                      interrupt_o,

  // Runs
  output logic                      start_o,
  output logic                      abort_o,
  output logic [MemoryBits-1:0]     command_address_o,
  output logic [31:0]               watchdog_o,      // cycles; 0: off
  output logic [MemoryWordBits-1:0] region_base_o,   // memory words
  output logic [MemoryWordBits-1:0] region_end_o,    // 0: no limit
  input  logic                      busy_i,
  input  logic                      done_i,
  input  logic                      error_i,
  input  logic                      done_event_i,
  input  logic                      error_event_i,
  input  logic [7:0]                error_code_i,
  input  logic [31:0]               error_command_i,
  input  logic [MemoryBits-1:0]     error_address_i,
  input  logic [15:0]               layers_i,

  // Events, one bit for each lane
  input  logic [Lanes-1:0]          issue_i,
<%#gating%>
  input  logic [Lanes*CountBits-1:0] listed_i,
  input  logic [Lanes*CountBits-1:0] skipped_i,
  input  logic [Lanes-1:0]          stall_gate_i,
<%/gating%>
  input  logic [Lanes-1:0]          stall_weights_i,
  input  logic [Lanes-1:0]          stall_post_i,
  input  logic [Lanes-1:0]          stall_short_i,
  input  logic                      read_i,          // a memory word was read
  input  logic                      written_i        // a memory word was written
);

  localparam int WordShift = $clog2(WordBytes);
  localparam int Counters = <%counter_count%>;

  // Byte addresses
<%#registers%>
  localparam logic [7:0] At<%register_camel%> = 8'h<%address%>;
<%/registers%>

  // What a read of each register gives
  logic [31:0] <%#registers%><%register_lower%>, <%/registers%>nothing;

  // ---------------------------------------------------------------------------------------------
  // Decoder
  logic [7:0] address;
  logic       hole, read_only;

  assign address = {address_i[7:2], 2'b00};
  assign nothing = '0;

  always_comb begin
    hole        = 1'b0;
    read_only   = 1'b0;
    read_data_o = nothing;
    case (address)
<%#registers%>
      At<%register_camel%>: begin
        read_data_o = <%register_lower%>;
        read_only   = 1'b<%#read_only%>1<%/read_only%><%^read_only%>0<%/read_only%>;
      end
<%/registers%>
      default: hole = 1'b1;
    endcase
  end

  assign error_o = hole | (write_i & read_only);

<%#writable_registers%>
  logic write_<%register_lower%>;
  assign write_<%register_lower%> = write_i & (address == At<%register_camel%>);
<%/writable_registers%>

  logic unused_low_address;
  assign unused_low_address = ^address_i[1:0];

  // The register's new value: bytes without a strobe stay
  function automatic logic [31:0] merged(
    input logic [31:0] old,
    input logic [31:0] data,
    input logic [3:0]  strobe
  );
    for (int b = 0; b < 4; b++) merged[b*8 +: 8] = strobe[b] ? data[b*8 +: 8] : old[b*8 +: 8];
  endfunction

  // ---------------------------------------------------------------------------------------------
  // Control and status
  assign id      = Id;
  assign control = '0;
  assign status  = {layers_i, error_code_i, 5'd0, error_i, done_i, busy_i};
  assign start_o = write_control & write_strobe_i[0] & write_data_i[0] & ~busy_i;
  assign abort_o = write_control & write_strobe_i[0] & write_data_i[1] & busy_i;

  assign error_command = error_command_i;
  assign {error_address_high, error_address_low} = 64'(error_address_i);

  // ---------------------------------------------------------------------------------------------
  // Registers that software writes: of an address only the bits that memory has
  logic [MemoryBits-1:0]     command_address_q;
  logic [MemoryWordBits-1:0] region_base_q, region_end_q;
  logic [31:0]               watchdog_q;
  logic [1:0]                interrupt_enable_q, interrupt_status_q, clear;

  assign {command_address_high, command_address_low} = 64'(command_address_q);
  assign {region_base_high, region_base_low}         = 64'(region_base_q) << WordShift;
  assign {region_end_high, region_end_low}           = 64'(region_end_q) << WordShift;
  assign watchdog         = watchdog_q;
  assign interrupt_enable = 32'(interrupt_enable_q);
  assign interrupt_status = 32'(interrupt_status_q);

  assign command_address_o = command_address_q;
  assign region_base_o     = region_base_q;
  assign region_end_o      = region_end_q;
  assign watchdog_o        = watchdog_q;
  assign interrupt_o       = (interrupt_status_q & interrupt_enable_q) != 2'd0;

  logic [63:0] next_command_address, next_region_base, next_region_end;
  logic        unused_address;

  always_comb begin
    next_command_address = {command_address_high, command_address_low};
    next_region_base     = {region_base_high, region_base_low};
    next_region_end      = {region_end_high, region_end_low};
    if (write_command_address_low) begin
      next_command_address[31:0] = merged(command_address_low, write_data_i, write_strobe_i);
    end
    if (write_command_address_high) begin
      next_command_address[63:32] = merged(command_address_high, write_data_i, write_strobe_i);
    end
    if (write_region_base_low) begin
      next_region_base[31:0] = merged(region_base_low, write_data_i, write_strobe_i);
    end
    if (write_region_base_high) begin
      next_region_base[63:32] = merged(region_base_high, write_data_i, write_strobe_i);
    end
    if (write_region_end_low) begin
      next_region_end[31:0] = merged(region_end_low, write_data_i, write_strobe_i);
    end
    if (write_region_end_high) begin
      next_region_end[63:32] = merged(region_end_high, write_data_i, write_strobe_i);
    end
  end

  assign unused_address = ^{next_command_address, next_region_base, next_region_end};
  assign clear = (write_interrupt_status & write_strobe_i[0]) ? write_data_i[1:0] : 2'd0;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      command_address_q  <= '0;
      region_base_q      <= '0;
      region_end_q       <= '0;
      watchdog_q         <= '0;
      interrupt_enable_q <= '0;
      interrupt_status_q <= '0;
    end else begin
      command_address_q <= next_command_address[MemoryBits-1:0];
      region_base_q     <= next_region_base[MemoryBits-1:WordShift];
      region_end_q      <= next_region_end[MemoryBits-1:WordShift];
      if (write_watchdog) watchdog_q <= merged(watchdog_q, write_data_i, write_strobe_i);
      if (write_interrupt_enable & write_strobe_i[0]) interrupt_enable_q <= write_data_i[1:0];
      // An event in the cycle in which its bit is cleared is kept
      interrupt_status_q <= (interrupt_status_q & ~clear) | {error_event_i, done_event_i};
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Counters
  logic [Counters*32-1:0] counters_q;
  logic                   clear_q;

  // What each counter grows by in this cycle
<%#counter_registers%>
  logic [31:0] more_<%register_lower%>;
<%/counter_registers%>
  logic [31:0] unused_more;

  assign more_cycles = 32'd1;
  assign unused_more = '0;

<%^counters%>
  logic unused_events;

  assign unused_events = ^{issue_i, <%#gating%>listed_i, skipped_i, stall_gate_i, <%/gating%>
                           stall_weights_i, stall_post_i, stall_short_i, read_i, written_i};

<%/counters%>
<%#counters%>
  function automatic logic [31:0] ones(input logic [Lanes-1:0] bits);
    ones = '0;
    for (int l = 0; l < Lanes; l++) ones = ones + 32'(bits[l]);
  endfunction

  assign more_steps_issued  = ones(issue_i);
<%#gating%>

  function automatic logic [31:0] sum(input logic [Lanes*CountBits-1:0] counts);
    sum = '0;
    for (int l = 0; l < Lanes; l++) sum = sum + 32'(counts[l*CountBits +: CountBits]);
  endfunction

  assign more_listed        = sum(listed_i);
  assign more_skipped       = sum(skipped_i);
  assign more_stall_gate    = ones(stall_gate_i);
<%/gating%>
  assign more_stall_weights = ones(stall_weights_i);
  assign more_stall_post    = ones(stall_post_i);
  assign more_stall_short   = ones(stall_short_i);
  assign more_read_words    = 32'(read_i);
  assign more_write_words   = 32'(written_i);

<%/counters%>
<%#counter_registers%>
  assign <%register_lower%> = counters_q[<%counter_index%>*32 +: 32];
<%/counter_registers%>

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) clear_q <= 1'b1;
    else         clear_q <= 1'b0;
  end

  // Counters have no reset of their own, which would cost as much as they do: the first clock
  // clears them
  always_ff @(posedge clk_i) begin
    if (clear_q | start_o) counters_q <= '0;
    else if (busy_i) begin
<%#counter_registers%>
      counters_q[<%counter_index%>*32 +: 32] <= <%register_lower%> + more_<%register_lower%>;
<%/counter_registers%>
    end
  end

endmodule : <%name%>_registers
