// GENERATED - do not edit. Change tiny.yaml or templates/buffers/activation_buffer.sv.tpl, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 6e78fb91
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// Activation buffer of one lane: Banks memories of one atom's width.
//
// Reading takes Slots atoms at once, one for each slot. The compiler lays feature maps out so that
// slot s lies in bank (bank of slot 0 + s) mod Banks; reading therefore never conflicts. Writing
// takes one aligned memory word.
//
// Latency: addresses are taken in one cycle with `read_i`, `data_o` is valid three cycles later. A
// bank that serves no slot is not read.
module sluice_tiny_activation_buffer #(
  parameter int Slots           = 2,
  parameter int Banks           = 2,    // power of two, at least 2
  parameter int BankDepth       = 512,  // atoms
  parameter int AtomBytes       = 4,
  parameter int WordBytes       = 8,    // memory word
  parameter int AddressBits     = 10,   // of an atom
  parameter int WordAddressBits = 9
) (
  input  logic                         clk_i,

  // Read: atom addresses of all slots
  input  logic                         read_i,
  input  logic [Slots*AddressBits-1:0] address_i,
  output logic [Slots*AtomBytes*8-1:0] data_o,

  // Write: one memory word
  input  logic                         write_i,
  input  logic [WordAddressBits-1:0]   write_word_i,
  input  logic [WordBytes-1:0]         write_strobe_i,
  input  logic [WordBytes*8-1:0]       write_data_i
);

  localparam int BankBits    = $clog2(Banks);
  localparam int RowBits     = AddressBits - BankBits;
  localparam int AtomBits    = AtomBytes * 8;
  localparam int WordAtoms   = WordBytes / AtomBytes;
  localparam int WordsPerRow = Banks / WordAtoms;  // memory words in one row of all banks

  // Bank b serves slot (b - bank of slot 0) mod Banks
  logic [Banks*RowBits-1:0] rows, rows_rotated, rows_q;
  logic [BankBits-1:0]      first_bank, first_bank_q, first_bank_qq;
  logic [Banks-1:0]         read, read_q;

  assign first_bank = address_i[BankBits-1:0];

  always_comb begin
    rows = '0;
    for (int s = 0; s < Slots; s++) begin
      rows[s*RowBits +: RowBits] = address_i[s*AddressBits + BankBits +: RowBits];
    end
    rows_rotated = rows;
    for (int k = 0; k < BankBits; k++) begin
      if (first_bank[k]) begin
        rows_rotated = (rows_rotated << (RowBits << k)) |
                       (rows_rotated >> (RowBits * (Banks - (1 << k))));
      end
    end
  end

  for (genvar b = 0; b < Banks; b++) begin : gen_read
    if (Banks > Slots) begin : gen_serving
      logic [BankBits-1:0] slot;
      assign slot    = BankBits'(b) - first_bank;
      assign read[b] = read_i & (slot < BankBits'(Slots));
    end else begin : gen_all
      assign read[b] = read_i;
    end
  end

  logic unused_bank_bits;
  always_comb begin
    unused_bank_bits = 1'b0;
    for (int s = 0; s < Slots; s++) begin
      unused_bank_bits = unused_bank_bits ^ (^address_i[s*AddressBits +: BankBits]);
    end
  end

  always_ff @(posedge clk_i) begin
    rows_q        <= rows_rotated;
    read_q        <= read;
    first_bank_q  <= first_bank;
    first_bank_qq <= first_bank_q;
  end

  // Memories
  logic [Banks*AtomBits-1:0] read_data;

  for (genvar b = 0; b < Banks; b++) begin : gen_bank
    logic                 selected;
    logic [AtomBytes-1:0] strobe;

    if (WordsPerRow > 1) begin : gen_part
      assign selected =
          write_word_i[$clog2(WordsPerRow)-1:0] == $clog2(WordsPerRow)'(b / WordAtoms);
    end else begin : gen_whole
      assign selected = 1'b1;
    end
    assign strobe = write_strobe_i[(b % WordAtoms)*AtomBytes +: AtomBytes];

    sluice_tiny_ram #(
      .Depth   (BankDepth),
      .Width   (AtomBits),
      .Granule (8)
    ) u_ram (
      .clk_i,
      .write_i         (strobe & {AtomBytes{write_i & selected}}),
      .write_address_i (write_word_i[WordAddressBits-1 -: RowBits]),
      .write_data_i    (write_data_i[(b % WordAtoms)*AtomBits +: AtomBits]),
      .read_i          (read_q[b]),
      .read_address_i  (rows_q[b*RowBits +: RowBits]),
      .read_data_o     (read_data[b*AtomBits +: AtomBits])
    );
  end

  // Turn the atoms back into slot order
  logic [Banks*AtomBits-1:0] aligned;

  always_comb begin
    aligned = read_data;
    for (int k = 0; k < BankBits; k++) begin
      if (first_bank_qq[k]) begin
        aligned = (aligned >> (AtomBits << k)) |
                  (aligned << (AtomBits * (Banks - (1 << k))));
      end
    end
  end

  always_ff @(posedge clk_i) data_o <= aligned[Slots*AtomBits-1:0];

  if (Banks > Slots) begin : gen_spare
    logic unused_spare;
    assign unused_spare = ^aligned[Banks*AtomBits-1:Slots*AtomBits];
  end

endmodule : sluice_tiny_activation_buffer
