<%! SPDX-License-Identifier: Apache-2.0 %>
// Paths are relative to this file: verilator -F <%name%>.f; iverilog and Yosys from this folder.
<%#files%>
<%path%>
<%/files%>
