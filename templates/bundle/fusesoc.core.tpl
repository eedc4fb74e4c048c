<%! SPDX-License-Identifier: Apache-2.0 %>
name: "sluice:generated:<%name%>:<%version%>"
description: "DNN accelerator: <%lanes%> lanes of <%columns%> columns and <%rows%> rows"

filesets:
  rtl:
    files:
<%#files%>
      - <%path%>
<%/files%>
    file_type: systemVerilogSource
<%#bus_axi%>

  # The rules of the AXI ports, bound to the top module. Icarus Verilog does not know `bind`
  assertions:
    files:
<%#assertion_files%>
      - <%path%>
<%/assertion_files%>
    file_type: systemVerilogSource
<%/bus_axi%>

  # The design behind four pins
  fpga:
    files:
      - flow/fpga/<%name%>_pins.sv
    file_type: systemVerilogSource

targets:
  # What a core that depends on this one gets
  default:
    filesets: [rtl]
    toplevel: <%top_module%>

  lint:
    description: "All warnings of Verilator: there are none"
    default_tool: verilator
    filesets: [rtl]
    toplevel: <%top_module%>
    tools:
      verilator:
        mode: lint-only
        verilator_options: [-Wall]

  sim:
    description: "For a test bench of your own<%#bus_axi%>; in Verilator with assertions<%/bus_axi%>"
    default_tool: icarus
<%^bus_axi%>
    filesets: [rtl]
<%/bus_axi%>
<%#bus_axi%>
    filesets: [rtl, "tool_verilator? (assertions)"]
<%/bus_axi%>
    toplevel: <%top_module%>
    tools:
      icarus:
        iverilog_options: [-g2012, -Wall]
      verilator:
        mode: cc
        verilator_options: [-Wall<%#bus_axi%>, --assert<%/bus_axi%>]

  # A trial of size. For another family change `arch`
  synth:
    description: "Synthesis behind four pins, by Yosys"
    default_tool: yosys
    filesets: [rtl, fpga]
    toplevel: <%name%>_pins
    tools:
      yosys:
        arch: ice40
