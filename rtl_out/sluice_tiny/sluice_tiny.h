// GENERATED - do not edit. Change tiny.yaml, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 d6053104
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

#ifndef SLUICE_TINY_H
#define SLUICE_TINY_H

#include <stdint.h>

// For programs that prepare memory for this design and run it. All numbers in memory are little
// endian; "memory word" means 8 bytes at a multiple of 8.

// ---- The design --------------------------------------------------------------------------------

#define SLUICE_TINY_CONFIG_HASH UINT32_C(0xd6053104)  // what the register ID holds
#define SLUICE_TINY_LANES 2
#define SLUICE_TINY_COLUMNS 2  // output channels of a block
#define SLUICE_TINY_ROWS 8  // bytes of reduction that a lane takes in a cycle
#define SLUICE_TINY_SEGMENTS 1  // parts that the rows fold into
#define SLUICE_TINY_LANE_COLUMNS 2  // output channels of a lane, all rows folded
#define SLUICE_TINY_POST 1  // output channels of a lane that leave in a cycle
#define SLUICE_TINY_ATOM 4  // bytes
#define SLUICE_TINY_HAS_GATING 1
#define SLUICE_TINY_HAS_4_BITS 0
#define SLUICE_TINY_HAS_2_BITS 0
#define SLUICE_TINY_ACCUMULATOR_BITS 28
#define SLUICE_TINY_POSITIONS 16  // of a tile, at most
#define SLUICE_TINY_MAX_REDUCTION 4608  // products of an output, at most
#define SLUICE_TINY_MIN_STEP 3  // cycles of the shortest step

// Memory port
#define SLUICE_TINY_MEMORY_BYTES 8
#define SLUICE_TINY_MEMORY_ADDRESS_BITS 32
#define SLUICE_TINY_MEMORY_BURST 4

// Buffers of a lane
#define SLUICE_TINY_ACTIVATION_BYTES 4096
#define SLUICE_TINY_ACTIVATION_WORDS 512  // memory words
#define SLUICE_TINY_BANKS 2  // of the activation buffer
#define SLUICE_TINY_SLOTS 2  // atoms that a step reads in a cycle
#define SLUICE_TINY_WEIGHT_BYTES 1024
#define SLUICE_TINY_COLUMN_BYTES 8  // of one column's weights of a step, filled up

// ---- Registers ---------------------------------------------------------------------------------
// Byte addresses of 32-bit registers. Fields of one bit are given as masks, others by _SHIFT and _BITS.

#define SLUICE_TINY_REGISTER_BYTES 256  // that they take in an address map

// the config hash: tells one design from another (read)
#define SLUICE_TINY_REG_ID 0x00

// start and abort (write)
#define SLUICE_TINY_REG_CONTROL 0x04
#define SLUICE_TINY_CONTROL_START UINT32_C(0x1)  // starts a run; ignored while busy
#define SLUICE_TINY_CONTROL_ABORT UINT32_C(0x2)  // stops the run; ignored while idle

// what the run does or did (read)
#define SLUICE_TINY_REG_STATUS 0x08
#define SLUICE_TINY_STATUS_BUSY UINT32_C(0x1)  // a run is in progress, or is being stopped
#define SLUICE_TINY_STATUS_DONE UINT32_C(0x2)  // the last run reached END
#define SLUICE_TINY_STATUS_ERROR UINT32_C(0x4)  // the last run was stopped, for the reason in ERROR_CODE
#define SLUICE_TINY_STATUS_ERROR_CODE_SHIFT 8  // set as soon as the run is being stopped
#define SLUICE_TINY_STATUS_ERROR_CODE_BITS 8
#define SLUICE_TINY_STATUS_LAYERS_SHIFT 16  // LAYER commands executed
#define SLUICE_TINY_STATUS_LAYERS_BITS 16

// byte address of the first command, bits 31:0 (read, write)
#define SLUICE_TINY_REG_COMMAND_ADDRESS_LOW 0x0c

// byte address of the first command, bits above (read, write)
#define SLUICE_TINY_REG_COMMAND_ADDRESS_HIGH 0x10

// which events raise the interrupt (read, write)
#define SLUICE_TINY_REG_INTERRUPT_ENABLE 0x14
#define SLUICE_TINY_INTERRUPT_ENABLE_DONE UINT32_C(0x1)  // a run reached END
#define SLUICE_TINY_INTERRUPT_ENABLE_ERROR UINT32_C(0x2)  // a run was stopped

// events since they were cleared, enabled or not (read, write 1 to clear)
#define SLUICE_TINY_REG_INTERRUPT_STATUS 0x18
#define SLUICE_TINY_INTERRUPT_STATUS_DONE UINT32_C(0x1)  // a run reached END
#define SLUICE_TINY_INTERRUPT_STATUS_ERROR UINT32_C(0x2)  // a run was stopped

// busy cycles since the start, held when done (read)
#define SLUICE_TINY_REG_CYCLES 0x20

// lane cycles in which a position entered an array (read)
#define SLUICE_TINY_REG_STEPS_ISSUED 0x24

// positions whose gate opened, of each block (read)
#define SLUICE_TINY_REG_LISTED 0x28

// positions whose gate stayed closed, of each block (read)
#define SLUICE_TINY_REG_SKIPPED 0x2c

// lane cycles waiting for weights or a record header (read)
#define SLUICE_TINY_REG_STALL_WEIGHTS 0x30

// lane cycles waiting for an accumulator bank to be drained (read)
#define SLUICE_TINY_REG_STALL_POST 0x34

// lane cycles waiting for a decision of the gate (read)
#define SLUICE_TINY_REG_STALL_GATE 0x38

// lane cycles lost because a step has fewer positions than the shortest step takes (read)
#define SLUICE_TINY_REG_STALL_SHORT 0x3c

// memory words read (read)
#define SLUICE_TINY_REG_READ_WORDS 0x40

// memory words written (read)
#define SLUICE_TINY_REG_WRITE_WORDS 0x44

// number of the command in execution, from 0; held when the run is stopped (read)
#define SLUICE_TINY_REG_ERROR_COMMAND 0x48

// byte address of the access that stopped the run, bits 31:0; 0 if there is none (read)
#define SLUICE_TINY_REG_ERROR_ADDRESS_LOW 0x4c

// byte address of the access that stopped the run, bits above (read)
#define SLUICE_TINY_REG_ERROR_ADDRESS_HIGH 0x50

// busy cycles in a row without progress that stop a run; 0: never (read, write)
#define SLUICE_TINY_REG_WATCHDOG 0x54

// first byte address that runs may use, bits 31:0; whole memory words (read, write)
#define SLUICE_TINY_REG_REGION_BASE_LOW 0x58

// first byte address that runs may use, bits above (read, write)
#define SLUICE_TINY_REG_REGION_BASE_HIGH 0x5c

// byte address behind the last that runs may use, bits 31:0; 0: no limit (read, write)
#define SLUICE_TINY_REG_REGION_END_LOW 0x60

// byte address behind the last that runs may use, bits above (read, write)
#define SLUICE_TINY_REG_REGION_END_HIGH 0x64

// What STATUS_ERROR_CODE says
#define SLUICE_TINY_ERROR_NONE 0  // no error
#define SLUICE_TINY_ERROR_ILLEGAL_COMMAND 1  // illegal command
#define SLUICE_TINY_ERROR_READ_SLAVE 2  // a read was answered with a slave error
#define SLUICE_TINY_ERROR_READ_DECODE 3  // a read was answered with a decode error
#define SLUICE_TINY_ERROR_WRITE_SLAVE 4  // a write was answered with a slave error
#define SLUICE_TINY_ERROR_WRITE_DECODE 5  // a write was answered with a decode error
#define SLUICE_TINY_ERROR_REGION 6  // a command addresses memory outside the region
#define SLUICE_TINY_ERROR_WATCHDOG 7  // no progress for as long as the watchdog allows
#define SLUICE_TINY_ERROR_ABORTED 8  // aborted by software

// ---- Bit fields --------------------------------------------------------------------------------
// A field F has F_SHIFT and F_BITS; SLUICE_TINY_FIELD(LAYER_MODE, 1) puts a value in its place,
// SLUICE_TINY_GET(STATUS_LAYERS, status) takes it out.

#define SLUICE_TINY_FIELD(field, value) \
  (((uint32_t)(value) & SLUICE_TINY_FIELD_MASK(SLUICE_TINY_##field##_BITS)) \
   << SLUICE_TINY_##field##_SHIFT)
#define SLUICE_TINY_GET(field, word) \
  (((uint32_t)(word) >> SLUICE_TINY_##field##_SHIFT) & \
   SLUICE_TINY_FIELD_MASK(SLUICE_TINY_##field##_BITS))
#define SLUICE_TINY_FIELD_MASK(bits) (UINT32_C(0xffffffff) >> (32 - (bits)))

// Widths of operands and outputs, as fields hold them
#define SLUICE_TINY_WIDTH_8_BITS 0

// ---- Commands ----------------------------------------------------------------------------------
// A command takes COMMAND_BYTES, of which the first COMMAND_USED_WORDS words of 32 bits count. Names
// in _WORD are numbers of these words; the fields of a word follow it.

#define SLUICE_TINY_COMMAND_BYTES 128
#define SLUICE_TINY_COMMAND_MEMORY_WORDS 16
#define SLUICE_TINY_COMMAND_USED_WORDS 32

// Word 0: opcode, and what to wait for before the command
#define SLUICE_TINY_OP_LOAD UINT32_C(1)
#define SLUICE_TINY_OP_FILL UINT32_C(2)
#define SLUICE_TINY_OP_LAYER UINT32_C(3)
#define SLUICE_TINY_OP_FETCH UINT32_C(4)
#define SLUICE_TINY_OP_RUN UINT32_C(5)
#define SLUICE_TINY_OP_END UINT32_C(6)
#define SLUICE_TINY_OP_ADDITION UINT32_C(7)
#define SLUICE_TINY_OPCODE_SHIFT 0  // which command
#define SLUICE_TINY_OPCODE_BITS 4
#define SLUICE_TINY_WAIT_LOADS UINT32_C(0x10)  // waits until all earlier LOAD and FILL commands have finished
#define SLUICE_TINY_WAIT_WRITES UINT32_C(0x20)  // waits until all earlier writes to memory are acknowledged and no output is under way
#define SLUICE_TINY_WAIT_RUNS UINT32_C(0x40)  // waits until all lanes have finished all earlier RUN commands
#define SLUICE_TINY_WAIT_RUN UINT32_C(0x80)  // waits until at most one RUN is unfinished in any lane

// LOAD: memory to activation buffers
#define SLUICE_TINY_LOAD_SOURCE_LOW_WORD 1  // bytes: address in memory, whole memory words
#define SLUICE_TINY_LOAD_SOURCE_HIGH_WORD 2
#define SLUICE_TINY_LOAD_DESTINATION_WORD 3  // memory words: address in the buffers
#define SLUICE_TINY_LOAD_COUNT_WORD 4  // memory words: 1 to those of the buffer
#define SLUICE_TINY_LOAD_PLACE_WORD 5
#define SLUICE_TINY_LOAD_SHIFT_SHIFT 0  // bytes: from the destination to the data, less than a memory word: a multiple of 16 bytes and of an atom
#define SLUICE_TINY_LOAD_SHIFT_BITS 8

// FILL: a constant to activation buffers
#define SLUICE_TINY_FILL_DESTINATION_WORD 3  // memory words: address in the buffers
#define SLUICE_TINY_FILL_COUNT_WORD 4  // memory words: 1 to those of the buffer
#define SLUICE_TINY_FILL_BYTE_WORD 5
#define SLUICE_TINY_FILL_BYTE_SHIFT 0  // the constant
#define SLUICE_TINY_FILL_BYTE_BITS 8

// LAYER: sets the registers that all lanes share; waits until all RUNs have finished
#define SLUICE_TINY_LAYER_FLAGS_WORD 1
#define SLUICE_TINY_LAYER_TAKE_MAX UINT32_C(0x1)  // accumulators take the maximum, not the sum: max pooling
#define SLUICE_TINY_LAYER_GATED UINT32_C(0x2)  // gates decide where the conditional pass is done
#define SLUICE_TINY_LAYER_PER_OUTPUT UINT32_C(0x4)  // each output channel has its own gate; else one of the block's opens all
#define SLUICE_TINY_LAYER_KEEP UINT32_C(0x8)  // a record serves all tiles of its block; else one tile, then the next record, same block, follows
#define SLUICE_TINY_LAYER_MODE_SHIFT 4  // width of inputs and weights: 0 for 8 bits, 1 for 4, 2 for 2
#define SLUICE_TINY_LAYER_MODE_BITS 2
#define SLUICE_TINY_LAYER_OUTPUT_WIDTH_SHIFT 6  // width of outputs, the same code
#define SLUICE_TINY_LAYER_OUTPUT_WIDTH_BITS 2
#define SLUICE_TINY_LAYER_LOCAL UINT32_C(0x100)  // outputs go to the activation buffers, else to memory
#define SLUICE_TINY_LAYER_ADD UINT32_C(0x200)  // the values of another map are added to the outputs, or multiplied by, see ADDITION
#define SLUICE_TINY_LAYER_TAPS_SHIFT 10  // taps: of a max pool that a step joins: neighbours in a kernel row or column, WINDOW_STEP apart; 0: none, else 2 to as many as a read has room for
#define SLUICE_TINY_LAYER_TAPS_BITS 3
#define SLUICE_TINY_LAYER_ROUNDS_TWICE UINT32_C(0x4000)  // requantisation rounds products to 20 bits less first, as TFLite does, halves up; shifts are above 20
#define SLUICE_TINY_LAYER_ZERO_POINT_SHIFT 16  // added to each output
#define SLUICE_TINY_LAYER_ZERO_POINT_BITS 8
#define SLUICE_TINY_LAYER_CLAMP_WORD 2
#define SLUICE_TINY_LAYER_CLAMP_LOW_SHIFT 0  // the smallest output
#define SLUICE_TINY_LAYER_CLAMP_LOW_BITS 8
#define SLUICE_TINY_LAYER_CLAMP_HIGH_SHIFT 8  // the largest output
#define SLUICE_TINY_LAYER_CLAMP_HIGH_BITS 8
#define SLUICE_TINY_LAYER_GROUP_PITCH_WORD 3  // atoms: from one group of the input to the next
#define SLUICE_TINY_LAYER_ROW_PITCH_WORD 4  // atoms: from one kernel row that steps begin in to the next, in the input
#define SLUICE_TINY_LAYER_KERNEL_ROW_WORD 5  // atoms: one kernel row of one group: `run`
#define SLUICE_TINY_LAYER_ADVANCE_WORD 6  // from one step of the base pass to the next
#define SLUICE_TINY_LAYER_ADVANCE_ATOM_SHIFT 0  // atoms: advance of a step of the base pass: the digit below KERNEL_ROW
#define SLUICE_TINY_LAYER_ADVANCE_ATOM_BITS 16
#define SLUICE_TINY_LAYER_ADVANCE_ROW_SHIFT 16  // rows: advance of a step of the base pass: kernel rows
#define SLUICE_TINY_LAYER_ADVANCE_ROW_BITS 16
#define SLUICE_TINY_LAYER_PASSES_WORD 7
#define SLUICE_TINY_LAYER_BASE_GROUPS_SHIFT 0  // groups: summed in the base pass, or in the only one
#define SLUICE_TINY_LAYER_BASE_GROUPS_BITS 16
#define SLUICE_TINY_LAYER_CONDITIONAL_WALKS_SHIFT 16  // walks: of a block's conditional pass; at least 1 in a gated layer
#define SLUICE_TINY_LAYER_CONDITIONAL_WALKS_BITS 16
#define SLUICE_TINY_LAYER_GROUPS_STEPS_WORD 8
#define SLUICE_TINY_LAYER_GROUPS_SHIFT 0  // groups: of the input map
#define SLUICE_TINY_LAYER_GROUPS_BITS 16
#define SLUICE_TINY_LAYER_GROUP_STEPS_SHIFT 16  // steps: of each group in the base pass
#define SLUICE_TINY_LAYER_GROUP_STEPS_BITS 16
#define SLUICE_TINY_LAYER_ROW_STEP_WORD 9  // atoms: from a position to the next in y: vertical stride * ROW_PITCH, or a multiple
#define SLUICE_TINY_LAYER_COLUMN_STEP_WORD 10  // atoms: from a position to the next in x: horizontal stride * atoms of a position of a group, or a multiple
#define SLUICE_TINY_LAYER_TILE_WORD 11
#define SLUICE_TINY_LAYER_TILE_ROWS_SHIFT 0  // positions: rows of a tile; rows times columns are at most those of an accumulator bank
#define SLUICE_TINY_LAYER_TILE_ROWS_BITS 16
#define SLUICE_TINY_LAYER_TILE_COLUMNS_SHIFT 16  // positions: columns of a tile
#define SLUICE_TINY_LAYER_TILE_COLUMNS_BITS 16
#define SLUICE_TINY_LAYER_TILE_ROW_STEP_WORD 12  // atoms: ROW_STEP * TILE_ROWS
#define SLUICE_TINY_LAYER_TILE_COLUMN_STEP_WORD 13  // atoms: COLUMN_STEP * TILE_COLUMNS
#define SLUICE_TINY_LAYER_OUT_COLUMN_STEP_WORD 14  // bytes: from an output position to the next in x
#define SLUICE_TINY_LAYER_OUT_ROW_STEP_WORD 15  // bytes: from an output position to the next in y
#define SLUICE_TINY_LAYER_OUT_TILE_ROW_STEP_WORD 16  // bytes: OUT_ROW_STEP * TILE_ROWS
#define SLUICE_TINY_LAYER_OUT_TILE_COLUMN_STEP_WORD 17  // bytes: OUT_COLUMN_STEP * TILE_COLUMNS
#define SLUICE_TINY_LAYER_RECORDS_WORD 18
#define SLUICE_TINY_LAYER_RECORDS_EACH_SHIFT 0  // records: of each lane
#define SLUICE_TINY_LAYER_RECORDS_EACH_BITS 16
#define SLUICE_TINY_LAYER_RECORDS_EXTRA_SHIFT 16  // lanes: that have one record more, from lane 0 on
#define SLUICE_TINY_LAYER_RECORDS_EXTRA_BITS 16
#define SLUICE_TINY_LAYER_ADVANCE_OFFSET_WORD 19  // atoms: ADVANCE_ROW * ROW_PITCH + ADVANCE_ATOM
#define SLUICE_TINY_LAYER_WRAP_OFFSET_WORD 20  // atoms: ROW_PITCH - KERNEL_ROW
#define SLUICE_TINY_LAYER_FOLDING_WORD 21  // how rows and blocks share a lane
#define SLUICE_TINY_LAYER_FOLD_SHIFT 0  // log2 of the blocks that the base pass computes at once, each with its part of the rows
#define SLUICE_TINY_LAYER_FOLD_BITS 4
#define SLUICE_TINY_LAYER_WINDOWS_SHIFT 4  // log2 of the places that those blocks read; at most FOLD
#define SLUICE_TINY_LAYER_WINDOWS_BITS 4
#define SLUICE_TINY_LAYER_RECORD_BLOCKS_SHIFT 8  // blocks: of a record, 1 to 2^FOLD
#define SLUICE_TINY_LAYER_RECORD_BLOCKS_BITS 8
#define SLUICE_TINY_LAYER_UNIT_BLOCKS_SHIFT 16  // blocks: of a unit: their outputs lie one after the other
#define SLUICE_TINY_LAYER_UNIT_BLOCKS_BITS 8
#define SLUICE_TINY_LAYER_WINDOW_STEP_WORD 22  // atoms: from one window to the next, or from one of the TAPS
#define SLUICE_TINY_LAYER_SLOTS_WORD 23  // atoms that each block reads in a step of the base pass
#define SLUICE_TINY_LAYER_STEP_SLOTS_SHIFT 0  // atoms: in any but a group's last
#define SLUICE_TINY_LAYER_STEP_SLOTS_BITS 16
#define SLUICE_TINY_LAYER_LAST_SLOTS_SHIFT 16  // atoms: in a group's last
#define SLUICE_TINY_LAYER_LAST_SLOTS_BITS 16
#define SLUICE_TINY_LAYER_CONDITION_WORD 24  // steps of the conditional pass, which takes all rows for one block
#define SLUICE_TINY_LAYER_CONDITIONAL_STEPS_SHIFT 0  // steps: of each walk
#define SLUICE_TINY_LAYER_CONDITIONAL_STEPS_BITS 16
#define SLUICE_TINY_LAYER_CONDITIONAL_LAST_SLOTS_SHIFT 16  // atoms: that a walk's last step reads
#define SLUICE_TINY_LAYER_CONDITIONAL_LAST_SLOTS_BITS 16
#define SLUICE_TINY_LAYER_CONDITIONAL_ADVANCE_WORD 25  // from one step of the conditional pass to the next
#define SLUICE_TINY_LAYER_CONDITIONAL_ADVANCE_ATOM_SHIFT 0  // atoms: the digit below KERNEL_ROW
#define SLUICE_TINY_LAYER_CONDITIONAL_ADVANCE_ATOM_BITS 16
#define SLUICE_TINY_LAYER_CONDITIONAL_ADVANCE_ROW_SHIFT 16  // rows: kernel rows
#define SLUICE_TINY_LAYER_CONDITIONAL_ADVANCE_ROW_BITS 16
#define SLUICE_TINY_LAYER_CONDITIONAL_ADVANCE_OFFSET_WORD 26
#define SLUICE_TINY_LAYER_CONDITIONAL_ADVANCE_OFFSET_SHIFT 0  // atoms: CONDITIONAL_ADVANCE_GROUP * GROUP_PITCH + CONDITIONAL_ADVANCE_ROW * ROW_PITCH + CONDITIONAL_ADVANCE_ATOM
#define SLUICE_TINY_LAYER_CONDITIONAL_ADVANCE_OFFSET_BITS 32
#define SLUICE_TINY_LAYER_OUT_UNIT_STEP_WORD 27  // bytes: from the outputs of a unit to those of the next
#define SLUICE_TINY_LAYER_WALK_WORD 28  // groups that a conditional pass takes one after the other
#define SLUICE_TINY_LAYER_WALK_GROUPS_SHIFT 0  // groups: of a walk
#define SLUICE_TINY_LAYER_WALK_GROUPS_BITS 8
#define SLUICE_TINY_LAYER_KERNEL_ROWS_SHIFT 8  // rows: of the kernel
#define SLUICE_TINY_LAYER_KERNEL_ROWS_BITS 8
#define SLUICE_TINY_LAYER_CONDITIONAL_ADVANCE_GROUP_SHIFT 16  // groups: of the advance of a conditional step: the digit above KERNEL_ROWS
#define SLUICE_TINY_LAYER_CONDITIONAL_ADVANCE_GROUP_BITS 8
#define SLUICE_TINY_LAYER_GROUP_WRAP_WORD 29
#define SLUICE_TINY_LAYER_GROUP_WRAP_SHIFT 0  // atoms: GROUP_PITCH - KERNEL_ROWS * ROW_PITCH
#define SLUICE_TINY_LAYER_GROUP_WRAP_BITS 32
#define SLUICE_TINY_LAYER_GROUPS_SPAN_WORD 30
#define SLUICE_TINY_LAYER_GROUPS_SPAN_SHIFT 0  // atoms: GROUPS * GROUP_PITCH, in layers with gates or more BASE_GROUPS than GROUPS
#define SLUICE_TINY_LAYER_GROUPS_SPAN_BITS 32
#define SLUICE_TINY_LAYER_WALK_SPAN_WORD 31
#define SLUICE_TINY_LAYER_WALK_SPAN_SHIFT 0  // atoms: WALK_GROUPS * GROUP_PITCH
#define SLUICE_TINY_LAYER_WALK_SPAN_BITS 32

// FETCH: starts the weight streams of all lanes
#define SLUICE_TINY_FETCH_ADDRESS_LOW_WORD 1  // bytes: the stream of lane 0, whole memory words
#define SLUICE_TINY_FETCH_ADDRESS_HIGH_WORD 2
#define SLUICE_TINY_FETCH_PITCH_WORD 3  // bytes: to the stream of the next lane, whole memory words
#define SLUICE_TINY_FETCH_WORDS_WORD 4  // memory words: weights of each record, its header not counted; at least 1
#define SLUICE_TINY_FETCH_REPEATS_WORD 5  // times: each record is fetched: 1, or the number of tiles if records are not kept; at most 65535
#define SLUICE_TINY_FETCH_RECORDS_WORD 6
#define SLUICE_TINY_FETCH_RECORDS_EACH_SHIFT 0  // records: of each lane
#define SLUICE_TINY_FETCH_RECORDS_EACH_BITS 16
#define SLUICE_TINY_FETCH_RECORDS_EXTRA_SHIFT 16  // lanes: that have one record more, from lane 0 on
#define SLUICE_TINY_FETCH_RECORDS_EXTRA_BITS 16

// RUN: all blocks of the layer over one band of output positions
#define SLUICE_TINY_RUN_INPUT_WORD 1  // atoms: address of the first tap of output (0, 0) of the band in group 0
#define SLUICE_TINY_RUN_OUTPUT_LOW_WORD 2  // bytes: address of output (0, 0), channel 0: in memory, or in the activation buffer
#define SLUICE_TINY_RUN_OUTPUT_HIGH_WORD 3
#define SLUICE_TINY_RUN_SIZE_WORD 4
#define SLUICE_TINY_RUN_ROWS_SHIFT 0  // positions: rows of the band
#define SLUICE_TINY_RUN_ROWS_BITS 16
#define SLUICE_TINY_RUN_COLUMNS_SHIFT 16  // positions: columns of the band
#define SLUICE_TINY_RUN_COLUMNS_BITS 16

// ADDITION: how the next layer adds the values of another map, which lies in memory as its outputs do, or multiplies by them; waits until all RUNs have finished
#define SLUICE_TINY_ADDITION_DISTANCE_LOW_WORD 1  // bytes: from an output to the value that is added to it, modulo the address; whole memory words
#define SLUICE_TINY_ADDITION_DISTANCE_HIGH_WORD 2
#define SLUICE_TINY_ADDITION_OWN_WORD 3
#define SLUICE_TINY_ADDITION_FACTOR_SHIFT 0  // of the requantised output, or of the product
#define SLUICE_TINY_ADDITION_FACTOR_BITS 20
#define SLUICE_TINY_ADDITION_ZERO_SHIFT 20  // of a product: taken off the output
#define SLUICE_TINY_ADDITION_ZERO_BITS 8
#define SLUICE_TINY_ADDITION_MULTIPLY UINT32_C(0x10000000)  // the output and the other map's value are multiplied, not added
#define SLUICE_TINY_ADDITION_OTHER_WORD 4
#define SLUICE_TINY_ADDITION_ADDEND_FACTOR_SHIFT 0  // of the value added; of a product the same as FACTOR
#define SLUICE_TINY_ADDITION_ADDEND_FACTOR_BITS 20
#define SLUICE_TINY_ADDITION_ADDEND_ZERO_SHIFT 20  // of a product: taken off the other map's value
#define SLUICE_TINY_ADDITION_ADDEND_ZERO_BITS 8
#define SLUICE_TINY_ADDITION_ONE_POSITION UINT32_C(0x10000000)  // the other map has one position: DISTANCE is the address of its first channel
#define SLUICE_TINY_ADDITION_SAME_UNITS UINT32_C(0x20000000)  // with ONE_POSITION: all units of a record have the same channels
#define SLUICE_TINY_ADDITION_BIAS_WORD 5  // added to both products, -2^28 to 2^28 - 1; with MULTIPLY 0
#define SLUICE_TINY_ADDITION_SUM_WORD 6  // from both products and the bias to the sum's value
#define SLUICE_TINY_ADDITION_SHIFT_SHIFT 0  // bits: to the right, rounded; at most 47
#define SLUICE_TINY_ADDITION_SHIFT_BITS 6
#define SLUICE_TINY_ADDITION_ZERO_POINT_SHIFT 8  // added to it
#define SLUICE_TINY_ADDITION_ZERO_POINT_BITS 8
#define SLUICE_TINY_ADDITION_CLAMP_LOW_SHIFT 16  // the smallest sum
#define SLUICE_TINY_ADDITION_CLAMP_LOW_BITS 8
#define SLUICE_TINY_ADDITION_CLAMP_HIGH_SHIFT 24  // the largest sum
#define SLUICE_TINY_ADDITION_CLAMP_HIGH_BITS 8

// ---- Block records -----------------------------------------------------------------------------
// A header of two parts, then weights; each of the three is filled up to whole memory words. A column
// is one of a record: those of its block b are b * COLUMNS, b * COLUMNS + 1, ..

#define SLUICE_TINY_ENTRY_BYTES 8
#define SLUICE_TINY_RECORD_SEQUENCER_WORDS 3  // memory words of the first part
#define SLUICE_TINY_RECORD_PARAMETER_WORDS 4  // of the second
#define SLUICE_TINY_RECORD_HEADER_WORDS 7  // of both
#define SLUICE_TINY_RECORD_HEADER_BYTES (SLUICE_TINY_RECORD_HEADER_WORDS * SLUICE_TINY_MEMORY_BYTES)
#define SLUICE_TINY_STEP_WEIGHT_BYTES (SLUICE_TINY_COLUMNS * SLUICE_TINY_COLUMN_BYTES)

// Numbers of entries: first part
#define SLUICE_TINY_ENTRY_OUTPUT 0
#define SLUICE_TINY_ENTRY_GROUP 1
#define SLUICE_TINY_ENTRY_THRESHOLDS 2  // 1 of two columns each
// Second part: 4 requantisations
#define SLUICE_TINY_ENTRY_PARAMETERS \
  (SLUICE_TINY_RECORD_SEQUENCER_WORDS * SLUICE_TINY_MEMORY_BYTES / SLUICE_TINY_ENTRY_BYTES)

// Number of the entry that requantises a column; closed: 1 where its gate is closed, else 0
static inline unsigned sluice_tiny_parameter_entry(unsigned column, unsigned closed) {
  return SLUICE_TINY_ENTRY_PARAMETERS + column % SLUICE_TINY_POST +
         (column / SLUICE_TINY_POST * 2 + closed) * SLUICE_TINY_POST;
}

// Requantisation of one column: bias, multiplier (of 20 bits), shift (0 to 63)
static inline uint64_t sluice_tiny_requantisation(int32_t bias, uint32_t multiplier, unsigned shift) {
  return (uint64_t)(uint32_t)bias << 0 |
         (uint64_t)multiplier << 32 | (uint64_t)shift << 52;
}

// A threshold, limited to the range of the accumulators
static inline uint32_t sluice_tiny_threshold(int32_t threshold) {
  const int bits = SLUICE_TINY_ACCUMULATOR_BITS < 32 ? SLUICE_TINY_ACCUMULATOR_BITS : 32;
  const int32_t most = (int32_t)((UINT32_C(1) << (bits - 1)) - 1);
  if (threshold > most) threshold = most;
  if (threshold < -most - 1) threshold = -most - 1;
  return (uint32_t)threshold;
}

// Thresholds of two columns; INT32_MAX for one without a channel
static inline uint64_t sluice_tiny_thresholds(int32_t first, int32_t next) {
  return (uint64_t)sluice_tiny_threshold(first) << 0 |
         (uint64_t)sluice_tiny_threshold(next) << 32;
}

// Where the record's outputs go: byte offset from the RUN's output address, valid columns of each
// unit, units
static inline uint64_t sluice_tiny_output_entry(uint32_t offset, unsigned columns, unsigned units) {
  return (uint64_t)offset << 0 | (uint64_t)columns << 32 |
         (uint64_t)units << 48;
}

// The record's first input group: its atom offset from the RUN's input address, its number
static inline uint64_t sluice_tiny_group_entry(uint32_t offset, uint32_t group) {
  return (uint64_t)offset << 0 | (uint64_t)group << 32;
}

#endif
