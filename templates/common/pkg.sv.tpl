<%! SPDX-License-Identifier: Apache-2.0 %>
// What lies in memory as this design sees it: opcodes, the operands of commands and the entries of
// a record's header. The fields are those of the C header, which says what they mean.
//
// Structures stand beside the package and not in it, because Icarus Verilog 11 cannot use those of
// packages. So all files are compiled as one unit, and this one is its first.
package <%name%>_pkg;

  typedef enum logic [<%opcode_top%>:0] {
<%#command_formats%>
    <%opcode_name%> = <%opcode_bits%>'d<%opcode%><%comma%>
<%/command_formats%>
  } opcode_e;

  // Words of 32 bits that a command's operands take
<%#operand_formats%>
  localparam int <%words_name%> = <%operand_words%>;
<%/operand_formats%>

endpackage : <%name%>_pkg
<%#command_structs%>

// <%struct_meaning%>
typedef struct packed {
<%#members%>
  logic <%range%><%member%>  // <%place%>
<%/members%>
} <%name%>_<%struct%>_t;
<%/command_structs%>
