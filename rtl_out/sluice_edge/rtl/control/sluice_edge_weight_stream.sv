// GENERATED - do not edit. Change edge.yaml or templates/control/weight_stream.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Weight stream: where one lane is in its stream of records, each a header and then weights. The
// weight fetch asks for bursts; this module counts what they leave. All outputs are registers.
module sluice_edge_weight_stream #(
  parameter  int MemoryBits  = 32,  // of a byte address in memory
  parameter  int LengthBits  = 4,   // of a burst's length in memory words
  parameter  int CountBits   = 4,   // of words asked for, modulo twice the weight buffer
  parameter  int HeaderWords = 11,
  parameter  int HeaderSlots = 2,
  localparam int SlotBits    = $clog2(HeaderSlots + 1)
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,

  // Start, with the first record's address and how many there are
  input  logic                  start_i,
  input  logic [MemoryBits-1:0] start_address_i,
  input  logic [15:0]           start_records_i,
  input  logic [31:0]           record_words_i,    // weights of each record, memory words
  input  logic [15:0]           record_repeats_i,  // times each record is fetched

  // A burst of this lane was asked for
  input  logic                  take_i,
  input  logic [LengthBits-1:0] length_i,
  input  logic                  last_burst_i,      // of the header, or of the weights
  input  logic [MemoryBits-1:0] next_address_i,    // behind the burst
  input  logic                  header_retired_i,  // the lane needs a header no longer

  // What comes next
  output logic                  active_o,     // records are left
  output logic [MemoryBits-1:0] address_o,
  output logic                  header_o,     // a header; else weights
  output logic [31:0]           left_o,       // memory words left of it
  output logic                  slot_free_o,  // no header begins, or there is a slot for it
  output logic [CountBits-1:0]  asked_o       // words of weights asked for so far
);

  logic [MemoryBits-1:0] record_q;   // address of the record
  logic [15:0]           records_q;  // left, this one included
  logic [15:0]           repeats_q;  // left of this record, this one included
  logic [SlotBits-1:0]   slots_q;    // headers asked for and not retired
  logic                  begins, asks_slot, ends, last_repeat;

  assign active_o    = records_q != '0;
  assign last_repeat = repeats_q == 16'd1;
  assign begins      = header_o & (left_o == 32'(HeaderWords));
  assign slot_free_o = ~begins | (slots_q != SlotBits'(HeaderSlots));
  assign asks_slot   = take_i & begins;
  assign ends        = take_i & ~header_o & last_burst_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      records_q <= '0;
      asked_o   <= '0;
      slots_q   <= '0;
    end else begin
      if (start_i) records_q <= start_records_i;
      else if (ends & last_repeat) records_q <= records_q - 16'd1;
      if (take_i & ~header_o) asked_o <= asked_o + CountBits'(length_i);
      if (asks_slot & ~header_retired_i) slots_q <= slots_q + 1'b1;
      if (~asks_slot & header_retired_i) slots_q <= slots_q - 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (start_i | ends) begin
      header_o <= 1'b1;
      left_o   <= 32'(HeaderWords);
    end else if (take_i) begin
      if (last_burst_i) header_o <= 1'b0;
      left_o <= last_burst_i ? record_words_i : left_o - 32'(length_i);
    end
  end

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      address_o <= start_address_i;
      record_q  <= start_address_i;
      repeats_q <= record_repeats_i;
    end else if (take_i) begin
      address_o <= (ends & ~last_repeat) ? record_q : next_address_i;
      if (ends) repeats_q <= last_repeat ? record_repeats_i : repeats_q - 16'd1;
      if (ends & last_repeat) record_q <= next_address_i;
    end
  end

endmodule : sluice_edge_weight_stream
