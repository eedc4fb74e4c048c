<%! SPDX-License-Identifier: Apache-2.0 %>
#ifndef <%name_upper%>_H
#define <%name_upper%>_H

#include <stdint.h>

// For programs that prepare memory for this design and run it. All numbers in memory are little
// endian; "memory word" means <%memory_bytes%> bytes at a multiple of <%memory_bytes%>.

// ---- The design --------------------------------------------------------------------------------

#define <%name_upper%>_CONFIG_HASH UINT32_C(0x<%hash%>)  // what the register ID holds
#define <%name_upper%>_LANES <%lanes%>
#define <%name_upper%>_COLUMNS <%columns%>  // output channels of a lane
#define <%name_upper%>_ROWS <%rows%>  // bytes of reduction that a lane takes in a cycle
#define <%name_upper%>_ATOM <%atom%>  // bytes
<%#gating%>
#define <%name_upper%>_HAS_GATING 1
<%/gating%>
<%^gating%>
#define <%name_upper%>_HAS_GATING 0
<%/gating%>
<%#precision4%>
#define <%name_upper%>_HAS_4_BITS 1
<%/precision4%>
<%^precision4%>
#define <%name_upper%>_HAS_4_BITS 0
<%/precision4%>
<%#precision2%>
#define <%name_upper%>_HAS_2_BITS 1
<%/precision2%>
<%^precision2%>
#define <%name_upper%>_HAS_2_BITS 0
<%/precision2%>
#define <%name_upper%>_ACCUMULATOR_BITS <%accumulator_bits%>
#define <%name_upper%>_POSITIONS <%accumulator_positions%>  // of a tile, at most
#define <%name_upper%>_MAX_REDUCTION <%accumulator_max_reduction%>  // products of an output, at most
#define <%name_upper%>_MIN_STEP <%min_step%>  // cycles of the shortest step

// Memory port
#define <%name_upper%>_MEMORY_BYTES <%memory_bytes%>
#define <%name_upper%>_MEMORY_ADDRESS_BITS <%memory_address_bits%>
#define <%name_upper%>_MEMORY_BURST <%memory_burst%>

// Buffers of a lane
#define <%name_upper%>_ACTIVATION_BYTES <%activation_bytes%>
#define <%name_upper%>_ACTIVATION_WORDS <%buffer_words%>  // memory words
#define <%name_upper%>_BANKS <%banks%>  // of the activation buffer
#define <%name_upper%>_SLOTS <%slots%>  // atoms that a step reads in a cycle
#define <%name_upper%>_WEIGHT_BYTES <%weight_bytes%>
#define <%name_upper%>_COLUMN_BYTES <%column_bytes%>  // of one column's weights of a step, filled up

// ---- Registers ---------------------------------------------------------------------------------
// Byte addresses of 32-bit registers. Fields of one bit are given as masks, others by _SHIFT and _BITS.

#define <%name_upper%>_REGISTER_BYTES <%register_bytes%>  // that they take in an address map
<%#registers%>

// <%register_meaning%> (<%access_text%>)
#define <%name_upper%>_REG_<%register%> 0x<%address%>
<%#fields%>
<%#one_bit%>
#define <%name_upper%>_<%register%>_<%field%> UINT32_C(<%field_mask%>)  // <%field_meaning%>
<%/one_bit%>
<%^one_bit%>
#define <%name_upper%>_<%register%>_<%field%>_SHIFT <%shift%>  // <%field_meaning%>
#define <%name_upper%>_<%register%>_<%field%>_BITS <%bits%>
<%/one_bit%>
<%/fields%>
<%/registers%>

// What STATUS_ERROR_CODE says
<%#register_errors%>
#define <%name_upper%>_ERROR_<%error%> <%error_code%>  // <%error_meaning%>
<%/register_errors%>

// ---- Bit fields --------------------------------------------------------------------------------
// A field F has F_SHIFT and F_BITS; <%name_upper%>_FIELD(LAYER_MODE, 1) puts a value in its place,
// <%name_upper%>_GET(STATUS_LAYERS, status) takes it out.

#define <%name_upper%>_FIELD(field, value) \
  (((uint32_t)(value) & <%name_upper%>_FIELD_MASK(<%name_upper%>_##field##_BITS)) \
   << <%name_upper%>_##field##_SHIFT)
#define <%name_upper%>_GET(field, word) \
  (((uint32_t)(word) >> <%name_upper%>_##field##_SHIFT) & \
   <%name_upper%>_FIELD_MASK(<%name_upper%>_##field##_BITS))
#define <%name_upper%>_FIELD_MASK(bits) (UINT32_C(0xffffffff) >> (32 - (bits)))

// Widths of operands and outputs, as fields hold them
#define <%name_upper%>_WIDTH_8_BITS 0
<%#precision4%>
#define <%name_upper%>_WIDTH_4_BITS 1
<%/precision4%>
<%#precision2%>
#define <%name_upper%>_WIDTH_2_BITS 2
<%/precision2%>

// ---- Commands ----------------------------------------------------------------------------------
// A command takes COMMAND_BYTES, of which the first COMMAND_USED_WORDS words of 32 bits count. Names
// in _WORD are numbers of these words; the fields of a word follow it.

#define <%name_upper%>_COMMAND_BYTES <%command_bytes%>
#define <%name_upper%>_COMMAND_MEMORY_WORDS <%command_words%>
#define <%name_upper%>_COMMAND_USED_WORDS 32

// Word 0: opcode, and what to wait for before the command
#define <%name_upper%>_OP_LOAD UINT32_C(1)
#define <%name_upper%>_OP_FILL UINT32_C(2)
#define <%name_upper%>_OP_LAYER UINT32_C(3)
#define <%name_upper%>_OP_FETCH UINT32_C(4)
#define <%name_upper%>_OP_RUN UINT32_C(5)
#define <%name_upper%>_OP_END UINT32_C(6)
#define <%name_upper%>_OPCODE_SHIFT 0
#define <%name_upper%>_OPCODE_BITS 4
#define <%name_upper%>_WAIT_LOADS UINT32_C(0x10)  // all earlier LOAD and FILL have finished
#define <%name_upper%>_WAIT_WRITES UINT32_C(0x20)  // all earlier writes are acknowledged
#define <%name_upper%>_WAIT_RUNS UINT32_C(0x40)  // all lanes have finished all earlier RUNs
#define <%name_upper%>_WAIT_RUN UINT32_C(0x80)  // at most one RUN is unfinished in any lane

// LOAD: memory to activation buffers
#define <%name_upper%>_LOAD_SOURCE_LOW_WORD 1  // byte address
#define <%name_upper%>_LOAD_SOURCE_HIGH_WORD 2
#define <%name_upper%>_LOAD_DESTINATION_WORD 3  // memory word of the buffer
#define <%name_upper%>_LOAD_COUNT_WORD 4  // memory words, at least 1

// FILL: a constant to activation buffers
#define <%name_upper%>_FILL_DESTINATION_WORD 3  // memory word of the buffer
#define <%name_upper%>_FILL_COUNT_WORD 4  // memory words, at least 1
#define <%name_upper%>_FILL_BYTE_WORD 5
#define <%name_upper%>_FILL_BYTE_SHIFT 0
#define <%name_upper%>_FILL_BYTE_BITS 8

// FETCH: starts the weight streams of all lanes
#define <%name_upper%>_FETCH_ADDRESS_LOW_WORD 1  // stream of lane 0
#define <%name_upper%>_FETCH_ADDRESS_HIGH_WORD 2
#define <%name_upper%>_FETCH_PITCH_WORD 3  // bytes to the stream of the next lane
#define <%name_upper%>_FETCH_WORDS_WORD 4  // memory words of a record's weights, at least 1
#define <%name_upper%>_FETCH_REPEATS_WORD 5  // how often each record is fetched
#define <%name_upper%>_FETCH_RECORDS_WORD 6
#define <%name_upper%>_FETCH_RECORDS_EACH_SHIFT 0  // records of each lane
#define <%name_upper%>_FETCH_RECORDS_EACH_BITS 16
#define <%name_upper%>_FETCH_RECORDS_EXTRA_SHIFT 16  // lanes, from lane 0 on, with one more
#define <%name_upper%>_FETCH_RECORDS_EXTRA_BITS 16

// LAYER: registers that all lanes share
#define <%name_upper%>_LAYER_FLAGS_WORD 1
#define <%name_upper%>_LAYER_TAKE_MAX UINT32_C(0x001)
<%#gating%>
#define <%name_upper%>_LAYER_GATED UINT32_C(0x002)
#define <%name_upper%>_LAYER_PER_OUTPUT UINT32_C(0x004)
<%/gating%>
#define <%name_upper%>_LAYER_KEEP UINT32_C(0x008)  // a record serves all tiles of its block
#define <%name_upper%>_LAYER_LOCAL UINT32_C(0x100)  // outputs go to the activation buffers
#define <%name_upper%>_LAYER_MODE_SHIFT 4  // width of inputs and weights
#define <%name_upper%>_LAYER_MODE_BITS 2
#define <%name_upper%>_LAYER_OUTPUT_WIDTH_SHIFT 6
#define <%name_upper%>_LAYER_OUTPUT_WIDTH_BITS 2
#define <%name_upper%>_LAYER_ZERO_POINT_SHIFT 16
#define <%name_upper%>_LAYER_ZERO_POINT_BITS 8
#define <%name_upper%>_LAYER_CLAMP_WORD 2
#define <%name_upper%>_LAYER_CLAMP_LOW_SHIFT 0
#define <%name_upper%>_LAYER_CLAMP_LOW_BITS 8
#define <%name_upper%>_LAYER_CLAMP_HIGH_SHIFT 8
#define <%name_upper%>_LAYER_CLAMP_HIGH_BITS 8
#define <%name_upper%>_LAYER_GROUP_PITCH_WORD 3  // atoms
#define <%name_upper%>_LAYER_ROW_PITCH_WORD 4  // atoms
#define <%name_upper%>_LAYER_KERNEL_ROW_WORD 5  // atoms of a kernel row of one group: `run`
#define <%name_upper%>_LAYER_ADVANCE_WORD 6  // from one step to the next
#define <%name_upper%>_LAYER_ADVANCE_ATOM_SHIFT 0
#define <%name_upper%>_LAYER_ADVANCE_ATOM_BITS 16
#define <%name_upper%>_LAYER_ADVANCE_ROW_SHIFT 16
#define <%name_upper%>_LAYER_ADVANCE_ROW_BITS 16
#define <%name_upper%>_LAYER_PASSES_WORD 7
#define <%name_upper%>_LAYER_BASE_GROUPS_SHIFT 0
#define <%name_upper%>_LAYER_BASE_GROUPS_BITS 16
<%#gating%>
#define <%name_upper%>_LAYER_CONDITIONAL_GROUPS_SHIFT 16
#define <%name_upper%>_LAYER_CONDITIONAL_GROUPS_BITS 16
<%/gating%>
#define <%name_upper%>_LAYER_GROUPS_STEPS_WORD 8
#define <%name_upper%>_LAYER_GROUPS_SHIFT 0  // of the input map
#define <%name_upper%>_LAYER_GROUPS_BITS 16
#define <%name_upper%>_LAYER_GROUP_STEPS_SHIFT 16  // steps of each group
#define <%name_upper%>_LAYER_GROUP_STEPS_BITS 16
#define <%name_upper%>_LAYER_ROW_STEP_WORD 9  // atoms
#define <%name_upper%>_LAYER_COLUMN_STEP_WORD 10  // atoms
#define <%name_upper%>_LAYER_TILE_WORD 11  // at most POSITIONS
#define <%name_upper%>_LAYER_TILE_ROWS_SHIFT 0
#define <%name_upper%>_LAYER_TILE_ROWS_BITS 16
#define <%name_upper%>_LAYER_TILE_COLUMNS_SHIFT 16
#define <%name_upper%>_LAYER_TILE_COLUMNS_BITS 16
#define <%name_upper%>_LAYER_TILE_ROW_STEP_WORD 12  // ROW_STEP * tile rows
#define <%name_upper%>_LAYER_TILE_COLUMN_STEP_WORD 13  // COLUMN_STEP * tile columns
#define <%name_upper%>_LAYER_OUT_COLUMN_STEP_WORD 14  // bytes from an output to the next in x
#define <%name_upper%>_LAYER_OUT_ROW_STEP_WORD 15  // bytes from an output to the next in y
#define <%name_upper%>_LAYER_OUT_TILE_ROW_STEP_WORD 16  // OUT_ROW_STEP * tile rows
#define <%name_upper%>_LAYER_OUT_TILE_COLUMN_STEP_WORD 17  // OUT_COLUMN_STEP * tile columns
#define <%name_upper%>_LAYER_BLOCKS_WORD 18
#define <%name_upper%>_LAYER_BLOCKS_EACH_SHIFT 0  // blocks of each lane
#define <%name_upper%>_LAYER_BLOCKS_EACH_BITS 16
#define <%name_upper%>_LAYER_BLOCKS_EXTRA_SHIFT 16  // lanes, from lane 0 on, with one more
#define <%name_upper%>_LAYER_BLOCKS_EXTRA_BITS 16
#define <%name_upper%>_LAYER_ADVANCE_OFFSET_WORD 19  // advance_row * ROW_PITCH + advance_atom
#define <%name_upper%>_LAYER_WRAP_OFFSET_WORD 20  // ROW_PITCH - KERNEL_ROW, may be negative

// RUN: all blocks of the layer over a band of output positions
#define <%name_upper%>_RUN_INPUT_WORD 1  // atom address of the first tap of output (0, 0), group 0
#define <%name_upper%>_RUN_OUTPUT_LOW_WORD 2  // byte address of output (0, 0), channel 0
#define <%name_upper%>_RUN_OUTPUT_HIGH_WORD 3
#define <%name_upper%>_RUN_SIZE_WORD 4
#define <%name_upper%>_RUN_ROWS_SHIFT 0
#define <%name_upper%>_RUN_ROWS_BITS 16
#define <%name_upper%>_RUN_COLUMNS_SHIFT 16
#define <%name_upper%>_RUN_COLUMNS_BITS 16

// ---- Block records -----------------------------------------------------------------------------
// A header of RECORD_ENTRIES entries, filled up to RECORD_HEADER_BYTES; then weights, filled up to
// whole memory words.

#define <%name_upper%>_ENTRY_BYTES 8
#define <%name_upper%>_RECORD_ENTRIES <%record_entries%>
#define <%name_upper%>_RECORD_HEADER_WORDS <%header_words%>  // memory words
#define <%name_upper%>_RECORD_HEADER_BYTES (<%name_upper%>_RECORD_HEADER_WORDS * <%name_upper%>_MEMORY_BYTES)
#define <%name_upper%>_STEP_WEIGHT_BYTES (<%name_upper%>_COLUMNS * <%name_upper%>_COLUMN_BYTES)

// Numbers of entries; those of column c come c later
#define <%name_upper%>_ENTRY_REQUANTISATION 0
<%#gating%>
#define <%name_upper%>_ENTRY_REQUANTISATION_CLOSED <%columns%>  // of a closed gate
#define <%name_upper%>_ENTRY_THRESHOLD <%threshold_entry%>
<%/gating%>
#define <%name_upper%>_ENTRY_OUTPUT <%info_entry%>
#define <%name_upper%>_ENTRY_GROUP (<%name_upper%>_ENTRY_OUTPUT + 1)

// Requantisation of one column: bits 31:0 bias, 47:32 multiplier, 53:48 shift (0 to 63)
static inline uint64_t <%name%>_requantisation(int32_t bias, uint16_t multiplier, unsigned shift) {
  return (uint64_t)(uint32_t)bias | (uint64_t)multiplier << 32 | (uint64_t)shift << 48;
}

<%#gating%>
// Threshold of one column, limited to the range of the accumulators; INT32_MAX for a column without a
// channel
static inline uint64_t <%name%>_threshold(int32_t threshold) {
  const int bits = <%name_upper%>_ACCUMULATOR_BITS < 32 ? <%name_upper%>_ACCUMULATOR_BITS : 32;
  const int32_t most = (int32_t)((UINT32_C(1) << (bits - 1)) - 1);
  if (threshold > most) threshold = most;
  if (threshold < -most - 1) threshold = -most - 1;
  return (uint64_t)(uint32_t)threshold;
}

<%/gating%>
// Where the block's outputs go: byte offset from the RUN's output address, number of valid columns
static inline uint64_t <%name%>_output_entry(uint32_t offset, unsigned columns) {
  return (uint64_t)offset | (uint64_t)columns << 32;
}

// The block's first input group: its atom offset from the RUN's input address, its number
static inline uint64_t <%name%>_group_entry(uint32_t offset, uint32_t group) {
  return (uint64_t)offset | (uint64_t)group << 32;
}

#endif
