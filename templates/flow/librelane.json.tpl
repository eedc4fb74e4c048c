<%! SPDX-License-Identifier: Apache-2.0 %>
{
  "//": "GENERATED - do not edit. <%command_line_json%>",
  "//licence": "This file is yours: use, change and license it as you like. <%output_licence%>",
  "//use": "For LibreLane or OpenLane 2, in this folder: librelane config.json. Memories become flip-flops.",
  "meta": {
    "version": 2,
    "flow": "Classic"
  },

  "DESIGN_NAME": "<%top_module%>",
  "VERILOG_FILES": [
<%#files%>
    "dir::../<%path%>"<%comma%>
<%/files%>
  ],

  "CLOCK_PORT": "<%clock_port%>",
  "CLOCK_PERIOD": <%clock_period%>,
  "PNR_SDC_FILE": "dir::<%name%>.sdc",
  "SIGNOFF_SDC_FILE": "dir::<%name%>.sdc",

  "//macros": "To use SRAM macros: in VERILOG_FILES, dir::macro/<%name%>_ram.sv in place of dir::../rtl/common/<%name%>_ram.sv; your files in the next entry; and MACROS for its name.",
  "//MACROS": {
<%#macros%>
    "<%macro%>": {
      "gds": ["dir::macro/<%macro%>.gds"],
      "lef": ["dir::macro/<%macro%>.lef"],
      "lib": {"*": ["dir::macro/<%macro%>.lib"]},
      "vh": ["dir::macro/<%macro%>.sv"],
      "instances": {}
    }<%macro_comma%>
<%/macros%>
  }
}
