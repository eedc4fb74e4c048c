// GENERATED - do not edit. Change edge.yaml or templates/flow/macro_ram.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD
//
// The memories of sluice_edge as SRAM macros: takes the place of rtl/common/sluice_edge_ram.sv.
// Every memory of the design is an instance of this module, so this is the one file to change for
// other macros.
//
// Memories of at least 64 words and 2048 bits are built of macros `sluice_edge_sram_256x32`, as
// many side by side and one above the other as it takes. All others stay in flip-flops.
//
// What a macro must do: a read and a write in the same cycle, at different addresses; read data in
// the next cycle, held until the next read. If yours does not hold its data, add registers here.
module sluice_edge_ram #(
  parameter  int Depth       = 16,  // words, at least 2
  parameter  int Width       = 32,  // bits, a multiple of Granule
  parameter  int Granule     = 32,  // bits written by one enable
  localparam int AddressBits = $clog2(Depth)
) (
  input  logic                     clk_i,

  // Write port: one enable for each granule
  input  logic [Width/Granule-1:0] write_i,
  input  logic [AddressBits-1:0]   write_address_i,
  input  logic [Width-1:0]         write_data_i,

  // Read port
  input  logic                     read_i,
  input  logic [AddressBits-1:0]   read_address_i,
  output logic [Width-1:0]         read_data_o
);

  // The macro
  localparam int MacroDepth = 256;
  localparam int MacroWidth = 32;
  localparam int MacroMask  = 8;  // bits written by one enable

  // Which memories it serves: large enough, and enables that are made of the macro's
  localparam int Large = (Depth >= 64 && Depth * Width >= 2048) ? 1 : 0;
  localparam int Suits = (Granule == Width || Granule % MacroMask == 0) ? 1 : 0;

  if (Large * Suits == 1) begin : gen_macros
    localparam int Across  = (Width - 1) / MacroWidth + 1;
    localparam int Down    = (Depth - 1) / MacroDepth + 1;
    localparam int Masks   = Across * MacroWidth / MacroMask;
    localparam int RowBits = $clog2(MacroDepth);

    logic [Across*MacroWidth-1:0]      write_data, read_data;
    logic [Down*Across*MacroWidth-1:0] block_data;
    logic [Masks-1:0]                  write_mask;
    logic [31:0]                       write_block, read_block, read_block_q;

    assign write_data  = (Across * MacroWidth)'(write_data_i);
    assign write_block = 32'(write_address_i) / MacroDepth;
    assign read_block  = 32'(read_address_i) / MacroDepth;

    for (genvar m = 0; m < Masks; m++) begin : gen_mask
      if (m * MacroMask < Width) begin : gen_used
        assign write_mask[m] = write_i[m*MacroMask/Granule];
      end else begin : gen_unused
        assign write_mask[m] = 1'b0;
      end
    end

    for (genvar k = 0; k < Down * Across; k++) begin : gen_sram
      localparam int Block = k / Across;
      localparam int Part  = k % Across;

      sluice_edge_sram_256x32 u_sram (
        .clk_i,
        .write_i         (|write_i & (write_block == Block)),
        .write_mask_i    (write_mask[Part*MacroWidth/MacroMask +: MacroWidth/MacroMask]),
        .write_address_i (RowBits'(write_address_i)),
        .write_data_i    (write_data[Part*MacroWidth +: MacroWidth]),
        .read_i          (read_i & (read_block == Block)),
        .read_address_i  (RowBits'(read_address_i)),
        .read_data_o     (block_data[k*MacroWidth +: MacroWidth])
      );
    end

    // The block that was read last
    always_ff @(posedge clk_i) begin
      if (read_i) read_block_q <= read_block;
    end

    assign read_data   = block_data[read_block_q*Across*MacroWidth +: Across*MacroWidth];
    assign read_data_o = read_data[Width-1:0];

    logic unused;
    assign unused = ^{read_data, read_block_q};
  end else begin : gen_registers
    logic [Width-1:0] memory [0:Depth-1];

    // As in common/sluice_edge_ram.sv
    for (genvar g = 0; g < Width / Granule; g++) begin : gen_granule
      always @(posedge clk_i) begin
        if (write_i[g]) begin
          memory[write_address_i][g*Granule +: Granule] <= write_data_i[g*Granule +: Granule];
        end
      end
    end

    always_ff @(posedge clk_i) begin
      if (read_i) read_data_o <= memory[read_address_i];
    end
  end

endmodule : sluice_edge_ram
