// GENERATED - do not edit. Change tiny.yaml or templates/control/stop.sv.tpl, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 d6053104
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Run control: holds the status of runs, and ends a run that cannot go on in an orderly way.
//
// A run is stopped by the first of: an error answered by memory, a command that addresses memory
// outside the region, an illegal command, the watchdog, an abort. From the next cycle on there are
// no new requests (stop_o); one that is already shown stays until it is taken. When all reads and
// writes in flight have ended, all units are reset for one cycle (units_rst_no), and the core is
// idle, with the status of the error.
//
// For the address of a failed access, the requests in flight are kept in two memories that are read
// only then.
module sluice_tiny_stop #(
  parameter  int WordBytes   = 8,
  parameter  int MemoryBits  = 32,  // of a byte address
  parameter  int Burst       = 4,
  parameter  int Outstanding = 2,
  localparam int LengthBits  = $clog2(Burst + 1)
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  output logic                  units_rst_no,  // reset of all but registers and this unit

  // Registers
  input  logic                  start_i,       // only while not busy
  input  logic                  abort_i,
  input  logic [31:0]           watchdog_i,
  output logic                  busy_o,
  output logic                  done_o,
  output logic                  error_o,
  output logic                  done_event_o,  // the run has ended: for one cycle
  output logic                  error_event_o,
  output logic [7:0]            error_code_o,
  output logic [31:0]           error_command_o,
  output logic [MemoryBits-1:0] error_address_o,
  output logic [15:0]           layers_o,      // LAYER commands executed

  // Command unit
  input  logic                  active_i,
  input  logic                  finish_i,        // END was reached, everything has finished
  input  logic                  illegal_i,
  input  logic                  command_done_i,  // goes on to the next command
  input  logic                  layer_set_i,

  // Anything that shows that the run goes on
  input  logic                  progress_i,

  // Reads: requests and data as at the memory port
  input  logic                  read_taken_i,
  input  logic [MemoryBits-1:0] read_address_i,
  input  logic                  read_data_valid_i,
  input  logic [1:0]            read_error_i,
  input  logic [LengthBits-1:0] read_beat_i,     // number of the word in its burst
  input  logic                  read_last_i,     // it is the last one
  input  logic                  read_outside_i,  // read_address_i is not allowed: it stays
  input  logic                  reads_busy_i,    // a request is shown or in flight

  // Writes
  input  logic                  write_taken_i,
  input  logic [MemoryBits-1:0] write_address_i,
  input  logic                  write_done_i,
  input  logic [1:0]            write_error_i,
  input  logic                  write_outside_i,   // write_address_i is not allowed: it stays
  input  logic                  write_valid_i,
  output logic                  unacknowledged_o,  // writes are in flight

  output logic                  stop_o  // no new requests
);

  // Codes of errors
  localparam logic [7:0] ErrorNone           = 8'd0;  // no error
  localparam logic [7:0] ErrorIllegalCommand = 8'd1;  // illegal command
  localparam logic [7:0] ErrorReadSlave      = 8'd2;  // a read was answered with a slave error
  localparam logic [7:0] ErrorReadDecode     = 8'd3;  // a read was answered with a decode error
  localparam logic [7:0] ErrorWriteSlave     = 8'd4;  // a write was answered with a slave error
  localparam logic [7:0] ErrorWriteDecode    = 8'd5;  // a write was answered with a decode error
  localparam logic [7:0] ErrorRegion         = 8'd6;  // a command addresses memory outside the
                                                      // region
  localparam logic [7:0] ErrorWatchdog       = 8'd7;  // no progress for as long as the watchdog
                                                      // allows
  localparam logic [7:0] ErrorAborted        = 8'd8;  // aborted by software

  localparam int WordShift      = $clog2(WordBytes);
  localparam int MemoryWordBits = MemoryBits - WordShift;
  localparam int WriteDepth     = 32;  // from so many writes on the address is not known
  localparam int ReadIndexBits  = $clog2(Outstanding);
  localparam int WriteIndexBits = $clog2(WriteDepth);

  logic stop, stop_q, reset_q, quiet, expired, clear_q, finish;

  // ---------------------------------------------------------------------------------------------
  // Cause: of several at once the last below wins
  logic [7:0] cause, code_q;
  logic       read_failed, read_decode, write_failed, write_decode;

  assign {read_failed, read_decode}   = {read_error_i[1] & read_data_valid_i, read_error_i[0]};
  assign {write_failed, write_decode} = {write_error_i[1] & write_done_i, write_error_i[0]};

  always_comb begin
    cause = ErrorNone;
    if (abort_i)                          cause = ErrorAborted;
    if (expired)                          cause = ErrorWatchdog;
    if (illegal_i)                        cause = ErrorIllegalCommand;
    if (read_outside_i | write_outside_i) cause = ErrorRegion;
    if (write_failed)                     cause = write_decode ? ErrorWriteDecode : ErrorWriteSlave;
    if (read_failed)                      cause = read_decode ? ErrorReadDecode : ErrorReadSlave;
  end

  assign finish = finish_i & ~stop_q;
  assign stop   = (cause != ErrorNone) & active_i & ~stop_q & ~finish;

  // ---------------------------------------------------------------------------------------------
  // Stop, wait, reset
  assign quiet         = ~reads_busy_i & ~write_valid_i & ~unacknowledged_o;
  assign stop_o        = stop_q;
  assign busy_o        = active_i | stop_q;
  assign done_event_o  = finish;
  assign error_event_o = reset_q;
  assign error_code_o  = code_q;

  // A flip-flop's output and the reset itself: no glitch, since the flip-flop falls only while
  // rst_ni is low or with the clock
  assign units_rst_no = rst_ni & ~reset_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      stop_q  <= 1'b0;
      reset_q <= 1'b0;
      done_o  <= 1'b0;
      error_o <= 1'b0;
      code_q  <= ErrorNone;
    end else begin
      reset_q <= stop_q & quiet & ~reset_q;
      if (stop)         stop_q <= 1'b1;
      else if (reset_q) stop_q <= 1'b0;

      if (start_i)     done_o <= 1'b0;
      else if (finish) done_o <= 1'b1;

      if (start_i)      error_o <= 1'b0;
      else if (reset_q) error_o <= 1'b1;

      if (start_i)   code_q <= ErrorNone;
      else if (stop) code_q <= cause;
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Numbers that need no reset: the first clock clears them
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) clear_q <= 1'b1;
    else         clear_q <= 1'b0;
  end

  always_ff @(posedge clk_i) begin
    if (clear_q | start_i) begin
      error_command_o <= '0;
      layers_o        <= '0;
    end else if (~stop_q & ~stop) begin
      error_command_o <= error_command_o + 32'(command_done_i);
      layers_o        <= layers_o + 16'(layer_set_i);
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Watchdog: counts down in busy cycles without progress
  logic [31:0] left_q;
  logic        progress_q;

  assign expired = (watchdog_i != '0) & (left_q == '0) & ~progress_q;

  always_ff @(posedge clk_i) begin
    progress_q <= progress_i;
    if (~active_i | progress_q) left_q <= watchdog_i;
    else if (left_q != '0)      left_q <= left_q - 32'd1;
  end

  // ---------------------------------------------------------------------------------------------
  // Addresses of the accesses in flight
  logic [ReadIndexBits-1:0]  read_new_q, read_old_q;
  logic [WriteIndexBits-1:0] write_new_q, write_old;
  logic [15:0]               unacknowledged_q;
  logic [MemoryWordBits-1:0] read_burst, write_word;

  assign unacknowledged_o = unacknowledged_q != '0;
  assign write_old        = write_new_q - unacknowledged_q[WriteIndexBits-1:0];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      read_new_q       <= '0;
      read_old_q       <= '0;
      write_new_q      <= '0;
      unacknowledged_q <= '0;
    end else begin
      if (read_taken_i)                    read_new_q  <= read_new_q + 1'b1;
      if (read_data_valid_i & read_last_i) read_old_q  <= read_old_q + 1'b1;
      if (write_taken_i)                   write_new_q <= write_new_q + 1'b1;
      if (write_taken_i & ~write_done_i)      unacknowledged_q <= unacknowledged_q + 16'd1;
      else if (~write_taken_i & write_done_i) unacknowledged_q <= unacknowledged_q - 16'd1;
    end
  end

  sluice_tiny_ram #(
    .Depth   (Outstanding),
    .Width   (MemoryWordBits),
    .Granule (MemoryWordBits)
  ) u_reads (
    .clk_i,
    .write_i         (read_taken_i),
    .write_address_i (read_new_q),
    .write_data_i    (read_address_i[MemoryBits-1:WordShift]),
    .read_i          (stop),
    .read_address_i  (read_old_q),
    .read_data_o     (read_burst)
  );

  sluice_tiny_ram #(
    .Depth   (WriteDepth),
    .Width   (MemoryWordBits),
    .Granule (MemoryWordBits)
  ) u_writes (
    .clk_i,
    .write_i         (write_taken_i),
    .write_address_i (write_new_q),
    .write_data_i    (write_address_i[MemoryBits-1:WordShift]),
    .read_i          (stop),
    .read_address_i  (write_old),
    .read_data_o     (write_word)
  );

  // The address of the access that stopped the run, in the cycle after
  logic                      find_q, outside_write_q, unknown_q;
  logic [LengthBits-1:0]     beat_q;
  logic [MemoryWordBits-1:0] word, word_q, read_word, outside_word;

  assign read_word    = read_burst + MemoryWordBits'(beat_q);
  assign outside_word = outside_write_q ? write_address_i[MemoryBits-1:WordShift]
                                        : read_address_i[MemoryBits-1:WordShift];

  always_comb begin
    case (code_q)
      ErrorReadSlave, ErrorReadDecode:   word = read_word;
      ErrorWriteSlave, ErrorWriteDecode: word = unknown_q ? '0 : write_word;
      ErrorRegion:                       word = outside_word;
      default:                           word = '0;
    endcase
  end

  always_ff @(posedge clk_i) begin
    find_q <= stop;
    if (stop) begin
      beat_q          <= read_beat_i;
      outside_write_q <= ~read_outside_i;
      unknown_q       <= unacknowledged_q >= 16'(WriteDepth);
    end
    if (clear_q | start_i) word_q <= '0;
    else if (find_q)       word_q <= word;
  end

  assign error_address_o = {word_q, {WordShift{1'b0}}};

  logic unused_address;
  assign unused_address = ^{read_address_i, write_address_i};

endmodule : sluice_tiny_stop
