// GENERATED - do not edit. Change edge.yaml or templates/control/registers.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Registers: control, status and performance counters behind a 32-bit port. Reading is
// combinational and changes nothing. See the C header for addresses and fields.
//
// Interrupts: an event sets its bit in INTERRUPT_STATUS, where it stays until software writes a one
// to it; the interrupt is high while a bit is set that INTERRUPT_ENABLE has set, too.
module sluice_edge_registers #(
  parameter  int          Lanes          = 1,
  parameter  int          CountBits      = $clog2(4 + 1),  // of the blocks of a lane
  parameter  int          WordBytes      = 32,
  parameter  int          MemoryBits     = 32,             // of a byte address in memory
  parameter  logic [31:0] Id             = 32'hffc31090,   // hash of the config
  localparam int          MemoryWordBits = MemoryBits - $clog2(WordBytes)
) (
  input  logic                       clk_i,
  input  logic                       rst_ni,

  // Port
  input  logic                       write_i,
  input  logic [7:0]                 address_i,       // in bytes; the lower two bits do not count
  input  logic [31:0]                write_data_i,
  input  logic [3:0]                 write_strobe_i,  // one bit for each byte
  output logic [31:0]                read_data_o,
  output logic                       error_o,         // no register, or a write to a read-only one
  output logic                       interrupt_o,

  // Runs
  output logic                       start_o,
  output logic                       abort_o,
  output logic [MemoryBits-1:0]      command_address_o,
  output logic [31:0]                watchdog_o,     // cycles; 0: off
  output logic [MemoryWordBits-1:0]  region_base_o,  // memory words
  output logic [MemoryWordBits-1:0]  region_end_o,   // 0: no limit
  input  logic                       busy_i,
  input  logic                       done_i,
  input  logic                       error_i,
  input  logic                       done_event_i,
  input  logic                       error_event_i,
  input  logic [7:0]                 error_code_i,
  input  logic [31:0]                error_command_i,
  input  logic [MemoryBits-1:0]      error_address_i,
  input  logic [15:0]                layers_i,

  // Events, one bit for each lane
  input  logic [Lanes-1:0]           issue_i,
  input  logic [Lanes*CountBits-1:0] listed_i,
  input  logic [Lanes*CountBits-1:0] skipped_i,
  input  logic [Lanes-1:0]           stall_gate_i,
  input  logic [Lanes-1:0]           stall_weights_i,
  input  logic [Lanes-1:0]           stall_post_i,
  input  logic [Lanes-1:0]           stall_short_i,
  input  logic                       read_i,    // a memory word was read
  input  logic                       written_i  // a memory word was written
);

  localparam int WordShift = $clog2(WordBytes);
  localparam int Counters  = 10;

  // Byte addresses
  localparam logic [7:0] AtId                 = 8'h00;
  localparam logic [7:0] AtControl            = 8'h04;
  localparam logic [7:0] AtStatus             = 8'h08;
  localparam logic [7:0] AtCommandAddressLow  = 8'h0c;
  localparam logic [7:0] AtCommandAddressHigh = 8'h10;
  localparam logic [7:0] AtInterruptEnable    = 8'h14;
  localparam logic [7:0] AtInterruptStatus    = 8'h18;
  localparam logic [7:0] AtCycles             = 8'h20;
  localparam logic [7:0] AtStepsIssued        = 8'h24;
  localparam logic [7:0] AtListed             = 8'h28;
  localparam logic [7:0] AtSkipped            = 8'h2c;
  localparam logic [7:0] AtStallWeights       = 8'h30;
  localparam logic [7:0] AtStallPost          = 8'h34;
  localparam logic [7:0] AtStallGate          = 8'h38;
  localparam logic [7:0] AtStallShort         = 8'h3c;
  localparam logic [7:0] AtReadWords          = 8'h40;
  localparam logic [7:0] AtWriteWords         = 8'h44;
  localparam logic [7:0] AtErrorCommand       = 8'h48;
  localparam logic [7:0] AtErrorAddressLow    = 8'h4c;
  localparam logic [7:0] AtErrorAddressHigh   = 8'h50;
  localparam logic [7:0] AtWatchdog           = 8'h54;
  localparam logic [7:0] AtRegionBaseLow      = 8'h58;
  localparam logic [7:0] AtRegionBaseHigh     = 8'h5c;
  localparam logic [7:0] AtRegionEndLow       = 8'h60;
  localparam logic [7:0] AtRegionEndHigh      = 8'h64;

  // What a read of each register gives
  logic [31:0] id, control, status, command_address_low, command_address_high, interrupt_enable,
               interrupt_status, cycles, steps_issued, listed, skipped, stall_weights, stall_post,
               stall_gate, stall_short, read_words, write_words, error_command, error_address_low,
               error_address_high, watchdog, region_base_low, region_base_high, region_end_low,
               region_end_high, nothing;

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
      AtId: begin
        read_data_o = id;
        read_only   = 1'b1;
      end
      AtControl: begin
        read_data_o = control;
        read_only   = 1'b0;
      end
      AtStatus: begin
        read_data_o = status;
        read_only   = 1'b1;
      end
      AtCommandAddressLow: begin
        read_data_o = command_address_low;
        read_only   = 1'b0;
      end
      AtCommandAddressHigh: begin
        read_data_o = command_address_high;
        read_only   = 1'b0;
      end
      AtInterruptEnable: begin
        read_data_o = interrupt_enable;
        read_only   = 1'b0;
      end
      AtInterruptStatus: begin
        read_data_o = interrupt_status;
        read_only   = 1'b0;
      end
      AtCycles: begin
        read_data_o = cycles;
        read_only   = 1'b1;
      end
      AtStepsIssued: begin
        read_data_o = steps_issued;
        read_only   = 1'b1;
      end
      AtListed: begin
        read_data_o = listed;
        read_only   = 1'b1;
      end
      AtSkipped: begin
        read_data_o = skipped;
        read_only   = 1'b1;
      end
      AtStallWeights: begin
        read_data_o = stall_weights;
        read_only   = 1'b1;
      end
      AtStallPost: begin
        read_data_o = stall_post;
        read_only   = 1'b1;
      end
      AtStallGate: begin
        read_data_o = stall_gate;
        read_only   = 1'b1;
      end
      AtStallShort: begin
        read_data_o = stall_short;
        read_only   = 1'b1;
      end
      AtReadWords: begin
        read_data_o = read_words;
        read_only   = 1'b1;
      end
      AtWriteWords: begin
        read_data_o = write_words;
        read_only   = 1'b1;
      end
      AtErrorCommand: begin
        read_data_o = error_command;
        read_only   = 1'b1;
      end
      AtErrorAddressLow: begin
        read_data_o = error_address_low;
        read_only   = 1'b1;
      end
      AtErrorAddressHigh: begin
        read_data_o = error_address_high;
        read_only   = 1'b1;
      end
      AtWatchdog: begin
        read_data_o = watchdog;
        read_only   = 1'b0;
      end
      AtRegionBaseLow: begin
        read_data_o = region_base_low;
        read_only   = 1'b0;
      end
      AtRegionBaseHigh: begin
        read_data_o = region_base_high;
        read_only   = 1'b0;
      end
      AtRegionEndLow: begin
        read_data_o = region_end_low;
        read_only   = 1'b0;
      end
      AtRegionEndHigh: begin
        read_data_o = region_end_high;
        read_only   = 1'b0;
      end
      default: hole = 1'b1;
    endcase
  end

  assign error_o = hole | (write_i & read_only);

  logic write_control;
  assign write_control = write_i & (address == AtControl);
  logic write_command_address_low;
  assign write_command_address_low = write_i & (address == AtCommandAddressLow);
  logic write_command_address_high;
  assign write_command_address_high = write_i & (address == AtCommandAddressHigh);
  logic write_interrupt_enable;
  assign write_interrupt_enable = write_i & (address == AtInterruptEnable);
  logic write_interrupt_status;
  assign write_interrupt_status = write_i & (address == AtInterruptStatus);
  logic write_watchdog;
  assign write_watchdog = write_i & (address == AtWatchdog);
  logic write_region_base_low;
  assign write_region_base_low = write_i & (address == AtRegionBaseLow);
  logic write_region_base_high;
  assign write_region_base_high = write_i & (address == AtRegionBaseHigh);
  logic write_region_end_low;
  assign write_region_end_low = write_i & (address == AtRegionEndLow);
  logic write_region_end_high;
  assign write_region_end_high = write_i & (address == AtRegionEndHigh);

  logic unused_low_address;
  assign unused_low_address = ^address_i[1:0];

  // The register's new value: bytes without a strobe stay
  function automatic logic [31:0] merged(
    input  logic [31:0] old,
    input  logic [31:0] data,
    input  logic [3:0]  strobe
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
  logic [31:0] more_cycles;
  logic [31:0] more_steps_issued;
  logic [31:0] more_listed;
  logic [31:0] more_skipped;
  logic [31:0] more_stall_weights;
  logic [31:0] more_stall_post;
  logic [31:0] more_stall_gate;
  logic [31:0] more_stall_short;
  logic [31:0] more_read_words;
  logic [31:0] more_write_words;
  logic [31:0] unused_more;

  assign more_cycles = 32'd1;
  assign unused_more = '0;

  function automatic logic [31:0] ones(input logic [Lanes-1:0] bits);
    ones = '0;
    for (int l = 0; l < Lanes; l++) ones = ones + 32'(bits[l]);
  endfunction

  assign more_steps_issued  = ones(issue_i);

  function automatic logic [31:0] sum(input logic [Lanes*CountBits-1:0] counts);
    sum = '0;
    for (int l = 0; l < Lanes; l++) sum = sum + 32'(counts[l*CountBits +: CountBits]);
  endfunction

  assign more_listed        = sum(listed_i);
  assign more_skipped       = sum(skipped_i);
  assign more_stall_gate    = ones(stall_gate_i);
  assign more_stall_weights = ones(stall_weights_i);
  assign more_stall_post    = ones(stall_post_i);
  assign more_stall_short   = ones(stall_short_i);
  assign more_read_words    = 32'(read_i);
  assign more_write_words   = 32'(written_i);

  assign cycles = counters_q[0*32 +: 32];
  assign steps_issued = counters_q[1*32 +: 32];
  assign listed = counters_q[2*32 +: 32];
  assign skipped = counters_q[3*32 +: 32];
  assign stall_weights = counters_q[4*32 +: 32];
  assign stall_post = counters_q[5*32 +: 32];
  assign stall_gate = counters_q[6*32 +: 32];
  assign stall_short = counters_q[7*32 +: 32];
  assign read_words = counters_q[8*32 +: 32];
  assign write_words = counters_q[9*32 +: 32];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) clear_q <= 1'b1;
    else         clear_q <= 1'b0;
  end

  // Counters have no reset of their own, which would cost as much as they do: the first clock
  // clears them
  always_ff @(posedge clk_i) begin
    if (clear_q | start_o) counters_q <= '0;
    else if (busy_i) begin
      counters_q[0*32 +: 32] <= cycles + more_cycles;
      counters_q[1*32 +: 32] <= steps_issued + more_steps_issued;
      counters_q[2*32 +: 32] <= listed + more_listed;
      counters_q[3*32 +: 32] <= skipped + more_skipped;
      counters_q[4*32 +: 32] <= stall_weights + more_stall_weights;
      counters_q[5*32 +: 32] <= stall_post + more_stall_post;
      counters_q[6*32 +: 32] <= stall_gate + more_stall_gate;
      counters_q[7*32 +: 32] <= stall_short + more_stall_short;
      counters_q[8*32 +: 32] <= read_words + more_read_words;
      counters_q[9*32 +: 32] <= write_words + more_write_words;
    end
  end

endmodule : sluice_edge_registers
