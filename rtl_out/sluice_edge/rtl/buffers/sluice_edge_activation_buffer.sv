// GENERATED - do not edit. Change edge.yaml or templates/buffers/activation_buffer.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Activation buffer of one lane: Banks memories of one atom's width.
//
// Reading takes an atom for each valid slot, wherever the slots' addresses are, as long as a
// butterfly network between slots and banks can bring them there: the stage of bit k swaps nodes
// whose numbers differ in that bit, and a node serves one address. Atoms one after the other pass,
// from any bank on, and so do blocks of slots that share atoms. The compiler proves it for each
// step. Writing takes one memory word. Its first `write_shift_i` places of PlaceBytes go to the
// word after the one that is named.
//
// Latency: addresses are taken in one cycle with `read_i`, `data_o` is valid three cycles later. A
// bank that serves no slot is not read.
// Data of a slot that is not valid may be anything.
module sluice_edge_activation_buffer #(
  parameter  int Slots           = 8,
  parameter  int Banks           = 8,     // power of two, at least 2
  parameter  int BankDepth       = 2048,  // atoms
  parameter  int AtomBytes       = 4,
  parameter  int Segments        = 4,
  parameter  int Columns         = 4,     // of a segment
  parameter  int WordBytes       = 32,    // memory word
  parameter  int AddressBits     = 14,    // of an atom
  parameter  int PlaceBytes      = 16,
  localparam int Places          = WordBytes / PlaceBytes,
  localparam int PlaceBits       = $clog2(Places),
  parameter  int WordAddressBits = 11
) (
  input  logic                         clk_i,
  input  logic                         joins_i,    // taps; steady in a layer, as is what follows
  input  logic                         maximum_i,  // of taps that are joined; else all are taken

  // Read: atom addresses of all slots
  input  logic                         read_i,
  input  logic [Slots-1:0]             slot_valid_i,
  input  logic [Slots*AddressBits-1:0] address_i,
  output logic [Slots*AtomBytes*8-1:0] data_o,

  // Write: one memory word
  input  logic                         write_i,
  input  logic [WordAddressBits-1:0]   write_word_i,
  input  logic [WordAddressBits-1:0]   write_next_i,   // the word after it
  input  logic [PlaceBits-1:0]         write_shift_i,  // places that go there
  input  logic [WordBytes-1:0]         write_strobe_i,
  input  logic [WordBytes*8-1:0]       write_data_i
);

  localparam int BankBits    = $clog2(Banks);
  localparam int RowBits     = AddressBits - BankBits;
  localparam int AtomBits    = AtomBytes * 8;
  localparam int WordAtoms   = WordBytes / AtomBytes;
  localparam int WordsPerRow = Banks / WordAtoms;  // memory words in one row of all banks

  // ---------------------------------------------------------------------------------------------
  // Requests, from slots to banks: at stage k each goes to the node that has its address's bit k
  for (genvar k = 0; k <= BankBits; k++) begin : gen_request
    logic [Banks-1:0]             valid;
    logic [Banks*AddressBits-1:0] address;

    for (genvar m = 0; m < Banks; m++) begin : gen_node
      if (k == 0) begin : gen_slot
        if (m < Slots) begin : gen_used
          assign valid[m] = read_i & slot_valid_i[m];
          assign address[m*AddressBits +: AddressBits] = address_i[m*AddressBits +: AddressBits];
        end else begin : gen_unused
          assign valid[m] = 1'b0;
          assign address[m*AddressBits +: AddressBits] = '0;
        end
      end else begin : gen_take
        localparam int Other = m ^ (1 << (k - 1));
        logic own, other;

        assign own   = gen_request[k-1].valid[m] &
                       (gen_request[k-1].address[m*AddressBits + k-1] == 1'(m >> (k - 1)));
        assign other = gen_request[k-1].valid[Other] &
                       (gen_request[k-1].address[Other*AddressBits + k-1] == 1'(m >> (k - 1)));
        assign valid[m] = own | other;
        assign address[m*AddressBits +: AddressBits] =
            own ? gen_request[k-1].address[m*AddressBits +: AddressBits]
                : gen_request[k-1].address[Other*AddressBits +: AddressBits];
      end
    end
  end

  // Where data comes from at each stage, kept until it is there
  logic [BankBits*Banks-1:0] crosses, crosses_q, crosses_qq;
  logic [Banks*RowBits-1:0]  rows, rows_q;
  logic [Banks-1:0]          read_q;
  logic                      unused_bank_bits;

  for (genvar k = 0; k < BankBits; k++) begin : gen_crosses
    for (genvar m = 0; m < Banks; m++) begin : gen_node
      assign crosses[k*Banks + m] = gen_request[k].address[m*AddressBits + k] != 1'(m >> k);
    end
  end

  for (genvar b = 0; b < Banks; b++) begin : gen_row
    assign rows[b*RowBits +: RowBits] =
        gen_request[BankBits].address[b*AddressBits + BankBits +: RowBits];
  end

  assign unused_bank_bits = ^gen_request[BankBits].address;

  always_ff @(posedge clk_i) begin
    rows_q     <= rows;
    read_q     <= gen_request[BankBits].valid;
    crosses_q  <= crosses;
    crosses_qq <= crosses_q;
  end

  // Memories
  logic [Banks*AtomBits-1:0] read_data;

  for (genvar b = 0; b < Banks; b++) begin : gen_bank
    logic                       selected;
    logic [AtomBytes-1:0]       strobe;
    logic [WordAddressBits-1:0] word;

    localparam int Place = (b % WordAtoms) * AtomBytes / PlaceBytes;
    assign word = (32'(write_shift_i) > 32'(Place)) ? write_next_i : write_word_i;

    if (WordsPerRow > 1) begin : gen_part
      assign selected = word[$clog2(WordsPerRow)-1:0] == $clog2(WordsPerRow)'(b / WordAtoms);
    end else begin : gen_whole
      assign selected = 1'b1;
    end
    assign strobe = write_strobe_i[(b % WordAtoms)*AtomBytes +: AtomBytes];

    sluice_edge_ram #(
      .Depth   (BankDepth),
      .Width   (AtomBits),
      .Granule (8)
    ) u_ram (
      .clk_i,
      .write_i         (strobe & {AtomBytes{write_i & selected}}),
      .write_address_i (word[WordAddressBits-1 -: RowBits]),
      .write_data_i    (write_data_i[(b % WordAtoms)*AtomBits +: AtomBits]),
      .read_i          (read_q[b]),
      .read_address_i  (rows_q[b*RowBits +: RowBits]),
      .read_data_o     (read_data[b*AtomBits +: AtomBits])
    );
  end

  // ---------------------------------------------------------------------------------------------
  // Atoms, from banks to slots: the same way back
  for (genvar k = 0; k <= BankBits; k++) begin : gen_atom
    logic [Banks*AtomBits-1:0] data;

    if (k == BankBits) begin : gen_banks
      assign data = read_data;
    end else begin : gen_stage
      for (genvar m = 0; m < Banks; m++) begin : gen_node
        assign data[m*AtomBits +: AtomBits] =
            crosses_qq[k*Banks + m]
                ? gen_atom[k+1].data[(m ^ (1 << k))*AtomBits +: AtomBits]
                : gen_atom[k+1].data[m*AtomBits +: AtomBits];
      end
    end
  end

  logic [Slots*AtomBits-1:0] slot_data;

  assign slot_data = gen_atom[0].data[Slots*AtomBits-1:0];

  // Taps are joined before the register, so that no other layer waits for them
  logic [Slots*AtomBits-1:0] joined;
  logic                      joins_q;

  always_ff @(posedge clk_i) joins_q <= joins_i;

  logic maximum_q;

  always_ff @(posedge clk_i) maximum_q <= maximum_i;

  sluice_edge_tap_join #(
    .Slots     (Slots),
    .AtomBytes (AtomBytes),
    .Segments  (Segments),
    .Columns   (Columns)
  ) u_tap_join (
    .joins_i   (joins_q),
    .maximum_i (maximum_q),
    .data_i    (slot_data),
    .data_o    (joined)
  );

  always_ff @(posedge clk_i) data_o <= joined;

  if (Banks > Slots) begin : gen_spare
    logic unused_spare;
    assign unused_spare = ^gen_atom[0].data[Banks*AtomBits-1:Slots*AtomBits];
  end

endmodule : sluice_edge_activation_buffer
