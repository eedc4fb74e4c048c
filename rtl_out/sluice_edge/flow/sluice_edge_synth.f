// GENERATED - do not edit. Change edge.yaml or templates/flow/synthesis.f.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD
//
// For synthesis: sluice_edge.f with the memories of flow/macro/ in place of rtl/common/sluice_edge_ram.sv. Paths
// are relative to this file. The macro itself, macro/sluice_edge_sram_256x32.sv, is a black box to synthesis.
../rtl/common/sluice_edge_pkg.sv
macro/sluice_edge_ram.sv
../rtl/common/sluice_edge_fifo.sv
../rtl/common/sluice_edge_find_first.sv
../rtl/array/sluice_edge_pe.sv
../rtl/array/sluice_edge_array.sv
../rtl/array/sluice_edge_sum_tree.sv
../rtl/array/sluice_edge_accumulator.sv
../rtl/array/sluice_edge_tap_join.sv
../rtl/buffers/sluice_edge_activation_buffer.sv
../rtl/buffers/sluice_edge_weight_buffer.sv
../rtl/buffers/sluice_edge_header_buffer.sv
../rtl/buffers/sluice_edge_parameter_buffer.sv
../rtl/control/sluice_edge_sequencer.sv
../rtl/control/sluice_edge_open_positions.sv
../rtl/post/sluice_edge_drain.sv
../rtl/post/sluice_edge_requantise.sv
../rtl/post/sluice_edge_table.sv
../rtl/post/sluice_edge_addend.sv
../rtl/post/sluice_edge_sum.sv
../rtl/post/sluice_edge_collect.sv
../rtl/post/sluice_edge_post.sv
../rtl/top/sluice_edge_lane.sv
../rtl/control/sluice_edge_slot_pattern.sv
../rtl/control/sluice_edge_load.sv
../rtl/control/sluice_edge_weight_stream.sv
../rtl/control/sluice_edge_weight_fetch.sv
../rtl/control/sluice_edge_addend_fetch.sv
../rtl/control/sluice_edge_read_arbiter.sv
../rtl/control/sluice_edge_store.sv
../rtl/control/sluice_edge_command.sv
../rtl/control/sluice_edge_stop.sv
../rtl/control/sluice_edge_registers.sv
../rtl/top/sluice_edge_core.sv
