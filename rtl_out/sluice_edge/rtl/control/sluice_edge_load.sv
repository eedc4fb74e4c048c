// GENERATED - do not edit. Change edge.yaml or templates/control/load.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Load engine: copies memory words into the activation buffers (LOAD) or fills them with a constant
// (FILL), in the order of the commands. Requests run ahead of the data: the requests of one LOAD
// follow those of the one before without waiting for its data.
//
// Data that arrives is written at once. A constant is written in cycles in which the buffers' write
// port is free (`fill_ready_i`).
//
// A LOAD may put its data some places of `PlaceBytes` behind the word that it names. Its words
// leave rotated by so many places: the first places hold what belongs to the word after it.
module sluice_edge_load #(
  parameter  int WordBytes       = 32,
  parameter  int MemoryBits      = 32,  // of a byte address in memory
  parameter  int WordAddressBits = 11,  // of a word in the activation buffer
  parameter  int Burst           = 16,
  parameter  int PlaceBytes      = 16,
  localparam int Places          = WordBytes / PlaceBytes,
  localparam int PlaceBits       = $clog2(Places),
  localparam int CountBits       = WordAddressBits + 1,
  localparam int LengthBits      = $clog2(Burst + 1)
) (
  input  logic                       clk_i,
  input  logic                       rst_ni,

  // Commands
  input  logic                       command_valid_i,
  output logic                       command_ready_o,
  input  logic                       command_fill_i,   // FILL, not LOAD
  input  logic [MemoryBits-1:0]      command_source_i,
  input  logic [WordAddressBits-1:0] command_word_i,   // destination
  input  logic [PlaceBits-1:0]       command_shift_i,  // places behind it; FILL: 0
  input  logic [CountBits-1:0]       command_count_i,  // memory words, 1 to those of the buffer
  input  logic [7:0]                 command_value_i,
  output logic                       busy_o,

  // Read requests
  output logic                       request_valid_o,
  input  logic                       request_ready_i,
  output logic [MemoryBits-1:0]      request_address_o,
  output logic [LengthBits-1:0]      request_length_o,

  // Data
  input  logic                       data_valid_i,
  input  logic [WordBytes*8-1:0]     data_i,

  // Activation buffers
  output logic                       write_o,        // data has arrived: cannot wait
  output logic                       fill_o,         // a constant: waits for fill_ready_i
  input  logic                       fill_ready_i,
  output logic [WordAddressBits-1:0] write_word_o,
  output logic [PlaceBits-1:0]       write_shift_o,  // places that belong to the next word
  output logic [WordBytes*8-1:0]     write_data_o
);

  localparam int TargetBits  = 1 + WordAddressBits + PlaceBits + CountBits + 8;
  localparam int CommandBits = TargetBits + MemoryBits;

  // ---------------------------------------------------------------------------------------------
  // Commands wait here
  logic                       next_valid, next_fill, next_take;
  logic [MemoryBits-1:0]      next_source;
  logic [WordAddressBits-1:0] next_word;
  logic [PlaceBits-1:0]       next_shift;
  logic [CountBits-1:0]       next_count;
  logic [7:0]                 next_value;

  sluice_edge_fifo #(
    .Depth (2),
    .Width (CommandBits)
  ) u_commands (
    .clk_i,
    .rst_ni,
    .push_i  (command_valid_i & command_ready_o),
    .data_i  ({command_fill_i, command_source_i, command_word_i, command_shift_i, command_count_i,
               command_value_i}),
    .ready_o (command_ready_o),
    .pop_i   (next_take),
    .valid_o (next_valid),
    .data_o  ({next_fill, next_source, next_word, next_shift, next_count, next_value})
  );

  // ---------------------------------------------------------------------------------------------
  // Requests of the command in front
  logic                  target_ready, target_valid, target_fill, target_done, step;
  logic                  requesting_q, last_request, fill_waits_q;
  logic [MemoryBits-1:0] address_q;
  logic [CountBits-1:0]  left_q;

  // Nothing overtakes a FILL: data that arrives belongs to the target in front
  assign next_take    = next_valid & ~requesting_q & target_ready & ~fill_waits_q;
  assign last_request = 32'(left_q) <= 32'(Burst);

  assign request_valid_o   = requesting_q;
  assign request_address_o = address_q;
  assign request_length_o  = last_request ? LengthBits'(left_q) : LengthBits'(Burst);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) requesting_q <= 1'b0;
    else if (next_take) requesting_q <= ~next_fill;
    else if (request_ready_i & last_request) requesting_q <= 1'b0;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) fill_waits_q <= 1'b0;
    else if (next_take & next_fill) fill_waits_q <= 1'b1;
    else if (target_done & target_fill) fill_waits_q <= 1'b0;
  end

  always_ff @(posedge clk_i) begin
    if (next_take) begin
      address_q <= next_source;
      left_q    <= next_count;
    end else if (requesting_q & request_ready_i) begin
      address_q <= address_q + MemoryBits'(Burst * WordBytes);
      left_q    <= left_q - CountBits'(Burst);
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Targets of the commands whose data is awaited
  logic [WordAddressBits-1:0] target_word, offset;
  logic [CountBits-1:0]       target_count, done_q;
  logic [7:0]                 target_value;

  sluice_edge_fifo #(
    .Depth (4),
    .Width (TargetBits)
  ) u_targets (
    .clk_i,
    .rst_ni,
    .push_i  (next_take),
    .data_i  ({next_fill, next_word, next_shift, next_count, next_value}),
    .ready_o (target_ready),
    .pop_i   (target_done),
    .valid_o (target_valid),
    .data_o  ({target_fill, target_word, write_shift_o, target_count, target_value})
  );

  assign write_o      = data_valid_i;
  assign fill_o       = target_valid & target_fill;
  assign step         = data_valid_i | (fill_o & fill_ready_i);
  assign target_done  = step & (done_q + 1'b1 == target_count);
  assign write_word_o = target_word + offset;
  assign offset       = done_q[WordAddressBits-1:0];

  // Stage k rotates by 2^k places
  for (genvar k = 0; k <= PlaceBits; k++) begin : gen_rotated
    logic [WordBytes*8-1:0] data;

    if (k == 0) begin : gen_arrived
      assign data = data_i;
    end else begin : gen_stage
      localparam int Bits = PlaceBytes * 8 << (k - 1);
      assign data = write_shift_o[k-1]
                        ? {gen_rotated[k-1].data[WordBytes*8-Bits-1:0],
                           gen_rotated[k-1].data[WordBytes*8-1 -: Bits]}
                        : gen_rotated[k-1].data;
    end
  end

  assign write_data_o = target_fill ? {WordBytes{target_value}} : gen_rotated[PlaceBits].data;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)          done_q <= '0;
    else if (target_done) done_q <= '0;
    else if (step)        done_q <= done_q + 1'b1;
  end

  assign busy_o = next_valid | requesting_q | target_valid;

endmodule : sluice_edge_load
