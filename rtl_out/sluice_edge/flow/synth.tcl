# GENERATED - do not edit. Change edge.yaml or templates/flow/synth.tcl.tpl, then run
#   sluice generate edge.yaml -o DIR
# sluice 0.1.0; config sha256 ffc31090
# This file is yours: use, change and license it as you like.
# SPDX-License-Identifier: 0BSD
#
# Synthesis of sluice_edge_core with Yosys and a Liberty file of your choice, from any folder:
#
#   LIBERTY=cells.lib yosys -c flow/synth.tcl
#
# Memories of 64 words and more become macros that stay black boxes; see flow/macro/sluice_edge_ram.sv.
# More choices, by environment variables:
#   NETLIST   file for the netlist (sluice_edge_netlist.v)
#   REPORT    file for the cell counts (sluice_edge_cells.txt)
#   DELAY_PS  clock period for buffers and gate sizes, in ps (20000)
#   FLATTEN   0 keeps the modules apart (1): quicker and larger, and nets from module to module get no
#             buffers, so that timing before place and route says nothing

proc choice {name default} {
  if {[info exists ::env($name)]} { return $::env($name) }
  return $default
}

set here [file dirname [file normalize [info script]]]
set liberty [choice LIBERTY ""]
if {![file exists $liberty]} { error "set LIBERTY to a Liberty file; it is '$liberty'" }

# The modules
set list [open [file join $here sluice_edge_synth.f]]
foreach line [split [read $list] "\n"] {
  if {$line ne "" && ![string match "//*" $line]} {
    yosys read_verilog -sv [file join $here $line]
  }
}
close $list
yosys read_verilog -sv -lib [file join $here macro/sluice_edge_sram_256x32.sv]

# To gates
if {[choice FLATTEN 1]} {
  yosys synth -noabc -top sluice_edge_core -flatten
} else {
  yosys synth -noabc -top sluice_edge_core
}
yosys dfflibmap -liberty $liberty

# To cells. A script of its own, because Yosys' own runs the SAT sweep `&fraig -x`, which can take for ever
# on multipliers
set delay [choice DELAY_PS 20000]
yosys abc -liberty $liberty -D $delay \
  -script "+strash;ifraig;dch,-f;map,-B,0.9,-D,$delay;topo;buffer,-c;upsize,-D,$delay;dnsize,-D,$delay"
yosys splitnets  ;# OpenSTA reads no assignment to {..}
yosys opt_clean -purge

# Every net has one driver, every cell is of the library
yosys read_liberty -lib -ignore_miss_func $liberty
yosys check -assert -mapped

yosys tee -o [choice REPORT sluice_edge_cells.txt] stat -liberty $liberty
yosys write_verilog -noattr [choice NETLIST sluice_edge_netlist.v]
