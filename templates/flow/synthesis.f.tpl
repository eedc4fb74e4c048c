<%! SPDX-License-Identifier: Apache-2.0 %>
// For synthesis: <%name%>.f with the memories of flow/macro/ in place of rtl/common/<%name%>_ram.sv. Paths
// are relative to this file. The macro itself, macro/<%name%>_sram_256x32.sv, is a black box to synthesis.
<%#synthesis_files%>
<%path%>
<%/synthesis_files%>
