<%! SPDX-License-Identifier: Apache-2.0 %>
# Timing constraints of <%top_module%>. Times are in the unit of the cell library, here taken to be ns.
# What is yours to choose stands first; the period is a start, not a promise.

set period <%clock_period%>
set input_share 0.3   ;# part of the period that is over when inputs arrive
set output_share 0.3  ;# part of the period that what follows the outputs needs

create_clock -name <%clock_port%> -period $period [get_ports <%clock_port%>]

<%^bus_axi%>
# The path from reg_address_i to reg_read_data_o has no register: it gets what both shares leave
set inputs [get_ports {rst_ni reg_write_i reg_address_i* reg_write_data_i* reg_strobe_i* \
  read_ready_i read_data_valid_i read_data_i* read_error_i* write_ready_i write_done_i write_error_i*}]
<%/bus_axi%>
<%#bus_axi%>
# Every path from an input ends in a register, and every path to an output begins in one
set inputs [get_ports {aresetn \
  s_axi_awvalid s_axi_awaddr* s_axi_awprot* s_axi_wvalid s_axi_wdata* s_axi_wstrb* s_axi_bready \
  s_axi_arvalid s_axi_araddr* s_axi_arprot* s_axi_rready \
  m_axi_awready m_axi_wready m_axi_bvalid m_axi_bid* m_axi_bresp* \
  m_axi_arready m_axi_rvalid m_axi_rid* m_axi_rdata* m_axi_rresp* m_axi_rlast}]
<%/bus_axi%>
set_input_delay [expr {$period * $input_share}] -clock <%clock_port%> $inputs
set_output_delay [expr {$period * $output_share}] -clock <%clock_port%> [all_outputs]

# Outputs of which bits are constant, such as the lowest of addresses: no path ends there, so that tools
# would call them unconstrained. For the other bits it is what the clock asks for
<%^bus_axi%>
set_max_delay $period -to [get_ports {read_address_o* read_length_o* write_address_o*}]
<%/bus_axi%>
<%#bus_axi%>
set_max_delay $period -to [get_ports {s_axi_bresp* s_axi_rresp* m_axi_bready m_axi_rready m_axi_wlast \
  m_axi_awid* m_axi_awaddr* m_axi_awlen* m_axi_awsize* m_axi_awburst* m_axi_awlock* m_axi_awcache* \
  m_axi_awprot* m_axi_awqos* m_axi_awregion* \
  m_axi_arid* m_axi_araddr* m_axi_arlen* m_axi_arsize* m_axi_arburst* m_axi_arlock* m_axi_arcache* \
  m_axi_arprot* m_axi_arqos* m_axi_arregion*}]
<%/bus_axi%>

# Reset is asynchronous where it begins. Where it ends, synchronise it to the clock outside
set_false_path -from [get_ports <%reset_port%>]

# What depends on your library:
# set_driving_cell -lib_cell BUFX2 $inputs
# set_load 0.05 [all_outputs]
# set_clock_uncertainty 0.2 [get_clocks <%clock_port%>]
# set_max_fanout 20 [current_design]
# set_max_transition 1.0 [current_design]
