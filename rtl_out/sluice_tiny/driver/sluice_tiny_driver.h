// GENERATED - do not edit. Change tiny.yaml or templates/driver/driver.h.tpl, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 d6053104
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD
//
#ifndef SLUICE_TINY_DRIVER_H
#define SLUICE_TINY_DRIVER_H

#include <stddef.h>
#include <stdint.h>

#include "../sluice_tiny.h"

#ifdef __cplusplus
extern "C" {
#endif

// Driver of sluice_tiny: C99 without dependencies. What it needs of the system comes through the functions of
// a sluice_tiny_platform. A device is used by one thread at a time.

// What functions return. A run that the hardware stopped returns SLUICE_TINY_STOPPED; sluice_tiny_fault says why.
typedef enum {
  SLUICE_TINY_OK = 0,
  SLUICE_TINY_WRONG_HARDWARE,  // the register ID does not hold this design's config hash
  SLUICE_TINY_BAD_IMAGE,       // not an image, of another version, or damaged
  SLUICE_TINY_WRONG_IMAGE,     // compiled for another config
  SLUICE_TINY_NO_MEMORY,       // the platform has no memory for the image, or none at addresses that fit
  SLUICE_TINY_NOT_LOADED,      // no image is loaded
  SLUICE_TINY_IS_BUSY,         // a run is in progress
  SLUICE_TINY_TIMEOUT,         // the run has not ended in time; it goes on
  SLUICE_TINY_STOPPED          // the hardware stopped the run
} sluice_tiny_result;

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
} sluice_tiny_platform;

// Where a feature map lies in memory.
typedef struct {
  uint64_t offset;
  uint32_t height, width, channels, bits, groups, channels_per_group, atom, atoms_per_position, row_pitch,
      group_pitch, pad_top, pad_left;
  int32_t pad_value;
} sluice_tiny_map;

typedef struct {
  const sluice_tiny_platform* platform;
  uint8_t* memory;        // NULL: no image is loaded
  uint64_t address;       // of `memory` as the device sees it
  uint64_t memory_bytes;
  uint64_t commands;      // address of the first
  sluice_tiny_map input, output;  // the first output; of the others the maps are in memory, behind what the device reaches
  uint64_t more_outputs;  // where
  uint32_t output_count;
} sluice_tiny_device;

// Why the hardware stopped the run.
typedef struct {
  unsigned code;     // SLUICE_TINY_ERROR_*; 0: it was not stopped
  uint32_t command;  // number of the command in execution, from 0
  uint64_t address;  // byte address of the access, 0 if there was none
  const char* text;
} sluice_tiny_fault_info;

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
} sluice_tiny_counters;

// Finds out whether the hardware is this design, stops what it may be doing and clears its interrupts. The
// platform must live as long as the device.
sluice_tiny_result sluice_tiny_probe(sluice_tiny_device* device, const sluice_tiny_platform* platform);

// Takes a network image, as 'sluice compile' writes it, into memory of the platform, moves its addresses there
// and limits the device to that memory. Replaces an image loaded before. The image itself is not kept.
sluice_tiny_result sluice_tiny_load(sluice_tiny_device* device, const void* image, size_t bytes);
void sluice_tiny_unload(sluice_tiny_device* device);

// Number of values of the input and of the first output: height x width x channels.
size_t sluice_tiny_input_size(const sluice_tiny_device* device);
size_t sluice_tiny_output_size(const sluice_tiny_device* device);

// How many outputs there are, and values of each; 0 of one that is not there. What several outputs of the network's
// file come from is one.
size_t sluice_tiny_output_count(const sluice_tiny_device* device);
size_t sluice_tiny_output_size_at(const sluice_tiny_device* device, size_t index);

// Where the values of an output lie, which must be there.
sluice_tiny_map sluice_tiny_output_map(const sluice_tiny_device* device, size_t index);

// Values in the order [y][x][channel], signed as the network has them: of an unsigned tensor of b bits,
// 2^(b-1) has been taken off.
sluice_tiny_result sluice_tiny_set_input(sluice_tiny_device* device, const int8_t* values);
sluice_tiny_result sluice_tiny_get_output(sluice_tiny_device* device, int8_t* values);
sluice_tiny_result sluice_tiny_get_output_at(sluice_tiny_device* device, size_t index, int8_t* values);

// Starts a run; waits for its end, `most` microseconds at the longest; both.
sluice_tiny_result sluice_tiny_start(sluice_tiny_device* device);
sluice_tiny_result sluice_tiny_wait(sluice_tiny_device* device, uint64_t most);
sluice_tiny_result sluice_tiny_run(sluice_tiny_device* device, uint64_t most);

// Stops a run and waits until the device is idle. SLUICE_TINY_OK if it is, however the run ended.
sluice_tiny_result sluice_tiny_abort(sluice_tiny_device* device, uint64_t most);

// Busy cycles in a row without progress after which the hardware stops a run; 0: never.
void sluice_tiny_set_watchdog(sluice_tiny_device* device, uint32_t cycles);

// About the last run, or the one in progress.
sluice_tiny_fault_info sluice_tiny_fault(const sluice_tiny_device* device);
sluice_tiny_counters sluice_tiny_read_counters(const sluice_tiny_device* device);

const char* sluice_tiny_result_text(sluice_tiny_result result);

#ifdef __cplusplus
}
#endif
#endif
