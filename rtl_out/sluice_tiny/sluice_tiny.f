// GENERATED - do not edit. Change tiny.yaml, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 d6053104
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD
// Paths are relative to this file: verilator -F sluice_tiny.f; iverilog and Yosys from this folder.
rtl/common/sluice_tiny_pkg.sv
rtl/common/sluice_tiny_ram.sv
rtl/common/sluice_tiny_fifo.sv
rtl/common/sluice_tiny_find_first.sv
rtl/array/sluice_tiny_pe.sv
rtl/array/sluice_tiny_array.sv
rtl/array/sluice_tiny_sum_tree.sv
rtl/array/sluice_tiny_accumulator.sv
rtl/array/sluice_tiny_tap_join.sv
rtl/buffers/sluice_tiny_activation_buffer.sv
rtl/buffers/sluice_tiny_weight_buffer.sv
rtl/buffers/sluice_tiny_header_buffer.sv
rtl/buffers/sluice_tiny_parameter_buffer.sv
rtl/control/sluice_tiny_sequencer.sv
rtl/control/sluice_tiny_open_positions.sv
rtl/post/sluice_tiny_drain.sv
rtl/post/sluice_tiny_requantise.sv
rtl/post/sluice_tiny_addend.sv
rtl/post/sluice_tiny_sum.sv
rtl/post/sluice_tiny_collect.sv
rtl/post/sluice_tiny_post.sv
rtl/top/sluice_tiny_lane.sv
rtl/control/sluice_tiny_slot_pattern.sv
rtl/control/sluice_tiny_load.sv
rtl/control/sluice_tiny_weight_stream.sv
rtl/control/sluice_tiny_weight_fetch.sv
rtl/control/sluice_tiny_addend_fetch.sv
rtl/control/sluice_tiny_read_arbiter.sv
rtl/control/sluice_tiny_store.sv
rtl/control/sluice_tiny_command.sv
rtl/control/sluice_tiny_stop.sv
rtl/control/sluice_tiny_registers.sv
rtl/top/sluice_tiny_core.sv
