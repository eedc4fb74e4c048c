// GENERATED - do not edit. Change edge.yaml or templates/driver/driver.h.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD
//
#ifndef SLUICE_EDGE_DRIVER_H
#define SLUICE_EDGE_DRIVER_H

#include <stddef.h>
#include <stdint.h>

#include "../sluice_edge.h"

#ifdef __cplusplus
extern "C" {
#endif

// Driver of sluice_edge: C99 without dependencies. What it needs of the system comes through the functions of
// a sluice_edge_platform. A device is used by one thread at a time.

// What functions return. A run that the hardware stopped returns SLUICE_EDGE_STOPPED; sluice_edge_fault says why.
typedef enum {
  SLUICE_EDGE_OK = 0,
  SLUICE_EDGE_WRONG_HARDWARE,  // the register ID does not hold this design's config hash
  SLUICE_EDGE_BAD_IMAGE,       // not an image, of another version, or damaged
  SLUICE_EDGE_WRONG_IMAGE,     // compiled for another config
  SLUICE_EDGE_NO_MEMORY,       // the platform has no memory for the image, or none at addresses that fit
  SLUICE_EDGE_NOT_LOADED,      // no image is loaded
  SLUICE_EDGE_IS_BUSY,         // a run is in progress
  SLUICE_EDGE_TIMEOUT,         // the run has not ended in time; it goes on
  SLUICE_EDGE_STOPPED          // the hardware stopped the run
} sluice_edge_result;

typedef struct {
  void* context;  // handed to every function

  uint32_t (*read32)(void* context, uint32_t offset);  // registers, offsets in bytes
  void (*write32)(void* context, uint32_t offset, uint32_t value);

  // Memory that both sides see, without gaps; `address` gets what the device calls it, a multiple of
  // `alignment`. NULL if there is none.
  void* (*allocate)(void* context, size_t bytes, size_t alignment, uint64_t* address);
  void (*release)(void* context, void* memory, size_t bytes);

  // Cache maintenance: before the device reads, after it wrote. May be NULL.
  void (*to_device)(void* context, const void* memory, size_t bytes);
  void (*from_device)(void* context, void* memory, size_t bytes);

  uint64_t (*microseconds)(void* context);  // a clock that only runs forward

  // Returns when the interrupt is raised or some time has passed, `most` microseconds at the latest. NULL:
  // polls without rest. With `interrupts` it is called with the interrupt enabled.
  void (*wait)(void* context, uint64_t most);
  int interrupts;  // `wait` waits for the interrupt
} sluice_edge_platform;

// Where a feature map lies in memory.
typedef struct {
  uint64_t offset;
  uint32_t height, width, channels, bits, groups, channels_per_group, atom, atoms_per_position, row_pitch,
      group_pitch, pad_top, pad_left;
  int32_t pad_value;
} sluice_edge_map;

typedef struct {
  const sluice_edge_platform* platform;
  uint8_t* memory;        // NULL: no image is loaded
  uint64_t address;       // of `memory` as the device sees it
  uint64_t memory_bytes;
  uint64_t commands;      // address of the first
  sluice_edge_map input, output;  // the first output; of the others the maps are in memory, behind what the device reaches
  uint64_t more_outputs;  // where
  uint32_t output_count;
} sluice_edge_device;

// Why the hardware stopped the run.
typedef struct {
  unsigned code;     // SLUICE_EDGE_ERROR_*; 0: it was not stopped
  uint32_t command;  // number of the command in execution, from 0
  uint64_t address;  // byte address of the access, 0 if there was none
  const char* text;
} sluice_edge_fault_info;

typedef struct {
  uint32_t cycles;  // busy cycles since the start, held when done
  uint32_t steps_issued;  // lane cycles in which a position entered an array
  uint32_t listed;  // positions whose gate opened, of each block
  uint32_t skipped;  // positions whose gate stayed closed, of each block
  uint32_t stall_weights;  // lane cycles waiting for weights or a record header
  uint32_t stall_post;  // lane cycles waiting for an accumulator bank to be drained
  uint32_t stall_gate;  // lane cycles waiting for a decision of the gate
  uint32_t stall_short;  // lane cycles lost because a step has fewer positions than the shortest step takes
  uint32_t read_words;  // memory words read
  uint32_t write_words;  // memory words written
} sluice_edge_counters;

// Finds out whether the hardware is this design, stops what it may be doing and clears its interrupts. The
// platform must live as long as the device.
sluice_edge_result sluice_edge_probe(sluice_edge_device* device, const sluice_edge_platform* platform);

// Takes a network image, as 'sluice compile' writes it, into memory of the platform, moves its addresses there
// and limits the device to that memory. Replaces an image loaded before. The image itself is not kept.
sluice_edge_result sluice_edge_load(sluice_edge_device* device, const void* image, size_t bytes);
void sluice_edge_unload(sluice_edge_device* device);

// Number of values of the input and of the first output: height x width x channels.
size_t sluice_edge_input_size(const sluice_edge_device* device);
size_t sluice_edge_output_size(const sluice_edge_device* device);

// How many outputs there are, and values of each; 0 of one that is not there. What several outputs of the network's
// file come from is one.
size_t sluice_edge_output_count(const sluice_edge_device* device);
size_t sluice_edge_output_size_at(const sluice_edge_device* device, size_t index);

// Where the values of an output lie, which must be there.
sluice_edge_map sluice_edge_output_map(const sluice_edge_device* device, size_t index);

// Values in the order [y][x][channel], signed as the network has them: of an unsigned tensor of b bits,
// 2^(b-1) has been taken off.
sluice_edge_result sluice_edge_set_input(sluice_edge_device* device, const int8_t* values);
sluice_edge_result sluice_edge_get_output(sluice_edge_device* device, int8_t* values);
sluice_edge_result sluice_edge_get_output_at(sluice_edge_device* device, size_t index, int8_t* values);

// Starts a run; waits for its end, `most` microseconds at the longest; both.
sluice_edge_result sluice_edge_start(sluice_edge_device* device);
sluice_edge_result sluice_edge_wait(sluice_edge_device* device, uint64_t most);
sluice_edge_result sluice_edge_run(sluice_edge_device* device, uint64_t most);

// Stops a run and waits until the device is idle. SLUICE_EDGE_OK if it is, however the run ended.
sluice_edge_result sluice_edge_abort(sluice_edge_device* device, uint64_t most);

// Busy cycles in a row without progress after which the hardware stops a run; 0: never.
void sluice_edge_set_watchdog(sluice_edge_device* device, uint32_t cycles);

// About the last run, or the one in progress.
sluice_edge_fault_info sluice_edge_fault(const sluice_edge_device* device);
sluice_edge_counters sluice_edge_read_counters(const sluice_edge_device* device);

const char* sluice_edge_result_text(sluice_edge_result result);

#ifdef __cplusplus
}
#endif
#endif
