<%! SPDX-License-Identifier: Apache-2.0 %>
// The memories of <%name%> as SRAM macros, cut by the table <%macro_table%>: takes the place of
// rtl/common/<%name%>_ram.sv. Every memory of the design is an instance of this module.
//
<%#macro_cuts%>
// <%cut_depth%> x <%cut_width%>, granule <%cut_granule%>: <%cut_rows%> rows of <%cut_columns%> <%cut_macro_name%>
<%/macro_cuts%>
// Memories of all other shapes stay in flip-flops.
//
// What a macro must do: a read and a write in the same cycle, at different addresses; read data in
// the next cycle, held until the next read. If yours does not hold its data, add registers here.
module <%name%>_ram #(
  parameter int Depth = 16,    // words, at least 2
  parameter int Width = 32,    // bits, a multiple of Granule
  parameter int Granule = 32,  // bits written by one enable
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

  // Which cut a memory has, by its shape; 0: none
  localparam int Cut =
<%#macro_cuts%>
    (Depth == <%cut_depth%> && Width == <%cut_width%> && Granule == <%cut_granule%>) ? <%cut_number%> :
<%/macro_cuts%>
    0;

  if (Cut != 0) begin : gen_macros
    localparam int Macro =
<%#macro_cuts%>
      (Cut == <%cut_number%>) ? <%cut_macro%> :
<%/macro_cuts%>
      0;

    // The macro
    localparam int MacroDepth =
<%#macros%>
      (Macro == <%macro_number%>) ? <%macro_words%> :
<%/macros%>
      1;
    localparam int MacroWidth =
<%#macros%>
      (Macro == <%macro_number%>) ? <%macro_bits%> :
<%/macros%>
      1;
    // Bits written by one enable
    localparam int MacroMask =
<%#macros%>
      (Macro == <%macro_number%>) ? <%macro_granule%> :
<%/macros%>
      1;

    // Bits of the memory's word in each macro
    localparam int Used =
<%#macro_cuts%>
      (Cut == <%cut_number%>) ? <%cut_used%> :
<%/macro_cuts%>
      1;
    // Those beside each other, and the distance from their first bit to the next ones'
    localparam int Piece =
<%#macro_cuts%>
      (Cut == <%cut_number%>) ? <%cut_piece%> :
<%/macro_cuts%>
      1;
    localparam int Stride =
<%#macro_cuts%>
      (Cut == <%cut_number%>) ? <%cut_stride%> :
<%/macro_cuts%>
      1;

    localparam int Across = (Width - 1) / Used + 1;
    localparam int Down = (Depth - 1) / MacroDepth + 1;
    localparam int Pieces = Used / Piece;
    localparam int Masks = (MacroWidth - 1) / MacroMask + 1;
    localparam int RowBits = $clog2(MacroDepth);

    logic [Across*Used-1:0]            write_word, read_word;
    logic [Across*MacroWidth-1:0]      write_data, read_data;
    logic [Down*Across*MacroWidth-1:0] block_data;
    logic [Across*Masks-1:0]           write_mask;
    logic [31:0]                       write_block, read_block, read_block_q;

    // The row of macros that holds an address
    always_comb begin
      write_block = 0;
      read_block = 0;
      for (int r = 1; r < Down; r++) begin
        if (32'(write_address_i) >= r * MacroDepth) write_block = r;
        if (32'(read_address_i) >= r * MacroDepth) read_block = r;
      end
    end

    // Bits of the word in their places in the macros
    assign write_word = (Across * Used)'(write_data_i);
    for (genvar c = 0; c < Across; c++) begin : gen_column
      for (genvar p = 0; p < Pieces; p++) begin : gen_piece
        localparam int Bit = c * Used + p * Piece;
        localparam int Place = c * MacroWidth + p * Stride;
        assign write_data[Place +: Stride] = Stride'(write_word[Bit +: Piece]);
        assign read_word[Bit +: Piece] = read_data[Place +: Piece];
      end
      if (Pieces * Stride < MacroWidth) begin : gen_rest
        localparam int Rest = MacroWidth - Pieces * Stride;
        assign write_data[c*MacroWidth + Pieces*Stride +: Rest] = '0;
      end

      for (genvar m = 0; m < Masks; m++) begin : gen_mask
        localparam int Offset = m * MacroMask;
        localparam int Bit = c * Used + Offset / Stride * Piece + Offset % Stride;
        if (Offset < Pieces * Stride && Bit < Width) begin : gen_used
          assign write_mask[c*Masks+m] = write_i[Bit/Granule];
        end else begin : gen_unused
          assign write_mask[c*Masks+m] = 1'b0;
        end
      end
    end

    for (genvar k = 0; k < Down * Across; k++) begin : gen_sram
      localparam int Block = k / Across;
      localparam int Part = k % Across;

      logic                  write, read;
      logic [RowBits-1:0]    write_row, read_row;
      logic [Masks-1:0]      mask;
      logic [MacroWidth-1:0] data;

      assign mask      = write_mask[Part*Masks +: Masks];
      assign write     = |mask & (write_block == Block);
      assign write_row = RowBits'(32'(write_address_i) - Block * MacroDepth);
      assign data      = write_data[Part*MacroWidth +: MacroWidth];
      assign read      = read_i & (read_block == Block);
      assign read_row  = RowBits'(32'(read_address_i) - Block * MacroDepth);

<%#macros%>
      if (Macro == <%macro_number%>) begin : gen_macro_<%macro_number%>
        <%macro%> u_sram (
          .clk_i,
          .write_i         (write),
<%#macro_masked%>
          .write_mask_i    (mask),
<%/macro_masked%>
          .write_address_i (write_row),
          .write_data_i    (data),
          .read_i          (read),
          .read_address_i  (read_row),
          .read_data_o     (block_data[k*MacroWidth +: MacroWidth])
        );
      end
<%/macros%>
    end

    // The block that was read last
    always_ff @(posedge clk_i) begin
      if (read_i) read_block_q <= read_block;
    end

    assign read_data   = block_data[read_block_q*Across*MacroWidth +: Across*MacroWidth];
    assign read_data_o = read_word[Width-1:0];

    logic unused;
    assign unused = ^{read_data, read_word, read_block_q};
  end else begin : gen_registers
    logic [Width-1:0] memory [0:Depth-1];

    // As in common/<%name%>_ram.sv
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

endmodule : <%name%>_ram
