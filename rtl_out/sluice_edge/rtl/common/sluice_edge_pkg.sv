// GENERATED - do not edit. Change edge.yaml or templates/common/pkg.sv.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD

// What lies in memory as this design sees it: opcodes, the operands of commands and the entries of
// a record's header. The fields are those of the C header, which says what they mean.
//
// Structures stand beside the package and not in it, because Icarus Verilog 11 cannot use those of
// packages. So all files are compiled as one unit, and this one is its first.
package sluice_edge_pkg;

  typedef enum logic [3:0] {
    OpLoad     = 4'd1,
    OpFill     = 4'd2,
    OpLayer    = 4'd3,
    OpFetch    = 4'd4,
    OpRun      = 4'd5,
    OpEnd      = 4'd6,
    OpAddition = 4'd7,
    OpTable    = 4'd8
  } opcode_e;

  // Words of 32 bits that a command's operands take
  localparam int LoadWords     = 5;
  localparam int FillWords     = 5;
  localparam int LayerWords    = 31;
  localparam int FetchWords    = 6;
  localparam int RunWords      = 4;
  localparam int AdditionWords = 6;
  localparam int TableWords    = 17;

endpackage : sluice_edge_pkg

// LOAD: memory to activation buffers
typedef struct packed {
  logic [23:0] reserved_0;   // word 5, 31:8
  logic [7:0]  shift;        // word 5, 7:0
  logic [31:0] count;        // word 4
  logic [31:0] destination;  // word 3
  logic [63:0] source;       // words 1 to 2
} sluice_edge_load_t;

// FILL: a constant to activation buffers
typedef struct packed {
  logic [23:0] reserved_1;   // word 5, 31:8
  logic [7:0]  value;        // word 5, 7:0
  logic [31:0] count;        // word 4
  logic [31:0] destination;  // word 3
  logic [63:0] reserved_0;   // words 1 to 2
} sluice_edge_fill_t;

// LAYER: sets the registers that all lanes share; waits until all RUNs have finished
typedef struct packed {
  logic [31:0] walk_span;                   // word 31
  logic [31:0] groups_span;                 // word 30
  logic [31:0] group_wrap;                  // word 29
  logic [7:0]  reserved_4;                  // word 28, 31:24
  logic [7:0]  conditional_advance_group;   // word 28, 23:16
  logic [7:0]  kernel_rows;                 // word 28, 15:8
  logic [7:0]  walk_groups;                 // word 28, 7:0
  logic [31:0] out_unit_step;               // word 27
  logic [31:0] conditional_advance_offset;  // word 26
  logic [15:0] conditional_advance_row;     // word 25, 31:16
  logic [15:0] conditional_advance_atom;    // word 25, 15:0
  logic [15:0] conditional_last_slots;      // word 24, 31:16
  logic [15:0] conditional_steps;           // word 24, 15:0
  logic [15:0] last_slots;                  // word 23, 31:16
  logic [15:0] step_slots;                  // word 23, 15:0
  logic [31:0] window_step;                 // word 22
  logic [7:0]  reserved_3;                  // word 21, 31:24
  logic [7:0]  unit_blocks;                 // word 21, 23:16
  logic [7:0]  record_blocks;               // word 21, 15:8
  logic [3:0]  windows;                     // word 21, 7:4
  logic [3:0]  fold;                        // word 21, 3:0
  logic [31:0] wrap_offset;                 // word 20
  logic [31:0] advance_offset;              // word 19
  logic [15:0] records_extra;               // word 18, 31:16
  logic [15:0] records_each;                // word 18, 15:0
  logic [31:0] out_tile_column_step;        // word 17
  logic [31:0] out_tile_row_step;           // word 16
  logic [31:0] out_row_step;                // word 15
  logic [31:0] out_column_step;             // word 14
  logic [31:0] tile_column_step;            // word 13
  logic [31:0] tile_row_step;               // word 12
  logic [15:0] tile_columns;                // word 11, 31:16
  logic [15:0] tile_rows;                   // word 11, 15:0
  logic [31:0] column_step;                 // word 10
  logic [31:0] row_step;                    // word 9
  logic [15:0] group_steps;                 // word 8, 31:16
  logic [15:0] groups;                      // word 8, 15:0
  logic [15:0] conditional_walks;           // word 7, 31:16
  logic [15:0] base_groups;                 // word 7, 15:0
  logic [15:0] advance_row;                 // word 6, 31:16
  logic [15:0] advance_atom;                // word 6, 15:0
  logic [31:0] kernel_row;                  // word 5
  logic [31:0] row_pitch;                   // word 4
  logic [31:0] group_pitch;                 // word 3
  logic [15:0] reserved_2;                  // word 2, 31:16
  logic [7:0]  clamp_high;                  // word 2, 15:8
  logic [7:0]  clamp_low;                   // word 2, 7:0
  logic [7:0]  reserved_1;                  // word 1, 31:24
  logic [7:0]  zero_point;                  // word 1, 23:16
  logic        reserved_0;                  // word 1, 15
  logic        rounds_twice;                // word 1, 14
  logic        look_up;                     // word 1, 13
  logic [2:0]  taps;                        // word 1, 12:10
  logic        add;                         // word 1, 9
  logic        local_out;                   // word 1, 8
  logic [1:0]  output_width;                // word 1, 7:6
  logic [1:0]  mode;                        // word 1, 5:4
  logic        keep;                        // word 1, 3
  logic        per_output;                  // word 1, 2
  logic        gated;                       // word 1, 1
  logic        take_max;                    // word 1, 0
} sluice_edge_layer_t;

// FETCH: starts the weight streams of all lanes
typedef struct packed {
  logic [15:0] records_extra;  // word 6, 31:16
  logic [15:0] records_each;   // word 6, 15:0
  logic [31:0] repeats;        // word 5
  logic [31:0] words;          // word 4
  logic [31:0] pitch;          // word 3
  logic [63:0] address;        // words 1 to 2
} sluice_edge_fetch_t;

// RUN: all blocks of the layer over one band of output positions
typedef struct packed {
  logic [15:0] columns;    // word 4, 31:16
  logic [15:0] rows;       // word 4, 15:0
  logic [63:0] out;        // words 2 to 3
  logic [31:0] first_tap;  // word 1
} sluice_edge_run_t;

// ADDITION: how the next layer adds the values of another map, which lies in memory as its outputs
// do, or multiplies by them; waits until all RUNs have finished
typedef struct packed {
  logic [7:0]  clamp_high;     // word 6, 31:24
  logic [7:0]  clamp_low;      // word 6, 23:16
  logic [7:0]  zero_point;     // word 6, 15:8
  logic [1:0]  reserved_2;     // word 6, 7:6
  logic [5:0]  shift;          // word 6, 5:0
  logic [31:0] bias;           // word 5
  logic [1:0]  reserved_1;     // word 4, 31:30
  logic        same_units;     // word 4, 29
  logic        one_position;   // word 4, 28
  logic [7:0]  addend_zero;    // word 4, 27:20
  logic [19:0] addend_factor;  // word 4, 19:0
  logic [2:0]  reserved_0;     // word 3, 31:29
  logic        multiply;       // word 3, 28
  logic [7:0]  zero;           // word 3, 27:20
  logic [19:0] factor;         // word 3, 19:0
  logic [63:0] distance;       // words 1 to 2
} sluice_edge_addition_t;

// TABLE: a quarter of the activation table of all lanes, 64 of its 256 signed bytes; waits until
// all RUNs have finished
typedef struct packed {
  logic [63:0] entries_7;   // words 16 to 17
  logic [63:0] entries_6;   // words 14 to 15
  logic [63:0] entries_5;   // words 12 to 13
  logic [63:0] entries_4;   // words 10 to 11
  logic [63:0] entries_3;   // words 8 to 9
  logic [63:0] entries_2;   // words 6 to 7
  logic [63:0] entries_1;   // words 4 to 5
  logic [63:0] entries_0;   // words 2 to 3
  logic [29:0] reserved_0;  // word 1, 31:2
  logic [1:0]  part;        // word 1, 1:0
} sluice_edge_table_t;

// Entry OUTPUT: where the record's outputs go
typedef struct packed {
  logic [7:0]  reserved_0;  // bits 63:56
  logic [7:0]  units;       // bits 55:48
  logic [15:0] columns;     // bits 47:32
  logic [31:0] offset;      // bits 31:0
} sluice_edge_output_entry_t;

// Entry GROUP: where the record's inputs are
typedef struct packed {
  logic [31:0] number;  // bits 63:32
  logic [31:0] offset;  // bits 31:0
} sluice_edge_group_entry_t;

// Entry THRESHOLDS: of the gates of two columns
typedef struct packed {
  logic [31:0] next;       // bits 63:32
  logic [31:0] threshold;  // bits 31:0
} sluice_edge_thresholds_entry_t;

// Entry REQUANTISATION: from a column's sum to its output
typedef struct packed {
  logic [5:0]  reserved_0;  // bits 63:58
  logic [5:0]  shift;       // bits 57:52
  logic [19:0] multiplier;  // bits 51:32
  logic [31:0] bias;        // bits 31:0
} sluice_edge_requantisation_entry_t;
