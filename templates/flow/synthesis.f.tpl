<%! SPDX-License-Identifier: Apache-2.0 %>
// For synthesis: <%name%>.f with the memories of flow/macro/ in place of rtl/common/<%name%>_ram.sv. Paths
<%#macro_example%>
// are relative to this file. The macro itself, macro/<%name%>_sram_256x32.sv, is a black box to synthesis.
<%/macro_example%>
<%^macro_example%>
// are relative to this file. The macros themselves are black boxes to synthesis:
<%#macros%>
// macro/<%macro%>.sv
<%/macros%>
<%/macro_example%>
<%#synthesis_files%>
<%path%>
<%/synthesis_files%>
