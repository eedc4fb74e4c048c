<%! SPDX-License-Identifier: Apache-2.0 %>
#ifndef <%name_upper%>_H
#define <%name_upper%>_H

#include <stdint.h>

// For programs that prepare memory for this design and run it. All numbers in memory are little
// endian; "memory word" means <%memory_bytes%> bytes at a multiple of <%memory_bytes%>.

// ---- The design --------------------------------------------------------------------------------

#define <%name_upper%>_CONFIG_HASH UINT32_C(0x<%hash%>)  // what the register ID holds
#define <%name_upper%>_LANES <%lanes%>
#define <%name_upper%>_COLUMNS <%columns%>  // output channels of a block
#define <%name_upper%>_ROWS <%rows%>  // bytes of reduction that a lane takes in a cycle
#define <%name_upper%>_SEGMENTS <%segments%>  // parts that the rows fold into
#define <%name_upper%>_LANE_COLUMNS <%lane_columns%>  // output channels of a lane, all rows folded
#define <%name_upper%>_POST <%post%>  // output channels of a lane that leave in a cycle
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
<%#command_formats%>
#define <%name_upper%>_OP_<%command%> UINT32_C(<%opcode%>)
<%/command_formats%>
<%#command_head%>
<%#one_bit%>
#define <%name_upper%>_<%field%> UINT32_C(<%field_mask%>)  // <%field_meaning%>
<%/one_bit%>
<%^one_bit%>
#define <%name_upper%>_<%field%>_SHIFT <%shift%>  // <%field_meaning%>
#define <%name_upper%>_<%field%>_BITS <%bits%>
<%/one_bit%>
<%/command_head%>
<%#operand_formats%>

// <%command%>: <%command_meaning%>
<%#command_words_used%>
<%#two_words%>
#define <%name_upper%>_<%command%>_<%word%>_LOW_WORD <%word_number%><%word_comment%>
#define <%name_upper%>_<%command%>_<%word%>_HIGH_WORD <%word_after%>
<%/two_words%>
<%^two_words%>
#define <%name_upper%>_<%command%>_<%word%>_WORD <%word_number%><%word_comment%>
<%/two_words%>
<%#word_fields%>
<%#one_bit%>
#define <%name_upper%>_<%command%>_<%field%> UINT32_C(<%field_mask%>)  // <%field_meaning%>
<%/one_bit%>
<%^one_bit%>
#define <%name_upper%>_<%command%>_<%field%>_SHIFT <%shift%>  // <%field_meaning%>
#define <%name_upper%>_<%command%>_<%field%>_BITS <%bits%>
<%/one_bit%>
<%/word_fields%>
<%/command_words_used%>
<%/operand_formats%>

// ---- Block records -----------------------------------------------------------------------------
// A header of two parts, then weights; each of the three is filled up to whole memory words. A column
// is one of a record: those of its block b are b * COLUMNS, b * COLUMNS + 1, ..

#define <%name_upper%>_ENTRY_BYTES 8
#define <%name_upper%>_RECORD_SEQUENCER_WORDS <%sequencer_words%>  // memory words of the first part
#define <%name_upper%>_RECORD_PARAMETER_WORDS <%parameter_words%>  // of the second
#define <%name_upper%>_RECORD_HEADER_WORDS <%header_words%>  // of both
#define <%name_upper%>_RECORD_HEADER_BYTES (<%name_upper%>_RECORD_HEADER_WORDS * <%name_upper%>_MEMORY_BYTES)
#define <%name_upper%>_STEP_WEIGHT_BYTES (<%name_upper%>_COLUMNS * <%name_upper%>_COLUMN_BYTES)

// Numbers of entries: first part
#define <%name_upper%>_ENTRY_OUTPUT 0
#define <%name_upper%>_ENTRY_GROUP 1
<%#gating%>
#define <%name_upper%>_ENTRY_THRESHOLDS <%threshold_entry%>  // <%threshold_entries%> of two columns each
<%/gating%>
// Second part: <%parameter_entries%> requantisations
#define <%name_upper%>_ENTRY_PARAMETERS \
  (<%name_upper%>_RECORD_SEQUENCER_WORDS * <%name_upper%>_MEMORY_BYTES / <%name_upper%>_ENTRY_BYTES)

// Number of the entry that requantises a column<%#gating%>; closed: 1 where its gate is closed, else 0<%/gating%>
<%#gating%>
static inline unsigned <%name%>_parameter_entry(unsigned column, unsigned closed) {
  return <%name_upper%>_ENTRY_PARAMETERS + column % <%name_upper%>_POST +
         (column / <%name_upper%>_POST * <%parameter_kinds%> + closed) * <%name_upper%>_POST;
}
<%/gating%>
<%^gating%>
static inline unsigned <%name%>_parameter_entry(unsigned column) {
  return <%name_upper%>_ENTRY_PARAMETERS + column;
}
<%/gating%>

// Requantisation of one column: bias, multiplier (of 20 bits), shift (0 to 63)
static inline uint64_t <%name%>_requantisation(int32_t bias, uint32_t multiplier, unsigned shift) {
  return (uint64_t)(uint32_t)bias << <%requantisation_bias_low%> |
         (uint64_t)multiplier << <%requantisation_multiplier_low%> | (uint64_t)shift << <%requantisation_shift_low%>;
}

<%#gating%>
// A threshold, limited to the range of the accumulators
static inline uint32_t <%name%>_threshold(int32_t threshold) {
  const int bits = <%name_upper%>_ACCUMULATOR_BITS < 32 ? <%name_upper%>_ACCUMULATOR_BITS : 32;
  const int32_t most = (int32_t)((UINT32_C(1) << (bits - 1)) - 1);
  if (threshold > most) threshold = most;
  if (threshold < -most - 1) threshold = -most - 1;
  return (uint32_t)threshold;
}

// Thresholds of two columns; INT32_MAX for one without a channel
static inline uint64_t <%name%>_thresholds(int32_t first, int32_t next) {
  return (uint64_t)<%name%>_threshold(first) << <%thresholds_threshold_low%> |
         (uint64_t)<%name%>_threshold(next) << <%thresholds_next_low%>;
}

<%/gating%>
// Where the record's outputs go: byte offset from the RUN's output address, valid columns of each
// unit, units
static inline uint64_t <%name%>_output_entry(uint32_t offset, unsigned columns, unsigned units) {
  return (uint64_t)offset << <%output_offset_low%> | (uint64_t)columns << <%output_columns_low%> |
         (uint64_t)units << <%output_units_low%>;
}

// The record's first input group: its atom offset from the RUN's input address, its number
static inline uint64_t <%name%>_group_entry(uint32_t offset, uint32_t group) {
  return (uint64_t)offset << <%group_offset_low%> | (uint64_t)group << <%group_number_low%>;
}

#endif
