// GENERATED - do not edit. Change edge.yaml or templates/control/command.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Command unit: fetches commands from memory, one ahead of the one that is executed, and executes
// them in order. LOAD, FILL, FETCH and RUN are handed on; LAYER and ADDITION set the registers that
// all lanes share. A command may wait for others first (bits 7:4 of its first word).
// TABLE writes the lanes' activation tables, a word of 32 bits in each cycle that reads one.
//
// A command is kept as memory words; one 32-bit word of it is read in a cycle.
module sluice_edge_command #(
  parameter  int WordBytes    = 32,
  parameter  int MemoryBits   = 32,  // of a byte address
  parameter  int Burst        = 16,
  parameter  int CommandWords = 4,   // memory words of a command
  localparam int LengthBits   = $clog2(Burst + 1)
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,

  // Control
  input  logic                   start_i,
  input  logic [MemoryBits-1:0]  start_address_i,
  output logic                   busy_o,
  output logic                   finish_o,        // END is done: the last busy cycle
  output logic                   illegal_o,       // at an illegal command: stays until reset
  output logic                   command_done_o,  // goes on to the next command

  // Read requests and data
  output logic                   request_valid_o,
  input  logic                   request_ready_i,
  output logic [MemoryBits-1:0]  request_address_o,
  output logic [LengthBits-1:0]  request_length_o,
  input  logic                   data_valid_i,
  input  logic [WordBytes*8-1:0] data_i,

  // What a command can wait for
  input  logic                   loads_busy_i,
  input  logic                   writes_busy_i,  // words on their way out, or not acknowledged
  input  logic                   runs_busy_i,    // a RUN is unfinished in some lane
  input  logic                   runs_full_i,    // two RUNs are unfinished in some lane

  // Commands handed on: the same words, as each of them sees its operands
  output sluice_edge_load_t      load_o,
  output sluice_edge_fill_t      fill_o,
  output sluice_edge_fetch_t     fetch_o,
  output sluice_edge_run_t       run_o,

  output logic                   load_valid_o,
  output logic                   load_fill_o,  // FILL, not LOAD
  input  logic                   load_ready_i,
  output logic                   fetch_valid_o,
  input  logic                   fetch_ready_i,
  output logic                   run_valid_o,

  // Layer registers: the last LAYER command, the last ADDITION
  output sluice_edge_layer_t     layer_o,
  output sluice_edge_addition_t  addition_o,

  // Activation tables: words as they are read
  output logic                   table_write_o,
  output logic [5:0]             table_address_o,
  output logic [31:0]            table_data_o,

  output logic                   layer_set_o,  // they have changed
  input  logic                   layer_busy_i  // what is derived from them is not ready yet
);

  localparam int LayerWords    = sluice_edge_pkg::LayerWords;
  localparam int AdditionWords = sluice_edge_pkg::AdditionWords;
  localparam int TableWords    = sluice_edge_pkg::TableWords;
  // The most of the commands that are handed on
  localparam int OperandWords = sluice_edge_pkg::FetchWords;
  localparam int WordsPerBeat = WordBytes / 4;
  localparam int PartBits     = $clog2(WordsPerBeat);
  localparam int BeatBits     = (CommandWords > 1) ? $clog2(CommandWords) : 1;
  localparam int LeftBits     = $clog2(CommandWords + 1);

  // ---------------------------------------------------------------------------------------------
  // Fetch: into two slots in turn; stops behind END and behind an illegal command
  logic                  fetching_q, asking_q, fill_slot_q, stop_q;
  logic [1:0]            full_q;
  logic [MemoryBits-1:0] address_q;
  logic [LeftBits-1:0]   left_q;
  logic [BeatBits-1:0]   beat_q;
  logic [3:0]            fetched_opcode;
  logic                  first_beat, last_beat, release_slot, read_slot_q, legal, begin_fetch;

  assign fetched_opcode = data_i[3:0];
  assign legal          =
      (fetched_opcode == sluice_edge_pkg::OpAddition) |
      (fetched_opcode == sluice_edge_pkg::OpTable) |
      ((fetched_opcode >= sluice_edge_pkg::OpLoad) &
       (fetched_opcode <= sluice_edge_pkg::OpRun));
  assign first_beat     = beat_q == '0;
  assign last_beat      = beat_q == BeatBits'(CommandWords - 1);
  assign begin_fetch    = busy_o & ~fetching_q & ~stop_q & ~full_q[fill_slot_q];

  assign request_valid_o   = asking_q;
  assign request_address_o = address_q;

  if (CommandWords <= Burst) begin : gen_one_burst
    assign request_length_o = LengthBits'(left_q);
  end else begin : gen_bursts
    assign request_length_o =
        (left_q < LeftBits'(Burst)) ? LengthBits'(left_q) : LengthBits'(Burst);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      fetching_q  <= 1'b0;
      asking_q    <= 1'b0;
      fill_slot_q <= 1'b0;
      stop_q      <= 1'b0;
      full_q      <= '0;
      beat_q      <= '0;
      left_q      <= '0;
      address_q   <= '0;
    end else if (start_i & ~busy_o) begin
      stop_q      <= 1'b0;
      address_q   <= start_address_i;
      full_q      <= '0;
      fill_slot_q <= 1'b0;
      beat_q      <= '0;
    end else begin
      if (begin_fetch) begin
        fetching_q <= 1'b1;
        asking_q   <= 1'b1;
        left_q     <= LeftBits'(CommandWords);
      end
      if (asking_q & request_ready_i) begin
        address_q <= address_q + (MemoryBits'(request_length_o) << $clog2(WordBytes));
        left_q    <= left_q - LeftBits'(request_length_o);
        asking_q  <= LeftBits'(request_length_o) != left_q;
      end
      if (data_valid_i) begin
        beat_q <= last_beat ? '0 : beat_q + 1'b1;
        if (first_beat & ~legal) stop_q <= 1'b1;
        if (last_beat) begin
          fetching_q          <= 1'b0;
          full_q[fill_slot_q] <= 1'b1;
          fill_slot_q         <= ~fill_slot_q;
        end
      end
      if (release_slot) full_q[read_slot_q] <= 1'b0;
    end
  end

  // ---------------------------------------------------------------------------------------------
  // The slots
  logic                   read;
  logic [4:0]             word;  // of the command, read in this cycle
  logic [WordBytes*8-1:0] beat;
  logic [31:0]            value;
  logic [PartBits-1:0]    part_q;
  logic [BeatBits-1:0]    read_beat;

  assign read_beat = BeatBits'(32'(word) >> PartBits);

  sluice_edge_ram #(
    .Depth   (2 << BeatBits),
    .Width   (WordBytes * 8),
    .Granule (WordBytes * 8)
  ) u_commands (
    .clk_i,
    .write_i         (data_valid_i),
    .write_address_i ({fill_slot_q, beat_q}),
    .write_data_i    (data_i),
    .read_i          (read),
    .read_address_i  ({read_slot_q, read_beat}),
    .read_data_o     (beat)
  );

  always_ff @(posedge clk_i) part_q <= PartBits'(word);
  assign value = beat[32'(part_q)*32 +: 32];

  // ---------------------------------------------------------------------------------------------
  // Execution
  typedef enum logic [2:0] {
    StIdle     = 3'd0,
    StOpcode   = 3'd1,  // waits for a command, reads its first word
    StDecode   = 3'd2,
    StWait     = 3'd3,  // waits for what the command's flags say
    StOperands = 3'd4,  // reads the other words
    StDispatch = 3'd5,  // hands the command on
    StFinish   = 3'd6   // waits until everything has finished
  } state_e;

  state_e     state_q, state_d;
  logic [3:0] opcode_q;
  logic [3:0] waits_q;  // loads, writes, runs, run
  logic [4:0] word_q, count;
  logic       is_load, is_fill, is_layer, is_fetch, is_run, is_end;
  logic       is_addition;
  logic       is_table;
  logic       sets_up;  // what lanes use while they run
  logic       flags_ok, accepted, all_idle, operand_valid_q, operands_end;
  logic [4:0] operand_word_q;

  logic [LayerWords*32-1:0]    layer_q;
  logic [AdditionWords*32-1:0] addition_q;
  logic [OperandWords*32-1:0]  operand_q;

  assign layer_o = layer_q;
  assign addition_o = addition_q;
  assign load_o  = operand_q[0 +: 32*sluice_edge_pkg::LoadWords];
  assign fill_o  = operand_q[0 +: 32*sluice_edge_pkg::FillWords];
  assign fetch_o = operand_q;
  assign run_o   = operand_q[0 +: 32*sluice_edge_pkg::RunWords];

  assign is_load  = opcode_q == sluice_edge_pkg::OpLoad;
  assign is_fill  = opcode_q == sluice_edge_pkg::OpFill;
  assign is_layer = opcode_q == sluice_edge_pkg::OpLayer;
  assign is_fetch = opcode_q == sluice_edge_pkg::OpFetch;
  assign is_run   = opcode_q == sluice_edge_pkg::OpRun;
  assign is_end   = opcode_q == sluice_edge_pkg::OpEnd;
  assign is_addition = opcode_q == sluice_edge_pkg::OpAddition;
  assign is_table = opcode_q == sluice_edge_pkg::OpTable;
  assign sets_up  =
      is_addition |
      is_table |
      is_layer;
  assign count    =
      is_table ? 5'(TableWords) :
      is_layer ? 5'(LayerWords) : 5'(OperandWords);
  assign all_idle = ~loads_busy_i & ~writes_busy_i & ~runs_busy_i;
  assign flags_ok = ~(waits_q[0] & loads_busy_i) & ~(waits_q[1] & (writes_busy_i | runs_busy_i)) &
                    ~((waits_q[2] | sets_up) & runs_busy_i) & ~(waits_q[3] & runs_full_i);

  assign operands_end = operand_valid_q & (operand_word_q == count);

  always_comb begin
    accepted = 1'b1;
    if (is_load | is_fill) accepted = load_ready_i;
    if (is_fetch)          accepted = fetch_ready_i;
    if (is_run)            accepted = ~runs_full_i & ~layer_busy_i;
  end

  always_comb begin
    state_d = state_q;
    case (state_q)
      StIdle:     if (start_i) state_d = StOpcode;
      StOpcode:   if (full_q[read_slot_q]) state_d = StDecode;
      StDecode:   state_d = StWait;
      StWait: begin
        if (is_end) state_d = StFinish;
        else if (flags_ok & ~illegal_o) state_d = StOperands;
      end
      StOperands: if (operands_end) state_d = StDispatch;
      StDispatch: if (accepted) state_d = StOpcode;
      StFinish:   if (all_idle) state_d = StIdle;
      default:    state_d = StIdle;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q         <= StIdle;
      read_slot_q     <= 1'b0;
      opcode_q        <= '0;
      waits_q         <= '0;
      word_q          <= '0;
      operand_valid_q <= 1'b0;
    end else begin
      state_q <= state_d;
      if (state_q == StIdle && start_i) read_slot_q <= 1'b0;
      if (state_q == StDecode) begin
        opcode_q <= value[3:0];
        waits_q  <= value[7:4];
      end
      if (state_q == StWait) word_q <= 5'd1;
      else if (state_q == StOperands && word_q != count) word_q <= word_q + 5'd1;
      operand_valid_q <= (state_q == StOperands) & ~operands_end;
      if (release_slot) read_slot_q <= ~read_slot_q;
    end
  end

  assign busy_o         = state_q != StIdle;
  assign finish_o       = (state_q == StFinish) & all_idle;
  assign illegal_o      = (state_q == StWait) &
                          ((opcode_q == 4'd0) |
                           ((opcode_q > sluice_edge_pkg::OpEnd)
                            & ~is_addition
                            & ~is_table
                           ));
  assign command_done_o = release_slot;
  assign word           = (state_q == StOperands) ? word_q : '0;
  assign read           = ((state_q == StOpcode) & full_q[read_slot_q]) |
                          ((state_q == StOperands) & ~operands_end);
  assign release_slot   = (state_q == StDispatch) & accepted;

  // Words of the command: to the layer registers, those of the addition or to the operands
  always_ff @(posedge clk_i) begin
    operand_word_q <= word;
    for (int w = 0; w < LayerWords; w++) begin
      if (operand_valid_q & is_layer & (operand_word_q == 5'(w + 1))) begin
        layer_q[w*32 +: 32] <= value;
      end
    end
    for (int w = 0; w < OperandWords; w++) begin
      if (operand_valid_q & ~sets_up & (operand_word_q == 5'(w + 1))) begin
        operand_q[w*32 +: 32] <= value;
      end
    end
    for (int w = 0; w < AdditionWords; w++) begin
      if (operand_valid_q & is_addition & (operand_word_q == 5'(w + 1))) begin
        addition_q[w*32 +: 32] <= value;
      end
    end
  end

  // Words of a table: the first says which quarter of it follows
  logic [1:0] part_of_table_q;
  logic [3:0] table_word;

  assign table_word = 4'(operand_word_q - 5'd2);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) table_write_o <= 1'b0;
    else         table_write_o <= operand_valid_q & is_table & (operand_word_q > 5'd1);
  end

  always_ff @(posedge clk_i) begin
    if (operand_valid_q & is_table) begin
      if (operand_word_q == 5'd1) part_of_table_q <= value[1:0];
      table_address_o <= {part_of_table_q, table_word};
      table_data_o    <= value;
    end
  end

  assign load_valid_o  = (state_q == StDispatch) & (is_load | is_fill);
  assign load_fill_o   = is_fill;
  assign fetch_valid_o = (state_q == StDispatch) & is_fetch;
  assign run_valid_o   = release_slot & is_run;
  assign layer_set_o   = release_slot & is_layer;

endmodule : sluice_edge_command
