<%! SPDX-License-Identifier: Apache-2.0 %>
// Puts the checkers into every instance of `<%name%>_axi`, for tools that know `bind` (Verilator
// does, with --assert; Icarus and Yosys do not: there, place the checker beside the instance).
bind <%name%>_axi
  <%name%>_axi_checker u_axi_checker (.*);
