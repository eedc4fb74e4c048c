# GENERATED - do not edit. Change tiny.yaml or templates/flow/constraints.sdc.tpl, then run
#   sluice generate tiny.yaml -o DIR
# sluice 0.1.0; config sha256 d6053104
# This file is yours: use, change and license it as you like.
# SPDX-License-Identifier: 0BSD
#
# Timing constraints of sluice_tiny_core. Times are in the unit of the cell library, here taken to be ns.
# What is yours to choose stands first; the period is a start, not a promise.

set period 20
set input_share 0.3   ;# part of the period that is over when inputs arrive
set output_share 0.3  ;# part of the period that what follows the outputs needs

create_clock -name clk_i -period $period [get_ports clk_i]

# The path from reg_address_i to reg_read_data_o has no register: it gets what both shares leave
set inputs [get_ports {rst_ni reg_write_i reg_address_i* reg_write_data_i* reg_strobe_i* \
  read_ready_i read_data_valid_i read_data_i* read_error_i* write_ready_i write_done_i write_error_i*}]
set_input_delay [expr {$period * $input_share}] -clock clk_i $inputs
set_output_delay [expr {$period * $output_share}] -clock clk_i [all_outputs]

# Outputs of which bits are constant, such as the lowest of addresses: no path ends there, so that tools
# would call them unconstrained. For the other bits it is what the clock asks for
set_max_delay $period -to [get_ports {read_address_o* read_length_o* write_address_o*}]

# Reset is asynchronous where it begins. Where it ends, synchronise it to the clock outside
set_false_path -from [get_ports rst_ni]

# What depends on your library:
# set_driving_cell -lib_cell BUFX2 $inputs
# set_load 0.05 [all_outputs]
# set_clock_uncertainty 0.2 [get_clocks clk_i]
# set_max_fanout 20 [current_design]
# set_max_transition 1.0 [current_design]
